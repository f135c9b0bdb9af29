"""The command line: lms <noun> <verb>. Each noun is one file; what a command works on is opened when it asks for it."""

import click
from sqlalchemy.exc import DatabaseError

from lms import config
from lms.cli import bench, certificates, courses, db, demo, exams, log, questions, schemes, search, user, work
from lms.cli.opening import OpenPlatform

#: SQLSTATE of a table and of a column that is not there: PostgreSQL says it in words of the language it is set to.
UNDEFINED = ("42P01", "42703")
MISSING = ("no such table", "no such column", "has no column named")


@click.group(help="Teruji: belajar, ujian kompetensi, dan sertifikat bagi ASN.")
def lms() -> None:
    """The root of all commands."""


for noun in (
    bench.group,
    certificates.group,
    courses.group,
    db.group,
    demo.group,
    exams.group,
    log.group,
    questions.group,
    schemes.group,
    search.group,
    user.group,
    work.web,
    work.worker,
    work.sandbox,
):
    lms.add_command(noun)


def run(arguments: list[str] | None, *, open_platform: OpenPlatform) -> int:
    """Run one command; the exit code is 0 when it did what it says."""
    try:
        result = lms.main(args=arguments, prog_name="lms", standalone_mode=False, obj=open_platform)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except config.BadSetting as error:
        click.echo(f"lms: {error}", err=True)
        return 2
    except DatabaseError as error:
        if not _lacks_tables(error):
            raise
        click.echo("lms: tabel basis data belum ada atau belum mutakhir. Jalankan: lms db upgrade", err=True)
        return 2
    return result if isinstance(result, int) else 0


def _lacks_tables(error: DatabaseError) -> bool:
    """Whether the database is one that `lms db upgrade` has not made yet, or not brought up to date."""
    state = getattr(error.orig, "sqlstate", None)
    # SQLite has one code for all that is wrong with a statement; its words are the same on every machine.
    said = str(error.orig)
    return state in UNDEFINED if state else any(words in said for words in MISSING)

"""The command line: lms <noun> <verb>. Each noun is one file of this package."""

from collections.abc import Callable

import click

from lms import config
from lms.cli.db import db
from lms.cli.user import user
from lms.platform import Platform


@click.group(help="Teruji: belajar, ujian kompetensi, dan sertifikat bagi ASN.")
def lms() -> None:
    """The root of all commands."""


for noun in (db, user):
    lms.add_command(noun)


def run(arguments: list[str] | None, platform: Callable[[], Platform]) -> int:
    """Run one command; the exit code is 0 when it did what it says. platform: opens the installation when asked."""
    try:
        result = lms.main(args=arguments, prog_name="lms", standalone_mode=False, obj=platform)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except config.BadSetting as error:
        click.echo(f"lms: {error}", err=True)
        return 2
    return result if isinstance(result, int) else 0

"""The command line: lms <noun> <verb>. Each noun is one group; commands receive the platform."""

import os
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from lms import config
from lms.config import ROOT


@click.group(help="Teruji: belajar, ujian kompetensi, dan sertifikat bagi ASN.")
def lms() -> None:
    """The root of all commands."""


@lms.group()
def db() -> None:
    """The database and its migrations."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to the newest revision."""
    settings = config.read(os.environ)
    settings.var.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(settings.database_url), "head")


def alembic_config(url: str, engine: Engine | None = None) -> Config:
    """Alembic's configuration for one database; no ini file is needed."""
    made = Config()
    made.set_main_option("script_location", str(Path(ROOT) / "migrations"))
    made.attributes.update(url=url, engine=engine)
    return made


def run(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it says."""
    try:
        result = lms.main(args=arguments, prog_name="lms", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except config.BadSetting as error:
        click.echo(f"lms: {error}", err=True)
        return 2
    return result if isinstance(result, int) else 0

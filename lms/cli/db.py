"""lms db: the database and its migrations."""

import os
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from lms import config
from lms.config import ROOT


@click.group("db", help="Basis data: tabel dan migrasinya.")
def group() -> None:
    """The noun."""


@group.command("upgrade", help="Buat atau mutakhirkan tabel.")
def upgrade() -> None:
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

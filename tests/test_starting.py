"""Starting in production."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from lms.app import create_app
from lms.config import ROOT, BadSetting, Settings
from lms.db import Database
from lms.people.models import User
from tests.cast import Cast


def test_production_starts_on_a_database_without_demo_accounts(settings: Settings) -> None:
    create_app(replace(settings, mode="production"))


def test_production_does_not_start_with_demo_accounts(settings: Settings, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.execute(update(User).where(User.id == cast.learner.user_id).values(is_demo=True))

    with pytest.raises(BadSetting, match="demo accounts"):
        create_app(replace(settings, mode="production"))
    create_app(replace(settings, mode="demo"))


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_production_starts_where_there_are_no_tables_yet(settings: Settings, tmp_path: Path) -> None:
    create_app(replace(settings, mode="production", database_url=f"sqlite:///{tmp_path / 'none.db'}"))


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_the_web_server_is_told_in_one_line_and_gives_up(settings: Settings, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.execute(update(User).where(User.id == cast.learner.user_id).values(is_demo=True))
    environ = os.environ | {
        "TERUJI_MODE": "production",
        "TERUJI_VAR": str(settings.var),
        "DATABASE_URL": settings.database_url,
        "PUBLIC_URL": "https://teruji.example",
        "SECRET_KEY": settings.secret_key,
    }

    command = [sys.executable, "-c", "import wsgi"]
    ended = subprocess.run(command, check=False, cwd=ROOT, env=environ, capture_output=True, text=True)

    assert ended.returncode == 3
    assert ended.stderr.startswith("teruji: This database holds demo accounts")
    assert len(ended.stderr.splitlines()) == 1

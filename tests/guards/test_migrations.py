"""The migrated schema is the models' schema, on both databases, and every step can be taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from lms.cli.db import alembic_config
from lms.db import Database
from lms.tables import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind with nothing in it."""
    if request.param == "sqlite":
        yield Database(f"sqlite:///{tmp_path / 'empty.db'}")
        return
    database = Database(request.getfixturevalue("postgres_url"))
    yield database
    database.engine.dispose()


def test_the_migrations_make_exactly_what_the_models_say(empty: Database) -> None:
    command.upgrade(alembic_config("", empty.engine), "head")

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_every_check_constraint(empty: Database) -> None:
    command.upgrade(alembic_config("", empty.engine), "head")

    found = {check["name"] for table in metadata.tables for check in inspect(empty.engine).get_check_constraints(table)}
    wanted = {
        str(check.name)
        for table in metadata.tables.values()
        for check in table.constraints
        if check.__visit_name__ in {"check_constraint", "table_or_column_check_constraint"}
    }
    assert wanted <= found


def test_the_migrations_can_be_taken_back(empty: Database) -> None:
    configuration = alembic_config("", empty.engine)
    command.upgrade(configuration, "head")
    command.downgrade(configuration, "base")

    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}

"""The migrated schema is the models' schema, on both databases, and every step can be taken back."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate
from lms.certificates.register import SqlRegister
from lms.certificates.verification import check_code
from lms.cli.db import alembic_config
from lms.db import Database
from lms.tables import metadata
from tests.cast import START, assemble
from tests.certificates import register

#: Rows that refer to each other, in tables that later migrations change.
ROWS_OF_0001 = (
    "INSERT INTO org_unit (id, code, name, kind, path) VALUES (1, 'a', 'A', 'agency', '/1/')",
    "INSERT INTO framework (id, code, title, source, valid_from, level_names) VALUES (1, 'f', 'F', '', '2026-01-01', '[]')",
    "INSERT INTO competency (id, framework_id, code, kind, position, name, description)"
    " VALUES (1, 1, 'TEK', 'teknis', 1, 'T', '')",
    "INSERT INTO bank (id, code, title, unit_id) VALUES (1, 'b', 'B', 1)",
    "INSERT INTO question (id, uuid, bank_id, purpose, status) VALUES (1, 'u', 1, 'exam', 'live')",
    "INSERT INTO question_version (id, question_id, number, kind, content, hash, competency_id, level, difficulty, lesson,"
    " made_at) VALUES (1, 1, 1, 'numeric', '{}', 'h', 1, 1, 'mudah', '', '2026-01-01 00:00:00')",
    "UPDATE question SET current_id = 1",
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind with nothing in it."""
    if request.param == "sqlite":
        yield Database(f"sqlite:///{tmp_path / 'empty.db'}")
        return
    database = Database(request.getfixturevalue("postgres_url"))
    yield database
    database.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of each kind as the migrations make it, to be looked at only: each time takes seconds."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'migrated.db'}"
        else:
            url = stack.enter_context(request.getfixturevalue("postgres_server").database())
        database = Database(url)
        command.upgrade(alembic_config("", database.engine), "head")
        yield database
        database.engine.dispose()


def test_the_migrations_make_exactly_what_the_models_say(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_every_check_constraint(migrated: Database) -> None:
    found = {
        check["name"] for table in metadata.tables for check in inspect(migrated.engine).get_check_constraints(table)
    }
    wanted = {
        str(check.name)
        for table in metadata.tables.values()
        for check in table.constraints
        if check.__visit_name__ in {"check_constraint", "table_or_column_check_constraint"}
    }
    assert wanted <= found


def test_the_migrations_keep_what_is_in_the_tables(empty: Database) -> None:
    configuration = alembic_config("", empty.engine)
    command.upgrade(configuration, "0001")
    with empty.engine.execution_options(writes=True).begin() as connection:
        for statement in ROWS_OF_0001:
            connection.exec_driver_sql(statement)

    command.upgrade(configuration, "head")

    with empty.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT question.uuid, question_version.kind FROM question_version"
            " JOIN question ON question.current_id = question_version.id"
        ).all()
        assert [tuple(row) for row in kept] == [("u", "numeric")]


def test_what_was_flagged_becomes_a_suspension_and_a_proposal(empty: Database) -> None:
    """A certificate flagged because its pass was lost, before there was another way to say so."""
    configuration = alembic_config("", empty.engine)
    command.upgrade(configuration, "head")
    with empty.transaction() as session:
        register.issued(session, assemble(session))
    command.downgrade(configuration, "room")
    with empty.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO certificate_flag (id, certificate_id, result_id, reason, raised_at)"
            " SELECT 1, id, result_id, 'regrade', '2026-11-24 02:00:00' FROM certificate"
        )

    command.upgrade(configuration, "head")

    with empty.reader() as session:
        certificate = session.scalars(select(Certificate)).one()
        verdict = check_code(certificate.code, register=SqlRegister(session), now=START + timedelta(days=2))
        assert (verdict.state, verdict.entry and verdict.entry.suspended_at) == ("suspended", START + timedelta(days=1))
        acts = session.execute(select(Ending.kind, Ending.state, Ending.proposed_by).order_by(Ending.id)).all()
        assert [tuple(act) for act in acts] == [("suspend", "approved", None), ("revoke", "open", None)]


def test_the_migrations_can_be_taken_back(empty: Database) -> None:
    configuration = alembic_config("", empty.engine)
    command.upgrade(configuration, "head")
    command.downgrade(configuration, "base")

    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}

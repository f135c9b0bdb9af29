"""Kinds of transactions: a turn of many leaves SQLite's lock to others for as long as it was held; a snapshot stays as it is."""

import pytest
from sqlalchemy import func, select

from lms import audit
from lms.audit import AuditEvent
from lms.db import Database, ReadOnlyTransaction
from tests.cast import START


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was slept, in seconds, with a clock that moves on by 0.25 s at each look."""
    found: list[float] = []
    ticks = iter(range(100))
    monkeypatch.setattr("lms.db.perf_counter", lambda: next(ticks) / 4)
    monkeypatch.setattr("lms.db.sleep", found.append)
    return found


def take(database: Database, fault: Exception | None = None) -> None:
    with database.turn() as session:
        audit.record(session, "test.turn", "attempt:1", by=None, now=START)
        if fault:
            raise fault


def acts(database: Database) -> int:
    with database.reader() as session:
        return session.scalars(select(func.count()).where(AuditEvent.action == "test.turn")).one()


def test_a_turn_commits_and_leaves_sqlite_to_others_for_as_long(database: Database, slept: list[float]) -> None:
    take(database)
    take(database)

    assert acts(database) == 2
    assert slept == ([0.25, 0.25] if database.engine.dialect.name == "sqlite" else [])


def test_a_turn_that_fails_is_undone_and_keeps_nobody_waiting(database: Database, slept: list[float]) -> None:
    with pytest.raises(ValueError, match="fault"):
        take(database, ValueError("fault"))

    assert acts(database) == 0
    assert slept == []


def test_a_snapshot_sees_one_state_throughout_and_writes_nothing(database: Database) -> None:
    count = select(func.count()).where(AuditEvent.action == "test.turn")
    with database.snapshot() as session:
        assert session.scalars(count).one() == 0
        with database.transaction() as other:
            audit.record(other, "test.turn", "attempt:1", by=None, now=START)

        assert session.scalars(count).one() == 0
        with pytest.raises(ReadOnlyTransaction):
            audit.record(session, "test.turn", "attempt:1", by=None, now=START)

    assert acts(database) == 1

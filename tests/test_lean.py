"""Lean statements do on both databases what the session's own do, in the same transaction, and are told of like them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.db import Database, ReadOnlyTransaction, UtcDateTime
from lms.lean import Lean
from lms.people.models import Employee, User
from tests.cast import Cast

AT = datetime(2026, 11, 23, 2, 0, 0, 123000, tzinfo=UTC)
OF_SUBJECT = Lean(select(AuditEvent).where(AuditEvent.subject == bindparam("subject")).order_by(AuditEvent.id))


def _act(session: Session, subject: str, **details: object) -> AuditEvent:
    row = AuditEvent(at=AT, actor_id=None, action="uji", subject=subject, details=details)
    session.add(row)
    return row


def test_a_mapped_class_comes_back_as_a_tuple_of_its_columns_each_as_its_type_has_it(session: Session) -> None:
    _act(session, "a", jumlah=[1, "dua"])
    (row,) = OF_SUBJECT.all(session, subject="a")
    assert (row.AuditEvent.at, row.AuditEvent.details, row.AuditEvent.actor_id) == (AT, {"jumlah": [1, "dua"]}, None)


def test_columns_and_classes_stand_side_by_side_and_an_outer_join_without_a_row_is_none(
    session: Session, cast: Cast
) -> None:
    statement = Lean(
        select(Employee.name, User, Employee.id.label("key"))
        .outerjoin(User, (User.employee_id == Employee.id) & (User.language == bindparam("language")))
        .where(Employee.id == bindparam("employee"))
    )
    person = cast.learner.employee_id
    found = statement.first(session, employee=person, language="id")
    assert (found.User.employee_id, found.key) == (person, person)
    assert statement.first(session, employee=person, language="xx").User is None


def test_lists_of_any_length_go_into_an_expanding_parameter(session: Session) -> None:
    for subject in "abc":
        _act(session, subject)
    statement = Lean(
        select(AuditEvent.subject)
        .where(AuditEvent.subject.in_(bindparam("wanted", expanding=True)))
        .order_by(AuditEvent.id)
    )
    for wanted in (["a", "c"], ["b"], []):
        assert [row.subject for row in statement.all(session, wanted=wanted)] == wanted


def test_writing_counts_its_rows_and_goes_with_the_transaction(session: Session) -> None:
    _act(session, "a"), _act(session, "a")
    session.commit()
    later = Lean(
        update(AuditEvent)
        .where(AuditEvent.subject == bindparam("which"))
        .values(at=bindparam("now", type_=UtcDateTime()))
        .returning(AuditEvent.at)
    )
    assert [row.at for row in later.all(session, which="a", now=AT + timedelta(days=1))] == [AT + timedelta(days=1)] * 2
    assert later.write(session, which="b", now=AT) == 0
    session.rollback()
    assert {row.AuditEvent.at for row in OF_SUBJECT.all(session, subject="a")} == {AT}


def test_moments_are_compared_as_the_column_keeps_them(session: Session) -> None:
    _act(session, "a")
    since = Lean(select(AuditEvent.subject).where(AuditEvent.at >= bindparam("moment", type_=UtcDateTime())))
    assert [row.subject for row in since.all(session, moment=AT)] == ["a"]
    assert since.all(session, moment=AT + timedelta(microseconds=1)) == []


def test_a_value_too_few_or_too_many_is_an_error_and_not_null(session: Session) -> None:
    for values in ({}, {"subject": "a", "more": 1}):
        with pytest.raises(TypeError, match="subject"):
            OF_SUBJECT.all(session, **values)


def test_nothing_is_written_where_a_transaction_declared_to_read_only(database: Database) -> None:
    with database.reader() as session, pytest.raises(ReadOnlyTransaction):
        Lean(update(AuditEvent).values(action="lain")).write(session)
    with database.reader() as session, pytest.raises(ReadOnlyTransaction):
        Lean(text("\nDELETE FROM audit_event RETURNING id").columns(AuditEvent.id)).all(session)


def test_an_insert_that_counts_on_defaults_of_python_is_refused(session: Session) -> None:
    with pytest.raises(TypeError, match="all its values"):
        Lean(insert(User).values(employee_id=1)).write(session)


def test_a_fault_of_the_driver_comes_as_sqlalchemys_and_without_the_values(session: Session, cast: Cast) -> None:
    statement = Lean(update(Employee).where(Employee.id == bindparam("who")).values(nip=bindparam("number")))
    taken = session.scalars(select(Employee.nip).where(Employee.id == cast.learner.employee_id)).one()
    with pytest.raises(IntegrityError) as caught:
        statement.write(session, who=cast.manager.employee_id, number=taken)
    assert "[parameters" not in str(caught.value)
    session.rollback()
    with pytest.raises((OperationalError, ProgrammingError)):
        Lean(text("SELECT 1 FROM tidak_ada")).all(session)


def test_who_counts_statements_hears_of_lean_ones(session: Session) -> None:
    heard: list[str] = []
    listener = lambda *told: heard.append(told[2])  # noqa: E731
    event.listen(session.get_bind(), "before_cursor_execute", listener)
    try:
        OF_SUBJECT.all(session, subject="a")
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", listener)
    assert [statement.startswith("SELECT") for statement in heard if "audit_event" in statement] == [True]


def test_a_reading_session_asks_postgresql_for_no_transaction(database: Database) -> None:
    """On SQLite it has one: what it reads is one state of the database."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    for session, begins in ((database.reader(), is_sqlite), (database.writer(), True)):
        with session:
            session.execute(text("SELECT 1"))
            assert _is_in_transaction(session) is begins


def _is_in_transaction(session: Session) -> bool:
    driver: Any = session.connection().connection.dbapi_connection
    if session.get_bind().dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status)  # 0: idle

"""Lists are found by their keys: nothing is read for each employee there is, for each who sits, or for each paper ever drawn."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, false, select, true
from sqlalchemy.orm import Session

from lms.exams import candidate_lists, use
from lms.exams.marking.models import Work
from lms.exams.models import Exam, Sitting
from lms.questions.listing import Filters
from lms.questions.models import Bank, Question
from lms.reports import marking, question_life, room, sitting_list
from lms.reports.marking import Marker
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.marking import essays


def board(session: Session, sitting: Sitting, _bank: Bank) -> None:
    room.seats(session, sitting.id, now=START)


def seat(session: Session, sitting: Sitting, _bank: Bank) -> None:
    room.seat(session, sitting.id, "p-learner", now=START)


def candidates(session: Session, sitting: Sitting, _bank: Bank) -> None:
    rows = sitting_list.people(sitting.id)
    sitting_list.page(session, rows, number=1, size=10)


def counts(session: Session, sitting: Sitting, _bank: Bank) -> None:
    sitting_list.counts(session, sitting.id)


def questions(session: Session, _sitting: Sitting, bank: Bank) -> None:
    session.execute(question_life.questions(bank, Filters(), used="", queue="", user_id=1).limit(25)).all()


@pytest.mark.parametrize("look", [board, seat, candidates, counts, questions])
def test_no_employee_attempt_or_use_is_read_that_is_not_asked_for(
    session: Session, cast: Cast, look: Callable[[Session, Sitting, Bank], None]
) -> None:
    """As the database would find them if it took keys wherever it can: what it then still scans has none."""
    factory.build(session, cast)
    session.commit()
    sitting, bank = session.scalars(select(Sitting)).one(), session.scalars(select(Bank)).one()

    found = plan(session, lambda: look(session, sitting, bank))

    assert found
    for table in ("employee", "attempt", "question_use"):
        assert f"SCAN {table}" not in found
        assert f"Seq Scan on {table}" not in found
    # Whoever sits is found before anything of them is: asked of employees, PostgreSQL looked for the last attempt of each there is.
    assert look is seat or "employee_id = employee.id" not in found
    if look is seat and session.get_bind().dialect.name == "sqlite":
        assert "INDEX ix_attempt_sitting_employee (sitting_id=? AND employee_id=?)" in found


def test_the_board_counts_the_answers_of_those_who_are_shown_alone(session: Session, cast: Cast) -> None:
    """The journals of all in a full room hold half a million events, and the board renews itself every ten seconds."""
    factory.build(session, cast)
    sitting = session.scalars(select(Sitting)).one()

    everyone = statements(session, lambda: room.seats(session, sitting.id, now=START))
    shown = statements(session, lambda: room.with_progress(session, room.seats(session, sitting.id, now=START)))

    assert not any("answer_event.value" in statement for statement, _given in everyone)
    assert any("answer_event.value" in statement for statement, _given in shown)


def test_a_list_of_candidates_is_looked_up_by_its_nips(session: Session, cast: Cast) -> None:
    """Joined with who holds a position in the agency, PostgreSQL begins with all of them once it plans for any list."""
    factory.build(session, cast)
    session.commit()
    exam = session.scalars(select(Exam)).one()

    found = plan(session, lambda: candidate_lists.find(session, exam, "0" * 18, today=START.date(), now=START))

    if session.get_bind().dialect.name == "postgresql":
        assert re.search(r"^Index Scan using uq_employee_nip on employee", found, re.MULTILINE)
    else:
        assert "SEARCH employee USING INDEX" in found


def test_an_import_is_undone_by_looking_each_question_up(session: Session, cast: Cast) -> None:
    """Held against the keys of all that was ever asked, half a million of them, PostgreSQL was not done after minutes."""
    factory.build(session, cast)
    session.commit()

    found = plan(session, lambda: session.scalars(select(Question.id).where(~use.is_asked())).all())

    if session.get_bind().dialect.name == "postgresql":
        assert re.search(r" on question_use [^\n]*\n +Index Cond: \(question_id = question\.id\)", found)
        assert "hashed SubPlan" not in found
    else:
        assert re.search(r"CORRELATED[^\n]*\nSEARCH question_use USING [^\n]*\(question_id=\?\)", found)


def test_a_markers_own_marks_are_read_once_for_all_answers_that_wait(session: Session, cast: Cast) -> None:
    """Asked of each answer by itself, SQLite goes through all marks that the marker ever gave, for each answer."""
    essays.build(session, cast, people=(cast.learner,))
    exam, version = session.execute(select(Work.exam_id, Work.version_id)).first() or (0, 0)
    marker = Marker(cast.other_manager.user_id, cast.other_manager.employee_id, false())
    session.commit()

    for look in (
        lambda: marking.queue(session, true(), marker, page=1, size=25),
        lambda: marking.next_code(session, exam, version, marker),
    ):
        found = plan(session, look)
        assert " marking " in found
        assert not re.search(r"CORRELATED[^\n]*\nS[A-Z]+ marking ", found)
        if session.get_bind().dialect.name == "postgresql":
            assert "hashed SubPlan" in found


def plan(session: Session, look: Callable[[], object]) -> str:
    """How the statements of `look` are carried out."""
    said, connection = statements(session, look), session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = [row[0] for one in said for row in connection.exec_driver_sql(f"EXPLAIN {one[0]}", one[1])]
    else:
        rows = [row[3] for one in said for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one[0]}", one[1])]
    return "\n".join(rows)


def statements(session: Session, look: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements of `look`, each with what it was given."""
    said: list[tuple[str, Any]] = []
    connection = session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        said.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    look()
    event.remove(connection, "before_cursor_execute", note)
    return said

"""What follows a finish: closed, graded, recorded, credited, audited. Once."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.audit import AuditEvent
from lms.catalogue import credit
from lms.catalogue.models import LearningCredit, LessonProgress
from lms.db import Database
from lms.exams import preparing, saving, starting
from lms.exams.attempts import AttemptClosed
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import AnswerEvent, Attempt, Result
from lms.exams.token import Ticket
from tests.cast import START, Cast
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import RIGHT, WRONG

TODAY = START.date()
LATER = START + timedelta(minutes=10)


@pytest.fixture
def ticket(session: Session, cast: Cast) -> Ticket:
    """The learner's attempt, begun at START."""
    factory.build(session, cast)
    found = definition(session, factory.CODE, now=START)
    assert found is not None
    who = cast.learner.employee_id
    preparing.prepare(session, found, may_start(session, found, who, now=START), who, now=START)
    begun = starting.start(
        session, factory.CODE, who, entry=factory.ENTRY, user_session_id=1, by=cast.learner.user_id, now=START
    )
    assert isinstance(begun, starting.Started)
    lease = session.get_one(Attempt, begun.attempt_id).lease
    assert lease is not None
    session.commit()
    return Ticket(begun.attempt_id, begun.code, lease, 6)


def answer(session: Session, ticket: Ticket, table: dict[str, Any], *, items: int = 6) -> None:
    tab = Device(ticket.code)
    paper = factory.paper_of(session, ticket.code)[:items]
    events = [tab.event(n, table[item["kind"]]) for n, item in enumerate(paper, 1)]
    assert saving.accept(session, ticket=ticket, batch=tab.batch(*events), now=LATER).stored == list(
        range(1, items + 1)
    )
    session.commit()


def finish(session: Session, ticket: Ticket, **change: Any) -> Result:
    arguments: dict[str, Any] = {"closed_by": "candidate", "by": 1, "now": LATER, "today": TODAY}
    result = completion.finish_attempt(session, Attempt.id == ticket.attempt_id, **arguments | change)
    session.commit()
    return result


def test_a_pass_is_recorded_credited_and_audited(session: Session, cast: Cast, ticket: Ticket) -> None:
    answer(session, ticket, RIGHT)

    result = finish(session, ticket)

    assert (result.passed, result.percent, result.score, result.answered) == (True, Decimal(100), Decimal(6), 6)
    assert (result.number, result.cause, result.problems) == (1, "closed", [])
    assert [section["passed"] for section in result.sections] == [True, True]
    earned = session.scalars(select(LearningCredit)).one()
    assert (earned.employee_id, earned.learning_hours, earned.year) == (cast.learner.employee_id, 4, 2026)
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"attempt:{ticket.attempt_id}"))
    assert list(acts) == ["attempt.start", "attempt.close"]


def test_a_fail_credits_nothing(session: Session, ticket: Ticket) -> None:
    answer(session, ticket, WRONG)

    assert not finish(session, ticket).passed
    assert session.scalars(select(LearningCredit)).all() == []


def test_hours_wait_for_the_last_lesson(session: Session, ticket: Ticket) -> None:
    session.execute(update(LessonProgress).where(LessonProgress.lesson_uuid == "lesson-2").values(completed_at=None))
    answer(session, ticket, RIGHT)

    assert finish(session, ticket).passed
    assert session.scalars(select(LearningCredit)).all() == []


def test_hours_are_credited_once_a_year(session: Session, cast: Cast, ticket: Ticket) -> None:
    answer(session, ticket, RIGHT)
    finish(session, ticket)
    course_id = session.scalars(select(LearningCredit.course_id)).one()

    for year in (2026, 2027):
        credit.add(session, cast.learner.employee_id, course_id, year=year, now=LATER)

    assert sorted(session.scalars(select(LearningCredit.year))) == [2026, 2027]


def test_the_year_is_that_of_the_day_in_the_installation_s_zone(session: Session, ticket: Ticket) -> None:
    answer(session, ticket, RIGHT)

    finish(session, ticket, today=TODAY.replace(year=2027, month=1, day=1))

    assert session.scalars(select(LearningCredit.year)).one() == 2027


def test_finishing_twice_is_refused_and_leaves_one_result(session: Session, ticket: Ticket) -> None:
    finish(session, ticket)

    with pytest.raises(AttemptClosed):
        finish(session, ticket)
    assert len(session.scalars(select(Result)).all()) == 1


def test_what_was_answered_is_graded_and_the_rest_is_nought(session: Session, ticket: Ticket) -> None:
    answer(session, ticket, RIGHT, items=3)

    result = finish(session, ticket)

    assert (result.percent, result.answered, result.passed) == (Decimal(50), 3, False)
    assert [section["percent"] for section in result.sections] == ["100.00", "0.00"]


def test_a_chain_that_was_tampered_with_is_graded_and_said(session: Session, ticket: Ticket) -> None:
    answer(session, ticket, RIGHT)
    session.execute(update(AnswerEvent).where(AnswerEvent.seq == 2).values(value='"9"'))

    assert finish(session, ticket).problems == [{"writer": "tab-1", "seq": 2, "what": "hash"}]


def test_the_sweep_closes_what_is_over_and_nothing_else(
    app: Flask, database: Database, session: Session, ticket: Ticket, time: Clock
) -> None:
    answer(session, ticket, RIGHT)
    platform = app.extensions["platform"]

    time.forward(minutes=32)
    completion.close_due(platform)
    assert session.scalars(select(Result)).all() == []
    session.commit()

    time.forward(seconds=1)
    completion.close_due(platform)
    completion.close_due(platform)
    result = session.scalars(select(Result)).one()
    attempt = session.get_one(Attempt, ticket.attempt_id, populate_existing=True)
    assert (result.passed, attempt.closed_by) == (True, "time")


def test_two_sweeps_at_once_grade_once(app: Flask, session: Session, ticket: Ticket, time: Clock) -> None:
    time.forward(minutes=40)
    sweeps = [threading.Thread(target=completion.close_due, args=(app.extensions["platform"],)) for _ in range(2)]

    for sweep in sweeps:
        sweep.start()
    for sweep in sweeps:
        sweep.join()

    assert session.scalars(select(Result.number)).all() == [1]


def test_one_attempt_that_cannot_be_graded_does_not_keep_the_others_waiting(
    app: Flask, session: Session, cast: Cast, ticket: Ticket, time: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    first = session.get_one(Attempt, ticket.attempt_id)
    other = Attempt(
        code="lain", exam_id=first.exam_id, sitting_id=first.sitting_id, employee_id=cast.colleague.employee_id,
        number=1, paper_id=first.paper_id, state="open", started_at=START, due_at=START + timedelta(minutes=31),
    )  # fmt: skip
    session.add(other)
    session.add(
        AnswerEvent(
            attempt_id=first.id, writer="x", seq=1, item=1, kind="answer", value="{", device_at="", previous="",
            hash="", received_at=START,
        )
    )  # fmt: skip
    session.commit()
    time.forward(minutes=40)

    completion.close_due(app.extensions["platform"])

    assert session.scalars(select(Result.attempt_id)).all() == [other.id]
    assert f"attempt {first.id} could not be finished" in caplog.text

"""Attempts: prepared, started by one UPDATE, held under one lease."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.db import Database
from lms.exams import attempts, moving, preparing, starting
from lms.exams.blueprint_rows import Infeasible
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import Attempt, Blueprint, Paper, Sitting
from lms.exams.starting import Refused, Started
from lms.people.models import UserSession
from lms.questions.models import Question
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import CODE, Hall
from tests.pages import Counter

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def prepare(session: Session, cast: Cast, now: datetime = START) -> None:
    found = definition(session, CODE, now=now)
    assert found is not None
    who = cast.learner.employee_id
    preparing.prepare(session, found, may_start(session, found, who, now=now), who, now=now)


def start(session: Session, cast: Cast, now: datetime = START) -> Started | Refused | None:
    who = cast.learner
    return starting.start(
        session, CODE, who.employee_id, entry=factory.ENTRY, user_session_id=1, by=who.user_id, now=now
    )


def begun(session: Session, cast: Cast) -> Attempt:
    prepare(session, cast)
    found = start(session, cast)
    assert isinstance(found, Started)
    return session.get_one(Attempt, found.attempt_id)


def only(session: Session) -> Attempt:
    return session.scalars(select(Attempt).execution_options(populate_existing=True)).one()


def test_a_start_is_one_update_and_its_audit_row(session: Session, database: Database, cast: Cast, hall: Hall) -> None:
    prepare(session, cast)
    counter = Counter(database)

    assert start(session, cast) is not None
    session.flush()

    assert [statement.split()[0] for statement in counter.statements] == ["UPDATE", "INSERT"]


def test_the_deadline_is_the_duration_from_the_start(session: Session, cast: Cast, hall: Hall) -> None:
    prepare(session, cast)
    late = START + timedelta(minutes=7, seconds=5, microseconds=123456)

    start(session, cast, now=late)

    assert only(session).started_at == late
    assert only(session).due_at == late + timedelta(minutes=30)


def test_the_end_of_the_sitting_comes_first(session: Session, cast: Cast, hall: Hall) -> None:
    closes_at = START + timedelta(minutes=20)
    session.execute(update(Sitting).values(closes_at=closes_at))
    prepare(session, cast)

    start(session, cast)

    assert only(session).due_at == closes_at


def test_preparing_twice_makes_one_attempt(session: Session, cast: Cast, hall: Hall) -> None:
    prepare(session, cast)
    before = only(session).paper_id
    prepare(session, cast, now=START + MINUTE)

    assert only(session).paper_id == before


def test_starting_twice_starts_once(session: Session, cast: Cast, hall: Hall) -> None:
    prepare(session, cast)

    assert start(session, cast) is not None
    assert start(session, cast) is None


def test_nothing_starts_before_the_sitting_opens_though_the_paper_lies_ready(
    session: Session, cast: Cast, hall: Hall
) -> None:
    session.execute(update(Sitting).values(opens_at=START + 30 * MINUTE))
    prepare(session, cast)

    assert only(session).state == "prepared"
    assert start(session, cast) is None
    assert start(session, cast, now=START + 30 * MINUTE) is not None


def test_no_paper_is_laid_ready_long_before(session: Session, cast: Cast, hall: Hall) -> None:
    session.execute(update(Sitting).values(opens_at=START + timedelta(hours=2)))
    prepare(session, cast)

    assert session.scalars(select(Attempt)).all() == []


def test_a_paper_of_an_older_blueprint_or_of_another_day_is_drawn_anew(
    session: Session, cast: Cast, hall: Hall
) -> None:
    prepare(session, cast)
    first = only(session).paper_id
    session.add(Blueprint(exam_id=hall.exam_id, number=2, content=factory.CONTENT, hash="c" * 64, made_at=START))
    session.flush()

    prepare(session, cast, now=START + MINUTE)
    second = only(session).paper_id
    prepare(session, cast, now=START + timedelta(days=1, minutes=2))

    assert len({first, second, only(session).paper_id}) == 3


def test_a_paper_is_drawn_from_live_exam_questions_of_the_bank(session: Session, cast: Cast, hall: Hall) -> None:
    session.execute(update(Question).where(Question.uuid == "soal-1-4").values(status="suspended"))
    session.execute(update(Question).where(Question.uuid == "soal-1-5").values(purpose="practice"))

    with pytest.raises(Infeasible, match="sedang: perlu 1, ada 0"):
        prepare(session, cast)


def test_a_paper_is_sealed_with_its_blueprint(session: Session, cast: Cast, hall: Hall) -> None:
    prepare(session, cast)
    paper = session.scalars(select(Paper)).one()

    assert len(paper.hash) == 64
    assert [item["section"] for item in paper.items] == [0, 0, 0, 1, 1, 1]


def test_a_lease_is_taken_only_where_no_live_sign_in_holds_it(session: Session, cast: Cast, hall: Hall) -> None:
    attempt = begun(session, cast)

    assert attempts.claim(session, attempt.id, user_session_id=2, now=START) is None
    session.execute(update(UserSession).where(UserSession.id == 1).values(ended_at=START))
    assert attempts.claim(session, attempt.id, user_session_id=2, now=START) is not None
    assert only(session).user_session_id == 2


def test_a_sign_in_that_was_idle_too_long_loses_its_lease_to_the_next(session: Session, cast: Cast, hall: Hall) -> None:
    attempt = begun(session, cast)
    later = START + timedelta(hours=2, seconds=1)

    assert attempts.claim(session, attempt.id, user_session_id=2, now=later) is not None


def test_moving_gives_a_new_lease(session: Session, cast: Cast, hall: Hall) -> None:
    attempt = begun(session, cast)
    old = attempt.lease

    new = moving.take_over(session, attempt.id, user_session_id=2, by=cast.learner.user_id, now=START)

    assert new != old
    assert (only(session).lease, only(session).user_session_id) == (new, 2)


def test_the_end_of_a_sign_in_clears_its_leases_only(session: Session, cast: Cast, hall: Hall) -> None:
    attempt = begun(session, cast)

    attempts.release(session, 2)
    assert only(session).lease == attempt.lease is not None
    attempts.release(session, 1)
    assert only(session).lease is None


def test_an_attempt_is_due_when_its_grace_is_over(session: Session, cast: Cast, hall: Hall) -> None:
    attempt = begun(session, cast)
    end = START + timedelta(minutes=32)

    assert attempts.due(session, now=end) == []
    assert attempts.due(session, now=end + timedelta(microseconds=1)) == [attempt.id]


@pytest.mark.parametrize(("minutes", "closed_by"), [(30, "candidate"), (30.1, "time")])
def test_after_the_deadline_time_closes_whoever_asks(
    session: Session, cast: Cast, hall: Hall, minutes: float, closed_by: str
) -> None:
    attempt = begun(session, cast)
    now = START + timedelta(minutes=minutes)

    closed = attempts.close(session, Attempt.id == attempt.id, closed_by="candidate", now=now)

    assert (closed.closed_by, closed.course_id, closed.supervised) == (closed_by, hall.course_id, False)
    assert (len(closed.items), closed.blueprint) == (6, factory.CONTENT)

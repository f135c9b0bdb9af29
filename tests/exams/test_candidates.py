"""The list of a sitting, and time that is given before the start and during the attempt."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.exams import candidates, preparing, starting
from lms.exams.candidates import ListError
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import Attempt, Candidate, Sitting, SittingEvent
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import CODE, ENTRY, Hall

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def add(session: Session, cast: Cast, hall: Hall, employee_id: int | None = None, extra_minutes: int = 0) -> Candidate:
    sitting = session.get_one(Sitting, hall.sitting_id, populate_existing=True)
    who = employee_id or cast.learner.employee_id
    candidates.add(session, sitting, who, extra_minutes=extra_minutes, by=cast.hr.user_id, now=START)
    return session.scalars(select(Candidate).where(Candidate.employee_id == who)).one()


def give(session: Session, cast: Cast, hall: Hall, minutes: int) -> candidates.TimeChange:
    who = cast.learner.employee_id
    return candidates.add_time(
        session, hall.sitting_id, who, minutes, why="Listrik padam", by=cast.hr.user_id, now=START + MINUTE
    )


def begin(session: Session, cast: Cast) -> Attempt:
    who = cast.learner.employee_id
    found = definition(session, CODE, now=START, employee_id=who)
    assert found is not None
    preparing.prepare(session, found, may_start(session, found, who, now=START), who, now=START)
    starting.start(session, CODE, who, entry=ENTRY, user_session_id=1, by=cast.learner.user_id, now=START)
    return attempt(session)


def attempt(session: Session) -> Attempt:
    return session.scalars(select(Attempt).execution_options(populate_existing=True)).one()


def test_nobody_stands_twice_on_a_list(session: Session, cast: Cast, hall: Hall) -> None:
    add(session, cast, hall)

    with pytest.raises(ListError, match="listed"):
        add(session, cast, hall)


def test_a_room_takes_as_many_as_it_has_places(session: Session, cast: Cast, hall: Hall) -> None:
    session.execute(update(Sitting).values(audience="listed", capacity=1))
    add(session, cast, hall)

    with pytest.raises(ListError, match="full"):
        add(session, cast, hall, cast.colleague.employee_id)


def test_a_sitting_that_is_over_takes_nobody(session: Session, cast: Cast, hall: Hall) -> None:
    session.execute(update(Sitting).values(closes_at=START))

    with pytest.raises(ListError, match="ended"):
        add(session, cast, hall)


def test_time_moves_the_deadline_of_an_attempt_that_runs_and_stands_in_the_log(
    session: Session, cast: Cast, hall: Hall
) -> None:
    add(session, cast, hall, extra_minutes=5)
    begin(session, cast)

    change = give(session, cast, hall, 10)

    assert change == candidates.TimeChange(15, START + 45 * MINUTE)
    assert attempt(session).due_at == START + 45 * MINUTE
    event = session.scalars(select(SittingEvent)).one()
    assert (event.kind, event.attempt_id, event.by, event.at) == (
        "time",
        attempt(session).id,
        cast.hr.user_id,
        START + MINUTE,
    )
    assert (event.details["minutes"], event.details["why"]) == (10, "Listrik padam")
    audited = session.scalars(select(AuditEvent).where(AuditEvent.action == "candidate.time")).one()
    assert (audited.actor_id, audited.details) == (cast.hr.user_id, {"minutes": 10, "why": "Listrik padam"})


def test_time_given_twice_adds_up(session: Session, cast: Cast, hall: Hall) -> None:
    begin(session, cast)
    give(session, cast, hall, 10)

    assert give(session, cast, hall, 10) == candidates.TimeChange(20, START + 50 * MINUTE)


def test_who_was_on_no_list_is_entered_with_the_time(session: Session, cast: Cast, hall: Hall) -> None:
    assert give(session, cast, hall, 10) == candidates.TimeChange(10, None)
    assert session.scalars(select(Candidate.extra_minutes)).all() == [10]


def test_an_attempt_that_was_handed_in_gets_no_time(session: Session, cast: Cast, hall: Hall) -> None:
    begin(session, cast)
    session.execute(update(Attempt).values(state="closed", closed_at=START, closed_by="candidate"))

    with pytest.raises(ListError, match="ended"):
        give(session, cast, hall, 10)


def test_time_can_be_taken_back_before_the_start_only(session: Session, cast: Cast, hall: Hall) -> None:
    add(session, cast, hall, extra_minutes=15)
    assert give(session, cast, hall, -5) == candidates.TimeChange(10, None)
    begin(session, cast)

    with pytest.raises(ListError, match="begun"):
        give(session, cast, hall, -5)


@pytest.mark.parametrize("minutes", [-1, 601])
def test_extra_time_stays_between_nothing_and_ten_hours(session: Session, cast: Cast, hall: Hall, minutes: int) -> None:
    with pytest.raises(ListError, match="limit"):
        give(session, cast, hall, minutes)


def test_a_paused_attempt_gets_its_time_too(session: Session, cast: Cast, hall: Hall) -> None:
    begin(session, cast)
    session.execute(update(Attempt).values(state="paused", paused_at=START))

    assert give(session, cast, hall, 10).due_at == START + 40 * MINUTE


def test_who_has_begun_stays_on_the_list(session: Session, cast: Cast, hall: Hall) -> None:
    entry = add(session, cast, hall)
    begin(session, cast)

    with pytest.raises(ListError, match="begun"):
        candidates.remove(session, entry, by=cast.hr.user_id, now=START)


def test_who_is_taken_off_loses_the_extra_time_of_the_paper_that_lies_ready(
    session: Session, cast: Cast, hall: Hall
) -> None:
    entry = add(session, cast, hall, extra_minutes=15)
    who = cast.learner.employee_id
    found = definition(session, CODE, now=START, employee_id=who)
    assert found is not None
    preparing.prepare(session, found, may_start(session, found, who, now=START), who, now=START)
    assert attempt(session).extra_minutes == 15

    candidates.remove(session, entry, by=cast.hr.user_id, now=START)

    assert attempt(session).extra_minutes == 0


def test_the_note_of_accommodation_is_in_no_audit_row(session: Session, cast: Cast, hall: Hall) -> None:
    entry = add(session, cast, hall)

    candidates.describe(
        session, entry, group="khusus", accommodation="Memakai pembaca layar", by=cast.hr.user_id, now=START
    )

    session.flush()
    assert not any("pembaca" in str(row) for row in session.scalars(select(AuditEvent.details)))

"""Pausing one or all: what stood still comes back on the deadline, to the microsecond, and nothing happens meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.catalogue.models import Course
from lms.completion import finish_attempt
from lms.exams import attempts, pausing, preparing, saving, starting
from lms.exams.attempts import AttemptClosed
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import Attempt, Sitting, SittingEvent
from lms.exams.pausing import RoomError
from lms.exams.starting import Started
from lms.exams.token import Ticket
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import CODE, ENTRY, Hall

MINUTE = timedelta(minutes=1)
#: Three minutes, four seconds and some: a span that no rounding leaves as it is.
SPAN = timedelta(minutes=3, seconds=4, microseconds=567_891)
Begin = Callable[[Person, datetime], Attempt]


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


@pytest.fixture
def begin(session: Session, cast: Cast, hall: Hall) -> Begin:
    """begin(person, at): the person starts; due 30 minutes later."""

    def start(who: Person, at: datetime = START) -> Attempt:
        if who is not cast.learner:
            course = session.get_one(Course, hall.course_id)
            factory.enrol(session, course, who, now=START, finished=2)
        found = definition(session, CODE, now=at, employee_id=who.employee_id)
        assert found is not None
        standing = may_start(session, found, who.employee_id, now=at)
        preparing.prepare(session, found, standing, who.employee_id, now=at)
        begun = starting.start(session, CODE, who.employee_id, entry=ENTRY, user_session_id=1, by=who.user_id, now=at)
        assert isinstance(begun, Started)
        return session.get_one(Attempt, begun.attempt_id)

    return start


def room(session: Session) -> Sitting:
    return session.scalars(select(Sitting).execution_options(populate_existing=True)).one()


def fresh(session: Session, attempt: Attempt) -> Attempt:
    session.flush()
    session.refresh(attempt)
    return attempt


def stop(session: Session, attempt: Attempt, cast: Cast, at: datetime) -> None:
    pausing.pause(session, attempt.sitting_id, attempt.employee_id, why="Listrik padam", by=cast.hr.user_id, now=at)


def go_on(session: Session, attempt: Attempt, cast: Cast, at: datetime) -> timedelta:
    return pausing.resume(session, room(session), attempt.employee_id, by=cast.hr.user_id, now=at)


def test_what_is_resumed_gets_exactly_the_pause_back(session: Session, cast: Cast, begin: Begin) -> None:
    attempt = begin(cast.learner, START)

    stop(session, attempt, cast, START + 5 * MINUTE)
    assert go_on(session, attempt, cast, START + 5 * MINUTE + SPAN) == SPAN

    assert fresh(session, attempt).due_at == START + 30 * MINUTE + SPAN
    assert (attempt.state, attempt.paused_at) == ("open", None)
    events = session.scalars(select(SittingEvent).order_by(SittingEvent.id)).all()
    assert [(event.kind, event.attempt_id) for event in events] == [("pause", attempt.id), ("resume", attempt.id)]
    assert events[0].details == {"why": "Listrik padam"}
    assert events[1].details == {"seconds": 184.567891, "due_at": "2026-11-23T02:33:04.567891+00:00"}


def test_while_paused_nothing_is_stored_held_closed_or_handed_in(session: Session, cast: Cast, begin: Begin) -> None:
    attempt = begin(cast.learner, START)
    stop(session, attempt, cast, START + 29 * MINUTE)
    later = START + 40 * MINUTE  # ten minutes after the deadline that stood when it was paused
    device, ticket = Device(attempt.code), Ticket(attempt.id, attempt.code, attempt.lease or "", 6)
    batch = device.batch(device.event(1, "0", at=START + 29 * MINUTE))

    refused = saving.accept(session, ticket=ticket, batch=batch, now=later)

    assert (refused.stored, refused.held, refused.refused, refused.state) == ([], [], {}, "paused")
    assert attempts.due(session, now=later) == []
    with pytest.raises(AttemptClosed):
        finish_attempt(session, Attempt.id == attempt.id, closed_by="candidate", by=None, now=later, today=later.date())
    go_on(session, attempt, cast, later)
    assert saving.accept(session, ticket=ticket, batch=batch, now=later).stored == [1]
    assert fresh(session, attempt).due_at == later + MINUTE


def stop_twice(session: Session, attempt: Attempt, cast: Cast) -> None:
    """The second is told."""
    stop(session, attempt, cast, START)
    stop(session, attempt, cast, START)


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (stop_twice, "paused"),
        (lambda s, a, c: stop(s, a, c, START + 31 * MINUTE), "over"),
        (lambda s, a, c: go_on(s, a, c, START), "running"),
        (lambda s, a, c: pausing.pause(s, a.sitting_id, c.hr.employee_id, why="", by=1, now=START), "idle"),
    ],
)
def test_what_cannot_be_paused_or_resumed_says_why(
    session: Session, cast: Cast, begin: Begin, act: Callable[[Session, Attempt, Cast], object], problem: str
) -> None:
    attempt = begin(cast.learner, START)

    with pytest.raises(RoomError, match=problem):
        act(session, attempt, cast)


def test_a_pause_of_the_room_takes_everyone_along_and_moves_its_window(
    session: Session, cast: Cast, begin: Begin
) -> None:
    closes_at = START + 60 * MINUTE
    session.execute(update(Sitting).values(closes_at=closes_at))
    first, second = begin(cast.learner, START), begin(cast.colleague, START + 2 * MINUTE)

    assert pausing.pause_room(session, room(session), why="Jaringan putus", by=1, now=START + 3 * MINUTE) == 2
    with pytest.raises(RoomError, match="paused"):
        pausing.pause_room(session, room(session), why="Lagi", by=1, now=START + 3 * MINUTE)
    assert pausing.resume_room(session, room(session), by=1, now=START + 3 * MINUTE + SPAN) == SPAN

    assert fresh(session, first).due_at == START + 30 * MINUTE + SPAN
    assert fresh(session, second).due_at == START + 32 * MINUTE + SPAN
    assert room(session).closes_at == closes_at + SPAN
    assert room(session).paused_at is None
    kinds = [(event.kind, event.details["people"]) for event in session.scalars(select(SittingEvent))]
    assert kinds == [("room_pause", 2), ("room_resume", 2)]


def test_who_was_paused_alone_stays_so_when_the_room_goes_on(session: Session, cast: Cast, begin: Begin) -> None:
    alone, other = begin(cast.learner, START), begin(cast.colleague, START)
    stop(session, alone, cast, START + MINUTE)
    pausing.pause_room(session, room(session), why="Doa", by=1, now=START + 2 * MINUTE)
    with pytest.raises(RoomError, match="room_paused"):
        go_on(session, alone, cast, START + 3 * MINUTE)

    pausing.resume_room(session, room(session), by=1, now=START + 4 * MINUTE)
    assert (fresh(session, alone).state, fresh(session, other).state) == ("paused", "open")
    assert other.due_at == START + 32 * MINUTE

    assert go_on(session, alone, cast, START + 6 * MINUTE) == 5 * MINUTE
    assert fresh(session, alone).due_at == START + 35 * MINUTE


def test_nobody_begins_in_a_room_that_stands_still(session: Session, cast: Cast, begin: Begin, hall: Hall) -> None:
    found = definition(session, CODE, now=START, employee_id=cast.learner.employee_id)
    assert found is not None
    who = cast.learner.employee_id
    preparing.prepare(session, found, may_start(session, found, who, now=START), who, now=START)
    pausing.pause_room(session, room(session), why="Belum siap", by=1, now=START)
    session.flush()

    begun = starting.start(session, CODE, who, entry=ENTRY, user_session_id=1, by=1, now=START + MINUTE)

    assert begun is None


def test_a_pause_before_the_door_opens_moves_the_window_by_what_of_it_was_lost(session: Session, hall: Hall) -> None:
    opens_at, closes_at = START + 10 * MINUTE, START + 70 * MINUTE
    session.execute(update(Sitting).values(opens_at=opens_at, closes_at=closes_at))

    pausing.pause_room(session, room(session), why="Menunggu", by=1, now=START)
    pausing.resume_room(session, room(session), by=1, now=START + 15 * MINUTE)

    assert room(session).closes_at == closes_at + 5 * MINUTE

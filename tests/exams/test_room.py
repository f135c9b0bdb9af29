"""Time for all, who came, incidents, ending and reopening."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.exams import candidates, pausing, preparing, reopening, results, room, starting
from lms.exams.attempts import AttemptClosed
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import Attempt, Candidate, Result, Sitting, SittingEvent
from lms.exams.pausing import RoomError
from lms.exams.reopening import ReopenError
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import CODE, ENTRY, Hall

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def begin(session: Session, cast: Cast) -> Attempt:
    who = cast.learner.employee_id
    found = definition(session, CODE, now=START, employee_id=who)
    assert found is not None
    preparing.prepare(session, found, may_start(session, found, who, now=START), who, now=START)
    starting.start(session, CODE, who, entry=ENTRY, user_session_id=1, by=cast.learner.user_id, now=START)
    return fresh(session)


def fresh(session: Session) -> Attempt:
    session.flush()
    return session.scalars(select(Attempt).execution_options(populate_existing=True)).one()


def sitting(session: Session) -> Sitting:
    return session.scalars(select(Sitting).execution_options(populate_existing=True)).one()


def enter(session: Session, cast: Cast, employee_id: int) -> None:
    candidates.add(session, sitting(session), employee_id, by=cast.hr.user_id, now=START)


def kinds(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(SittingEvent.kind).order_by(SittingEvent.id)))


def end(session: Session, cast: Cast, at: timedelta) -> Result:
    now = START + at
    return completion.end_attempt(
        session, sitting(session), cast.learner.employee_id, why="Tertukar peserta", by=1, now=now, today=now.date()
    )


def test_time_for_all_moves_deadlines_and_waits_for_who_has_not_begun(session: Session, cast: Cast, hall: Hall) -> None:
    enter(session, cast, cast.learner.employee_id)
    enter(session, cast, cast.colleague.employee_id)
    begin(session, cast)

    assert room.add_time(session, hall.sitting_id, 10, why="Server lambat", by=1, now=START + MINUTE) == 1

    assert fresh(session).due_at == START + 40 * MINUTE
    assert session.scalars(select(Candidate.extra_minutes)).all() == [10, 10]
    told = session.scalars(select(SittingEvent)).one()
    assert (told.kind, told.details) == ("room_credit", {"minutes": 10, "why": "Server lambat", "people": 1})


@pytest.mark.parametrize("minutes", [0, -5, 601])
def test_time_for_all_stays_within_its_limits(session: Session, cast: Cast, hall: Hall, minutes: int) -> None:
    enter(session, cast, cast.learner.employee_id)

    with pytest.raises(RoomError, match="limit"):
        room.add_time(session, hall.sitting_id, minutes, why="x", by=1, now=START)


def test_who_came_is_marked_and_taken_back(session: Session, cast: Cast, hall: Hall) -> None:
    enter(session, cast, cast.learner.employee_id)

    for attendance in ("absent", "present", None):
        room.mark(session, hall.sitting_id, cast.learner.employee_id, attendance=attendance, seat="12", by=1, now=START)
        entry = session.scalars(select(Candidate).execution_options(populate_existing=True)).one()
        assert (entry.attendance, entry.seat) == (attendance, "12")
    assert kinds(session) == ["attendance"] * 3


def test_who_has_begun_is_not_absent_and_who_is_on_no_list_is_not_marked(
    session: Session, cast: Cast, hall: Hall
) -> None:
    enter(session, cast, cast.learner.employee_id)
    begin(session, cast)

    for who, problem in ((cast.learner, "begun"), (cast.colleague, "unlisted")):
        with pytest.raises(RoomError, match=problem):
            room.mark(session, hall.sitting_id, who.employee_id, attendance="absent", seat="", by=1, now=START)


def test_an_incident_is_struck_out_by_its_writer_within_ten_minutes(session: Session, cast: Cast, hall: Hall) -> None:
    room.note_incident(session, hall.sitting_id, None, what="Alarm berbunyi", by=1, now=START)
    session.flush()
    event = session.scalars(select(SittingEvent)).one()

    with pytest.raises(RoomError, match="late"):
        room.take_back(session, hall.sitting_id, event.id, by=1, now=START + 11 * MINUTE)
    with pytest.raises(RoomError, match="late"):
        room.take_back(session, hall.sitting_id, event.id, by=2, now=START)
    for _again in range(2):
        room.take_back(session, hall.sitting_id, event.id, by=1, now=START + 10 * MINUTE)

    assert kinds(session) == ["incident", "void"]


def test_an_attempt_is_ended_for_a_reason_and_reopened_with_the_time_that_was_left(
    session: Session, cast: Cast, hall: Hall
) -> None:
    begin(session, cast)
    assert end(session, cast, 10 * MINUTE).number == 1
    assert (fresh(session).state, fresh(session).closed_by) == ("closed", "proctor")

    left = reopening.reopen(
        session, sitting(session), cast.learner.employee_id, why="Salah orang", by=2, now=START + 15 * MINUTE
    )

    assert left == 20 * MINUTE
    assert (fresh(session).state, fresh(session).due_at) == ("open", START + 35 * MINUTE)
    assert end(session, cast, 20 * MINUTE).number == 2
    assert kinds(session) == ["close", "reopen", "close"]


def test_one_that_stands_still_is_ended_too(session: Session, cast: Cast, hall: Hall) -> None:
    begin(session, cast)
    pausing.pause(session, hall.sitting_id, cast.learner.employee_id, why="Sakit", by=1, now=START + MINUTE)

    end(session, cast, 3 * MINUTE)

    assert kinds(session) == ["pause", "resume", "close"]
    assert fresh(session).due_at == START + 32 * MINUTE
    with pytest.raises(AttemptClosed):
        end(session, cast, 4 * MINUTE)


@pytest.mark.parametrize(
    ("problem", "closed_after", "closes_after", "passed"),
    [("window", 10, 15, False), ("time", 31, 60, False), ("passed", 10, 60, True)],
)
def test_what_is_not_reopened(
    session: Session, cast: Cast, hall: Hall, problem: str, closed_after: int, closes_after: int, passed: bool
) -> None:
    begin(session, cast)
    end(session, cast, closed_after * MINUTE)
    session.execute(update(Sitting).values(closes_at=START + closes_after * MINUTE))
    session.execute(update(Result).values(passed=passed))

    with pytest.raises(ReopenError, match=problem):
        reopening.reopen(session, sitting(session), cast.learner.employee_id, why="x", by=2, now=START + 32 * MINUTE)


def test_what_runs_is_not_reopened_and_no_second_one_begins_beside_it(session: Session, cast: Cast, hall: Hall) -> None:
    begin(session, cast)
    with pytest.raises(ReopenError, match="open"):
        reopening.reopen(session, sitting(session), cast.learner.employee_id, why="x", by=2, now=START)
    first = fresh(session)
    session.add(
        Attempt(
            code="kedua", exam_id=first.exam_id, sitting_id=first.sitting_id, employee_id=first.employee_id, number=2,
            paper_id=first.paper_id, state="prepared",
        )
    )  # fmt: skip
    session.flush()

    begun = starting.start(
        session, CODE, cast.learner.employee_id, entry=ENTRY, user_session_id=1, by=1, now=START + MINUTE
    )

    assert begun is None
    assert results.not_followed(session, now=START) == []


@pytest.mark.parametrize(
    ("hours", "passed", "begins"), [(23, False, False), (24, False, True), (24, True, False)], ids=str
)
def test_what_lay_ready_is_not_begun_within_the_pause_nor_after_a_pass(
    session: Session, cast: Cast, hall: Hall, hours: int, passed: bool, begins: bool
) -> None:
    """The next paper lies ready when the first attempt is reopened and closed again, or is regraded. The pause is 24 hours."""
    begin(session, cast)
    end(session, cast, 10 * MINUTE)
    session.execute(update(Result).values(passed=passed))
    first = fresh(session)
    session.add(
        Attempt(
            code="kedua", exam_id=first.exam_id, sitting_id=first.sitting_id, employee_id=first.employee_id, number=2,
            paper_id=first.paper_id, state="prepared",
        )
    )  # fmt: skip
    session.flush()

    at = START + 10 * MINUTE + timedelta(hours=hours)
    begun = starting.start(session, CODE, cast.learner.employee_id, entry=ENTRY, user_session_id=1, by=1, now=at)

    assert (begun is not None) is begins

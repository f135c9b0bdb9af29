"""What waits for the end of a sitting: until nobody can begin there and nobody works there, as things stand now."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import pausing, released
from lms.exams.models import EXAM, PRACTICE, TRYOUT, Attempt, Sitting
from lms.exams.release import Release, release_of
from lms.exams.released import End
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.regrading import test_regrades as exam

#: Three have handed in ten minutes after the start; the window closes two hours after it.
HANDED_IN, CLOSES = START + timedelta(minutes=10), START + timedelta(hours=2)
LATER = CLOSES + timedelta(minutes=40)


@pytest.fixture
def sitting(session: Session, cast: Cast) -> Sitting:
    exam.build(session, cast)
    session.execute(update(Sitting).values(closes_at=CLOSES))
    session.commit()
    return session.scalars(select(Sitting)).one()


def end(session: Session, sitting: Sitting, now: datetime) -> End:
    session.expire_all()
    return released.end_of(session, sitting.id, released.closing(sitting, now=now), now=now)


def work(session: Session, who: int, **values: Any) -> None:
    """Somebody is at work after all."""
    change = {"state": "open", "closed_at": None, "closed_by": None} | values
    session.execute(update(Attempt).where(Attempt.employee_id == who).values(**change))


def test_a_blueprint_says_after_what_items_are_shown() -> None:
    plain: dict[str, Any] = {"shows_items": True, "shows_key": False, "days": None, "ruling_days": 0}

    assert release_of({"release": "items"}) == Release(**plain)
    assert release_of({"release": "items", "release_after": "result"}) == Release(**plain)
    assert release_of({"release": "items", "release_after": "sitting"}) == Release(**plain, waits=True)
    assert not release_of({"release": "score", "release_after": "sitting"}).waits  # nothing is shown that could wait


def test_a_sitting_goes_on_until_its_window_closes(session: Session, sitting: Sitting) -> None:
    """All have handed in, but others may begin, and who failed may begin again."""
    assert end(session, sitting, CLOSES - timedelta(seconds=1)) == End(CLOSES, is_over=False, may_begin=True)
    assert end(session, sitting, CLOSES) == End(CLOSES, is_over=True, may_begin=False)


def test_who_works_on_with_extra_time_keeps_it_going(session: Session, cast: Cast, sitting: Sitting) -> None:
    work(session, cast.outsider.employee_id, due_at=LATER)
    assert end(session, sitting, CLOSES) == End(LATER, is_over=False, may_begin=False)
    assert not end(session, sitting, LATER + timedelta(seconds=60)).is_over  # what was stamped in time may still arrive

    done = LATER + timedelta(seconds=121)
    work(session, cast.outsider.employee_id, state="closed", closed_at=done, closed_by="time")
    assert end(session, sitting, done) == End(done, is_over=True, may_begin=False)


def test_what_stands_still_moves_the_end_along(session: Session, cast: Cast, sitting: Sitting) -> None:
    since = CLOSES - timedelta(minutes=5)
    work(session, cast.outsider.employee_id, state="paused", paused_at=since, due_at=CLOSES)

    assert end(session, sitting, since + timedelta(hours=1)) == End(
        CLOSES + timedelta(hours=1), is_over=False, may_begin=False
    )


def test_a_room_that_stands_still_is_not_over_for_who_has_not_begun(
    session: Session, cast: Cast, sitting: Sitting
) -> None:
    """Nobody works there, and its window will get the pause back."""
    pausing.pause_room(session, sitting, why="Listrik padam.", by=cast.hr.user_id, now=CLOSES - timedelta(minutes=5))
    at = CLOSES + timedelta(minutes=25)
    expected = End(CLOSES + timedelta(minutes=30), is_over=False, may_begin=True)
    assert end(session, sitting, at) == expected

    pausing.resume_room(session, sitting, by=cast.hr.user_id, now=at)
    assert end(session, sitting, at) == expected
    assert end(session, sitting, expected.at).is_over


def test_a_window_that_is_moved_takes_the_moment_along_also_one_that_had_ended(
    session: Session, sitting: Sitting
) -> None:
    assert end(session, sitting, CLOSES + timedelta(minutes=1)).is_over
    session.execute(update(Sitting).values(closes_at=LATER))
    assert end(session, sitting, CLOSES + timedelta(minutes=1)) == End(LATER, is_over=False, may_begin=True)
    session.execute(update(Sitting).values(closes_at=HANDED_IN - timedelta(minutes=1)))
    assert end(session, sitting, CLOSES) == End(HANDED_IN, is_over=True, may_begin=False)


def test_a_sitting_in_which_nobody_began_is_over_when_it_closes(session: Session, cast: Cast) -> None:
    hall = factory.build(session, cast)
    assert released.end_of(session, hall.sitting_id, CLOSES, now=LATER) == End(CLOSES, is_over=True, may_begin=False)


@pytest.mark.parametrize(
    ("blueprint", "now", "shown"),
    [
        ({}, CLOSES - timedelta(hours=1), (False, False, False, False)),
        ({"release": "items"}, CLOSES - timedelta(hours=1), (True, False, False, False)),
        ({"release": "key"}, CLOSES - timedelta(hours=1), (True, False, False, True)),
        ({"release": "key"}, CLOSES, (True, True, False, False)),
        ({"release": "items", "release_after": "sitting"}, CLOSES - timedelta(hours=1), (False, False, True, False)),
        ({"release": "items", "release_after": "sitting"}, CLOSES, (True, False, False, False)),
        ({"release": "key", "release_after": "sitting"}, CLOSES - timedelta(hours=1), (False, False, True, True)),
        ({"release": "key", "release_after": "sitting"}, CLOSES, (True, True, False, False)),
    ],
)
def test_what_is_shown_and_what_is_kept(
    session: Session, sitting: Sitting, blueprint: dict[str, str], now: datetime, shown: tuple[bool, ...]
) -> None:
    found = released.of(session, release_of(blueprint), EXAM, sitting.id, CLOSES, now=now)
    assert (found.shows_items, found.shows_key, found.keeps_items, found.keeps_key) == shown


@pytest.mark.parametrize("mode", [PRACTICE, TRYOUT])
def test_a_rehearsal_keeps_nothing_back(session: Session, sitting: Sitting, mode: str) -> None:
    rule = release_of({"release": "key", "release_after": "sitting"})
    found = released.of(session, rule, mode, sitting.id, CLOSES, now=HANDED_IN)
    assert (found.shows_items, found.shows_key, found.end) == (True, True, None)

"""A call for help is one until it is answered, and what is said in a room stands in its log."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import messages
from lms.exams.models import Attempt, SittingEvent
from lms.exams.pausing import RoomError
from lms.exams.room_models import RoomMessage
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.test_room import begin

MINUTE = timedelta(minutes=1)
KEYS = ("0" * 16, "1" * 16)


@pytest.fixture
def attempt(session: Session, cast: Cast) -> Attempt:
    factory.build(session, cast)
    return begin(session, cast)


def ask(session: Session, attempt: Attempt, key: str = KEYS[0], reason: str = "Layar berkedip") -> None:
    messages.ask_help(session, attempt, key=key, reason=reason, by=1, now=START)


def log(session: Session) -> list[tuple[str, dict[str, object]]]:
    session.flush()
    return [(one.kind, one.details) for one in session.scalars(select(SittingEvent).order_by(SittingEvent.id))]


def test_a_call_is_seen_then_answered_and_the_log_tells_each(session: Session, cast: Cast, attempt: Attempt) -> None:
    who = cast.learner.employee_id
    ask(session, attempt)
    for _again in range(2):
        messages.see(session, attempt.sitting_id, who, by=2, now=START + MINUTE)
    messages.answer(session, attempt.sitting_id, who, reply="Saya ke meja Anda", by=3, now=START + 2 * MINUTE)

    told = messages.news(session, attempt.sitting_id, attempt.id).help
    assert told is not None
    assert (told.seen_at, told.seen_by) == (START + MINUTE, 2)
    assert (told.answered_at, told.answered_by, told.reply) == (START + 2 * MINUTE, 3, "Saya ke meja Anda")
    assert log(session) == [
        ("help", {"why": "Layar berkedip"}),
        ("help_seen", {}),
        ("help_done", {"reply": "Saya ke meja Anda"}),
    ]
    for act in (messages.see, lambda *a, **k: messages.answer(*a, reply="", **k)):
        with pytest.raises(RoomError, match="answered"):
            act(session, attempt.sitting_id, who, by=2, now=START)


def test_a_second_call_waits_for_the_first_and_one_sent_twice_counts_once(
    session: Session, cast: Cast, attempt: Attempt
) -> None:
    for key in (KEYS[0], KEYS[0], KEYS[1]):
        ask(session, attempt, key)
    assert len(log(session)) == 1

    messages.answer(session, attempt.sitting_id, cast.learner.employee_id, reply="", by=2, now=START)
    ask(session, attempt, KEYS[0])  # the device had not heard that it arrived
    ask(session, attempt, KEYS[1])

    assert [kind for kind, _details in log(session)] == ["help", "help_done", "help"]


def test_nobody_calls_after_the_end(session: Session, attempt: Attempt) -> None:
    attempt.state, attempt.closed_at = "closed", START

    with pytest.raises(RoomError, match="idle"):
        ask(session, attempt)


def test_the_mark_of_the_heartbeat_is_the_one_of_the_news_and_changes_with_each_act(
    session: Session, cast: Cast, attempt: Attempt
) -> None:
    who, seen = cast.learner.employee_id, []

    def look() -> None:
        session.flush()
        beaten = session.scalars(select(messages.mark()).select_from(Attempt).where(Attempt.id == attempt.id)).one()
        assert beaten == messages.news(session, attempt.sitting_id, attempt.id).mark
        seen.append(beaten)

    look()
    messages.announce(session, attempt.sitting_id, "Sisa 10 menit.", key=KEYS[0], by=2, now=START)
    messages.announce(session, attempt.sitting_id, "Sisa 10 menit.", key=KEYS[0], by=2, now=START)
    look()
    ask(session, attempt, KEYS[1])
    look()
    messages.see(session, attempt.sitting_id, who, by=2, now=START)
    look()
    messages.answer(session, attempt.sitting_id, who, reply="", by=2, now=START)
    look()
    assert seen == [0, 1, 2, 3, 4]


def test_what_one_asks_is_no_news_to_another_and_the_latest_announcement_is_first(
    session: Session, attempt: Attempt
) -> None:
    ask(session, attempt)
    for number, key in enumerate(KEYS, 1):
        messages.announce(session, attempt.sitting_id, f"Ke-{number}", key=f"{key}a", by=2, now=START)

    told = messages.news(session, attempt.sitting_id, attempt.id + 1)

    assert [one.words for one in told.announcements] == ["Ke-2", "Ke-1"]
    assert told.help is None
    assert session.scalars(select(RoomMessage.id)).all() == [1, 2, 3]

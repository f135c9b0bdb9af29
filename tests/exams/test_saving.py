"""Keeping answers: one statement for what is taken, and a reason for what is not. On both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.db import Database, canonical_json
from lms.exams import attempts, journal, moving, preparing, saving, starting
from lms.exams.attempts import AttemptClosed
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.journal import Batch, Latest
from lms.exams.models import AnswerEvent, Attempt, HeldEvent
from lms.exams.saving import Accepted
from lms.exams.token import Ticket
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.device import Device, sealed, stamp
from tests.pages import Counter
from tests.waiting import waiting

DUE = START + timedelta(minutes=30)
LATER = START + timedelta(minutes=1)


@pytest.fixture
def ticket(session: Session, cast: Cast) -> Ticket:
    """An attempt of the learner that was begun at START and is due half an hour later."""
    factory.build(session, cast)
    found = definition(session, factory.CODE, now=START)
    assert found is not None
    who = cast.learner.employee_id
    preparing.prepare(session, found, may_start(session, found, who, now=START), who, now=START)
    begun = starting.start(
        session, factory.CODE, who, entry=factory.ENTRY, user_session_id=1, by=cast.learner.user_id, now=START
    )
    assert isinstance(begun, starting.Started)
    attempt = session.get_one(Attempt, begun.attempt_id)
    assert attempt.lease is not None
    assert attempt.due_at == DUE
    session.commit()
    return Ticket(attempt.id, attempt.code, attempt.lease, 6)


def accept(session: Session, ticket: Ticket, batch: Batch, now: datetime = LATER) -> Accepted:
    done = saving.accept(session, ticket=ticket, batch=batch, now=now)
    session.commit()
    return done


def held(session: Session) -> list[tuple[int, str]]:
    rows = session.scalars(select(HeldEvent).order_by(HeldEvent.seq))
    return [(row.seq, row.reason) for row in rows]


def test_a_batch_that_is_taken_costs_one_statement(session: Session, database: Database, ticket: Ticket) -> None:
    tab = Device(ticket.code)
    batch = tab.batch(tab.event(1, None, kind="open"), tab.event(1, "2"), tab.event(1, True, kind="flag"))
    counter = Counter(database)

    done = accept(session, ticket, batch)

    assert done == Accepted([1, 2, 3], [], {}, "open")
    assert len(counter.statements) == 1, "\n".join(counter.statements)
    assert journal.fold(saving.entries(session, ticket.attempt_id)) == {1: Latest("2", flag=True, opened=True)}


def test_a_batch_sent_again_is_acknowledged_again_and_stands_once(session: Session, ticket: Ticket) -> None:
    tab = Device(ticket.code)
    first, second = tab.event(1, "2"), tab.event(2, "0")
    accept(session, ticket, tab.batch(first))

    assert accept(session, ticket, tab.batch(first, second)).stored == [1, 2]
    assert accept(session, ticket, tab.batch(first, second)).stored == [1, 2]
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 2


def test_another_event_under_the_same_number_is_refused(session: Session, ticket: Ticket) -> None:
    tab, twin = Device(ticket.code), Device(ticket.code)
    accept(session, ticket, tab.batch(tab.event(1, "2")))

    done = accept(session, ticket, twin.batch(twin.event(1, "3"), twin.event(2, "0")))

    assert (done.stored, done.refused) == ([2], {1: "conflict"})
    assert journal.fold(saving.entries(session, ticket.attempt_id))[1].answer == "2"


def test_flaws_are_refused_and_the_rest_is_taken(session: Session, ticket: Ticket) -> None:
    tab = Device(ticket.code)
    good, bad, beyond = tab.event(1, "2"), tab.event(2, "0"), tab.event(7, "0")

    done = accept(session, ticket, tab.batch(good, bad._replace(value='"1"'), beyond))

    assert done == Accepted([1], [], {2: "bad_hash", 3: "bad_item"}, "open")


def test_two_tabs_number_apart(session: Session, ticket: Ticket) -> None:
    one, two = Device(ticket.code, "satu"), Device(ticket.code, "dua")

    assert accept(session, ticket, one.batch(one.event(1, "0"))).stored == [1]
    assert accept(session, ticket, two.batch(two.event(1, "1"))).stored == [1]
    assert journal.fold(saving.entries(session, ticket.attempt_id))[1].answer == "1"


def test_without_the_lease_events_are_held_and_not_graded(session: Session, ticket: Ticket, cast: Cast) -> None:
    moving.take_over(session, ticket.attempt_id, user_session_id=2, by=cast.learner.user_id, now=LATER)
    tab = Device(ticket.code)
    batch = tab.batch(tab.event(1, "2"))

    assert accept(session, ticket, batch) == Accepted([], [1], {}, "moved")
    assert accept(session, ticket, batch) == Accepted([], [1], {}, "moved")
    assert held(session) == [(1, "lease")]
    assert saving.entries(session, ticket.attempt_id) == []


def test_when_the_sign_in_has_ended_nothing_is_held_and_a_new_lease_takes_it(session: Session, ticket: Ticket) -> None:
    attempts.release(session, 1)
    tab = Device(ticket.code)
    batch = tab.batch(tab.event(1, "2"))

    assert accept(session, ticket, batch) == Accepted([], [], {}, "signed_out")
    lease = attempts.claim(session, ticket.attempt_id, user_session_id=2, now=LATER)
    assert lease is not None
    again = Ticket(ticket.attempt_id, ticket.code, lease, ticket.items)
    assert accept(session, again, batch).stored == [1]
    assert held(session) == []


@pytest.mark.parametrize(
    ("stamped", "arrives", "stored", "is_late"),
    [
        (timedelta(minutes=-1), timedelta(0), True, False),
        (timedelta(minutes=-1), timedelta(seconds=1), True, True),
        (timedelta(minutes=-1), timedelta(seconds=120), True, True),
        (timedelta(seconds=2), timedelta(seconds=3), True, True),  # the page saw the end a moment after us
        (timedelta(seconds=3), timedelta(seconds=4), False, None),  # written after the end
        (timedelta(minutes=-1), timedelta(seconds=121), False, None),  # after the grace
    ],
)
def test_after_the_deadline_only_what_was_stamped_before_it_is_taken_within_the_grace(
    session: Session, ticket: Ticket, stamped: timedelta, arrives: timedelta, stored: bool, is_late: bool | None
) -> None:
    tab = Device(ticket.code)
    batch = tab.batch(tab.event(1, "2", at=DUE + stamped))

    done = accept(session, ticket, batch, now=DUE + arrives)

    assert (done.stored, done.held) == (([1], []) if stored else ([], [1]))
    assert held(session) == ([] if stored else [(1, "grace")])
    assert session.scalar(select(AnswerEvent.late)) is is_late


def test_a_stamp_from_the_future_is_taken_before_the_deadline(session: Session, ticket: Ticket) -> None:
    tab = Device(ticket.code)

    assert accept(session, ticket, tab.batch(tab.event(1, "2", at=START + timedelta(days=400)))).stored == [1]


def test_after_closing_events_are_held_and_what_was_stored_is_acknowledged_again(
    session: Session, ticket: Ticket
) -> None:
    tab = Device(ticket.code)
    before, after = tab.event(1, "2"), tab.event(2, "0")
    accept(session, ticket, tab.batch(before))
    attempts.close(session, Attempt.id == ticket.attempt_id, closed_by="candidate", now=LATER)

    assert accept(session, ticket, tab.batch(before, after)) == Accepted([1], [2], {}, "closed")
    assert held(session) == [(2, "closed")]


def test_there_is_an_end_to_what_is_held(session: Session, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST_HELD", 2)
    attempts.close(session, Attempt.id == ticket.attempt_id, closed_by="candidate", now=LATER)
    tab = Device(ticket.code)
    accept(session, ticket, tab.batch(tab.event(1, "0"), tab.event(2, "0")))

    assert accept(session, ticket, tab.batch(tab.event(3, "0"))) == Accepted([], [], {3: "full"}, "closed")


def test_words_of_all_scripts_come_back_as_they_were_sent(session: Session, ticket: Ticket) -> None:
    text = "\"kutip' \\ \n ꦗꦮ 😀 \u2028"
    event = sealed(ticket.code, "tab-1", (1, 1, "answer", canonical_json(text), stamp(START), "0" * 64))

    assert accept(session, ticket, Batch("tab-1", [event])).stored == [1]
    assert saving.entries(session, ticket.attempt_id) == [journal.Entry("tab-1", event)]
    assert journal.fold(saving.entries(session, ticket.attempt_id))[1].answer == text


def test_the_server_goes_on_in_its_own_chain(session: Session, ticket: Ticket) -> None:
    for value in ("0", "1"):
        entries = saving.entries(session, ticket.attempt_id)
        changes: list[tuple[int, str, Any]] = [(1, "answer", value), (1, "flag", True)]
        saving.append(session, entries, changes, ticket=ticket, user_session_id=1, now=LATER)

    entries = saving.entries(session, ticket.attempt_id)
    assert [(entry.writer, entry.event.seq) for entry in entries] == [("server-1", n) for n in (1, 2, 3, 4)]
    assert journal.verify(ticket.code, entries) == []


@pytest.mark.parametrize("stage", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_save_that_waits_for_a_closing_is_held_and_never_both_acknowledged_and_ungraded(
    database: Database, ticket: Ticket
) -> None:
    """PostgreSQL: closing holds the row; the save waits for it, then finds the attempt closed."""
    tab = Device(ticket.code)
    batch = tab.batch(tab.event(1, "2"))
    outcome: list[Accepted] = []

    def save() -> None:
        with database.transaction() as other:
            outcome.append(saving.accept(other, ticket=ticket, batch=batch, now=LATER))

    with database.transaction() as closing:
        attempts.close(closing, Attempt.id == ticket.attempt_id, closed_by="candidate", now=LATER)
        thread = waiting(save)
        graded = saving.entries(closing, ticket.attempt_id)
    thread.join()

    assert (graded, outcome) == ([], [Accepted([], [1], {}, "closed")])


@pytest.mark.parametrize("stage", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_closing_that_waits_for_a_save_grades_it(database: Database, ticket: Ticket) -> None:
    tab = Device(ticket.code)
    graded: list[int] = []

    def close() -> None:
        with database.transaction() as other:
            attempts.close(other, Attempt.id == ticket.attempt_id, closed_by="candidate", now=LATER)
            graded.extend(entry.event.seq for entry in saving.entries(other, ticket.attempt_id))

    with database.transaction() as session:
        saving.accept(session, ticket=ticket, batch=tab.batch(tab.event(1, "2")), now=LATER)
        thread = waiting(close)
    thread.join()

    assert graded == [1]


def test_a_closed_attempt_cannot_be_closed_or_moved(session: Session, ticket: Ticket, cast: Cast) -> None:
    attempts.close(session, Attempt.id == ticket.attempt_id, closed_by="candidate", now=LATER)

    with pytest.raises(AttemptClosed):
        attempts.close(session, Attempt.id == ticket.attempt_id, closed_by="candidate", now=LATER)
    with pytest.raises(AttemptClosed):
        moving.take_over(session, ticket.attempt_id, user_session_id=2, by=cast.learner.user_id, now=LATER)


def test_a_paused_attempt_takes_nothing_and_holds_nothing(session: Session, ticket: Ticket) -> None:
    session.execute(update(Attempt).values(state="paused", paused_at=LATER))
    tab = Device(ticket.code)

    assert accept(session, ticket, tab.batch(tab.event(1, "2"))) == Accepted([], [], {}, "paused")
    assert held(session) == []

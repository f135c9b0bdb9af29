"""What is held: decided by question, kept in the journal once admitted, graded again, and told in the archive."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.competencies.models import Evidence
from lms.completion import TakesPassAway
from lms.db import canonical_json
from lms.exams import archive, attempts, held, journal, preparing, results, saving, starting, verification
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.held import HeldError
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, HeldEvent, Paper, Result, Sitting, SittingEvent
from lms.exams.starting import Started
from lms.exams.token import Ticket
from lms.questions import kinds
from lms.reports import room
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import CODE, ENTRY, RIGHT, WRONG, Hall

MINUTE = timedelta(minutes=1)
END = START + 30 * MINUTE


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


@pytest.fixture
def attempt(session: Session, cast: Cast) -> Attempt:
    """Begun at START, due at END."""
    who = cast.learner
    found = definition(session, CODE, now=START, employee_id=who.employee_id)
    assert found is not None
    standing = may_start(session, found, who.employee_id, now=START)
    preparing.prepare(session, found, standing, who.employee_id, now=START)
    begun = starting.start(session, CODE, who.employee_id, entry=ENTRY, user_session_id=1, by=who.user_id, now=START)
    assert isinstance(begun, Started)
    return session.get_one(Attempt, begun.attempt_id)


def right(session: Session, attempt: Attempt, item: int) -> Any:
    return RIGHT[factory.paper_of(session, attempt.code)[item - 1]["kind"]]


def wrong(session: Session, attempt: Attempt, item: int) -> Any:
    return WRONG[factory.paper_of(session, attempt.code)[item - 1]["kind"]]


def send(session: Session, attempt: Attempt, device: Device, answers: dict[int, Any], at: Any, lease: str = "") -> Any:
    batch = device.batch(*(device.event(item, value, at=at) for item, value in answers.items()))
    ticket = Ticket(attempt.id, attempt.code, lease or attempt.lease or "", 6)
    return saving.accept(session, ticket=ticket, batch=batch, now=at)


def close(session: Session, attempt: Attempt) -> Result:
    return completion.finish_attempt(
        session, Attempt.id == attempt.id, closed_by="candidate", by=None, now=END, today=END.date()
    )


def admit(session: Session, attempt: Attempt, *items: int) -> None:
    held.admit(session, attempt.id, items, why="Jaringan ruang putus", by=1, now=END + 5 * MINUTE)


def grade(session: Session, attempt: Attempt) -> Result:
    at = END + 5 * MINUTE
    return completion.grade_admitted(session, attempt.id, by=1, now=at, today=at.date())


def test_what_another_device_sent_counts_once_it_is_admitted_while_the_attempt_runs(
    session: Session, attempt: Attempt
) -> None:
    old = Device(attempt.code, "tab-lama")
    assert send(session, attempt, old, {1: "0", 2: "1"}, START, lease="lease-lama").held == [1, 2]

    admit(session, attempt, 1)

    entries = saving.entries(session, attempt.id)
    assert [(entry.writer, entry.event.item, entry.event.value) for entry in entries] == [("server-admitted", 1, '"0"')]
    assert entries[0].event.device_at == "2026-11-23T02:00:00.000Z"
    assert journal.verify(attempt.code, entries) == []
    rows = session.scalars(select(HeldEvent).order_by(HeldEvent.seq)).all()
    assert [(row.decision, row.why, row.decided_by) for row in rows] == [
        ("admitted", "Jaringan ruang putus", 1),
        (None, "", None),
    ]
    said = session.scalars(select(SittingEvent)).one()
    assert (said.kind, said.attempt_id, said.details) == (
        "admitted", attempt.id, {"items": [1], "why": "Jaringan ruang putus"},
    )  # fmt: skip
    [seat] = room.with_progress(session, room.seats(session, attempt.sitting_id, now=END + 5 * MINUTE))
    assert (seat.answered, seat.saved_at, seat.seen_at) == (1, None, START), "a decision is no sign of life"


def test_of_several_answers_to_one_question_the_last_of_the_device_counts(session: Session, attempt: Attempt) -> None:
    old = Device(attempt.code, "tab-lama")
    send(session, attempt, old, {1: "0"}, START, lease="lama")
    send(session, attempt, old, {1: "2"}, START + MINUTE, lease="lama")

    admit(session, attempt, 1)

    assert journal.fold(saving.entries(session, attempt.id))[1].answer == "2"


def test_what_came_after_closing_is_graded_again_when_admitted_and_a_pass_follows_from_it(
    session: Session, attempt: Attempt
) -> None:
    device = Device(attempt.code)
    send(session, attempt, device, {item: right(session, attempt, item) for item in (1, 2, 3, 4)}, START)
    first = close(session, attempt)
    late = send(session, attempt, device, {n: right(session, attempt, n) for n in (5, 6)}, END + MINUTE)
    assert (late.held, late.state, first.passed) == ([5, 6], "closed", False)

    admit(session, attempt, 5, 6)
    second = grade(session, attempt)

    assert (second.number, second.cause, second.passed, second.answered) == (2, "admitted", True, 6)
    assert second.percent == 100
    assert second.journal == journal.digest(saving.entries(session, attempt.id)) != first.journal
    assert second.problems == []
    assert session.info["jobs"][-1] == ("follow_result", {"result_id": second.id})


@pytest.mark.parametrize("is_followed", [True, False])
def test_what_follows_from_a_pass_rests_on_the_better_result_even_if_its_own_job_had_not_run(
    app: Flask, session: Session, cast: Cast, attempt: Attempt, *, is_followed: bool
) -> None:
    device = Device(attempt.code)
    send(session, attempt, device, {n: right(session, attempt, n) for n in range(1, 6)}, START)
    first = close(session, attempt)
    assert first.passed
    session.commit()
    if is_followed:
        completion.follow_result(app.extensions["platform"], first.id)
    send(session, attempt, device, {6: right(session, attempt, 6)}, END + MINUTE)
    admit(session, attempt, 6)
    second = grade(session, attempt)
    session.commit()

    for result in (first, second, second):
        completion.follow_result(app.extensions["platform"], result.id)

    counting = select(Evidence.result_id).where(Evidence.set_aside_at.is_(None)).distinct()
    assert session.scalars(counting).all() == [second.id]
    aside = select(Evidence.result_id).where(Evidence.set_aside_at.is_not(None)).distinct()
    assert session.scalars(aside).all() == ([first.id] if is_followed else [])


def test_what_would_take_a_pass_away_is_not_admitted(session: Session, attempt: Attempt) -> None:
    device = Device(attempt.code)
    send(session, attempt, device, {n: right(session, attempt, n) for n in range(1, 7)}, START)
    close(session, attempt)
    send(session, attempt, device, {n: wrong(session, attempt, n) for n in range(1, 7)}, END + MINUTE)

    admit(session, attempt, *range(1, 7))

    with pytest.raises(TakesPassAway):
        grade(session, attempt)


def test_what_is_refused_stays_out_and_is_decided_once(session: Session, attempt: Attempt) -> None:
    send(session, attempt, Device(attempt.code, "tab-lama"), {1: "0"}, START, lease="lama")

    held.refuse(session, attempt.id, [1], why="Bukan perangkat peserta", by=1, now=START)

    assert saving.entries(session, attempt.id) == []
    assert session.scalars(select(HeldEvent.decision)).all() == ["refused"]
    with pytest.raises(HeldError, match="none"):
        admit(session, attempt, 1)


def test_the_archive_tells_what_was_held_and_the_check_finds_what_was_changed(
    session: Session, attempt: Attempt
) -> None:
    device = Device(attempt.code)
    send(session, attempt, device, {1: right(session, attempt, 1)}, START)
    close(session, attempt)
    send(session, attempt, device, {5: right(session, attempt, 5), 6: "0"}, END + MINUTE)
    admit(session, attempt, 5)
    grade(session, attempt)
    session.flush()

    made = archive.make(session, session.scalars(select(Sitting)).one(), now=END + 60 * MINUTE)

    with zipfile.ZipFile(io.BytesIO(made.data)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    name = next(name for name in files if name.startswith("attempts/"))
    body = json.loads(files[name])
    assert [(row[2], row[9], row[10]) for row in body["held"]] == [(5, "closed", "admitted"), (6, "closed", None)]
    assert found(files, name, body) == []
    body["held"][0][10] = "refused"
    assert found(files, name, body) == ["admitted", "result 2: cause"]  # which nothing brought then
    body["held"][0][10], body["held"][1][4] = "admitted", '"1"'
    assert found(files, name, body) == ["held"]


def found(files: dict[str, bytes], name: str, body: Any) -> list[str]:
    """What the check says of an attempt, besides that its file is not the one that was packed."""
    changed = archive.pack({**files, name: canonical_json(body).encode()})
    discrepancies = verification.verify(changed).discrepancies
    return [one.what for one in discrepancies if one.file == name and one.what != "sha256"]


def test_who_closed_an_attempt_twice_has_two_results(session: Session, attempt: Attempt) -> None:
    close(session, attempt)
    session.execute(update(Attempt).values(state="open", closed_at=None, closed_by=None, lease=attempts.new_lease()))

    close(session, attempt)

    assert results.newest(session, attempt.id).number == 2


def test_an_essay_that_was_cleared_leaves_the_queue_of_its_markers(session: Session, attempt: Attempt) -> None:
    """What two tabs wrote: the last of them took the answer away, and there is nothing to mark."""
    close_with_essay(session, attempt)
    assert session.scalars(select(Work.item)).all() == [1]
    send(session, attempt, Device(attempt.code, "tab-lama"), {1: None}, END, lease="lama")

    admit(session, attempt, 1)
    graded = grade(session, attempt)

    assert (graded.state, session.scalars(select(Work.item)).all()) == (results.GRADED, [])


def close_with_essay(session: Session, attempt: Attempt) -> None:
    """The first question of the paper is written, and waits for a person."""
    paper = session.get_one(Paper, attempt.paper_id)
    essay = kinds.read(factory.question("essay"))
    paper.items = [{**paper.items[0], "kind": "essay", "content": essay}, *paper.items[1:]]
    paper.hash = "f" * 64  # another paper has another digest
    session.flush()
    batch = Device(attempt.code).batch(Device(attempt.code).event(1, factory.WORK["essay"]))
    letters = "".join(factory.shape_of(item) for item in paper.items)
    saving.accept(
        session, ticket=Ticket(attempt.id, attempt.code, attempt.lease or "", 6, letters), batch=batch, now=START
    )
    close(session, attempt)

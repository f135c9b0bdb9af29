"""Deciding on what came late or from a device without the lease.

What is admitted goes into the journal as an event of a writer of the server's own, with the item, the kind, the value and
the device's time of what was held: so the chains of all writers stay whole, whatever was let in of a device's own chain.
The held row stays as it came, hash included, with who decided, when and why. Both are sealed in the archive of the sitting.
An admitted answer counts as the latest of its question.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import journal, room_log, saving
from lms.exams.journal import SERVER, Event
from lms.exams.marking import works
from lms.exams.models import AnswerEvent, Attempt, HeldEvent

#: The server's own writer of what was admitted.
WRITER = f"{SERVER}admitted"


class HeldError(ValueError):
    """Nothing is decided. `problem` is a key: none (nothing waits there any more), marked (a person has marked the answer that
    it would replace)."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def admit(session: Session, attempt_id: int, items: Collection[int], *, why: str, by: int, now: datetime) -> Attempt:
    """Let what is held for these questions count, in the order in which each device wrote it. Raises HeldError.

    The attempt comes back locked; the caller grades it again if it is closed.
    """
    attempt, waiting = _decided(session, attempt_id, items, "admitted", why=why, by=by, now=now)
    if works.marked(session, attempt_id) & {row.item for row in waiting}:
        raise HeldError("marked")
    entries = saving.entries(session, attempt_id)
    last = max((entry.event for entry in entries if entry.writer == WRITER), default=None)
    for row in waiting:
        last = _copied(attempt.code, last, row)
        late = row.reason != "lease"
        event = {"attempt_id": attempt_id, "writer": WRITER, "received_at": now, "late": late, **last._asdict()}
        session.add(AnswerEvent(**event))
    session.flush()  # the grading reads the journal
    return attempt


def refuse(session: Session, attempt_id: int, items: Collection[int], *, why: str, by: int, now: datetime) -> None:
    """Say that what is held for these questions does not count. Raises HeldError."""
    _decided(session, attempt_id, items, "refused", why=why, by=by, now=now)


def _decided(
    session: Session, attempt_id: int, items: Collection[int], decision: str, *, why: str, by: int, now: datetime
) -> tuple[Attempt, Sequence[HeldEvent]]:
    """Mark what waits for these questions. Two proctors at once: the second finds nothing that waits."""
    attempt = session.scalars(
        select(Attempt).where(Attempt.id == attempt_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    waiting = session.scalars(
        select(HeldEvent)
        .where(HeldEvent.attempt_id == attempt_id, HeldEvent.decision.is_(None), HeldEvent.item.in_(items))
        .order_by(HeldEvent.device_at, HeldEvent.writer, HeldEvent.seq, HeldEvent.id)
        .execution_options(populate_existing=True)
    ).all()
    if not waiting:
        raise HeldError("none")
    for row in waiting:
        row.decision, row.decided_at, row.decided_by, row.why = decision, now, by, why
    details = {"items": sorted({row.item for row in waiting}), "why": why}
    whose = {"attempt_id": attempt_id, "employee_id": attempt.employee_id}
    room_log.note(session, attempt.sitting_id, decision, by=by, now=now, details=details, **whose)
    audit.record(session, f"held.{decision}", f"attempt:{attempt_id}", by=by, now=now, details=details)
    return attempt, waiting


def _copied(code: str, last: Event | None, row: HeldEvent) -> Event:
    seq, previous = (last.seq + 1, last.hash) if last else (1, journal.FIRST)
    event = Event(seq, row.item, row.kind, row.value, row.device_at, previous, "")
    return event._replace(hash=journal.event_hash(code, WRITER, event))

"""Pausing: an attempt, or a whole room, stands still; what is resumed gets exactly that span back on its deadline.

While it stands still nothing is stored (saving.accept tells the device "paused", and the device sends again afterwards),
nobody hands in, and no sweep closes it: the deadline that counts is the one in the row, and it moves when work goes on.
A pause of the room takes along who works then; who had been paused alone stays so until resumed alone. The room's window
moves by the same span, so that who had not begun loses nothing either.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import room_log
from lms.exams.models import RUNNING, Attempt, Sitting


class RoomError(ValueError):
    """An act in the room is not possible now.

    `problem` is a key: idle (not at work), paused, running, room_paused, over (time is up), limit (of extra time), begun
    (whoever has begun is not absent), unlisted, late (too late to take back), answered (no request for help waits),
    seat_taken, move (nobody asks to move any more), given (more time, since the page was opened), pin_free (no wait after wrong PINs).
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def pause(session: Session, sitting_id: int, employee_id: int, *, why: str, by: int, now: datetime) -> None:
    """Stop one attempt. Raises RoomError: idle, paused, over (its time is up)."""
    attempt = _locked(session, sitting_id, employee_id)
    if attempt.state == "paused":
        raise RoomError("paused")
    if attempt.due_at is None or attempt.due_at < now:
        raise RoomError("over")
    attempt.state, attempt.paused_at = "paused", now
    _note(session, attempt, "pause", {"why": why}, by, now)


def resume(session: Session, sitting: Sitting, employee_id: int, *, by: int, now: datetime) -> timedelta:
    """Let one attempt go on; returns what its deadline got back. Raises RoomError: idle, running, room_paused."""
    if sitting.paused_at is not None:
        raise RoomError("room_paused")
    attempt = _locked(session, sitting.id, employee_id)
    if attempt.state != "paused":
        raise RoomError("running")
    span = _go_on(attempt, now)
    _note(session, attempt, "resume", {"seconds": span.total_seconds(), "due_at": _said(attempt.due_at)}, by, now)
    return span


def pause_room(session: Session, sitting: Sitting, *, why: str, by: int, now: datetime) -> int:
    """Stop everyone who works; nobody begins meanwhile. Returns how many. Raises RoomError: paused."""
    mark = update(Sitting).where(Sitting.id == sitting.id, Sitting.paused_at.is_(None)).values(paused_at=now)
    if session.scalar(mark.returning(Sitting.id)) is None:
        raise RoomError("paused")
    working = _all(session, sitting.id, "open")
    stopped = [one for one in working if one.due_at is not None and one.due_at >= now]
    for attempt in stopped:
        attempt.state, attempt.paused_at = "paused", now
    details = {"why": why, "people": len(stopped)}
    room_log.note(session, sitting.id, "room_pause", by=by, now=now, details=details)
    audit.record(session, "sitting.pause", f"sitting:{sitting.id}", by=by, now=now, details=details)
    return len(stopped)


def resume_room(session: Session, sitting: Sitting, *, by: int, now: datetime) -> timedelta:
    """Let the room go on; returns what every deadline in it, and its window, got back. Raises RoomError: running."""
    found = session.scalars(
        select(Sitting).where(Sitting.id == sitting.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    since = found.paused_at
    if since is None:
        raise RoomError("running")
    stopped = [one for one in _all(session, found.id, "paused") if one.paused_at == since]
    for attempt in stopped:
        _go_on(attempt, now)
    if since < found.closes_at and found.opens_at < now:
        found.closes_at += now - max(since, found.opens_at)
    found.paused_at = None
    details = {"seconds": (now - since).total_seconds(), "people": len(stopped)}
    room_log.note(session, found.id, "room_resume", by=by, now=now, details=details)
    audit.record(session, "sitting.resume", f"sitting:{found.id}", by=by, now=now, details=details)
    return now - since


def _go_on(attempt: Attempt, now: datetime) -> timedelta:
    assert attempt.paused_at is not None, "it stands still"
    assert attempt.due_at is not None, "it has begun"
    span = now - attempt.paused_at
    attempt.state, attempt.paused_at, attempt.due_at = "open", None, attempt.due_at + span
    return span


def _locked(session: Session, sitting_id: int, employee_id: int) -> Attempt:
    """The person's attempt that is under way; nobody saves to it, or closes it, before this transaction ends."""
    rows = select(Attempt).where(
        Attempt.sitting_id == sitting_id, Attempt.employee_id == employee_id, Attempt.state.in_(RUNNING)
    )
    found = session.scalars(rows.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise RoomError("idle")
    return found


def _all(session: Session, sitting_id: int, state: str) -> Sequence[Attempt]:
    rows = select(Attempt).where(Attempt.sitting_id == sitting_id, Attempt.state == state).order_by(Attempt.id)
    return session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()


def _note(session: Session, attempt: Attempt, kind: str, details: dict[str, object], by: int, now: datetime) -> None:
    whose = {"attempt_id": attempt.id, "employee_id": attempt.employee_id}
    room_log.note(session, attempt.sitting_id, kind, by=by, now=now, details=details, **whose)
    audit.record(session, f"attempt.{kind}", f"attempt:{attempt.id}", by=by, now=now, details=details)


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None

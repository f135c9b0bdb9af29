"""Reopening what was closed by mistake: the time that was left comes back, and a later result follows the first.

Only while the sitting is open, and only what had time left and was not passed: whatever followed from a pass stands.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import minutes, results, room_log, sitting_lock
from lms.exams.marking import works
from lms.exams.models import Attempt, Result, Sitting


class ReopenError(ValueError):
    """It stays closed. `problem` is a key: open (it is not closed), window (the sitting is over), time (none was left), passed,
    newer (a later attempt has begun), marked (somebody has begun to mark it), minutes (they are signed)."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def reopen(session: Session, sitting: Sitting, employee_id: int, *, why: str, by: int, now: datetime) -> timedelta:
    """Open the person's last attempt again and return the time that is left. Raises ReopenError."""
    sitting_lock.hold(session, sitting.id)  # as signing does
    rows = select(Attempt).where(
        Attempt.sitting_id == sitting.id, Attempt.employee_id == employee_id, Attempt.state != "prepared"
    )
    found = session.scalars(
        rows.order_by(Attempt.number.desc()).limit(1).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or found.closed_at is None or found.due_at is None:
        raise ReopenError("open")
    left = found.due_at - found.closed_at
    if sitting.closes_at <= now:
        raise ReopenError("window")
    if session.scalar(select(minutes.are_signed(sitting.id))):
        raise ReopenError("minutes")
    if left <= timedelta(0):
        raise ReopenError("time")
    if _has_passed(session, found.id):
        raise ReopenError("passed")
    if _has_newer(session, found):
        raise ReopenError("newer")
    if works.marked(session, found.id):
        raise ReopenError("marked")
    works.withdraw(session, found.id)
    found.state, found.closed_at, found.closed_by = "open", None, None
    found.lease, found.user_session_id, found.due_at = None, None, now + left
    details = {"why": why, "seconds": left.total_seconds(), "due_at": found.due_at.isoformat()}
    whose = {"attempt_id": found.id, "employee_id": employee_id}
    room_log.note(session, sitting.id, "reopen", by=by, now=now, details=details, **whose)
    audit.record(session, "attempt.reopen", f"attempt:{found.id}", by=by, now=now, details=details)
    return left


def _has_passed(session: Session, attempt_id: int) -> bool:
    newest: Result = results.newest(session, attempt_id)
    return newest.passed


def _has_newer(session: Session, attempt: Attempt) -> bool:
    newer = select(1).where(
        Attempt.exam_id == attempt.exam_id,
        Attempt.employee_id == attempt.employee_id,
        Attempt.number > attempt.number,
        Attempt.state != "prepared",
    )
    return session.scalar(newer.limit(1)) is not None

"""The log of a sitting: appended in the transaction of what it tells, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.exams import sitting_lock
from lms.exams.models import SittingEvent


def note(
    session: Session,
    sitting_id: int,
    kind: str,
    *,
    by: int | None,
    now: datetime,
    attempt_id: int | None = None,
    employee_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one event. kind: one of models.EVENTS. by: the user's key, None for the system itself."""
    session.add(
        SittingEvent(
            sitting_id=sitting_id,
            attempt_id=attempt_id,
            employee_id=employee_id,
            kind=kind,
            at=now,
            by=by,
            details=details or {},
        )
    )


def time_mark(session: Session, sitting_id: int, employee_id: int | None = None, *, holds: bool = False) -> int:
    """The latest gift of time to the room, or to this person too: whoever gives more says which one they had seen.

    holds: until the transaction ends nobody else gives, so that of two at once the second sees the first.
    """
    if holds:
        sitting_lock.hold(session, sitting_id)
    given = [SittingEvent.kind == "room_credit"]
    if employee_id is not None:
        given.append((SittingEvent.kind == "time") & (SittingEvent.employee_id == employee_id))
    latest = select(func.max(SittingEvent.id)).where(SittingEvent.sitting_id == sitting_id, or_(*given))
    return session.scalar(latest) or 0

"""The log of a sitting: appended in the transaction of what it tells, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

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

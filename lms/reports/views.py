"""Who looked at a person's profile: their role and the day, not their name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.audit import AuditEvent

ACTION = "profile.view"
SHOWN_DAYS = 30

ViewerRole = Literal["manager", "hr"]


@dataclass(frozen=True)
class View:
    """One look at a profile. role: manager or hr."""

    at: datetime
    role: str


@dataclass(frozen=True)
class Views:
    """The looks of the last SHOWN_DAYS days, the newest first."""

    rows: tuple[View, ...]

    @property
    def by_manager(self) -> int:
        """Looks by a line manager."""
        return sum(row.role == "manager" for row in self.rows)

    @property
    def by_hr(self) -> int:
        """Looks by an HR officer."""
        return sum(row.role == "hr" for row in self.rows)


def record(session: Session, employee_id: int, *, role: ViewerRole, by: int, now: datetime) -> None:
    """Note that somebody opened the profile of a person."""
    audit.record(session, ACTION, f"employee:{employee_id}", by=by, now=now, details={"role": role})


def recent(session: Session, employee_id: int, *, now: datetime) -> Views:
    """Who looked at a person's profile lately."""
    rows = select(AuditEvent).where(
        AuditEvent.subject == f"employee:{employee_id}",
        AuditEvent.action == ACTION,
        AuditEvent.at > now - timedelta(days=SHOWN_DAYS),
    )
    found = session.scalars(rows.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()))
    return Views(tuple(View(row.at, row.details["role"]) for row in found))

"""Who did what to what. Rows are appended in the transaction of the act and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Key, Ref
from lms.lean import Lean


class AuditEvent(Base):
    """One act. `subject` is a table name and a key, `details` holds no names and no NIP."""

    __tablename__ = "audit_event"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(Ref)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    details: Mapped[dict[str, Any]]


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    by: int | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one act. by: the user's key, None for the system itself."""
    _APPEND.write(session, at=now, by=by, action=action, subject=subject, details=details or {})


#: Column → what `record` gives it.
_VALUES = {
    column: bindparam(name, type_=AuditEvent.__table__.c[column].type)
    for column, name in (
        ("at", "at"),
        ("actor_id", "by"),
        ("action", "action"),
        ("subject", "subject"),
        ("details", "details"),
    )
}
_APPEND = Lean(insert(AuditEvent).values(_VALUES))


def unless(obstacle: ColumnElement[bool]) -> Lean:
    """The statement of `record` for where an act has to be given up: with an obstacle in the way it writes no row.

    Its values are named as the arguments of `record`, with action and subject, and those that the obstacle asks for.
    """
    return Lean(insert(AuditEvent).from_select(list(_VALUES), select(*_VALUES.values()).where(~obstacle)))

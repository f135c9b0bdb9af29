"""That signing stands still, why, and when it is tried again: one row, so that no page or worker has to find out by itself.

What a later try may mend is tried again, after 30 seconds and then twice as long each time, up to a quarter of an hour.
What it cannot mend (a wrong PIN, an expired certificate) waits for the operator: tokens and accounts lock themselves.
"""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.certificates.signing.errors import SigningFailed
from lms.db import Base, Key, insert_into

CAUSES = ("auth", "not_issued", "expired", "rate_limited", "unreachable", "bad_answer", "not_stamped")
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(minutes=15)
_THE = 1


class SigningStop(Base):
    """The one stop that stands, if any. detail: what the operator is told; retry_at: None where people must act first."""

    __tablename__ = "signing_stop"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint(f"cause IN {CAUSES}", name="cause"),
        CheckConstraint("tries > 0", name="tries"),
    )

    id: Mapped[Key]
    cause: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    tries: Mapped[int]
    retry_at: Mapped[datetime | None]


def standing(session: Session) -> SigningStop | None:
    """The stop, if signing stands still."""
    return session.scalars(select(SigningStop)).one_or_none()


def forbids(session: Session, *, now: datetime) -> bool:
    """Whether nothing is to be signed at this moment."""
    stop = standing(session)
    return stop is not None and (stop.retry_at is None or now < stop.retry_at)


def note(session: Session, fault: SigningFailed, *, now: datetime) -> None:
    """Stop, or go on standing still, because of a fault."""
    row = {"id": _THE, "cause": fault.cause, "detail": str(fault), "since": now, "tries": 1, "retry_at": None}
    is_new = insert_into(session, SigningStop).values(row).on_conflict_do_nothing().returning(SigningStop.id)
    began = session.scalar(is_new) is not None
    stop = session.scalars(select(SigningStop).with_for_update().execution_options(populate_existing=True)).one()
    stop.cause, stop.detail, stop.tries = fault.cause, str(fault), stop.tries + (0 if began else 1)
    wait = min(_FIRST * 2 ** min(stop.tries - 1, 10), _LONGEST)
    stop.retry_at = now + wait if fault.may_retry else None


def clear(session: Session) -> None:
    """Signing works again."""
    stop = standing(session)
    if stop is not None:
        session.delete(stop)

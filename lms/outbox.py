"""What the text index has still to take in: rows written in the transaction of the change, drained by the worker.

It lies low so that whoever publishes can write to it; `lms.search` reads it.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import jobs
from lms.db import Base, Key

#: The job that empties the outbox; a sweep of the same name does what the job missed.
DRAIN = "drain_search"


class SearchOutbox(Base):
    """One change to take in, in order of its key. `kind` and `key` name a document, such as course and 12."""

    __tablename__ = "search_outbox"
    __table_args__ = (CheckConstraint("op IN ('index', 'delete')", name="op"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    op: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]


def put(session: Session, kind: str, key: str, op: str, *, now: datetime) -> None:
    """Note that a document has changed (`index`) or is gone (`delete`); the worker is told after the commit."""
    session.add(SearchOutbox(kind=kind, key=key, op=op, at=now))
    jobs.enqueue(session, DRAIN)

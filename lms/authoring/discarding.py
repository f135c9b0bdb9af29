"""Discarding a draft, and bringing it back.

A discarded draft is out of every page. It can be restored for a while, until another draft of the course is begun: that
one takes its place. The course goes back to its published edition; one that never was published leaves the list.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.authoring import drafts
from lms.authoring.models import Draft
from lms.authoring.publishing import DraftChanged
from lms.catalogue.models import Course

RESTORABLE = timedelta(days=30)


class NothingToRestore(LookupError):
    """The course has no discarded draft, or it was discarded too long ago, or another was begun since."""


@dataclass(frozen=True)
class Discarded:
    """A draft that can be brought back, and until when."""

    slug: str
    title: str
    discarded_at: datetime

    @property
    def until(self) -> datetime:
        """The moment from which it can no longer be restored."""
        return self.discarded_at + RESTORABLE


def discard(session: Session, draft: Draft, *, seen: str, by: int | None, now: datetime) -> None:
    """Put a draft away. seen: the hash of the content that the author looked at. Raises DraftChanged."""
    # Whoever saves or opens a draft waits for the course's row as well.
    session.get_one(Course, draft.course_id, with_for_update=True, populate_existing=True)
    locked = session.get(Draft, draft.id, with_for_update=True, populate_existing=True)
    if locked is None or locked.discarded_at is not None:
        raise DraftChanged
    if drafts.content_of(locked, drafts.lessons_of(session, locked.id)).hash != seen:
        raise DraftChanged
    locked.discarded_at = now
    audit.record(session, "draft.discard", f"draft:{locked.id}", by=by, now=now, details={"course": locked.course_id})


def restore(session: Session, course: Course, *, by: int | None, now: datetime) -> None:
    """Bring the discarded draft of a course back as it was. Raises NothingToRestore."""
    mine = (Draft.course_id == course.id, Draft.discarded_at > now - RESTORABLE)
    key = session.scalar(update(Draft).where(*mine).values(discarded_at=None).returning(Draft.id))
    if key is None:
        raise NothingToRestore(course.slug)
    audit.record(session, "draft.restore", f"draft:{key}", by=by, now=now, details={"course": course.id})


def shelf(*, now: datetime) -> Select[Any, Any, Any]:
    """The drafts that can be restored, the latest first; the caller narrows them to the courses he may edit."""
    rows = select(Course.slug, Draft.title, Draft.discarded_at).join(Draft, Draft.course_id == Course.id)
    return rows.where(Draft.discarded_at > now - RESTORABLE).order_by(Draft.discarded_at.desc(), Draft.id)


def shelf_rows(session: Session, rows: Select[Any, Any, Any]) -> tuple[Discarded, ...]:
    """The lines of a narrowed `shelf`."""
    return tuple(Discarded(*row) for row in session.execute(rows))

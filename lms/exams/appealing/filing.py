"""Filing an appeal: within the window that the blueprint gives, once for each item."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms import audit
from lms.db import insert_into
from lms.exams import results
from lms.exams.appealing.models import Appeal
from lms.exams.codes import new_code
from lms.exams.models import Result
from lms.exams.release import Release
from lms.exams.released import End

LONGEST = 2000


class NoAppeal(RuntimeError):
    """An appeal cannot be filed. why: "none" (this exam has no appeals), "pending" (no result yet), "early" (the questions cannot be
    read yet), "late" or "twice"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Window:
    """From when until when an item may be appealed. Both None while there is no result, closes_at where the exam has no appeals.

    is_ahead: the questions cannot be read yet; then both are what they will be as things stand.
    """

    opens_at: datetime | None
    closes_at: datetime | None
    is_ahead: bool = False

    def is_open(self, now: datetime) -> bool:
        """The end belongs to the window."""
        return self.closes_at is not None and not self.is_ahead and now <= self.closes_at


def window(session: Session, attempt_id: int, release: Release, end: End | None = None) -> Window:
    """Counted from the first result with a verdict: a regrade opens nothing anew; where questions wait for the end of the
    sitting, from that if it is later, so that no day goes by unread. end: of the sitting, for who waits. One statement."""
    assert end is not None or not release.waits, "what is waited for is known"
    first = session.scalar(
        select(func.min(Result.recorded_at)).where(Result.attempt_id == attempt_id, Result.state == results.GRADED)
    )
    if first is None:
        return Window(None, None)
    if not release.waits or end is None:
        return Window(first, release.closes_at(first))
    opens_at = max(first, end.at)
    return Window(opens_at, release.closes_at(opens_at), is_ahead=not end.is_over)


def file(
    session: Session,
    *,
    attempt_id: int,
    exam_id: int,
    item: int,
    version_id: int,
    text: str,
    release: Release,
    by: int,
    now: datetime,
    end: End | None = None,
) -> None:
    """File an appeal. end: of the sitting, where the release waits for it. Raises NoAppeal."""
    if release.days is None:
        raise NoAppeal("none")
    found = window(session, attempt_id, release, end)
    if found.closes_at is None:
        raise NoAppeal("pending")
    if found.is_ahead:
        raise NoAppeal("early")
    if not found.is_open(now):
        raise NoAppeal("late")
    row = {
        "code": new_code(8),
        "attempt_id": attempt_id,
        "item": item,
        "exam_id": exam_id,
        "version_id": version_id,
        "text": text,
        "state": "open",
        "filed_at": now,
        "due_at": release.ruling_due(now),
        "reason": "",
    }
    made = session.scalar(insert_into(session, Appeal).values(row).on_conflict_do_nothing().returning(Appeal.id))
    if made is None:
        raise NoAppeal("twice")
    audit.record(session, "appeal.file", f"appeal:{made}", by=by, now=now, details={"item": item})


def of_attempt(session: Session, attempt_id: int) -> dict[int, Appeal]:
    """Item → its appeal."""
    return {one.item: one for one in session.scalars(select(Appeal).where(Appeal.attempt_id == attempt_id))}


def waiting_on(exam_id: int, version_id: int) -> Select[int]:
    """The statement of how many appeals against a question in an exam wait for a ruling."""
    waits = (Appeal.exam_id == exam_id, Appeal.version_id == version_id, Appeal.state == "open")
    return select(func.count()).select_from(Appeal).where(*waits)

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

LONGEST = 2000


class NoAppeal(RuntimeError):
    """An appeal cannot be filed. why: "none" (this exam has no appeals), "pending" (no result yet), "late" or "twice"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Window:
    """Until when an item may be appealed. closes_at: None while there is no result, or where the exam has no appeals."""

    closes_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """The end belongs to the window."""
        return self.closes_at is not None and now <= self.closes_at


def window(session: Session, attempt_id: int, release: Release) -> Window:
    """Counted from the first result with a verdict: a regrade opens nothing anew. One statement."""
    first = session.scalar(
        select(func.min(Result.recorded_at)).where(Result.attempt_id == attempt_id, Result.state == results.GRADED)
    )
    return Window(release.closes_at(first) if first else None)


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
) -> None:
    """File an appeal. Raises NoAppeal."""
    if release.days is None:
        raise NoAppeal("none")
    found = window(session, attempt_id, release)
    if found.closes_at is None:
        raise NoAppeal("pending")
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

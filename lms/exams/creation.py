"""An exam begun in the product. It has no blueprint yet, so nobody can start."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.catalogue.models import Course
from lms.db import insert_into
from lms.exams.models import Exam
from lms.exams.revising import Times
from lms.people.models import OrgUnit
from lms.questions.models import Bank

#: Words that mean a page of /kelola/ujian itself; no exam may have them as its address.
RESERVED = frozenset({"baru"})


class CodeTaken(ValueError):
    """Another exam has that code, or it means a page."""


@dataclass(frozen=True)
class NewExam:
    """What is known of an exam when it begins. mode: models.EXAM, PRACTICE or TRYOUT."""

    code: str
    title: str
    unit: OrgUnit
    bank: Bank
    course: Course | None
    times: Times
    mode: str


def create(session: Session, new: NewExam, *, uuid: str, by: int, now: datetime) -> Exam:
    """Begin it. uuid: names this act, so that a form that is sent twice makes one exam. Raises CodeTaken."""
    standing = session.scalars(select(Exam).where(Exam.uuid == uuid)).one_or_none()
    if standing is not None and (standing.code, standing.unit_id) == (new.code, new.unit.id):
        return standing
    if standing is not None or new.code in RESERVED:
        raise CodeTaken
    row: dict[str, Any] = {
        "uuid": uuid,
        "code": new.code,
        "title": new.title,
        "unit_id": new.unit.id,
        "bank_id": new.bank.id,
        "course_id": new.course.id if new.course else None,
        "duration_minutes": new.times.minutes,
        "max_attempts": new.times.attempts,
        "cooldown_hours": new.times.cooldown,
        "mode": new.mode,
    }
    key = session.scalar(insert_into(session, Exam).values(row).on_conflict_do_nothing().returning(Exam.id))
    if key is None:
        return _other(session, new, uuid)
    audit.record(session, "exam.create", f"exam:{key}", by=by, now=now, details={"code": new.code, "mode": new.mode})
    return session.get_one(Exam, key)


def _other(session: Session, new: NewExam, uuid: str) -> Exam:
    """What came first at the same moment: this very form, or another exam with its code."""
    found = session.scalars(select(Exam).where(Exam.uuid == uuid, Exam.code == new.code)).one_or_none()
    if found is None:
        raise CodeTaken
    return found

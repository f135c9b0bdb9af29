"""The exams that concern one person, and the attempts made so far."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.catalogue.models import Enrolment
from lms.exams.models import Attempt, Exam, Result, Sitting


@dataclass(frozen=True)
class Listed:
    """An exam that is open or comes up. Its window is that of the sitting that is open, else of the next."""

    code: str
    title: str
    duration_minutes: int
    sitting: str
    opens_at: datetime
    closes_at: datetime
    zone: str
    is_open: bool


@dataclass(frozen=True)
class Taken:
    """An attempt that was begun. percent, passed: None while there is no result."""

    code: str
    title: str
    exam_code: str
    number: int
    state: str
    started_at: datetime
    due_at: datetime
    closed_at: datetime | None
    percent: Decimal | None
    passed: bool | None


def exams_for(session: Session, employee_id: int, *, now: datetime) -> list[Listed]:
    """What the person may still sit: exams of their courses and those that belong to none, in a sitting that is not over.

    Those that are open come first; what was passed is not among them.
    """
    enrolled = exists(select(1).where(Enrolment.course_id == Exam.course_id, Enrolment.employee_id == employee_id))
    passed = exists(
        select(1)
        .select_from(Result)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(Attempt.exam_id == Exam.id, Attempt.employee_id == employee_id, Result.passed)
    )
    rows = session.execute(
        select(Exam, Sitting)
        .join(Sitting, Sitting.exam_id == Exam.id)
        .where(Sitting.closes_at > now, or_(Exam.course_id.is_(None), enrolled), ~passed)
        .order_by(Sitting.opens_at, Exam.title)
    ).all()
    first: dict[int, Listed] = {}
    for exam, sitting in rows:
        first.setdefault(exam.id, _listed(exam, sitting, now))
    return sorted(first.values(), key=lambda one: (not one.is_open, one.opens_at))


def attempts_of(session: Session, employee_id: int) -> list[Taken]:
    """All attempts that the person has begun, the newest first, each with its latest result."""
    other = aliased(Result)
    newest = select(func.max(other.number)).where(other.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    rows = session.execute(
        select(Attempt, Exam.title, Exam.code, Result.percent, Result.passed)
        .join(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.number == newest))
        .where(Attempt.employee_id == employee_id, Attempt.started_at.is_not(None))
        .order_by(Attempt.started_at.desc())
    ).all()
    return [_taken(*row) for row in rows]


def _listed(exam: Exam, sitting: Sitting, now: datetime) -> Listed:
    return Listed(
        code=exam.code,
        title=exam.title,
        duration_minutes=exam.duration_minutes,
        sitting=sitting.title,
        opens_at=sitting.opens_at,
        closes_at=sitting.closes_at,
        zone=sitting.zone,
        is_open=sitting.opens_at <= now,
    )


def _taken(one: Attempt, title: str, exam_code: str, percent: Decimal | None, passed: bool | None) -> Taken:
    assert one.started_at is not None
    assert one.due_at is not None
    return Taken(
        code=one.code,
        title=title,
        exam_code=exam_code,
        number=one.number,
        state=one.state,
        started_at=one.started_at,
        due_at=one.due_at,
        closed_at=one.closed_at,
        percent=percent,
        passed=passed,
    )

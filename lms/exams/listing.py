"""The attempts that one person has made."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams.models import Attempt, Exam, Result


@dataclass(frozen=True)
class Taken:
    """An attempt that was begun. percent, passed: None while there is no verdict."""

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
    mode: str


def attempts_of(session: Session, employee_id: int) -> list[Taken]:
    """All attempts that the person has begun, the newest first, each with its latest result."""
    other = aliased(Result)
    newest = select(func.max(other.number)).where(other.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    rows = session.execute(
        select(Attempt, Exam.title, Exam.code, Result.percent, Result.passed, Exam.mode)
        .join(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.number == newest, Result.state == "graded"))
        .where(Attempt.employee_id == employee_id, Attempt.started_at.is_not(None))
        .order_by(Attempt.started_at.desc())
    ).all()
    return [_taken(*row) for row in rows]


def _taken(one: Attempt, title: str, exam_code: str, percent: Decimal | None, passed: bool | None, mode: str) -> Taken:
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
        mode=mode,
    )

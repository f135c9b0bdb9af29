"""What a person has done at exams so far: attempts with their latest results, and papers that lie ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams import blueprints
from lms.exams.models import Attempt, Paper, Result
from lms.lean import Lean


@dataclass(frozen=True)
class Past:
    """One attempt of the person so far. percent, passed: None while there is no verdict.

    renew_from: from when the exam may be sat again though it was passed, as what the pass earned comes to its end.
    """

    attempt_id: int
    code: str
    number: int
    state: str
    started_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    percent: Decimal | None
    passed: bool | None
    renew_from: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """An attempt whose paper lies ready and was not started. is_outdated: another blueprint is in force since."""

    attempt_id: int
    sitting_id: int
    blueprint_id: int
    made_at: datetime
    pin_wait_until: datetime | None = None
    is_outdated: bool = False


@dataclass(frozen=True)
class Record:
    """What a person has done at one exam: the attempts they began, in order, and the one that lies ready."""

    past: tuple[Past, ...] = ()
    waiting: Waiting | None = None


def counted(past: Sequence[Past], now: datetime) -> list[Past]:
    """The attempts by which a person stands: all, or those after a pass that may be renewed by now."""
    before = renewable(past, now)
    return [one for one in past if before is None or one.number > before.number]


def renewable(past: Sequence[Past], now: datetime) -> Past | None:
    """The last pass that may be renewed by now."""
    due = [one for one in past if one.passed and one.renew_from is not None and one.renew_from <= now]
    return due[-1] if due else None


def records(session: Session, employee_id: int, exam_ids: Sequence[int]) -> dict[int, Record]:
    """Exam id → the person's attempts with their latest results, for every exam asked for. One statement."""
    rows = _RECORDS.all(session, exams=exam_ids, employee=employee_id)
    past: dict[int, list[Past]] = {exam_id: [] for exam_id in exam_ids}
    waiting: dict[int, Waiting] = {}
    for one, blueprint_id, made_at, is_outdated, percent, passed in rows:
        if one.state == "prepared":
            waiting[one.exam_id] = Waiting(
                one.id, one.sitting_id, blueprint_id, made_at, one.pin_wait_until, bool(is_outdated)
            )
        else:
            past[one.exam_id].append(
                Past(
                    one.id,
                    one.code,
                    one.number,
                    one.state,
                    one.started_at,
                    one.due_at,
                    one.closed_at,
                    percent,
                    passed,
                    one.renew_from,
                )
            )
    return {exam_id: Record(tuple(past[exam_id]), waiting.get(exam_id)) for exam_id in exam_ids}


def _records() -> Lean:
    other = aliased(Result)
    newest = select(func.max(other.number)).where(other.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    is_outdated = blueprints.is_outdated().label("is_outdated")
    return Lean(
        select(Attempt, Paper.blueprint_id, Paper.made_at, is_outdated, Result.percent, Result.passed)
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.number == newest, Result.state == "graded"))
        .where(Attempt.exam_id.in_(bindparam("exams", expanding=True)), Attempt.employee_id == bindparam("employee"))
        .order_by(Attempt.number)
    )


_RECORDS = _records()

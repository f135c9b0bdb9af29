"""The marks behind a certificate, or a proposal for one: what earned it and every result since, for whoever decides."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import ColumnElement, ScalarSelect, case, select
from sqlalchemy.orm import Session, aliased

from lms.certificates.models import Certificate
from lms.exams.models import Attempt, Exam, Result
from lms.exams.regrading.models import Regrade, RegradeRow
from lms.exams.results import PENDING, missed


@dataclass(frozen=True)
class RegradeLine:
    """A regrade that brought a result: its code, its remedy, and the reason that the candidate reads."""

    code: str
    remedy: str
    reason: str


@dataclass(frozen=True)
class ResultLine:
    """One result of the attempt. waits: it has no verdict yet. cause: as `results.Cause`.

    missed: titles of the sections whose own threshold a result that is not passed did not reach.
    regrades: what caused it, several that began to hold together; empty for other causes.
    exam: the code of the exam where the reader may open its regrades, else None.
    """

    at: datetime
    cause: str
    percent: Decimal
    passed: bool
    waits: bool
    missed: tuple[str, ...]
    regrades: tuple[RegradeLine, ...]
    exam: str | None


def behind_certificate(session: Session, code: str, may_open: ColumnElement[bool]) -> list[ResultLine]:
    """As `since`, from the result that earned the certificate."""
    earned = select(Certificate.result_id).where(Certificate.code == code)
    return since(session, earned.scalar_subquery(), may_open)


def since(
    session: Session, result_id: int | ScalarSelect[int | None], may_open: ColumnElement[bool]
) -> list[ResultLine]:
    """A result, then each later one of its attempt; empty while there is none but the first.

    may_open: the SQL of "the reader may see regrades of the exam". One statement.
    """
    earned = aliased(Result)
    rows = session.execute(
        select(Result, Regrade, case((may_open, Exam.code), else_=None))
        .select_from(earned)
        .join(Result, (Result.attempt_id == earned.attempt_id) & (Result.number >= earned.number))
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(RegradeRow, RegradeRow.new_result_id == Result.id)
        .outerjoin(Regrade, Regrade.id == RegradeRow.regrade_id)
        .where(earned.id == result_id)
        .order_by(Result.number, Regrade.applied_at, Regrade.id)
    ).all()
    grouped = [list(of_result) for _, of_result in groupby(rows, key=lambda row: row[0].id)]
    lines = [(group[0][0], group[0][2], [row[1] for row in group]) for group in grouped]
    if len(lines) < 2:
        return []
    return [
        ResultLine(
            at=result.recorded_at,
            cause=result.cause,
            percent=result.percent,
            passed=result.passed,
            waits=result.state == PENDING,
            missed=() if result.passed or result.state == PENDING else missed(result.sections, result.verdict),
            regrades=tuple(RegradeLine(one.code, one.what, one.reason) for one in regrades if one is not None),
            exam=exam,
        )
        for result, exam, regrades in lines
    ]

"""Results: appended with all that produced them, never overwritten."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy.orm import Session

from lms.exams import journal
from lms.exams.grading import Graded
from lms.exams.journal import Problem
from lms.exams.models import Result

Cause = Literal["closed", "regrade", "admitted"]


def record(
    session: Session,
    attempt_id: int,
    graded: Graded,
    *,
    number: int,
    answered: int,
    seal: str,
    problems: list[Problem],
    cause: Cause,
    by: int | None,
    now: datetime,
) -> Result:
    """Append a result and give it its key. number: 1 at closing. seal: the digest of the journal that was graded."""
    result = Result(
        attempt_id=attempt_id,
        number=number,
        marks=[_row(mark) for mark in graded.marks],
        sections=[_row(section) for section in graded.sections],
        score=graded.score,
        maximum=graded.maximum,
        percent=graded.percent,
        threshold=graded.threshold,
        passed=graded.passed,
        answered=answered,
        journal=seal,
        problems=journal.as_rows(problems),
        cause=cause,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(result)
    session.flush()  # what follows from a result points to it by key
    return result


def receipt(seal: str) -> str:
    """The four letters printed on the receipt, taken from the digest of the journal; no letter can be taken for another."""
    letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    number = int(seal[:16], 16)
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(4))


def _row(row: Any) -> dict[str, Any]:
    """A dataclass for a JSON column: decimals as texts, so that nothing is rounded."""
    return {field: str(value) if isinstance(value, Decimal) else value for field, value in asdict(row).items()}

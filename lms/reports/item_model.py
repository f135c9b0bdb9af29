"""The two-parameter model of an exam's questions, from the latest result of each closed attempt: two statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lms.exams import irt
from lms.exams.irt import Calibration, Parameters, Refusal, WhyItem
from lms.exams.models import Attempt, Result
from lms.questions.content import short
from lms.reports import items
from lms.reports.items import Wanted


@dataclass(frozen=True)
class Named:
    """A version of a question as a list names it."""

    uuid: str
    number: int
    short: str
    competency: str
    level: int


@dataclass(frozen=True)
class ModelReport:
    """rows: the steepest last, by difficulty. left_out: what the model says nothing of. refusal: why there are no rows."""

    n: int
    rows: tuple[tuple[Named, Parameters], ...]
    left_out: tuple[tuple[Named, WhyItem], ...]
    refusal: Refusal[int] | None


def of_exam(session: Session, wanted: Wanted) -> ModelReport:
    """The model over complete results. What was not answered is wrong; what was not on a paper is missing."""
    results = session.scalars(items.attempts(wanted, Result.marks, Attempt.id))
    marks = [_pairs(row) for row in results if all(mark["mark"] is not None for mark in row)]
    found = irt.calibrate(marks)
    fitted: Mapping[int, Parameters] = found.items if isinstance(found, Calibration) else {}
    names = {key: _named(row) for key, row in items.versions(session, {*fitted, *found.left_out}).items()}
    return ModelReport(
        n=found.n,
        rows=tuple(
            sorted(((names[key], one) for key, one in fitted.items() if key in names), key=lambda row: row[1].b)
        ),
        left_out=tuple((names[key], why) for key, why in sorted(found.left_out.items()) if key in names),
        refusal=found if isinstance(found, Refusal) else None,
    )


def _pairs(marks: list[dict[str, Any]]) -> dict[int, tuple[Decimal, Decimal]]:
    pairs = {row["version"]: (Decimal(row["mark"]), Decimal(row["maximum"])) for row in marks}
    return {version: pair for version, pair in pairs.items() if pair[1]}


def _named(row: Mapping[str, Any]) -> Named:
    return Named(row["uuid"], row["number"], short(row["content"]["stem"]), row["competency"], row["level"])

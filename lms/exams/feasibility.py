"""Whether the bank can fill an exam's papers, cell by cell: shown before a sitting opens, not found out at the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import blueprint, blueprints, drawing, pass_rules, rehearsing
from lms.exams.blueprint_rows import Candidate, Infeasible, Row, Shortfall
from lms.exams.models import PRACTICE, Blueprint, Exam
from lms.exams.pass_rules import Rules, Threshold
from lms.frameworks.models import Competency


@dataclass(frozen=True)
class Cell:
    """One line of a blueprint. difficulty: None where any would do; tag: empty where none is asked.

    available: what the bank holds of it, beyond what the section's other lines ask.
    """

    difficulty: str | None
    wanted: int
    available: int
    tag: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the exam, and what must be reached in it. tags: borne by all its questions; fixed: how many always stand there."""

    title: str
    competency: str
    level: int
    threshold: Threshold
    cells: tuple[Cell, ...]
    tags: tuple[str, ...] = ()
    fixed: int = 0

    @property
    def questions(self) -> int:
        """How many are drawn."""
        return sum(cell.wanted for cell in self.cells)


@dataclass(frozen=True)
class Exposure:
    """A question stands on at most so many per cent of the papers of so many days."""

    percent: int
    days: int


@dataclass(frozen=True)
class Balance:
    """The mean expected facility of every paper and how far it may be off, both in per cent."""

    facility: Decimal
    tolerance: Decimal


@dataclass(frozen=True)
class Feasibility:
    """A blueprint beside its bank. missing: what keeps papers from being drawn; empty when they can be.

    trial: how many questions on trial are asked beside those that count. groups: the pass marks of each group that has its own.
    predicates: (name of a passed result, from which per cent on), the highest first.
    """

    number: int
    total: Threshold
    sections: tuple[Section, ...]
    missing: tuple[Shortfall, ...]
    exposure: Exposure | None = None
    balance: Balance | None = None
    trial: int = 0
    compensation: bool = False
    certainty: bool = False
    groups: tuple[Rules, ...] = ()
    predicates: tuple[tuple[str, Decimal], ...] = ()

    @property
    def questions(self) -> int:
        """How many count on a paper."""
        return sum(section.questions for section in self.sections)


def of_exam(session: Session, exam: Exam, *, now: datetime) -> Feasibility | None:
    """The blueprint in force beside what its bank holds now; None where there is no blueprint. Three statements."""
    plan = blueprints.in_force(session, exam.id)
    return of_content(session, exam, plan.content, number=plan.number, now=now) if plan else None


def missing(session: Session, exam: Exam, plan: Blueprint | None, *, now: datetime) -> Sequence[Shortfall] | None:
    """What keeps papers of an exam from being drawn by a blueprint now; None where it has none. One statement."""
    return None if plan is None else _lacks(exam, drawing.pool(session, exam, plan.content, now=now), plan.content)


def of_content(session: Session, exam: Exam, content: Mapping[str, Any], *, number: int, now: datetime) -> Feasibility:
    """A content beside what the exam's bank holds now. number: that of its blueprint. Two statements."""
    rules = pass_rules.rules_for(content)
    held = drawing.pool(session, exam, content, now=now)
    codes = {section["competency"] for section in content["sections"]}
    rows_of_names = session.execute(select(Competency.code, Competency.name).where(Competency.code.in_(codes)))
    names = {row.code: row.name for row in rows_of_names}
    supply = blueprint.supply(held, content)
    return Feasibility(
        number=number,
        total=rules.total,
        sections=tuple(
            _section(section, threshold, names, [one for one in supply if one[0].section == place])
            for place, (section, threshold) in enumerate(zip(content["sections"], rules.sections, strict=True))
        ),
        missing=tuple(_lacks(exam, held, content)),
        exposure=Exposure(**content["exposure"]) if "exposure" in content else None,
        balance=_balance(content["balance"]) if "balance" in content else None,
        trial=content.get("trial", 0),
        compensation=rules.compensation,
        certainty=bool(content.get("certainty")),
        groups=tuple(pass_rules.rules_for(content, group["code"]) for group in content.get("groups", ())),
        predicates=pass_rules.bands(content),
    )


def _lacks(exam: Exam, held: Sequence[Candidate], content: Mapping[str, Any]) -> Sequence[Shortfall]:
    """Practice takes what there is, and lacks something only where there is nothing."""
    if exam.mode != PRACTICE:
        return blueprint.shortfalls(held, content) or blueprint.shortfalls_ahead(held, content)
    try:
        rehearsing.some(held, content, seed=0)
    except Infeasible as nothing:
        return nothing.shortfalls
    return ()


def _section(
    content: Mapping[str, Any], threshold: Threshold, names: Mapping[str, str], supply: Sequence[tuple[Row, int]]
) -> Section:
    code = content["competency"]
    return Section(
        title=content["title"],
        competency=names.get(code, code),
        level=content["level"],
        threshold=threshold,
        cells=tuple(_cells(supply)),
        tags=tuple(content.get("tags", ())),
        fixed=len(content.get("fixed", ())),
    )


def _cells(supply: Sequence[tuple[Row, int]]) -> list[Cell]:
    """The lines of a section; what is open to any question has what the others leave."""
    asked = sum(row.number for row, _count in supply if row.difficulty or row.tag)
    return [
        Cell(row.difficulty, row.number, count if row.difficulty or row.tag else max(count - asked, 0), row.tag)
        for row, count in supply
    ]


def _balance(asked: Mapping[str, str]) -> Balance:
    return Balance(*(Decimal(asked[name]) * 100 for name in ("facility", "tolerance")))

"""Whether the bank can fill an exam's papers, cell by cell: shown before a sitting opens, not found out at the door."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import blueprint, pass_rules
from lms.exams.models import Blueprint, Exam
from lms.exams.pass_rules import Threshold
from lms.exams.preparing import pool
from lms.frameworks.models import Competency


@dataclass(frozen=True)
class Cell:
    """One line of a blueprint. difficulty: None where any would do. available: what the bank holds of it."""

    difficulty: str | None
    wanted: int
    available: int


@dataclass(frozen=True)
class Section:
    """A part of the exam, and what must be reached in it."""

    title: str
    competency: str
    level: int
    threshold: Threshold
    cells: tuple[Cell, ...]

    @property
    def questions(self) -> int:
        """How many are drawn."""
        return sum(cell.wanted for cell in self.cells)


@dataclass(frozen=True)
class Feasibility:
    """A blueprint beside its bank. missing: what keeps a paper from being drawn; empty when it can be."""

    number: int
    total: Threshold
    sections: tuple[Section, ...]
    missing: tuple[blueprint.Shortfall, ...]

    @property
    def questions(self) -> int:
        """How many a paper has."""
        return sum(section.questions for section in self.sections)


def of_exam(session: Session, exam: Exam) -> Feasibility | None:
    """The blueprint in force beside what its bank holds now; None where there is no blueprint. Three statements."""
    rows = select(Blueprint).where(Blueprint.exam_id == exam.id).order_by(Blueprint.number.desc()).limit(1)
    plan = session.scalars(rows).one_or_none()
    if plan is None:
        return None
    rules = pass_rules.rules_for(plan.content)
    held = pool(session, exam.bank_id)
    codes = {section["competency"] for section in plan.content["sections"]}
    rows_of_names = session.execute(select(Competency.code, Competency.name).where(Competency.code.in_(codes)))
    names = {row.code: row.name for row in rows_of_names}
    return Feasibility(
        number=plan.number,
        total=rules.total,
        sections=tuple(
            _section(section, threshold, names, held)
            for section, threshold in zip(plan.content["sections"], rules.sections, strict=True)
        ),
        missing=tuple(blueprint.shortfalls(held, plan.content)),
    )


def _section(content: Any, threshold: Threshold, names: dict[str, str], held: list[blueprint.Candidate]) -> Section:
    code, level = content["competency"], content["level"]
    of_cell = Counter(one.difficulty for one in held if (one.competency, one.level) == (code, level))
    wishes: dict[str, int] = content.get("difficulty", {})
    cells = [Cell(difficulty, wanted, of_cell[difficulty]) for difficulty, wanted in wishes.items() if wanted]
    rest = content["draw"] - sum(wishes.values())
    if rest > 0:
        cells.append(Cell(None, rest, of_cell.total() - sum(cell.wanted for cell in cells)))
    return Section(content["title"], names.get(code, code), level, threshold, tuple(cells))

"""Learning hours (JP): what was credited in a year, what is under way, and what is expected."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import BindParameter, bindparam, exists, null, select, union_all
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Edition, Enrolment, LearningCredit
from lms.lean import Lean

MOST_CELLS = 40


@dataclass(frozen=True)
class Credit:
    """Hours credited for one course. It is dated by its crediting, in UTC. edition: the number of the one that was learnt."""

    slug: str
    title: str
    hours: int
    credited_at: datetime
    edition: int


@dataclass(frozen=True)
class YearHours:
    """The hours of one person in one year. floor: None where no rule sets one; there is then nothing to fall short of.

    pending: hours of courses under way, not counted yet.
    """

    year: int
    credits: tuple[Credit, ...]
    pending: int
    floor: int | None

    @property
    def total(self) -> int:
        """Hours credited."""
        return sum(credit.hours for credit in self.credits)

    @property
    def missing(self) -> int:
        """Hours still wanted to reach the floor; 0 where there is none."""
        return max((self.floor or 0) - self.total, 0)

    @property
    def cells(self) -> int:
        """How many cells a countable strip has: the floor, or all there is; no more than can be counted."""
        return min(max(self.floor or 0, self.total + self.pending), MOST_CELLS)


def of_year(session: Session, employee_id: int, employment: str, *, year: int) -> YearHours:
    """What a person has earned in a year, newest first, in one statement. employment: pns or pppk."""
    rows = _OF_YEAR.all(session, employee=employee_id, year=year)
    earned = [
        Credit(row.slug, row.title, row.learning_hours, row.credited_at, row.number)
        for row in rows
        if row.credited_at is not None
    ]
    earned.sort(key=lambda row: row.credited_at, reverse=True)
    pending = sum(row.learning_hours for row in rows if row.credited_at is None)
    return YearHours(year, tuple(earned), pending, floor_of(employment, year=year))


def _of_year() -> Lean:
    person: BindParameter[int] = bindparam("employee")
    year: BindParameter[int] = bindparam("year")
    credited = (
        select(Course.slug, Edition.title, LearningCredit.learning_hours, LearningCredit.credited_at, Edition.number)
        .join(Edition, Edition.id == LearningCredit.edition_id)
        .join(Course, Course.id == LearningCredit.course_id)
        .where(LearningCredit.employee_id == person, LearningCredit.year == year)
    )
    already = exists(
        select(1).where(
            LearningCredit.employee_id == person,
            LearningCredit.course_id == Enrolment.course_id,
            LearningCredit.year == year,
        )
    )
    under_way: Any = (
        select(Course.slug, Edition.title, Edition.learning_hours, null(), Edition.number)
        .select_from(Enrolment)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.employee_id == person, Enrolment.completed_at.is_(None), ~already)
    )
    return Lean(union_all(credited, under_way))


_OF_YEAR = _of_year()


def floor_of(employment: str, *, year: int) -> int | None:
    """The least hours that a rule asks of this employment in a year; None where none does."""
    begun = [entry for entry in _reference() if entry["from_year"] <= year]
    if not begun:
        return None
    newest = max(begun, key=lambda entry: int(entry["from_year"]))
    floor: int | None = newest["floor"].get(employment)
    return floor


@cache
def _reference() -> list[dict[str, Any]]:
    data = yaml.safe_load(Path(__file__).with_name("reference.yaml").read_text(encoding="utf-8"))
    entries: list[dict[str, Any]] = data["learning_hours"]
    return entries

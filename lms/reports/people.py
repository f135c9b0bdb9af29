"""People and how they stand, for a line manager or an HR officer: one statement a page, however many people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session

from lms.competencies import unit_levels
from lms.competencies.gaps import Tally
from lms.competencies.standards import holds_on
from lms.people.models import Appointment, Employee, OrgUnit, Position


@dataclass(frozen=True)
class PersonRow:
    """One person, and how the required competencies stand.

    title and unit are empty for who holds no post; has_standard is false where the post has none.
    """

    code: str
    nip: str
    name: str
    title: str
    unit: str
    has_standard: bool
    stands: Tally


@dataclass(frozen=True)
class Summary:
    """A whole unit: people, those who meet all, those with a gap, those with something ending, those without a standard."""

    people: int
    complete: int
    with_gaps: int
    ending: int
    without_standard: int


def named(people: Select[int], name: str) -> Select[int]:
    """Those of `people` (employee ids) whose name contains the words."""
    return people.where(Employee.name.icontains(name, autoescape=True))


def in_unit(people: Select[int], unit: OrgUnit, *, on: date) -> Select[int]:
    """Those of `people` who on the day hold a post in the unit or below it."""
    held = (
        select(1)
        .select_from(Appointment)
        .join(Position, Position.id == Appointment.position_id)
        .join(OrgUnit, OrgUnit.id == Position.unit_id)
        .where(Appointment.employee_id == Employee.id, OrgUnit.path.startswith(unit.path), *holds_on(on))
    )
    return people.where(exists(held))


def count(session: Session, people: Select[int]) -> int:
    """How many."""
    return session.scalar(select(func.count()).select_from(people.order_by(None).subquery())) or 0


def by_name(session: Session, people: Select[int], *, on: date, page: int, size: int) -> list[PersonRow]:
    """One page of people in the order of their names. Levels are counted for the people of the page alone."""
    chosen = people.order_by(Employee.sort_name, Employee.id).limit(size).offset((page - 1) * size)
    rows = _with_counts(chosen, on).order_by(Employee.sort_name, Employee.id)
    return _rows(session.execute(rows).all())


def by_urgency(session: Session, people: Select[int], *, on: date, page: int, size: int) -> list[PersonRow]:
    """One page of people, most gaps first, then what ends soon: for a unit, since all its levels are counted."""
    rows = _with_counts(people, on)
    counts = rows.selected_columns
    gaps = func.coalesce(counts.required - counts.met, 0)
    ordered = rows.order_by(gaps.desc(), func.coalesce(counts.ending, 0).desc(), Employee.sort_name, Employee.id)
    return _rows(session.execute(ordered.limit(size).offset((page - 1) * size)).all())


def summary(session: Session, people: Select[int], *, on: date) -> Summary:
    """The unit in five numbers, in one statement."""
    rows = _with_counts(people, on).order_by(None).subquery()
    asked = rows.c.standard_id.is_not(None)
    found = session.execute(
        select(
            func.count(),
            _number(asked & (rows.c.met == rows.c.required)),
            _number(asked & (rows.c.met < rows.c.required)),
            _number(asked & (rows.c.ending > 0)),
            _number(rows.c.standard_id.is_(None)),
        ).select_from(rows)
    ).one()
    return Summary(*found)


def _with_counts(people: Select[int], on: date) -> Select[*tuple[Any, ...]]:
    counts = unit_levels.counts(on, people=people).subquery("counts")
    return (
        select(
            Employee.code,
            Employee.nip,
            Employee.name,
            counts.c.title,
            counts.c.unit,
            counts.c.standard_id,
            counts.c.required,
            counts.c.met,
            counts.c.unassessed,
            counts.c.ending,
        )
        .outerjoin(counts, counts.c.employee_id == Employee.id)
        .where(Employee.id.in_(people.correlate(None)))
    )


def _rows(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[PersonRow]:
    return [
        PersonRow(
            code=row.code,
            nip=row.nip,
            name=row.name,
            title=row.title or "",
            unit=row.unit or "",
            has_standard=row.standard_id is not None,
            stands=Tally(row.required or 0, row.met or 0, row.unassessed or 0, row.ending or 0),
        )
        for row in rows
    ]


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)

"""The rule of profiles.py as one SQL aggregate, for whole units. A test holds the two equal on both databases."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Integer, Select, and_, case, func, literal, or_, select
from sqlalchemy.types import Date

from lms.competencies.gaps import SOON_DAYS
from lms.competencies.models import Evidence, PositionStandard, Requirement
from lms.competencies.standards import MAIN_FIRST, holds_on, is_in_force
from lms.people.models import Appointment, OrgUnit, Position

#: Stands for "does not end", since NULL would be lost in a maximum.
FOREVER = date(9999, 12, 31)

Levels = Select[int, int, int | None, int | None, date]
Counts = Select[int, str, str, int | None, int, int, int, int]


def levels(on: date, *, people: Select[int] | None = None) -> Levels:
    """(employee_id, competency_id, official, estimated, until) wherever some evidence counts on the day.

    people: narrows to these employee ids. until: the last day of the estimated level, FOREVER where it does not end.
    """
    seen = _counting(on, people).subquery("seen")
    proven = func.max(case((seen.c.proves, seen.c.level)))
    manager = func.max(case((_is_latest(seen, "manager"), seen.c.level)))
    proven_until = func.max(case((and_(seen.c.proves, seen.c.level == seen.c.highest), seen.c.until)))
    manager_until = func.max(case((_is_latest(seen, "manager"), seen.c.until)))
    return select(
        seen.c.employee_id,
        seen.c.competency_id,
        func.max(case((_is_latest(seen, "assessment"), seen.c.level))).label("official"),
        func.coalesce(proven, manager).label("estimated"),
        func.coalesce(proven_until, manager_until).label("until"),
    ).group_by(seen.c.employee_id, seen.c.competency_id)


def counts(on: date, *, people: Select[int]) -> Counts:
    """(employee_id, title, unit, standard_id, required, met, unassessed, ending) for each of `people` who holds a post.

    standard_id is None where the main post has no standard; short ones are required - met - unassessed.
    """
    held = _main_posts(on, people).subquery("held")
    stands = levels(on, people=people).subquery("stands")
    met = stands.c.estimated >= Requirement.level
    soon = stands.c.until <= literal(on + timedelta(days=SOON_DAYS), Date)
    asked = Requirement.id.is_not(None)
    return (
        select(
            held.c.employee_id,
            Position.title,
            OrgUnit.name.label("unit"),
            PositionStandard.id.label("standard_id"),
            func.count(Requirement.id).label("required"),
            _number(met).label("met"),
            _number(and_(asked, stands.c.estimated.is_(None))).label("unassessed"),
            _number(and_(met, soon)).label("ending"),
        )
        .select_from(held)
        .join(Position, Position.id == held.c.position_id)
        .join(OrgUnit, OrgUnit.id == Position.unit_id)
        .outerjoin(PositionStandard, is_in_force(on))
        .outerjoin(Requirement, Requirement.standard_id == PositionStandard.id)
        .outerjoin(
            stands,
            and_(
                stands.c.employee_id == held.c.employee_id,
                stands.c.competency_id == Requirement.competency_id,
            ),
        )
        .where(held.c.nth == 1)
        .group_by(held.c.employee_id, Position.id, OrgUnit.id, PositionStandard.id)
    )


def _counting(on: date, people: Select[int] | None) -> Select[int]:
    proves = Evidence.source.in_(("assessment", "certificate", "exam"))
    of_kind = (Evidence.employee_id, Evidence.competency_id, Evidence.source)
    newest_first = (Evidence.observed_on.desc(), Evidence.id.desc())
    rows: Select[int] = select(
        Evidence.employee_id,
        Evidence.competency_id,
        Evidence.source,
        Evidence.level,
        proves.label("proves"),
        func.coalesce(Evidence.valid_until, literal(FOREVER, Date)).label("until"),
        func.row_number().over(partition_by=of_kind, order_by=newest_first).label("nth"),
        func.max(case((proves, Evidence.level)))
        .over(partition_by=(Evidence.employee_id, Evidence.competency_id))
        .label("highest"),
    ).where(
        Evidence.observed_on <= on,
        or_(Evidence.valid_until.is_(None), Evidence.valid_until >= on),
        Evidence.set_aside_at.is_(None),
        Evidence.source != "self",
        or_(Evidence.source != "exam", Evidence.supervised),
    )
    return rows.where(Evidence.employee_id.in_(people)) if people is not None else rows


def _main_posts(on: date, people: Select[int]) -> Select[int]:
    nth = func.row_number().over(partition_by=Appointment.employee_id, order_by=MAIN_FIRST).label("nth")
    held = select(Appointment.employee_id, Appointment.position_id, nth)
    return held.where(Appointment.employee_id.in_(people), *holds_on(on))


def _is_latest(seen: object, source: str) -> ColumnElement[bool]:
    columns = seen.c  # type: ignore[attr-defined]
    return and_(columns.source == source, columns.nth == 1)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).cast(Integer)

"""What a person's post asks for on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.competencies import reference
from lms.competencies.models import PositionStandard, Requirement
from lms.frameworks.models import KINDS, Competency
from lms.lean import Lean
from lms.people.models import Appointment, OrgUnit, Position


@dataclass(frozen=True)
class Required:
    """The level of one competency that a standard asks for."""

    competency_id: int
    code: str
    name: str
    kind: str
    level: int
    mandatory: bool = False
    order: int = 0


@dataclass(frozen=True)
class Standard:
    """A competency standard in force. Requirements in the order of the dictionary, kind by kind."""

    effective_from: date
    source: str
    requirements: tuple[Required, ...]


@dataclass(frozen=True)
class Post:
    """The post a person holds, and its standard if it has one. kind: definitif, plt, plh or pj."""

    position_id: int
    title: str
    unit: str
    tier: str
    kind: str
    standard: Standard | None


def post_of(session: Session, employee_id: int, *, on: date) -> Post | None:
    """The main post of a person on a day with its standard, in one statement; None for who holds no post.

    Of several, the definitive one, else the latest.
    """
    rows = _MAIN_POST.all(session, employee=employee_id, on=on)
    if not rows:
        return None
    main, kind, position, unit, standard, _requirement, _competency = rows[0]
    asked = [(row[5], row[6]) for row in rows if row[0] == main and row[5] is not None]
    return Post(
        position_id=position.id,
        title=position.title,
        unit=unit,
        tier=position.tier,
        kind=kind,
        standard=_standard(standard, asked) if standard else None,
    )


def default_requirements(tier: str, *, on: date) -> dict[str, int]:
    """Competency code → level that a tier asks for by default: managerial and socio-cultural ones (reference data)."""
    return reference.default_levels(tier, on=on)


def holds_on(on: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """The SQL of "this appointment is held on the day"."""
    return (Appointment.since <= on, or_(Appointment.until.is_(None), Appointment.until >= on))


def is_in_force(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """The SQL of "this standard is the one in force for the position on the day"."""
    other = aliased(PositionStandard)
    newest = (
        select(func.max(other.effective_from))
        .where(other.position_id == Position.id, other.effective_from <= on)
        .correlate(Position)
        .scalar_subquery()
    )
    return and_(PositionStandard.position_id == Position.id, PositionStandard.effective_from == newest)


#: Which of several appointments is the main one: the definitive, then the latest.
MAIN_FIRST = (case((Appointment.kind == "definitif", 0), else_=1), Appointment.since.desc(), Appointment.id.desc())


_ON: BindParameter[date] = bindparam("on", type_=Date)
_MAIN_POST = Lean(
    select(Appointment.id, Appointment.kind, Position, OrgUnit.name, PositionStandard, Requirement, Competency)
    .join(Position, Position.id == Appointment.position_id)
    .join(OrgUnit, OrgUnit.id == Position.unit_id)
    .outerjoin(PositionStandard, is_in_force(_ON))
    .outerjoin(Requirement, Requirement.standard_id == PositionStandard.id)
    .outerjoin(Competency, Competency.id == Requirement.competency_id)
    .where(Appointment.employee_id == bindparam("employee"), *holds_on(_ON))
    .order_by(*MAIN_FIRST, Competency.position, Competency.id)
)


def _standard(standard: PositionStandard, asked: Sequence[tuple[Requirement, Competency]]) -> Standard:
    by_kind = sorted(asked, key=lambda pair: KINDS.index(pair[1].kind))
    requirements = [
        Required(found.id, found.code, found.name, found.kind, asks.level, asks.mandatory, order)
        for order, (asks, found) in enumerate(by_kind)
    ]
    return Standard(standard.effective_from, standard.source, tuple(requirements))

"""Designs of agencies as lists show them: what is in force where, what is being changed, and what was before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.certificates.edition_models import DesignDraft, DesignEdition
from lms.certificates.models import Certificate, Scheme
from lms.paging import start
from lms.people.models import Employee, OrgUnit, User


@dataclass(frozen=True)
class DesignRow:
    """A design at a unit. edition: the one in force, or none; above: the unit from which it is inherited, else empty."""

    design: str
    edition: DesignEdition | None
    above: str
    draft: DesignDraft | None


@dataclass(frozen=True)
class UnitDesigns:
    """A unit that issues certificates, with its designs."""

    unit: OrgUnit
    rows: tuple[DesignRow, ...]


@dataclass(frozen=True)
class EditionRow:
    """An edition, who published it, and how many certificates it made."""

    edition: DesignEdition
    publisher: str
    certificates: int


def issuing(units: Select[OrgUnit], tops: Sequence[int]) -> Select[OrgUnit]:
    """Those of the units that have a scheme or an edition, and the tops of one's remit."""
    has_scheme = select(Scheme.id).where(Scheme.unit_id == OrgUnit.id).exists()
    has_edition = select(DesignEdition.id).where(DesignEdition.unit_id == OrgUnit.id).exists()
    return units.where(or_(has_scheme, has_edition, OrgUnit.id.in_(tops)))


def of_units(session: Session, units: Sequence[OrgUnit], designs: Sequence[str]) -> list[UnitDesigns]:
    """Each unit with each design. Two statements."""
    keys = [unit.id for unit in units]
    own, later = aliased(OrgUnit), aliased(DesignEdition)
    superseded = select(later.id).where(
        later.unit_id == DesignEdition.unit_id,
        later.design == DesignEdition.design,
        later.number > DesignEdition.number,
    )
    rows = (
        select(DesignEdition, OrgUnit)
        .join(OrgUnit, OrgUnit.id == DesignEdition.unit_id)
        .where(select(own.id).where(own.id.in_(keys), own.path.startswith(OrgUnit.path)).exists(), ~superseded.exists())
    )
    editions = [(edition, home) for edition, home in session.execute(rows)]
    drafts = session.scalars(select(DesignDraft).where(DesignDraft.unit_id.in_(keys)))
    at_work = {(draft.unit_id, draft.design): draft for draft in drafts}

    def row(unit: OrgUnit, design: str) -> DesignRow:
        over = [one for one in editions if one[0].design == design and unit.path.startswith(one[1].path)]
        edition, home = max(over, key=lambda one: len(one[1].path), default=(None, unit))
        return DesignRow(design, edition, "" if home is unit else home.name, at_work.get((unit.id, design)))

    return [UnitDesigns(unit, tuple(row(unit, design) for design in designs)) for unit in units]


def history(session: Session, unit_id: int, design: str, *, page: int, size: int) -> tuple[list[EditionRow], int]:
    """A page of the editions of a unit, the newest first, and how many there are. Two statements."""
    mine = (DesignEdition.unit_id == unit_id, DesignEdition.design == design)
    made = select(func.count(Certificate.id)).where(
        Certificate.edition_id == DesignEdition.id, Certificate.state == "issued"
    )
    rows = (
        select(DesignEdition, Employee.name, made.scalar_subquery())
        .join(User, User.id == DesignEdition.published_by)
        .join(Employee, Employee.id == User.employee_id)
        .where(*mine)
        .order_by(DesignEdition.number.desc())
    )
    total = session.scalar(select(func.count(DesignEdition.id)).where(*mine)) or 0
    found = session.execute(rows.limit(size).offset(start(page, size, total)))
    return [EditionRow(*row) for row in found], total

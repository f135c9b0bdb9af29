"""Who somebody is at work on a day: the facts that a certificate, a profile or a list states."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from lms.people.models import Appointment, Employee, OrgUnit, Position, is_agency_of


@dataclass(frozen=True)
class Employment:
    """A person in a post. Without an appointment on that day the post's fields are empty and its keys None."""

    employee_id: int
    name: str
    nip: str
    grade: str
    employment: str
    position_id: int | None
    position: str
    tier: str
    unit: str
    unit_path: str
    agency: str


def employment_on(session: Session, employee_id: int, on: date) -> Employment:
    """The employment of a person on a day; of several posts the definitive one, then the latest. One statement."""
    agency = aliased(OrgUnit)
    held = (Appointment.employee_id == Employee.id) & (Appointment.since <= on)
    rows = (
        select(Employee, Position, OrgUnit, agency.name)
        .outerjoin(Appointment, held & or_(Appointment.until.is_(None), Appointment.until >= on))
        .outerjoin(Position, Position.id == Appointment.position_id)
        .outerjoin(OrgUnit, OrgUnit.id == Position.unit_id)
        .outerjoin(agency, is_agency_of(agency))
        .where(Employee.id == employee_id)
        .order_by((Appointment.kind == "definitif").desc(), Appointment.since.desc())
        .limit(1)
    )
    employee, position, unit, agency_name = session.execute(rows).one()
    return Employment(
        employee_id=employee.id,
        name=employee.name,
        nip=employee.nip,
        grade=employee.grade,
        employment=employee.employment,
        position_id=position.id if position else None,
        position=position.title if position else "",
        tier=position.tier if position else "",
        unit=unit.name if unit else "",
        unit_path=unit.path if unit else "",
        agency=agency_name or "",
    )

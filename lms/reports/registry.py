"""The register as HR looks through it: certificates by state, unit, end and words, with their number."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.certificates import codes
from lms.certificates.models import Certificate, Revocation
from lms.certificates.verification import EXPIRING_DAYS
from lms.paging import start
from lms.people.models import Employee, OrgUnit
from lms.reports.people import in_unit

#: What may be asked of the state: as it is on the day, for an issued one as `verification.standing` says it.
STATES = (
    "valid", "expiring", "expired", "suspended", "revoked", "superseded", "not_yet_valid", "pending", "refused",
)  # fmt: skip
#: What may be asked of the end: within so many days from today.
WITHIN = {"30": 30, "90": 90, "365": 365}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty texts and None ask nothing. ends: a key of WITHIN, or `none` for those without end."""

    words: str = ""
    state: str = ""
    unit: OrgUnit | None = None
    ends: str = ""


@dataclass(frozen=True)
class Page:
    """One page of certificates, each with its revocation, and how many there are in all."""

    rows: tuple[tuple[Certificate, Revocation | None], ...]
    total: int


def page_of(
    session: Session, certificates: Select[Certificate], wanted: Wanted, *, on: date, page: int, size: int
) -> Page:
    """A page of `certificates` (those in sight), the latest first. Two statements."""
    rows = certificates.outerjoin(Revocation, Revocation.certificate_id == Certificate.id).add_columns(Revocation)
    rows = rows.where(*_asked(wanted, on))
    total = session.scalar(select(func.count()).select_from(rows.with_only_columns(Certificate.id).subquery())) or 0
    latest = rows.order_by(Certificate.proposed_at.desc(), Certificate.id.desc())
    found = session.execute(latest.limit(size).offset(start(page, size, total))).all()
    return Page(tuple((certificate, ended) for certificate, ended in found), total)


def _asked(wanted: Wanted, on: date) -> list[ColumnElement[bool]]:
    asked = []
    if wanted.state:
        asked.append(_stands(wanted.state, on))
    if wanted.ends:
        asked.append(_ends(wanted.ends, on))
    if wanted.unit is not None:
        holders = in_unit(select(Employee.id), wanted.unit, on=on)
        asked.append(Certificate.employee_id.in_(holders))
    if wanted.words:
        named = select(Employee.id).where(Employee.name.icontains(wanted.words, autoescape=True))
        by_number = Certificate.number.icontains(wanted.words, autoescape=True)
        by_code = Certificate.code == codes.normalise(wanted.words)
        asked.append(or_(Certificate.employee_id.in_(named), by_number, by_code))
    return asked


def _stands(state: str, on: date) -> ColumnElement[bool]:
    """The rule of `verification.standing` as SQL; a test holds the two equal."""
    if state in ("pending", "refused"):
        return Certificate.state == state
    issued = Certificate.state == "issued"
    if state in ("suspended", "revoked", "superseded"):
        return and_(issued, Revocation.kind == state)
    until, untouched = Certificate.valid_until, and_(issued, Revocation.id.is_(None))
    soon = on + timedelta(days=EXPIRING_DAYS)
    begun = Certificate.valid_from <= on
    match state:
        case "not_yet_valid":
            return and_(untouched, Certificate.valid_from > on)
        case "expired":
            return and_(untouched, begun, until < on)
        case "expiring":
            return and_(untouched, begun, until >= on, until <= soon)
        case _:
            return and_(untouched, begun, or_(until.is_(None), until > soon))


def _ends(ends: str, on: date) -> ColumnElement[bool]:
    issued, until = Certificate.state == "issued", Certificate.valid_until
    if ends not in WITHIN:
        return and_(issued, until.is_(None))
    return and_(issued, until >= on, until <= on + timedelta(days=WITHIN[ends]))

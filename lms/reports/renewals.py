"""Certificates that are about to end, with when their holders were last written to."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.certificates.facts import CertificateFacts
from lms.certificates.issuing import from_json
from lms.certificates.models import Certificate
from lms.certificates.proposal_models import RenewalNotice
from lms.certificates.renewals import is_ending
from lms.paging import start
from lms.people.models import Employee

WITHIN = (30, 90, 180)


@dataclass(frozen=True)
class EndingSoon:
    """One certificate. days: until its end. written_at: of the latest letter. has_mail: whether one can be sent."""

    code: str
    facts: CertificateFacts
    days: int
    written_at: datetime | None
    has_mail: bool


@dataclass(frozen=True)
class EndingPage:
    """A page of certificates, and how many there are in all."""

    rows: tuple[EndingSoon, ...]
    total: int


def page_of(
    session: Session, certificates: Select[Certificate], *, within: int, on: date, page: int, size: int
) -> EndingPage:
    """A page of `certificates` (those in sight, with Employee joined) that end within so many days, the nearest first."""
    seen = certificates.where(is_ending(on, within=within))
    total = session.scalar(select(func.count()).select_from(seen.with_only_columns(Certificate.id).subquery())) or 0
    written = (
        select(func.max(RenewalNotice.sent_at)).where(RenewalNotice.certificate_id == Certificate.id).scalar_subquery()
    )
    rows = seen.add_columns(written, Employee.email).order_by(Certificate.valid_until, Certificate.id)
    found = session.execute(rows.limit(size).offset(start(page, size, total))).all()
    return EndingPage(
        tuple(
            EndingSoon(one.code, from_json(one.facts), (one.valid_until - on).days, at, email is not None)
            for one, at, email in found
            if one.valid_until is not None
        ),
        total,
    )

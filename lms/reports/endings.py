"""What was proposed and decided about certificates, as lists show it: for one certificate, for HR, for officials."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from lms.certificates.ending_models import Ending
from lms.certificates.facts import CertificateFacts
from lms.certificates.issuing import from_json
from lms.certificates.models import Certificate, Scheme
from lms.paging import start
from lms.people.models import Employee, User

Acts = Select[Ending, Certificate, str, str]
STATES = ("open", "approved", "declined", "withdrawn")


@dataclass(frozen=True)
class EndingRow:
    """One act with the names of those behind it. proposed_by_id: a user's key; proposer: empty for the system."""

    code: str
    kind: str
    state: str
    reason: str
    words: str
    proposed_at: datetime
    proposed_by_id: int | None
    proposer: str
    decided_at: datetime | None
    decider: str
    decision: str
    certificate_code: str
    facts: CertificateFacts


@dataclass(frozen=True)
class EndingPage:
    """A page of acts, and how many there are in all."""

    rows: tuple[EndingRow, ...]
    total: int


def of_certificate(session: Session, certificate_id: int) -> list[EndingRow]:
    """All acts on a certificate, the latest first. One statement."""
    return _read(session, acts().where(Ending.certificate_id == certificate_id).order_by(Ending.id.desc()))


def acts() -> Acts:
    """The acts with certificate and scheme, to be narrowed by whoever reads them."""
    proposing, deciding = aliased(User), aliased(User)
    proposer, decider = aliased(Employee), aliased(Employee)
    return (
        select(Ending, Certificate, proposer.name, decider.name)
        .join(Certificate, Certificate.id == Ending.certificate_id)
        .join(Scheme, Scheme.id == Certificate.scheme_id)
        .outerjoin(proposing, proposing.id == Ending.proposed_by)
        .outerjoin(proposer, proposer.id == proposing.employee_id)
        .outerjoin(deciding, deciding.id == Ending.decided_by)
        .outerjoin(decider, decider.id == deciding.employee_id)
    )


def page_of(session: Session, seen: Acts, *, state: str, page: int, size: int) -> EndingPage:
    """A page of `seen` (acts in sight) in a state: what waits the oldest first, what is done the latest first. Two statements."""
    rows = seen.where(Ending.state == state)
    total = session.scalar(select(func.count()).select_from(rows.with_only_columns(Ending.id).subquery())) or 0
    order = Ending.id if state == "open" else Ending.id.desc()
    return EndingPage(tuple(_read(session, rows.order_by(order).limit(size).offset(start(page, size, total)))), total)


def one(session: Session, seen: Acts, code: str) -> EndingRow | None:
    """The act with this code, if it is in sight."""
    return next(iter(_read(session, seen.where(Ending.code == code))), None)


def _read(session: Session, rows: Acts) -> list[EndingRow]:
    return [
        EndingRow(
            code=act.code,
            kind=act.kind,
            state=act.state,
            reason=act.reason,
            words=act.words,
            proposed_at=act.proposed_at,
            proposed_by_id=act.proposed_by,
            proposer=proposer or "",
            decided_at=act.decided_at,
            decider=decider or "",
            decision=act.decision,
            certificate_code=certificate.code,
            facts=from_json(certificate.facts),
        )
        for act, certificate, proposer, decider in session.execute(rows)
    ]

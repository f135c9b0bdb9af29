"""Proposals for certificates of positions, as HR, officials and their holders see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session, aliased

from lms.catalogue.models import Course, Edition
from lms.certificates.models import Certificate, Scheme
from lms.certificates.proposal_models import Proposal
from lms.certificates.schemes import Check
from lms.exams.models import Attempt, Exam, Result
from lms.frameworks.models import Competency
from lms.paging import start
from lms.people.models import Employee, User

Proposals = Select[Proposal, Scheme, Employee, str, str, str, str]


@dataclass(frozen=True)
class ProposalRow:
    """A proposal with the names of those behind it; empty where nobody is yet."""

    proposal: Proposal
    scheme: Scheme
    holder: Employee
    attempt_code: str
    verifier: str
    decider: str
    certificate_code: str

    @property
    def checks(self) -> list[Check]:
        """What was found when it was last looked at."""
        return [Check.from_json(values) for values in self.proposal.checks]


@dataclass(frozen=True)
class ProposalPage:
    """A page of proposals, and how many there are in all."""

    rows: tuple[ProposalRow, ...]
    total: int


def proposals() -> Proposals:
    """All proposals with scheme and holder, to be narrowed by whoever reads them."""
    verifying, deciding, verifier, decider = aliased(User), aliased(User), aliased(Employee), aliased(Employee)
    return (
        select(Proposal, Scheme, Employee, Attempt.code, verifier.name, decider.name, Certificate.code)
        .join(Scheme, Scheme.id == Proposal.scheme_id)
        .join(Employee, Employee.id == Proposal.employee_id)
        .join(Result, Result.id == Proposal.result_id)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .outerjoin(verifying, verifying.id == Proposal.verified_by)
        .outerjoin(verifier, verifier.id == verifying.employee_id)
        .outerjoin(deciding, deciding.id == Proposal.decided_by)
        .outerjoin(decider, decider.id == deciding.employee_id)
        .outerjoin(Certificate, Certificate.id == Proposal.certificate_id)
    )


def page_of(session: Session, seen: Proposals, *, state: str, page: int, size: int) -> ProposalPage:
    """A page in a state: what waits the longest first, what has ended the latest first. Two statements."""
    rows = seen.where(Proposal.state == state)
    total = session.scalar(select(func.count()).select_from(rows.with_only_columns(Proposal.id).subquery())) or 0
    waits = state in {"verifying", "approving"}
    order = (Proposal.since, Proposal.id) if waits else (Proposal.since.desc(), Proposal.id.desc())
    return ProposalPage(
        tuple(_read(session, rows.order_by(*order).limit(size).offset(start(page, size, total)))), total
    )


def one(session: Session, seen: Proposals, code: str) -> ProposalRow | None:
    """The proposal with this code, if it is in sight."""
    return next(iter(_read(session, seen.where(Proposal.code == code))), None)


def of_person(session: Session, employee_id: int) -> list[ProposalRow]:
    """A person's own proposals, the latest first; those that became a certificate stand there as that."""
    mine = proposals().where(Proposal.employee_id == employee_id, Proposal.state != "approved")
    return _read(session, mine.order_by(Proposal.id.desc()).limit(20))


def names_of(session: Session, checks: Iterable[Check]) -> dict[str, str]:
    """What competencies, exams and courses that checks name are called, by code. One statement."""
    wanted = {check.subject for check in checks if check.subject}
    rows = union_all(
        select(Competency.code, Competency.name).where(Competency.code.in_(wanted)),
        select(Exam.code, Exam.title).where(Exam.code.in_(wanted)),
        select(Course.slug, Edition.title)
        .join(Edition, Edition.id == Course.published_id)
        .where(Course.slug.in_(wanted)),
    )
    return {row[0]: row[1] for row in session.execute(rows)}


def waited(row: ProposalRow, now: datetime) -> int:
    """How many whole days it has been at its present step."""
    return max((now - row.proposal.since).days, 0)


def _read(session: Session, rows: Proposals) -> list[ProposalRow]:
    return [
        ProposalRow(proposal, scheme, holder, attempt, verifier or "", decider or "", certificate or "")
        for proposal, scheme, holder, attempt, verifier, decider, certificate in session.execute(rows)
    ]

"""Evidence with what it opens to: the certificate and the attempt behind it, and why it counts or not."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.certificates.models import Certificate, Revocation
from lms.competencies.evidence import observation
from lms.competencies.models import Evidence
from lms.competencies.profiles import Observation, Reason, reasons
from lms.exams.models import Attempt, Exam, Result
from lms.exams.results import GRADED
from lms.frameworks.models import Competency


@dataclass(frozen=True)
class Since:
    """What has become of an origin. percent, passed, cause: of the result that holds in the attempt now; None where that is the
    one which proved it, or there is no attempt.

    ended: revoked, suspended or superseded, where the certificate is; reason: why, as anyone may read it; successor: the code
    of the one that took its place.
    """

    percent: Decimal | None = None
    passed: bool | None = None
    cause: str | None = None
    ended: str | None = None
    reason: str | None = None
    successor: str | None = None


@dataclass(frozen=True)
class Traced:
    """One row of evidence, back to where it comes from. What it has no origin for is None. percent: at its time."""

    seen: Observation
    reason: Reason
    competency_code: str
    competency: str
    note: str
    recorded_at: datetime
    certificate_code: str | None
    certificate_number: str | None
    attempt_code: str | None
    exam_title: str | None
    percent: Decimal | None
    since: Since


def evidence_of(session: Session, employee_id: int, *, on: date) -> list[Traced]:
    """All evidence of a person, the newest first, in one statement; each with the reason that holds on the day.

    A certificate leads on to the attempt that earned it.
    """
    attempted, later, number = aliased(Result), aliased(Result), aliased(Result)
    successor = aliased(Certificate)
    holding = select(func.max(number.number)).where(number.attempt_id == Attempt.id, number.state == GRADED)
    rows = (
        select(
            Evidence,
            Competency.code,
            Competency.name,
            Certificate,
            attempted.percent,
            Attempt.code,
            Exam.title,
            later.percent,
            later.passed,
            later.cause,
            Revocation.kind,
            Revocation.reason,
            successor.code,
        )
        .join(Competency, Competency.id == Evidence.competency_id)
        .outerjoin(Certificate, Certificate.id == Evidence.certificate_id)
        .outerjoin(attempted, (attempted.id == Evidence.result_id) | (attempted.id == Certificate.result_id))
        .outerjoin(Attempt, Attempt.id == attempted.attempt_id)
        .outerjoin(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(
            later,
            (later.attempt_id == Attempt.id)
            & (later.number == holding.correlate(Attempt).scalar_subquery())
            & (later.number > attempted.number),
        )
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(successor, successor.id == Revocation.successor_id)
        .where(Evidence.employee_id == employee_id)
        .order_by(Evidence.observed_on.desc(), Evidence.id.desc())
    )
    found = session.execute(rows).all()
    why = reasons([observation(row[0]) for row in found], on)
    return [
        Traced(
            seen=observation(evidence),
            reason=why[evidence.id],
            competency_code=code,
            competency=name,
            note=evidence.note,
            recorded_at=evidence.recorded_at,
            certificate_code=certificate.code if certificate else None,
            certificate_number=certificate.number if certificate else None,
            attempt_code=attempt_code,
            exam_title=exam_title,
            percent=percent,
            since=Since(*since),
        )
        for evidence, code, name, certificate, percent, attempt_code, exam_title, *since in found
    ]

"""From a passed exam to an entry in the register: propose, number, and note what was issued.

Making the file (`making`) lies between the last two steps, outside any transaction. Each step is claimed by a
conditional UPDATE, so that a job that runs twice, or dies half-way, issues each certificate exactly once.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from lms import jobs
from lms.certificates import codes
from lms.certificates.facts import CertificateFacts, SignatureKind
from lms.certificates.models import Certificate, NumberSeries, Scheme
from lms.certificates.refusals import Refusal
from lms.exams.models import Attempt, Exam, Result
from lms.frameworks.models import Competency, Framework
from lms.people.employment import Employment
from lms.people.models import OrgUnit

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
#: What is proposed but not issued after this long is picked up by the sweeper: its job was lost.
OVERDUE = timedelta(seconds=20)
_DATES = ("examined_on", "issued_on", "valid_from", "valid_until")


@dataclass(frozen=True)
class MadeFile:
    """A signed file as the register knows it. key: where its bytes are kept."""

    sha256: str
    key: str
    design_hash: str


@dataclass(frozen=True)
class Earned:
    """A certificate that a passed exam has earned, before anybody came to propose it."""

    exam_title: str
    competency: str
    level: int
    level_name: str
    passed_at: datetime


def propose(
    session: Session,
    result: Result,
    *,
    holder: Employment,
    learning_hours: int | None,
    check_page: str,
    on: date,
    now: datetime,
) -> Certificate | None:
    """A certificate for a passed result, if a scheme awards one for its exam; None otherwise.

    Proposing again returns what was proposed before. The making is queued.
    on: the day of the exam on the wall. check_page: the address of /cek.
    """
    government = aliased(OrgUnit)
    found = session.execute(
        select(Scheme, Exam, Competency, Framework, OrgUnit, government.name, Certificate)
        .join(Exam, Exam.id == Scheme.exam_id)
        .join(Attempt, Attempt.exam_id == Exam.id)
        .join(Competency, Competency.id == Scheme.competency_id)
        .join(Framework, Framework.id == Competency.framework_id)
        .join(OrgUnit, OrgUnit.id == Scheme.unit_id)
        .join(government, (government.kind == "agency") & OrgUnit.path.startswith(government.path))
        .outerjoin(Certificate, (Certificate.scheme_id == Scheme.id) & (Certificate.result_id == result.id))
        .where(Attempt.id == result.attempt_id)
    ).one_or_none()
    if found is None or not result.passed:
        return None
    scheme, exam, competency, framework, unit, government_name = found[:6]
    before: Certificate | None = found[6]
    if before is not None:
        return before
    facts = CertificateFacts(
        code=codes.new_code(),
        number="",
        check_page=check_page,
        government=government_name,
        agency_name=unit.name,
        holder_name=holder.name,
        holder_nip=holder.nip,
        holder_rank=holder.grade,
        holder_position=holder.position,
        holder_unit=holder.unit,
        holder_agency=holder.agency,
        exam_title=exam.title,
        competency=competency.name,
        level=scheme.level,
        level_name=framework.level_names[scheme.level - 1],
        score=_written(result.percent),
        threshold=_written(result.threshold or Decimal(0)),
        examined_on=on,
        organiser=unit.name,
        learning_hours=learning_hours,
        place=scheme.official["place"],
        issued_on=on,
        valid_from=on,
        valid_until=None,
        signatory_office=scheme.official["office"],
        signatory_name=scheme.official["name"],
        signatory_nip=scheme.official["nip"],
        signature_kind="test",
    )
    certificate = Certificate(
        code=facts.code,
        scheme_id=scheme.id,
        employee_id=holder.employee_id,
        result_id=result.id,
        state="pending",
        facts=to_json(facts),
        proposed_at=now,
    )
    session.add(certificate)
    session.flush()  # its key goes to the job
    jobs.enqueue(session, "issue_certificate", certificate_id=certificate.id)
    return certificate


def give_number(
    session: Session, certificate_id: int, *, signature_kind: SignatureKind, today: date
) -> CertificateFacts | None:
    """The facts with number and dates, ready to be made; None if the certificate is not pending.

    A certificate that got its number before, and was then not issued, keeps it: the series has no gaps.
    """
    row = session.execute(
        select(Certificate, Scheme)
        .join(Scheme, Scheme.id == Certificate.scheme_id)
        .where(Certificate.id == certificate_id, Certificate.state == "pending")
        .with_for_update(of=Certificate)
    ).one_or_none()
    if row is None:
        return None
    certificate, scheme = row
    if certificate.number is None:
        certificate.number = _next_number(session, scheme.number_pattern, today)
        certificate.valid_from = today
        certificate.valid_until = _months_later(today, scheme.validity_months) - timedelta(days=1)
    facts = from_json(certificate.facts)
    certificate.facts = to_json(facts) | {
        "number": certificate.number,
        "issued_on": (certificate.valid_from or today).isoformat(),
        "valid_from": (certificate.valid_from or today).isoformat(),
        "valid_until": certificate.valid_until.isoformat() if certificate.valid_until else None,
        "signature_kind": signature_kind,
    }
    return from_json(certificate.facts)


def note_issued(session: Session, certificate_id: int, made: MadeFile, *, now: datetime) -> bool:
    """Enter an issued file in the register. False if another worker was first: then this file is not the original."""
    claimed = session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.state == "pending")
        .values(
            state="issued",
            issued_at=now,
            design_hash=made.design_hash,
            file_sha256=made.sha256,
            file_key=made.key,
            refusal=None,
        )
    )
    return claimed.rowcount == 1  # type: ignore[attr-defined,no-any-return]


def note_refused(session: Session, certificate_id: int, refusal: Refusal) -> None:
    """The file cannot be made as the facts stand."""
    session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.state == "pending")
        .values(state="refused", refusal=refusal.to_json())
    )


def try_again(session: Session, certificate: Certificate, *, holder: Employment) -> None:
    """Take a refused certificate up again with the holder's present data; its number stays."""
    certificate.facts = certificate.facts | {
        "holder_name": holder.name,
        "holder_rank": holder.grade,
        "holder_position": holder.position,
        "holder_unit": holder.unit,
        "holder_agency": holder.agency,
    }
    certificate.state = "pending"
    certificate.refusal = None
    jobs.enqueue(session, "issue_certificate", certificate_id=certificate.id)


def earned(session: Session, employee_id: int) -> list[Earned]:
    """What a person's passed exams award and nobody has proposed yet: the worker is behind, or stopped. One statement."""
    rows = (
        select(Exam.title, Competency.name, Scheme.level, Framework.level_names, Attempt.closed_at)
        .select_from(Result)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Scheme, Scheme.exam_id == Exam.id)
        .join(Competency, Competency.id == Scheme.competency_id)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Attempt.employee_id == employee_id, Result.passed, Result.followed_at.is_(None))
        .order_by(Result.id.desc())
    )
    found = session.execute(rows)
    return [Earned(title, name, level, names[level - 1], at) for title, name, level, names, at in found]


def overdue(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Keys of certificates whose job must have been lost, oldest first."""
    rows = select(Certificate.id).where(Certificate.state == "pending", Certificate.proposed_at < now - OVERDUE)
    return list(session.scalars(rows.order_by(Certificate.proposed_at).limit(limit)))


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    """The facts as plain values."""
    values = asdict(facts)
    return values | {name: values[name].isoformat() if values[name] else None for name in _DATES}


def from_json(values: dict[str, Any]) -> CertificateFacts:
    """The facts that to_json wrote."""
    known = {field.name for field in fields(CertificateFacts)}
    dates = {name: date.fromisoformat(values[name]) if values[name] else None for name in _DATES}
    return CertificateFacts(**{name: value for name, value in values.items() if name in known} | dates)


def _next_number(session: Session, pattern: str, today: date) -> str:
    """The next number of a series. Its row is locked until the transaction ends, so none is lost or given twice."""
    taken = session.execute(
        update(NumberSeries)
        .where(NumberSeries.pattern == pattern, NumberSeries.year == today.year)
        .values(next=NumberSeries.next + 1)
        .returning(NumberSeries.next)
    ).scalar_one_or_none()
    if taken is None:
        session.add(NumberSeries(pattern=pattern, year=today.year, next=2))
        taken = 2
    return pattern.format(n=taken - 1, month=ROMAN[today.month - 1], year=today.year)


def _months_later(day: date, months: int) -> date:
    """The same day of the month, or the first of the next where there is none (31 January + 1 month)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year + month // 11, (month + 1) % 12 + 1, 1)


def _written(value: Decimal) -> str:
    """A number as it is printed in Indonesian: 86,42 and 70."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",")

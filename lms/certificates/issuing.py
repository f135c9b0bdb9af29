"""From a passed exam to an entry in the register: propose, number, and note what was issued.

Making the files (`making`) lies between the last two steps, outside any transaction. Each step takes many certificates
at once and holds those that are still pending, so that a job that runs twice, or dies half-way, issues each exactly once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, aliased

from lms import jobs
from lms.certificates import codes, numbering
from lms.certificates.facts import CertificateFacts, SignatureKind, Unit
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.certificates.refusals import Refusal
from lms.exams.models import Attempt, Exam, Result
from lms.frameworks.models import Competency, Framework
from lms.people.employment import Employment
from lms.people.models import OrgUnit

#: What is proposed but not issued after this long is picked up by the sweeper: its job was lost.
OVERDUE = timedelta(seconds=20)
_DATES = ("examined_on", "issued_on", "valid_from", "valid_until")


@dataclass(frozen=True)
class MadeFile:
    """A signed file as the register knows it. key: where its bytes are kept."""

    sha256: str
    key: str
    design_hash: str


class Awarded(NamedTuple):
    """A certificate and the rule that awards it."""

    certificate: Certificate
    scheme: Scheme


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
        .outerjoin(Certificate, (Certificate.scheme_id == Scheme.id) & _first_of(result))
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


def pending(session: Session, certificate_ids: Iterable[int]) -> list[Awarded]:
    """Those of the certificates that wait to be made, by key, held until the transaction ends."""
    rows = (
        select(Certificate, Scheme)
        .join(Scheme, Scheme.id == Certificate.scheme_id)
        .where(Certificate.id.in_(certificate_ids), Certificate.state == "pending")
        .order_by(Certificate.id)
        .with_for_update(of=Certificate)
        .execution_options(populate_existing=True)
    )
    return [Awarded(certificate, scheme) for certificate, scheme in session.execute(rows)]


def give_numbers(
    session: Session, awarded: Sequence[Awarded], *, signature_kind: SignatureKind, today: date
) -> dict[int, CertificateFacts]:
    """The facts of pending certificates with number and dates, ready to be made, by certificate.

    A certificate that got its number before, and was then not issued, keeps it: the series has no gaps.
    """
    new: dict[str, list[Awarded]] = {}
    for one in awarded:
        if one.certificate.number is None:
            new.setdefault(one.scheme.number_pattern, []).append(one)
    for pattern in sorted(new):  # in one order, so that two workers never wait for each other
        for one, number in zip(new[pattern], numbering.take(session, pattern, today, len(new[pattern])), strict=True):
            one.certificate.number, one.certificate.valid_from = number, today
            if one.certificate.replaces_id is None:  # a correction ends when the one that it replaces would have
                end = numbering.months_later(today, one.scheme.validity_months) - timedelta(days=1)
                one.certificate.valid_until = end
    return {one.certificate.id: _complete(one.certificate, signature_kind, today) for one in awarded}


def note_issued(session: Session, made: Mapping[int, MadeFile], *, now: datetime) -> list[Awarded]:
    """Enter issued files in the register. Returns those entered now.

    Where another worker was first, the certificate is missing there: then this file is not the original.
    """
    claimed = pending(session, made)
    for one in claimed:
        file = made[one.certificate.id]
        one.certificate.state, one.certificate.issued_at, one.certificate.refusal = "issued", now, None
        one.certificate.design_hash = file.design_hash
        one.certificate.file_sha256, one.certificate.file_key = file.sha256, file.key
    session.flush()
    return claimed


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


class NothingToCorrect(Exception):
    """What the certificate states of its holder is what the personnel data say, or it is no longer in force."""


def differs(certificate: Certificate, holder: Employment) -> bool:
    """Whether the holder's name is another now than the one printed. Rank and post change: they were right on the day."""
    return bool(certificate.facts["holder_name"] != holder.name)


def reissue(session: Session, certificate: Certificate, *, holder: Employment, now: datetime) -> Certificate:
    """Propose a corrected certificate in place of an issued one, with a number and code of its own and the same last day.

    The old one holds until the new one is issued. Raises NothingToCorrect, also while a correction is under way.
    """
    held = select(Certificate.id).where(Certificate.id == certificate.id, Certificate.state == "issued")
    ended = select(Revocation.id).where(Revocation.certificate_id == certificate.id)
    coming = select(Certificate.id).where(Certificate.replaces_id == certificate.id)
    issued = session.scalar(held.with_for_update()) is not None
    if not issued or not differs(certificate, holder) or session.scalar(ended) or session.scalar(coming):
        raise NothingToCorrect
    code = codes.new_code()
    facts = certificate.facts | {"code": code, "number": "", "holder_name": holder.name}
    made = Certificate(
        code=code,
        scheme_id=certificate.scheme_id,
        employee_id=certificate.employee_id,
        result_id=certificate.result_id,
        correction=certificate.correction + 1,
        replaces_id=certificate.id,
        state="pending",
        facts=facts,
        proposed_at=now,
        valid_until=certificate.valid_until,
    )
    session.add(made)
    session.flush()  # its key goes to the job
    jobs.enqueue(session, "issue_certificate", certificate_id=made.id)
    return made


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


def waiting(session: Session, *, besides: int, limit: int) -> list[int]:
    """Keys of other certificates that wait to be made, oldest first."""
    rows = select(Certificate.id).where(Certificate.state == "pending", Certificate.id != besides)
    return list(session.scalars(rows.order_by(Certificate.proposed_at, Certificate.id).limit(limit)))


def overdue(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Keys of certificates whose job must have been lost, oldest first."""
    rows = select(Certificate.id).where(Certificate.state == "pending", Certificate.proposed_at < now - OVERDUE)
    return list(session.scalars(rows.order_by(Certificate.proposed_at).limit(limit)))


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    """The facts as plain values."""
    values = asdict(facts)
    dates = {name: values[name].isoformat() if values[name] else None for name in _DATES}
    return values | dates | {"units": list(values["units"])}


def from_json(values: dict[str, Any]) -> CertificateFacts:
    """The facts that to_json wrote."""
    known = {field.name for field in fields(CertificateFacts)}
    units = {"units": tuple(Unit(**unit) for unit in values.get("units", ()))}
    dates = {name: date.fromisoformat(values[name]) if values[name] else None for name in _DATES}
    return CertificateFacts(**{name: value for name, value in values.items() if name in known} | dates | units)


def _first_of(result: Result) -> ColumnElement[bool]:
    return (Certificate.result_id == result.id) & (Certificate.correction == 0)


def _complete(certificate: Certificate, signature_kind: SignatureKind, today: date) -> CertificateFacts:
    """The facts, with what was settled by giving the number."""
    began, ends = certificate.valid_from or today, certificate.valid_until
    facts = replace(
        from_json(certificate.facts),
        number=certificate.number or "",
        issued_on=began,
        valid_from=began,
        valid_until=ends,
        signature_kind=signature_kind,
    )
    certificate.facts = to_json(facts)
    return facts


def _written(value: Decimal) -> str:
    """A number as it is printed in Indonesian: 86,42 and 70."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",")

"""What comes before issuing: a certificate is proposed with its facts, for a pass, an approval or a corrected name.

It is pending then, without a number; the job that makes it is queued.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from lms import jobs
from lms.certificates import codes
from lms.certificates.facts import CertificateFacts, Unit
from lms.certificates.issuing import to_json
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.clock import local_date
from lms.exams import results
from lms.exams.models import Attempt, Exam, Result
from lms.frameworks.models import Competency, Framework
from lms.people.employment import Employment
from lms.people.models import Employee, OrgUnit, is_agency_of

#: The SQL of "not taken away for good", where each certificate stands beside its revocation.
IS_HELD: ColumnElement[bool] = Revocation.id.is_(None) | (Revocation.kind == "suspended")


class Signatory(NamedTuple):
    """Who signs: the office as it is printed, with "Plt." where acting, in one or two lines."""

    office: str
    name: str
    nip: str


class About(NamedTuple):
    """What a certificate states was shown."""

    exam_title: str
    competency: str
    level_name: str
    learning_hours: int | None


@dataclass(frozen=True)
class Earned:
    """A certificate that a passed exam has earned, before anybody came to propose it."""

    exam_title: str
    competency: str
    level: int
    level_name: str
    passed_at: datetime


class NothingToCorrect(Exception):
    """What the certificate states of its holder is what the personnel data say, or it is no longer in force."""


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
    """A certificate for a passed result, if a scheme awards one for its exam and nothing is in its way; None otherwise.

    Proposing again returns what was proposed before. The making is queued. Under `one_at_a_time`.
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
        .join(government, is_agency_of(government))
        .outerjoin(Certificate, (Certificate.scheme_id == Scheme.id) & _first_of(result))
        .where(Attempt.id == result.attempt_id, Scheme.position == "")
    ).one_or_none()
    if found is None or not result.passed:
        return None
    scheme, exam, competency, framework, unit, government_name = found[:6]
    before: Certificate | None = found[6]
    if before is not None:
        return before
    if is_in_the_way(session, scheme, result, employee_id=holder.employee_id, on=on):
        return None
    return enter(
        session,
        scheme,
        result=result,
        holder=holder,
        about=About(exam.title, competency.name, framework.level_names[_level(scheme) - 1], learning_hours),
        agency=(government_name, unit.name),
        check_page=check_page,
        on=on,
        now=now,
    )


def one_at_a_time(session: Session, employee_id: int) -> None:
    """Whoever awards or takes away a certificate of this person waits for the other; held until the transaction ends.

    It comes before any other lock.
    """
    session.execute(select(Employee.id).where(Employee.id == employee_id).with_for_update(key_share=True))


def is_in_the_way(session: Session, scheme: Scheme, result: Result, *, employee_id: int, on: date) -> bool:
    """Whether the person has what this pass would earn: one certificate for a person, a scheme and a time of validity.

    One that is coming or suspended counts; to renew it, the pass comes from an exam of the days before its end. What was taken
    back for another reason than a changed result is not earned by the same attempt again. on: the day of the exam.
    """
    own = Certificate.result_id.in_(select(Result.id).where(Result.attempt_id == result.attempt_id))
    covers = (
        Certificate.valid_until.is_(None)
        | (Certificate.valid_until > on + timedelta(days=scheme.window_days))
        | (Certificate.valid_from >= on)
    )
    forfeited = own & (Revocation.kind == "revoked") & (Revocation.reason != "result_changed")
    rows = (
        select(Certificate.id)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.scheme_id == scheme.id, Certificate.employee_id == employee_id)
        .where(IS_HELD & (own | covers) | forfeited)
    )
    return session.scalar(rows.limit(1)) is not None


def other_pass(session: Session, scheme_id: int, employee_id: int, result_id: int | None) -> Result | None:
    """A pass of the person that still holds and could earn the scheme's certificate in place of what this result earned."""
    scheme = session.get_one(Scheme, scheme_id)
    found = results.standing_pass(session, scheme.exam_id, employee_id) if scheme.exam_id else None
    return found if found and found.id != result_id else None


def award(
    session: Session,
    scheme: Scheme,
    result: Result,
    *,
    holder: Employment,
    units: tuple[Unit, ...],
    signatory: Signatory | None,
    check_page: str,
    zone: str,
    on: date,
    now: datetime,
) -> Certificate:
    """The certificate for a position that was approved; its making is queued. signatory: None for the scheme's official.

    zone: in which the day of the exam is told.
    """
    government = aliased(OrgUnit)
    level_names, unit, government_name, examined_at = session.execute(
        select(Framework.level_names, OrgUnit, government.name, Attempt.closed_at)
        .select_from(Scheme)
        .join(Competency, Competency.id == Scheme.competency_id)
        .join(Framework, Framework.id == Competency.framework_id)
        .join(OrgUnit, OrgUnit.id == Scheme.unit_id)
        .join(government, is_agency_of(government))
        .join(Attempt, Attempt.id == result.attempt_id)
        .where(Scheme.id == scheme.id)
    ).one()
    return enter(
        session,
        scheme,
        result=result,
        holder=holder,
        about=About(scheme.title, scheme.position, level_names[_level(scheme) - 1], None),
        agency=(government_name, unit.name),
        check_page=check_page,
        on=on,
        now=now,
        examined_on=local_date(examined_at, zone) if examined_at else on,
        units=units,
        signatory=signatory,
    )


def differs(certificate: Certificate, holder: Employment) -> bool:
    """Whether the holder's name is another now than the one printed. Rank and post change: they were right on the day."""
    return bool(certificate.facts["holder_name"] != holder.name)


def is_over(certificate: Certificate, on: date) -> bool:
    """Whether its last day has passed."""
    return certificate.valid_until is not None and certificate.valid_until < on


def reissue(session: Session, certificate: Certificate, *, holder: Employment, on: date, now: datetime) -> Certificate:
    """Propose a corrected certificate in place of an issued one, with a number and code of its own and the same last day.

    The old one holds until the new one is issued. Raises NothingToCorrect, also while a correction is under way, and after
    the last day. on: today.
    """
    held = select(Certificate.id).where(Certificate.id == certificate.id, Certificate.state == "issued")
    ended = select(Revocation.id).where(Revocation.certificate_id == certificate.id)
    coming = select(Certificate.id).where(Certificate.replaces_id == certificate.id)
    issued = session.scalar(held.with_for_update()) is not None
    is_right = is_over(certificate, on) or not differs(certificate, holder)
    if not issued or is_right or session.scalar(ended) or session.scalar(coming):
        raise NothingToCorrect
    code = codes.new_code()
    facts = certificate.facts | {"code": code, "number": "", "holder_name": holder.name}
    made = Certificate(
        code=code,
        scheme_id=certificate.scheme_id,
        employee_id=certificate.employee_id,
        result_id=certificate.result_id,
        enrolment_id=certificate.enrolment_id,
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
    held = (
        select(1)
        .select_from(Certificate)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.scheme_id == Scheme.id, Certificate.employee_id == employee_id, IS_HELD)
    )
    rows = (
        select(Exam.title, Competency.name, Scheme.level, Framework.level_names, Attempt.closed_at)
        .select_from(Result)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Scheme, Scheme.exam_id == Exam.id)
        .join(Competency, Competency.id == Scheme.competency_id)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Attempt.employee_id == employee_id, Result.passed, Result.followed_at.is_(None), Scheme.position == "")
        .where(~exists(held))
        .order_by(Result.id.desc())
    )
    found = session.execute(rows)
    return [Earned(title, name, level or 1, names[(level or 1) - 1], at) for title, name, level, names, at in found]


def enter(
    session: Session,
    scheme: Scheme,
    *,
    holder: Employment,
    about: About,
    agency: tuple[str, str],
    check_page: str,
    on: date,
    now: datetime,
    result: Result | None = None,
    enrolment_id: int | None = None,
    examined_on: date | None = None,
    units: tuple[Unit, ...] = (),
    signatory: Signatory | None = None,
) -> Certificate:
    """A pending certificate with its facts, earned by a result or an enrolment. agency: government and issuing unit, by name.

    The making is queued.
    """
    signing = signatory or Signatory(scheme.official["office"], scheme.official["name"], scheme.official["nip"])
    facts = CertificateFacts(
        code=codes.new_code(),
        number="",
        check_page=check_page,
        government=agency[0],
        agency_name=agency[1],
        holder_name=holder.name,
        holder_nip=holder.nip,
        holder_rank=holder.grade,
        holder_position=holder.position,
        holder_unit=holder.unit,
        holder_agency=holder.agency,
        exam_title=about.exam_title,
        competency=about.competency,
        level=scheme.level or 0,
        level_name=about.level_name,
        score=_written(result.percent) if result else "",
        threshold=_written(result.threshold or Decimal(0)) if result else "",
        examined_on=examined_on or on,
        organiser=agency[1],
        learning_hours=about.learning_hours,
        place=scheme.official["place"],
        issued_on=on,
        valid_from=on,
        valid_until=None,
        signatory_office=signing.office,
        signatory_name=signing.name,
        signatory_nip=signing.nip,
        signature_kind="test",
        standard=f"Standar Kompetensi {scheme.position}, skema {scheme.code}" if scheme.position else "",
        units=units,
    )
    certificate = Certificate(
        code=facts.code,
        scheme_id=scheme.id,
        employee_id=holder.employee_id,
        result_id=result.id if result else None,
        enrolment_id=enrolment_id,
        state="pending",
        facts=to_json(facts),
        proposed_at=now,
    )
    session.add(certificate)
    session.flush()  # its key goes to the job
    jobs.enqueue(session, "issue_certificate", certificate_id=certificate.id)
    return certificate


def _level(scheme: Scheme) -> int:
    assert scheme.level is not None, "what an exam earns proves a level"
    return scheme.level


def _first_of(result: Result) -> ColumnElement[bool]:
    return (Certificate.result_id == result.id) & (Certificate.correction == 0)


def _written(value: Decimal) -> str:
    """A number as it is printed in Indonesian: 86,42 and 70."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",")

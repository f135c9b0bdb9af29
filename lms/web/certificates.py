"""/sertifikat: my certificates and their files; for HR, those of the people in their remit."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from lms.access import Absent, Permission, may_enter
from lms.catalogue.models import Course, Enrolment
from lms.certificates import codes, endings, renewals, shares
from lms.certificates.awarding import earned
from lms.certificates.credential_models import Credential
from lms.certificates.facts import CertificateFacts
from lms.certificates.issuing import from_json
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.certificates.refusals import Refusal
from lms.certificates.register import entry
from lms.certificates.verification import standing
from lms.exams.models import Attempt, Exam, Result
from lms.reports import proposals
from lms.web.downloads import attachment
from lms.web.navigation import work_as
from lms.web.refusal_words import refusal_words
from lms.web.request import actor, db, fetch, now, platform, route

blueprint = Blueprint("certificates", __name__)
Successor, Replaced = aliased(Certificate), aliased(Certificate)


@dataclass(frozen=True)
class Card:
    """One certificate in a list. state: that of the register once issued, else pending or refused."""

    code: str
    shown_code: str
    facts: CertificateFacts
    state: str
    refusal: str


@dataclass(frozen=True)
class Renewal:
    """How a certificate is renewed. by: exam or hours. since, until: the days on which it can be."""

    by: str
    hours: int | None
    exam_code: str
    since: date
    until: date


@dataclass(frozen=True)
class Said:
    """Why a certificate is not in force: for everybody who may open its page."""

    reason: str
    words: str
    at: datetime
    successor: str | None


@route(blueprint, "/sertifikat", may=Permission.CERTIFICATE_READ)
def index() -> ResponseReturnValue:
    """My certificates, the newest first, before them what is earned and still to be made."""
    mine = with_end(select(Certificate)).where(Certificate.employee_id == actor().employee_id)
    rows = db().execute(mine.order_by(Certificate.proposed_at.desc())).all()
    cards = [card(*row) for row in rows]
    renewed = select(Certificate.code).where(Certificate.employee_id == actor().employee_id, renewals.is_renewed())
    return render_template(
        "certificates/index.html",
        cards=cards,
        renewed=frozenset(db().scalars(renewed)),
        earned=earned(db(), actor().employee_id),
        proposals=proposals.of_person(db(), actor().employee_id),
    )


@route(blueprint, "/sertifikat/<code>", may=Permission.CERTIFICATE_READ)
def detail(code: str) -> ResponseReturnValue:
    """One certificate: what it states, what earned it, its file."""
    certificate = _fetch(code)
    ended, attempt_code, slug, credential_of, successor, replaces = (
        db()
        .execute(
            select(Revocation, Attempt.code, Course.slug, Credential.certificate_id, Successor.code, Replaced)
            .select_from(Certificate)
            .outerjoin(Result, Result.id == Certificate.result_id)
            .outerjoin(Attempt, Attempt.id == Result.attempt_id)
            .outerjoin(Enrolment, Enrolment.id == Certificate.enrolment_id)
            .outerjoin(Course, Course.id == Enrolment.course_id)
            .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
            .outerjoin(Credential, Credential.certificate_id == Certificate.id)
            .outerjoin(Successor, Successor.id == Revocation.successor_id)
            .outerjoin(Replaced, Replaced.id == Certificate.replaces_id)
            .where(Certificate.id == certificate.id)
        )
        .one()
    )
    mine = certificate.employee_id == actor().employee_id
    if not mine:
        as_hr = may_enter(actor(), Permission.STAFF_READ)
        work_as(*(("hr", "registry.index") if as_hr else ("manager", "team.index")))
    renewed_by = renewals.renewed_by(db(), certificate)
    return render_template(
        "certificates/detail.html",
        card=card(certificate, ended),
        mine=mine,
        attempt_code=attempt_code if mine else None,
        course_slug=slug if mine else None,
        has_credential=mine and credential_of is not None and certificate.state == "issued",
        share=shares.live(db(), certificate.id) if mine else None,
        said=_said(certificate, ended, successor) if ended else None,
        replaces=replaces,
        renewed_by=renewed_by,
        renewal=_renewal(certificate) if mine and certificate.valid_until and not renewed_by else None,
        may_end=not mine and may_enter(actor(), Permission.CERTIFICATE_END) and certificate.state == "issued",
    )


@route(blueprint, "/sertifikat/<code>/berkas", may=Permission.CERTIFICATE_READ)
def file(code: str) -> ResponseReturnValue:
    """The issued PDF, byte for byte."""
    certificate = _fetch(code)
    if certificate.file_key is None:
        raise Absent("certificate")
    content = platform().files.get(certificate.file_key)
    return attachment(content, f"sertifikat-{codes.display(certificate.code)}.pdf", "application/pdf")


def _renewal(certificate: Certificate) -> Renewal | None:
    """What the scheme offers, while it does and the holder has not made use of it."""
    assert certificate.valid_until is not None
    found = (
        db()
        .execute(
            select(Scheme, Exam.code)
            .join(Exam, Exam.id == Scheme.exam_id)
            .join(Certificate, Certificate.scheme_id == Scheme.id)
            .where(Certificate.id == certificate.id)
        )
        .one_or_none()
    )
    if found is None:
        return None
    scheme, exam_code = found
    since = certificate.valid_until - timedelta(days=scheme.window_days)
    until = certificate.valid_until + timedelta(days=scheme.grace_days)
    if not since <= actor().today <= until:
        return None
    return Renewal(scheme.renewal_by, scheme.renewal_hours, exam_code, since, until)


def _said(certificate: Certificate, ended: Revocation, successor: str | None) -> Said:
    acts = endings.of_certificate(db(), certificate.id)
    words = next((act.words for act in acts if act.state == "approved" and act.kind != "reinstate"), "")
    return Said(ended.reason, "" if successor else words, ended.at, successor)


def _fetch(code: str) -> Certificate:
    wanted = select(Certificate).where(Certificate.code == codes.normalise(code))
    return fetch(wanted, Certificate, Permission.CERTIFICATE_READ)


def with_end(rows: Select[Certificate]) -> Select[Certificate, Revocation]:
    """The certificates, each with its revocation if there is one."""
    return rows.outerjoin(Revocation, Revocation.certificate_id == Certificate.id).add_columns(Revocation)


def card(certificate: Certificate, ended: Revocation | None) -> Card:
    """A certificate as lists and its page show it."""
    state = certificate.state
    if state == "issued":
        state = ended.kind if ended else standing(entry(certificate, None, None), now=now())
    return Card(
        code=certificate.code,
        shown_code=codes.display(certificate.code),
        facts=from_json(certificate.facts),
        state=state,
        refusal=refusal_words(Refusal.from_json(certificate.refusal)) if certificate.refusal else "",
    )

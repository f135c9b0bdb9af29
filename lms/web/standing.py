"""/sdm/sertifikat/<kode>/keadaan: whether a certificate holds, and what HR can do about it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms import audit, ending
from lms.access import Permission, condition
from lms.certificates import awarding, codes
from lms.certificates.endings import EndingRefused
from lms.certificates.models import Certificate, Revocation
from lms.exams.models import Exam
from lms.people.employment import employment_on
from lms.reports import endings as reports
from lms.reports.ending_marks import behind_certificate
from lms.web.certificates import card
from lms.web.ending_forms import EndingForm, ending_form
from lms.web.ending_words import refused_words
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("standing", __name__)
MAY = Permission.CERTIFICATE_END


@route(blueprint, "/sdm/sertifikat/<code>/keadaan", may=MAY)
def detail(code: str) -> ResponseReturnValue:
    """How it stands, what was decided about it, and what can be done."""
    return _page(_fetch(code))


@route(blueprint, "/sdm/sertifikat/<code>/pembekuan", may=MAY, methods=["POST"])
def suspend(code: str) -> ResponseReturnValue:
    """Suspend at once."""
    certificate, form = _fetch(code), ending_form("suspend")
    if not form.validate_on_submit():
        return _page(certificate, form), 422
    try:
        ending.suspend(db(), certificate, **_said(form))
    except EndingRefused as fault:
        return _refused(certificate, fault)
    flash(_("Sertifikat dibekukan. Halaman pemeriksaan umum langsung menyatakannya."))
    return _back(certificate)


@route(blueprint, "/sdm/sertifikat/<code>/pencabutan", may=MAY, methods=["POST"])
def revoke(code: str) -> ResponseReturnValue:
    """Propose to revoke."""
    return _propose(code, "revoke")


@route(blueprint, "/sdm/sertifikat/<code>/pemulihan", may=MAY, methods=["POST"])
def reinstate(code: str) -> ResponseReturnValue:
    """Propose to lift a suspension."""
    return _propose(code, "reinstate")


@route(blueprint, "/sdm/sertifikat/<code>/penggantian", may=MAY, methods=["POST"])
def reissue(code: str) -> ResponseReturnValue:
    """Issue a corrected one in its place, with the name of the personnel data."""
    certificate = _fetch(code)
    try:
        if certificate.employee_id == actor().employee_id:
            raise awarding.NothingToCorrect
        holder = employment_on(db(), certificate.employee_id, actor().today)
        made = awarding.reissue(db(), certificate, holder=holder, on=actor().today, now=now())
    except awarding.NothingToCorrect:
        flash(
            _(
                "Tidak ada yang perlu diganti: nama sudah sama, penggantinya sedang dibuat, atau masa berlakunya sudah lewat."
            ),
            "warn",
        )
        return _back(certificate)
    details = {"successor": made.id}
    audit.record(
        db(), "certificate.reissue", f"certificate:{certificate.id}", by=actor().user_id, now=now(), details=details
    )
    flash(_("Pengganti sedang dibuat. Sertifikat ini tetap berlaku sampai penggantinya terbit."))
    return _back(certificate)


def _propose(code: str, kind: str) -> ResponseReturnValue:
    certificate, form = _fetch(code), ending_form(kind)
    if not form.validate_on_submit():
        return _page(certificate, form), 422
    try:
        ending.propose(db(), certificate, kind, **_said(form))
    except EndingRefused as fault:
        return _refused(certificate, fault)
    flash(_("Usulan dikirim. Keadaan sertifikat berubah setelah pejabat berwenang menyetujuinya."))
    return _back(certificate)


def _said(form: EndingForm) -> dict[str, Any]:
    return {
        "reason": form.alasan.data,
        "words": (form.uraian.data or "").strip(),
        "by": actor().user_id,
        "employee_id": actor().employee_id,
        "now": now(),
    }


def _refused(certificate: Certificate, fault: EndingRefused) -> ResponseReturnValue:
    flash(refused_words(fault), "warn")
    return _back(certificate)


def _back(certificate: Certificate) -> ResponseReturnValue:
    return redirect(url_for("standing.detail", code=certificate.code), 303)


def _fetch(code: str) -> Certificate:
    wanted = select(Certificate).where(Certificate.code == codes.normalise(code), Certificate.state == "issued")
    return fetch(wanted, Certificate, MAY)


def _page(certificate: Certificate, form: EndingForm | None = None) -> str:
    ended = db().scalars(select(Revocation).where(Revocation.certificate_id == certificate.id)).one_or_none()
    history = reports.of_certificate(db(), certificate.id)
    holder = employment_on(db(), certificate.employee_id, actor().today)
    can_correct = awarding.differs(certificate, holder) and not awarding.is_over(certificate, actor().today)
    kinds = ("suspend", "revoke", "reinstate")
    forms = {kind: form if form and form.alasan.name.startswith(kind) else ending_form(kind) for kind in kinds}
    return render_template(
        "standing/detail.html",
        card=card(certificate, ended),
        ended=ended,
        history=history,
        waiting=next((row for row in history if row.state == "open"), None),
        present_name=holder.name if can_correct else "",
        own=certificate.employee_id == actor().employee_id,
        forms=forms,
        faulty=form,
        me=actor().user_id,
        marks=behind_certificate(db(), certificate.code, condition(Exam, actor(), Permission.EXAM_REGRADE)),
    )

"""/persetujuan/pencabutan: what waits for an official's decision, as the second person."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms import ending
from lms.access import Absent, Permission, condition, visible
from lms.certificates.ending_models import Ending
from lms.certificates.endings import EndingRefused
from lms.certificates.models import Certificate, Scheme
from lms.exams.models import Exam
from lms.people.officials import NotAnOfficial, Power, official_on, power_over
from lms.reports import endings as reports
from lms.reports.ending_marks import behind_certificate
from lms.web.ending_forms import DecisionForm
from lms.web.ending_words import refused_words
from lms.web.name_search import page_number, page_of
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("decisions", __name__)
PAGE = 25
MAY = Permission.CERTIFICATE_APPROVE


@route(blueprint, "/persetujuan/pencabutan", may=MAY)
def index() -> ResponseReturnValue:
    """The proposals about certificates that the official's agency issued."""
    state = request.args.get("status", "open")
    state = state if state in reports.STATES else "open"
    found = reports.page_of(db(), _seen(), state=state, page=page_number(), size=PAGE)
    page, pages = page_of(found.total, PAGE)
    return render_template("decisions/index.html", found=found, state=state, page=page, pages=pages)


@route(blueprint, "/persetujuan/pencabutan/<code>", may=MAY)
def detail(code: str) -> ResponseReturnValue:
    """One proposal, with all that it takes to decide."""
    return _page(code, DecisionForm())


@route(blueprint, "/persetujuan/pencabutan/<code>", may=MAY, methods=["POST"])
def decide(code: str) -> ResponseReturnValue:
    """Approve it or not."""
    wanted = select(Ending).join(Certificate, Certificate.id == Ending.certificate_id)
    wanted = wanted.join(Scheme, Scheme.id == Certificate.scheme_id).where(Ending.code == code)
    found, form = fetch(wanted, Scheme, MAY), DecisionForm()
    approved = request.form.get("keputusan") == "setuju"
    words = (form.uraian.data or "").strip()
    valid = form.validate_on_submit()
    if not approved and not words:
        form.uraian.errors = [_("Tulis alasan Anda menolak.")]
        valid = False
    if not valid:
        return _page(code, form), 422
    who = actor()
    try:
        official_on(db(), who.employee_id, who.today)
        ending.decide(
            db(), found, approved=approved, power=_power(found), words=words, by=who.user_id,
            employee_id=who.employee_id, now=now(),
        )  # fmt: skip
    except NotAnOfficial:
        flash(not_an_official(), "warn")
        return redirect(url_for("decisions.detail", code=code), 303)
    except EndingRefused as fault:
        flash(refused_words(fault), "warn")
        return redirect(url_for("decisions.detail", code=code), 303)
    flash(_("Keputusan Anda tercatat dan langsung berlaku.") if approved else _("Usulan ditolak; sertifikat tetap."))
    return redirect(url_for("decisions.index"), 303)


def not_an_official() -> str:
    """Why somebody with the role cannot decide today."""
    return _("Hanya pejabat definitif atau Plt. yang dapat memutuskan, dan hari ini Anda bukan keduanya.")


def _power(found: Ending) -> Power:
    """By what the actor decides for the agency that issued the certificate."""
    of_scheme = select(Scheme.unit_id).join(Certificate, Certificate.scheme_id == Scheme.id)
    unit_id = db().scalars(of_scheme.where(Certificate.id == found.certificate_id)).one()
    return power_over(db(), actor().user_id, unit_id, actor().today)


def _seen() -> reports.Acts:
    return visible(reports.acts(), Scheme, actor(), MAY)


def _page(code: str, form: DecisionForm) -> str:
    found = reports.one(db(), _seen(), code)
    if found is None:
        raise Absent("ending")
    own = found.proposed_by_id == actor().user_id
    marks = behind_certificate(db(), found.certificate_code, condition(Exam, actor(), Permission.EXAM_REGRADE))
    wanted = select(Ending, Certificate).join(Certificate, Certificate.id == Ending.certificate_id)
    act, certificate = db().execute(wanted.where(Ending.code == code)).one()
    return render_template(
        "decisions/detail.html",
        row=found,
        form=form,
        own=own,
        marks=marks,
        instead=ending.pass_instead(db(), act, certificate),
        stays=ending.stays_suspended(db(), act, certificate),
    )

"""/persetujuan: verified proposals, which an official approves. Nothing signs itself for them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms import earning
from lms.access import Absent, Permission, condition, visible
from lms.certificates.models import Scheme
from lms.certificates.proposal_models import Proposal
from lms.certificates.proposals import ProposalRefused
from lms.exams.models import Exam
from lms.people.officials import NotAnOfficial, official_on, power_over
from lms.reports import ending_marks
from lms.reports import proposals as reports
from lms.web.decisions import not_an_official
from lms.web.name_search import page_number, page_of
from lms.web.proposal_words import asked_words, found_words, refused_words
from lms.web.proposals import StepForm
from lms.web.request import actor, db, fetch, now, platform, route

blueprint = Blueprint("approvals", __name__)
PAGE = 25
MAY = Permission.CERTIFICATE_APPROVE
#: What was not verified is no official's business yet.
STATES = ("approving", "approved", "refused")


@route(blueprint, "/persetujuan", may=MAY)
def index() -> ResponseReturnValue:
    """The proposals under the schemes of the official's agency."""
    state = request.args.get("status", "approving")
    state = state if state in STATES else "approving"
    found = reports.page_of(db(), _seen(), state=state, page=page_number(), size=PAGE)
    page, pages = page_of(found.total, PAGE)
    return render_template(
        "approvals/index.html",
        found=found,
        state=state,
        page=page,
        pages=pages,
        waited=reports.waited,
    )


@route(blueprint, "/persetujuan/<code>", may=MAY)
def detail(code: str) -> ResponseReturnValue:
    """One proposal, with what its verification saw."""
    return _page(code, StepForm())


@route(blueprint, "/persetujuan/<code>", may=MAY, methods=["POST"])
def decide(code: str) -> ResponseReturnValue:
    """Approve it, and the certificate is numbered, made and signed; or refuse it."""
    wanted = select(Proposal).join(Scheme, Scheme.id == Proposal.scheme_id).where(Proposal.code == code)
    found, form, who = fetch(wanted, Scheme, MAY), StepForm(), actor()
    refusing = request.form.get("keputusan") != "setuju"
    if not form.is_sound(refusing=refusing):
        return _page(code, form), 422
    try:
        official = official_on(db(), who.employee_id, who.today)
        power = power_over(db(), who.user_id, db().get_one(Scheme, found.scheme_id).unit_id, who.today)
        said: dict[str, Any] = {"power": power, "words": form.words, "by": who.user_id, "employee_id": who.employee_id}
        if refusing:
            earning.refuse(db(), found, **said, now=now())
        else:
            earning.approve(
                db(),
                found,
                official=official if power.is_own else None,
                **said,
                check_page=f"{platform().settings.public_url}/cek",
                zone=platform().settings.zone,
                on=who.today,
                now=now(),
            )
    except NotAnOfficial:
        flash(not_an_official(), "warn")
        return redirect(url_for("approvals.detail", code=code), 303)
    except ProposalRefused as fault:
        flash(refused_words(fault), "warn")
        return redirect(url_for("approvals.detail", code=code), 303)
    flash(
        _("Usulan ditolak dengan alasan Anda.")
        if refusing
        else _("Disetujui. Sertifikat sedang dinomori, dibuat, dan ditandatangani.")
    )
    return redirect(url_for("approvals.index"), 303)


def _seen() -> reports.Proposals:
    return visible(reports.proposals(), Scheme, actor(), MAY).where(Proposal.state != "verifying")


def _page(code: str, form: StepForm) -> str:
    row = reports.one(db(), _seen(), code)
    if row is None:
        raise Absent("proposal")
    waits = row.proposal.state == "approving"
    today = earning.checks_of(db(), row.scheme, row.holder.id, on=actor().today) if waits else []
    lapsed = [check for check in today if check.blocks]
    names = reports.names_of(db(), [*row.checks, *lapsed])
    return render_template(
        "approvals/detail.html",
        row=row,
        marks=ending_marks.since(db(), row.proposal.result_id, condition(Exam, actor(), Permission.EXAM_REGRADE)),
        form=form,
        own=row.holder.id == actor().employee_id or row.proposal.verified_by == actor().user_id,
        checks=[(check, asked_words(check, names), found_words(check)) for check in row.checks],
        lapsed=[(asked_words(check, names), found_words(check)) for check in lapsed],
    )

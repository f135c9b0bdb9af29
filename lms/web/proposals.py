"""/sdm/usulan: proposals for certificates of positions, which HR verifies."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import TextAreaField
from wtforms.validators import Length

from lms import earning
from lms.access import Absent, Permission, condition, visible
from lms.certificates.proposal_models import Proposal
from lms.certificates.proposals import STATES, NotWaiting, ProposalRefused
from lms.exams.models import Exam
from lms.people.models import Employee
from lms.reports import ending_marks
from lms.reports import proposals as reports
from lms.web import typed
from lms.web.name_search import page_number, page_of
from lms.web.proposal_words import asked_words, found_words, refused_words
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("proposals", __name__)
PAGE = 25
MAY = Permission.PROPOSAL_VERIFY


class StepForm(FlaskForm):
    """What whoever takes a step says; refusing needs words."""

    uraian = TextAreaField(_l("Catatan"), validators=[Length(max=1000, message=_l("Isi paling banyak %(max)d huruf."))])

    @property
    def words(self) -> str:
        """What was written, without blanks at the ends."""
        return (self.uraian.data or "").strip()

    def is_sound(self, *, refusing: bool) -> bool:
        """Whether the step can be taken with these words."""
        if not self.validate_on_submit():
            return False
        if refusing and not self.words:
            self.uraian.errors = [_("Tulis alasan Anda menolak.")]
        return not self.uraian.errors


@route(blueprint, "/sdm/usulan", may=MAY)
def index() -> ResponseReturnValue:
    """The proposals of my people by state, those that wait the longest first."""
    state = request.args.get("status", "verifying")
    state = state if state in STATES else "verifying"
    seen = visible(reports.proposals(), Employee, actor(), MAY)
    found = reports.page_of(db(), seen, state=state, page=page_number(), size=PAGE)
    page, pages = page_of(found.total, PAGE)
    return render_template(
        "proposals/index.html",
        found=found,
        state=state,
        page=page,
        pages=pages,
        waited=reports.waited,
    )


@route(blueprint, "/sdm/usulan/<code>", may=MAY)
def detail(code: str) -> ResponseReturnValue:
    """One proposal: each requirement with what is known, as of today while it waits for verification."""
    return _page(code, StepForm())


@route(blueprint, "/sdm/usulan/<code>", may=MAY, methods=["POST"])
def verify(code: str) -> ResponseReturnValue:
    """Send it on to approval, or refuse it."""
    wanted = select(Proposal).join(Employee, Employee.id == Proposal.employee_id).where(Proposal.code == code)
    found, form, who = fetch(wanted, Employee, MAY), StepForm(), actor()
    refusing = request.form.get("keputusan") != "teruskan"
    if not form.is_sound(refusing=refusing):
        return _page(code, form), 422
    confirmed = frozenset(
        place for text in request.form.getlist("diperiksa") if (place := typed.whole(text)) is not None
    )
    said = {"words": form.words, "by": who.user_id, "employee_id": who.employee_id, "now": now()}
    try:
        if refusing and found.state != "verifying":
            raise NotWaiting
        if refusing:
            earning.refuse(db(), found, **said)  # type: ignore[arg-type]
        else:
            earning.verify(db(), found, confirmed=confirmed, on=who.today, **said)  # type: ignore[arg-type]
    except ProposalRefused as fault:
        flash(refused_words(fault), "warn")
        return redirect(url_for("proposals.detail", code=code), 303)
    flash(_("Usulan ditolak dengan alasan Anda.") if refusing else _("Usulan diteruskan kepada pejabat berwenang."))
    return redirect(url_for("proposals.index"), 303)


def _page(code: str, form: StepForm) -> str:
    row = reports.one(db(), visible(reports.proposals(), Employee, actor(), MAY), code)
    if row is None:
        raise Absent("proposal")
    waits = row.proposal.state == "verifying"
    checks = earning.checks_of(db(), row.scheme, row.holder.id, on=actor().today) if waits else row.checks
    names = reports.names_of(db(), checks)
    return render_template(
        "proposals/detail.html",
        row=row,
        marks=ending_marks.since(db(), row.proposal.result_id, condition(Exam, actor(), Permission.EXAM_REGRADE)),
        form=form,
        waits=waits,
        own=row.holder.id == actor().employee_id,
        checks=[(check, asked_words(check, names), found_words(check)) for check in checks],
    )

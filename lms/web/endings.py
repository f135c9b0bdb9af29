"""/sdm/pencabutan: what HR has proposed about the certificates of its people, and what became of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms import ending
from lms.access import Permission, visible
from lms.certificates.ending_models import Ending
from lms.certificates.endings import EndingRefused
from lms.certificates.models import Certificate
from lms.reports import endings as reports
from lms.web.ending_words import refused_words
from lms.web.name_search import page_number, page_of
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("endings", __name__)
PAGE = 25
MAY = Permission.CERTIFICATE_END


@route(blueprint, "/sdm/pencabutan", may=MAY)
def index() -> ResponseReturnValue:
    """The proposals by state, those that wait first."""
    state = request.args.get("status", "open")
    state = state if state in reports.STATES else "open"
    seen = visible(reports.acts(), Certificate, actor(), MAY)
    found = reports.page_of(db(), seen, state=state, page=page_number(), size=PAGE)
    page, pages = page_of(found.total, PAGE)
    return render_template("endings/index.html", found=found, state=state, page=page, pages=pages, me=actor().user_id)


@route(blueprint, "/sdm/pencabutan/<code>/penarikan", may=MAY, methods=["POST"])
def withdraw(code: str) -> ResponseReturnValue:
    """Take one's own proposal back."""
    wanted = select(Ending).join(Certificate, Certificate.id == Ending.certificate_id).where(Ending.code == code)
    found = fetch(wanted, Certificate, MAY)
    try:
        ending.withdraw(db(), found, by=actor().user_id, now=now())
    except EndingRefused as fault:
        flash(refused_words(fault), "warn")
    else:
        flash(_("Usulan ditarik. Keadaan sertifikat tidak berubah."))
    return redirect(url_for("endings.index"), 303)

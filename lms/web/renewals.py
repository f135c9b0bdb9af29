"""/sdm/perpanjangan: certificates that are about to end, and writing to their holders."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select

from lms import audit
from lms.access import Permission, visible
from lms.certificates import codes, renewals
from lms.certificates.models import Certificate
from lms.people.models import Employee
from lms.reports import renewals as reports
from lms.web.name_search import page_number, page_of
from lms.web.plurals import ngettext
from lms.web.request import actor, db, now, route

blueprint = Blueprint("renewals", __name__)
PAGE = 50
MAY = Permission.CERTIFICATE_REGISTRY


@route(blueprint, "/sdm/perpanjangan", may=MAY)
def index() -> ResponseReturnValue:
    """What ends within 30, 90 or 180 days, the nearest first."""
    within = request.args.get("dalam", 90, type=int)
    within = within if within in reports.WITHIN else 90
    found = reports.page_of(db(), _seen(), within=within, on=actor().today, page=page_number(), size=PAGE)
    page, pages = page_of(found.total, PAGE)
    return render_template(
        "renewals/index.html",
        found=found,
        within=within,
        choices=reports.WITHIN,
        page=page,
        pages=pages,
    )


@route(blueprint, "/sdm/perpanjangan", may=MAY, methods=["POST"])
def invite() -> ResponseReturnValue:
    """Write to the holders that were ticked."""
    ticked = [codes.normalise(code) for code in request.form.getlist("sertifikat")][:PAGE]
    ending = _seen().where(Certificate.code.in_(ticked), renewals.is_ending(actor().today, within=max(reports.WITHIN)))
    keys = list(db().scalars(ending.with_only_columns(Certificate.id).where(Employee.email.is_not(None))))
    if not keys:
        flash(_("Tandai dulu sertifikat yang pemegangnya hendak disurati."), "warn")
        return redirect(url_for("renewals.index"), 303)
    made = renewals.invite(db(), keys, by=actor().user_id, on=actor().today, now=now())
    for key in keys:
        audit.record(db(), "certificate.invite_renewal", f"certificate:{key}", by=actor().user_id, now=now())
    said = ngettext("%(num)s surat akan dikirim.", "%(num)s surat akan dikirim.", made)
    skipped = len(keys) - made
    note = _("%(n)s dilewati: sudah disurati hari ini atau sudah tiga kali.", n=skipped) if skipped else ""
    flash(f"{said} {note}".strip())
    return redirect(url_for("renewals.index"), 303)


def _seen() -> Select[Certificate]:
    holders = select(Certificate).join(Employee, Employee.id == Certificate.employee_id)
    return visible(holders, Certificate, actor(), MAY)

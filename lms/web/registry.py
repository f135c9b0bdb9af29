"""/sdm/sertifikat: the certificates of the people in an HR officer's remit, with those that wait or were refused."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from lms import audit
from lms.access import Permission, visible
from lms.certificates import codes, issuing
from lms.certificates.models import Certificate
from lms.people.employment import employment_on
from lms.people.models import Employee
from lms.web.certificates import card, with_end
from lms.web.name_search import APPLIED, NameSearch, page_number, remember, remembered
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("registry", __name__)
PAGE = 25
STATES = ("pending", "refused", "issued")


@route(blueprint, "/sdm/sertifikat", may=Permission.CERTIFICATE_REGISTRY)
def index() -> ResponseReturnValue:
    """The list: by state, by name, code or number."""
    return _list(NameSearch(cari=remembered("registry")))


@route(blueprint, "/sdm/sertifikat", may=Permission.CERTIFICATE_REGISTRY, methods=["POST"])
def search() -> ResponseReturnValue:
    """Remember what is looked for: a name never enters the address."""
    form = NameSearch()
    if not form.validate_on_submit():
        return _list(form), 422
    state = request.args.get("status") or None
    return redirect(url_for("registry.index", cari=remember("registry", form.words), status=state), 303)


@route(blueprint, "/sdm/sertifikat/<code>/penerbitan", may=Permission.CERTIFICATE_REGISTRY, methods=["POST"])
def try_again(code: str) -> ResponseReturnValue:
    """Make a refused certificate again, after the holder's data were corrected."""
    wanted = select(Certificate).where(Certificate.code == codes.normalise(code), Certificate.state == "refused")
    certificate = fetch(wanted, Certificate, Permission.CERTIFICATE_REGISTRY)
    holder = employment_on(db(), certificate.employee_id, actor().today)
    issuing.try_again(db(), certificate, holder=holder)
    audit.record(db(), "certificate.retry", f"certificate:{certificate.id}", by=actor().user_id, now=now())
    flash(_("Sertifikat sedang diproses lagi."))
    return redirect(url_for("registry.index", status="pending"), 303)


def _list(form: NameSearch) -> str:
    state, words, page = request.args.get("status", ""), remembered("registry"), page_number()
    rows = with_end(select(Certificate)).join(Employee, Employee.id == Certificate.employee_id)
    rows = visible(rows, Certificate, actor(), Permission.CERTIFICATE_REGISTRY)
    if state in STATES:
        rows = rows.where(Certificate.state == state)
    if words:
        rows = rows.where(
            or_(
                Employee.name.icontains(words, autoescape=True),
                Certificate.code == codes.normalise(words),
                Certificate.number.icontains(words, autoescape=True),
            )
        )
    total = db().scalar(select(func.count()).select_from(rows.subquery())) or 0
    listed = db().execute(rows.order_by(Certificate.proposed_at.desc()).limit(PAGE).offset((page - 1) * PAGE)).all()
    return render_template(
        "registry/index.html",
        form=form,
        cards=[card(*row) for row in listed],
        total=total,
        page=page,
        pages=-(-total // PAGE),
        state=state,
        words=words,
        applied=APPLIED if words else None,
    )

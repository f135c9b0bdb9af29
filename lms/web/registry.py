"""/sdm/sertifikat: the certificates of the people in an HR officer's remit, with those that wait or were refused."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import StringField
from wtforms.validators import Length

from lms import audit
from lms.access import Permission, visible
from lms.certificates import codes, issuing, stops
from lms.certificates.models import Certificate
from lms.people.employment import employment_on
from lms.people.models import Employee, OrgUnit
from lms.reports import registry as reports
from lms.reports.registry import STATES, WITHIN, Wanted
from lms.web.certificates import card
from lms.web.name_search import APPLIED, NameSearch, page_number, page_of, remember, remembered
from lms.web.request import actor, db, fetch, now, route
from lms.web.signing_words import stop_words

blueprint = Blueprint("registry", __name__)
PAGE = 25


class RegistrySearch(NameSearch):
    """Words, and what they are narrowed by; an unknown choice narrows nothing."""

    cari = StringField(
        _l("Nama, kode, atau nomor"), validators=[Length(max=80, message=_l("Isi paling banyak %(max)d huruf."))]
    )
    status = StringField()
    unit = StringField()
    akhir = StringField()


@route(blueprint, "/sdm/sertifikat", may=Permission.CERTIFICATE_REGISTRY)
def index() -> ResponseReturnValue:
    """The list, narrowed as the address says."""
    given = {name: request.args.get(name, "") for name in ("status", "unit", "akhir")}
    return _list(RegistrySearch(cari=remembered("registry"), **given))


@route(blueprint, "/sdm/sertifikat", may=Permission.CERTIFICATE_REGISTRY, methods=["POST"])
def search() -> ResponseReturnValue:
    """Remember what is looked for: a name never enters the address."""
    form = RegistrySearch()
    if not form.validate_on_submit():
        return _list(form), 422
    remember("registry", form.words)
    return redirect(url_for("registry.index", **_address(form)), 303)


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


def _list(form: RegistrySearch) -> str:
    units = _units()
    unit = next((unit for unit in units if unit.code == form.unit.data), None)
    wanted = Wanted(form.words, _known(form.status.data, STATES), unit, _known(form.akhir.data, (*WITHIN, "none")))
    mine = visible(
        select(Certificate).join(Employee, Employee.id == Certificate.employee_id),
        Certificate,
        actor(),
        Permission.CERTIFICATE_REGISTRY,
    )
    found = reports.page_of(db(), mine, wanted, on=actor().today, page=page_number(), size=PAGE)
    page, pages = page_of(found.total, PAGE)
    stop = stops.standing(db())
    return render_template(
        "registry/index.html",
        stop=stop,
        stop_said=stop_words(stop) if stop else "",
        form=form,
        wanted=wanted,
        units=units,
        cards=[card(*row) for row in found.rows],
        total=found.total,
        page=page,
        pages=pages,
        first=(page - 1) * PAGE + 1,
        last=min(page * PAGE, found.total),
        asked=_address(form),
    )


def _units() -> list[OrgUnit]:
    wanted = visible(select(OrgUnit), OrgUnit, actor(), Permission.STAFF_READ).order_by(OrgUnit.path)
    return list(db().scalars(wanted))


def _known(given: str | None, allowed: Iterable[str]) -> str:
    return given if given in tuple(allowed) and given else ""


def _address(form: RegistrySearch) -> dict[str, Any]:
    """What the address of the list says; the words stay in the browser's cookie."""
    return {
        "status": form.status.data or None,
        "unit": form.unit.data or None,
        "akhir": form.akhir.data or None,
        "cari": APPLIED if form.words else None,
    }

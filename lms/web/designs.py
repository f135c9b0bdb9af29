"""/sdm/rancangan: the designs of certificates that an agency has made its own, and their editions."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from lms.access import Absent, Permission, granted, visible
from lms.certificates import designs, editions
from lms.certificates.designs import Design
from lms.certificates.edition_models import DesignEdition
from lms.certificates.editions import DraftConflict
from lms.people.models import OrgUnit
from lms.reports import designs as reports
from lms.web.name_search import page_number, page_of
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("designs", __name__)
MAY = Permission.DESIGN_ADAPT
PAGE, UNITS = 20, 10


@route(blueprint, "/sdm/rancangan", may=MAY)
def index() -> ResponseReturnValue:
    """Each unit of my remit that issues certificates, with its designs."""
    tops = [unit.id for unit in db().scalars(granted(actor(), MAY))]
    wanted = reports.issuing(visible(select(OrgUnit), OrgUnit, actor(), MAY), tops)
    total = db().scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page, pages = page_of(total, UNITS)
    units = list(db().scalars(wanted.order_by(OrgUnit.path).limit(UNITS).offset((page - 1) * UNITS)))
    known = designs.shipped()
    return render_template(
        "designs/index.html",
        found=reports.of_units(db(), units, list(known)),
        known=known,
        page=page,
        pages=pages,
    )


@route(blueprint, "/sdm/rancangan/<unit_code>/<design_id>/edisi", may=MAY)
def history(unit_code: str, design_id: str) -> ResponseReturnValue:
    """The editions of a unit, the newest first."""
    unit, design = place(unit_code, design_id)
    rows, total = reports.history(db(), unit.id, design.id, page=page_number(), size=PAGE)
    page, pages = page_of(total, PAGE)
    return render_template(
        "designs/history.html",
        unit=unit,
        design=design,
        rows=rows,
        draft=editions.draft_of(db(), unit.id, design.id),
        latest=rows[0].edition.number if page == 1 and rows else 0,
        page=page,
        pages=pages,
    )


@route(blueprint, "/sdm/rancangan/<unit_code>/<design_id>/edisi/<int:number>/draf", may=MAY, methods=["POST"])
def take_up(unit_code: str, design_id: str, number: int) -> ResponseReturnValue:
    """Make an earlier edition the draft."""
    unit, design = place(unit_code, design_id)
    wanted = select(DesignEdition).where(
        DesignEdition.unit_id == unit.id, DesignEdition.design == design.id, DesignEdition.number == number
    )
    edition = db().scalars(wanted).one_or_none()
    if edition is None:
        raise Absent("design_edition")
    try:
        editions.take_up(db(), edition, by=actor().user_id, now=now())
    except DraftConflict:
        flash(_("Masih ada draf. Terbitkan atau buang draf itu dahulu."), "warn")
    else:
        flash(_("Edisi %(n)s menjadi draf. Periksa, lalu terbitkan sebagai edisi baru.", n=number))
    return redirect(url_for("design_editor.preview", unit_code=unit_code, design_id=design_id), 303)


def place(unit_code: str, design_id: str) -> tuple[OrgUnit, Design]:
    """A unit of my remit and a design of this installation; anything else is 404."""
    unit = fetch(select(OrgUnit).where(OrgUnit.code == unit_code), OrgUnit, MAY)
    design = designs.shipped().get(design_id)
    if design is None:
        raise Absent("design")
    return unit, design

"""/sdm/pegawai: the people in an HR officer's remit, found by name or NIP, and each one's profile with its lineage."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import StringField
from wtforms.validators import Length

from lms.access import Permission, visible
from lms.people import nip
from lms.people.models import Employee, OrgUnit
from lms.reports import people, views
from lms.web.competencies import profile_page
from lms.web.name_search import NameSearch, page_of, remember, remembered
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("staff", __name__)
PAGE = 25


class StaffSearch(NameSearch):
    """A name, or a NIP with or without blanks."""

    cari = StringField(_l("Nama atau NIP"), validators=[Length(max=80, message=_l("Isi paling banyak %(max)d huruf."))])

    @property
    def is_number(self) -> bool:
        """Whether a NIP is meant: digits and the marks people put between them."""
        return any(map(str.isdigit, self.words)) and not any(map(str.isalpha, self.words))


@route(blueprint, "/sdm/pegawai", may=Permission.STAFF_READ)
def index() -> ResponseReturnValue:
    """The people in my remit, by name."""
    return _list(StaffSearch(cari=remembered("staff")))


@route(blueprint, "/sdm/pegawai", may=Permission.STAFF_READ, methods=["POST"])
def search() -> ResponseReturnValue:
    """Find people by name, or one by NIP; a NIP leads to the profile and stands in no address."""
    form = StaffSearch()
    if not form.validate_on_submit():
        return _list(form), 422
    if not form.is_number:
        return redirect(url_for("staff.index", cari=remember("staff", form.words), unit=request.form.get("unit")), 303)
    code = _code_of(form)
    return redirect(url_for("staff.person_profile", code=code), 303) if code else (_list(form), 422)


@route(blueprint, "/sdm/pegawai/<code>", may=Permission.STAFF_READ, writes=True)
def person_profile(code: str) -> ResponseReturnValue:
    """The profile of one person. That it was opened is recorded, and shown to that person."""
    found = fetch(select(Employee).where(Employee.code == code), Employee, Permission.STAFF_READ)
    if found.id != actor().employee_id:
        views.record(db(), found.id, role="hr", by=actor().user_id, now=now())
    return profile_page("staff/person.html", found)


def _code_of(form: StaffSearch) -> str | None:
    """The code of the person with the NIP typed; else None, and the form says what is wrong."""
    try:
        digits = nip.normalise(form.words)
    except nip.BadNip:
        form.cari.errors = [_("Isi NIP dengan 18 angka.")]
        return None
    mine = visible(select(Employee.code), Employee, actor(), Permission.STAFF_READ)
    code = db().scalar(mine.where(Employee.nip == digits))
    if code is None:
        form.cari.errors = [_("Tidak ada pegawai dengan NIP itu dalam lingkup Anda.")]
    return code


def _list(form: StaffSearch) -> str:
    today = actor().today
    wanted = visible(select(OrgUnit), OrgUnit, actor(), Permission.STAFF_READ).order_by(OrgUnit.path)
    units = list(db().scalars(wanted))
    unit = next((unit for unit in units if unit.code == request.values.get("unit")), None)
    shown = visible(select(Employee.id), Employee, actor(), Permission.STAFF_READ)
    words = remembered("staff")
    everyone = people.count(db(), shown)
    if words:
        shown = people.named(shown, words)
    if unit is not None:
        shown = people.in_unit(shown, unit, on=today)
    total = people.count(db(), shown) if words or unit else everyone
    page, pages = page_of(total, PAGE)
    return render_template(
        "staff/index.html",
        form=form,
        words=words,
        units=units,
        unit=unit,
        rows=people.by_name(db(), shown, on=today, page=page, size=PAGE),
        total=total,
        everyone=everyone,
        first=(page - 1) * PAGE + 1,
        last=min(page * PAGE, total),
        page=page,
        pages=pages,
    )

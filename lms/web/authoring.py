"""/ajar: the courses that one may edit, the drafts that can be restored, and a new course."""

from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import DataRequired, Length, NumberRange

from lms.access import granted, visible
from lms.authoring import creation, discarding, workbench
from lms.authoring.creation import NewCourse
from lms.catalogue.editions import CompetencyLevel
from lms.catalogue.models import Course
from lms.frameworks.models import LEVEL_NAMES, Competency
from lms.people.models import OrgUnit
from lms.web.desk import EDIT, TOO_LONG, CountField, form_key
from lms.web.name_search import page_of
from lms.web.request import actor, db, now, route

blueprint = Blueprint("authoring", __name__)
PAGE = 20
#: As many as three lessons of 600 minutes make; more are added in the outline.
MOST_HOURS = 40
#: What a first course often has, to write over: words of the course, which is in Indonesian.
LESSONS = {"materi1": "Mengapa ini penting", "materi2": "Langkah demi langkah", "materi3": "Latihan kasus"}
KINDS = {
    "teknis": _l("Teknis"),
    "pemerintahan": _l("Pemerintahan"),
    "manajerial": _l("Manajerial"),
    "sosial_kultural": _l("Sosial kultural"),
}


class NewCourseForm(FlaskForm):
    """What a course begins with. kunci: names this form, so that it makes one course however often it is sent."""

    judul = StringField(
        _l("Judul kursus"), validators=[DataRequired(_l("Isi judul kursus.")), Length(max=200, message=TOO_LONG)]
    )
    unit = SelectField(_l("Unit pemilik"), validators=[DataRequired(_l("Pilih unit pemilik."))])
    kompetensi = SelectField(lazy_pgettext("one", "Kompetensi"), validators=[DataRequired(_l("Pilih kompetensi."))])
    tingkat = SelectField(_l("Tingkat yang dicapai"), validators=[DataRequired(_l("Pilih tingkat."))])
    jp = CountField(
        _l("Jam pelajaran (JP)"),
        validators=[NumberRange(1, MOST_HOURS, _l("Isi jam pelajaran dengan angka %(min)d sampai %(max)d."))],
    )
    materi1 = StringField(_l("Judul materi 1"), validators=[Length(max=200, message=TOO_LONG)])
    materi2 = StringField(_l("Judul materi 2"), validators=[Length(max=200, message=TOO_LONG)])
    materi3 = StringField(_l("Judul materi 3"), validators=[Length(max=200, message=TOO_LONG)])
    kunci = HiddenField()

    def validate_materi1(self, field: StringField) -> None:
        """One lesson at the least: a course without any has nothing to open."""
        if not self.lessons():
            field.errors = [*field.errors, _("Isi paling sedikit satu judul materi.")]

    def lessons(self) -> tuple[str, ...]:
        """The titles that were typed; slots left empty do not count."""
        typed = ((one.data or "").strip() for one in (self.materi1, self.materi2, self.materi3))
        return tuple(title for title in typed if title)

    def fields(self) -> NewCourse:
        """What was typed and chosen."""
        competency = CompetencyLevel(self.kompetensi.data, int(self.tingkat.data))
        return NewCourse((self.judul.data or "").strip(), competency, self.jp.data or 1, self.lessons())


@route(blueprint, "/ajar", may=EDIT)
def index() -> ResponseReturnValue:
    """The courses of the units in which one may edit, and the drafts that can be restored."""
    mine = visible(workbench.shelf(), Course, actor(), EDIT)
    total = db().scalar(select(func.count()).select_from(mine.order_by(None).subquery())) or 0
    page, pages = page_of(total, PAGE)
    return render_template(
        "authoring/index.html",
        rows=workbench.shelf_rows(db(), mine.limit(PAGE).offset((page - 1) * PAGE)),
        discarded=discarding.shelf_rows(db(), visible(discarding.shelf(now=now()), Course, actor(), EDIT)),
        total=total,
        page=page,
        pages=pages,
    )


@route(blueprint, "/ajar/baru", may=EDIT)
def new() -> ResponseReturnValue:
    """The form for a new course, with the titles of a first course to write over."""
    units = _units()
    form = NewCourseForm(formdata=None, jp=3, tingkat="1", kunci=str(uuid4()), **LESSONS)
    return _new_page(form, units)


@route(blueprint, "/ajar/baru", may=EDIT, methods=["POST"])
def create() -> ResponseReturnValue:
    """Begin the course as a draft. Nobody but the authors of its unit sees it."""
    units = _units()
    form = NewCourseForm()
    _offer(form, units)
    if not form.validate_on_submit():
        return _new_page(form, units), 422
    unit = next(unit for unit in units if unit.code == form.unit.data)
    course = creation.create(
        db(), form.fields(), uuid=form_key(form.kunci.data), unit=unit, by=actor().user_id, now=now()
    )
    flash(_("Kursus dibuat sebagai draf. Isi materinya, lalu tinjau dan terbitkan."))
    return redirect(url_for("outline.course", slug=course.slug), 303)


def _new_page(form: NewCourseForm, units: list[OrgUnit]) -> str:
    _offer(form, units)
    return render_template("authoring/new.html", form=form, units=units)


def _units() -> list[OrgUnit]:
    return list(db().scalars(granted(actor(), EDIT)))


def _offer(form: NewCourseForm, units: list[OrgUnit]) -> None:
    """What can be chosen. With one unit there is nothing to choose: it is the one."""
    form.unit.choices = [SelectChoice(unit.code, unit.name) for unit in units]
    if len(units) == 1:
        form.unit.data = units[0].code
    rows = db().execute(select(Competency.code, Competency.name, Competency.kind).order_by(Competency.name)).all()
    form.kompetensi.choices = [SelectChoice("", _("Pilih satu"))] + [
        SelectChoice(row.code, row.name, optgroup=str(label))
        for kind, label in KINDS.items()
        for row in rows
        if row.kind == kind
    ]
    form.tingkat.choices = [SelectChoice(str(n), f"{n} · {name}") for n, name in enumerate(LEVEL_NAMES, start=1)]

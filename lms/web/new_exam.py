"""/kelola/ujian/baru: an exam begun in the browser; its blueprint comes next."""

from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from lms.access import Permission, visible
from lms.catalogue.models import Course, Edition
from lms.exams import creation
from lms.exams.creation import CodeTaken, NewExam
from lms.exams.models import EXAM, PRACTICE, TRYOUT
from lms.exams.rehearsing import PRACTICE_MINUTES
from lms.exams.revising import Times
from lms.people.models import OrgUnit
from lms.questions.models import Bank
from lms.slugs import LONGEST, SLUG
from lms.web.desk import TOO_LONG, CountField, form_key
from lms.web.request import actor, db, now, route

blueprint = Blueprint("new_exam", __name__)
MANAGE = Permission.EXAM_MANAGE
PLACE = "/kelola/ujian/baru"
#: More units, banks or courses than this are not offered in a list.
MOST = 500


def _count(label: str, least: int, most: int) -> CountField:
    said = _l("Isi angka %(min)d sampai %(max)d.")
    return CountField(label, validators=[NumberRange(least, most, said)])


def title_field() -> StringField:
    """The title of an exam."""
    return StringField(
        _l("Judul ujian"), validators=[DataRequired(_l("Isi judul ujian.")), Length(max=200, message=TOO_LONG)]
    )


def unit_field() -> SelectField:
    """The unit that holds it."""
    return SelectField(_l("Unit penyelenggara"), validators=[DataRequired(_l("Pilih unit penyelenggara."))])


def bank_field() -> SelectField:
    """The bank that its papers are drawn from."""
    return SelectField(lazy_pgettext("one", "Bank soal"), validators=[DataRequired(_l("Pilih bank soal."))])


def course_field() -> SelectField:
    """The course that passing it finishes."""
    return SelectField(lazy_pgettext("one", "Kursus"))


def as_title(typed: str | None) -> str:
    """What was typed, with single spaces."""
    return " ".join((typed or "").split())


class NewExamForm(FlaskForm):
    """What an exam begins with. kunci: names this form, so that it makes one exam however often it is sent."""

    judul = title_field()
    kode = StringField(
        _l("Kode ujian"),
        validators=[
            Regexp(rf"{SLUG.pattern}\Z", message=_l("Isi kode dengan huruf kecil, angka, dan tanda hubung tunggal.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    unit = unit_field()
    bank = bank_field()
    kursus = course_field()
    menit = _count(_l("Lama ujian (menit)"), 1, 600)
    kesempatan = _count(_l("Kesempatan"), 1, 100)
    jeda = _count(_l("Jeda antarkesempatan (jam)"), 0, 8760)
    tujuan = RadioField(
        _l("Untuk apa"),
        choices=[
            SelectChoice(EXAM, _l("Ujian: hasilnya dihitung")),
            SelectChoice(TRYOUT, _l("Uji coba: seperti ujian, hasilnya tidak dihitung")),
            SelectChoice(PRACTICE, _l("Latihan: tanpa batas waktu, umpan balik setelah setiap soal")),
        ],
    )
    kunci = HiddenField()


@route(blueprint, PLACE, may=MANAGE)
def form() -> ResponseReturnValue:
    """The form for a new exam."""
    return _page(NewExamForm(formdata=None, menit=60, kesempatan=1, jeda=0, tujuan=EXAM, kunci=str(uuid4())), Offered())


@route(blueprint, PLACE, may=MANAGE, methods=["POST"])
def create() -> ResponseReturnValue:
    """Begin it, and go on with its blueprint. Nobody can start before that is there and a sitting is open."""
    offered, form = Offered(), NewExamForm()
    offered.to(form.unit, form.bank, form.kursus)
    if not form.validate_on_submit():
        return _page(form, offered), 422
    try:
        made = creation.create(db(), _new(form, offered), uuid=form_key(form.kunci.data), by=actor().user_id, now=now())
    except CodeTaken:
        form.kode.errors = [_("Kode itu sudah dipakai. Pilih kode lain.")]
        return _page(form, offered), 422
    flash(_("Ujian dibuat. Susun kisi-kisinya; sebelum itu tidak ada yang dapat mulai."))
    return redirect(url_for("blueprint_editor.form", code=made.code), 303)


class Offered:
    """What one may choose from: units, banks and courses of one's remit. Three statements."""

    def __init__(self) -> None:
        who = actor()
        titles = (
            select(Course, Edition.title).join(Edition, Edition.id == Course.published_id).order_by(Edition.title).limit(MOST)
        )  # fmt: skip
        units = visible(select(OrgUnit), OrgUnit, who, MANAGE).order_by(OrgUnit.name, OrgUnit.id).limit(MOST)
        banks = visible(select(Bank), Bank, who, MANAGE).order_by(Bank.title, Bank.id).limit(MOST)
        self.units = {one.code: one for one in db().scalars(units)}
        self.banks = {one.code: one for one in db().scalars(banks)}
        rows = db().execute(visible(titles, Course, who, MANAGE)).all()
        self.courses = {course.slug: course for course, _title in rows}
        self.titles = [(course.slug, title) for course, title in rows]

    def to(self, unit: SelectField, bank: SelectField, course: SelectField) -> None:
        """Let these fields offer them."""
        first = [SelectChoice("", _("Pilih satu"))]
        unit.choices = first + [SelectChoice(code, one.name) for code, one in self.units.items()]
        bank.choices = first + [SelectChoice(code, one.title) for code, one in self.banks.items()]
        course.choices = [SelectChoice("", _("Tanpa kursus")), *(SelectChoice(*one) for one in self.titles)]


def _new(form: NewExamForm, offered: Offered) -> NewExam:
    minutes = PRACTICE_MINUTES if form.tujuan.data == PRACTICE else form.menit.data or 1
    return NewExam(
        code=form.kode.data or "",
        title=as_title(form.judul.data),
        unit=offered.units[form.unit.data],
        bank=offered.banks[form.bank.data],
        course=offered.courses.get(form.kursus.data),
        times=Times(minutes, form.kesempatan.data or 1, form.jeda.data or 0),
        mode=form.tujuan.data,
    )


def _page(form: NewExamForm, offered: Offered) -> str:
    offered.to(form.unit, form.bank, form.kursus)
    return render_template("organising/new.html", form=form)

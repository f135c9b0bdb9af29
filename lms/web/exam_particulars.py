"""/kelola/ujian/<kode>/data and /hapus: what was given at an exam's making put right, and an exam made by mistake removed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from lms.access import Permission
from lms.exams import particulars, rehearsing
from lms.exams.models import EXAM, Exam
from lms.exams.particulars import Hanging, Particulars
from lms.people.models import OrgUnit
from lms.questions.models import Bank
from lms.web.new_exam import Offered, as_title, bank_field, course_field, title_field, unit_field
from lms.web.organising import exam_of
from lms.web.request import actor, db, now, route

blueprint = Blueprint("exam_particulars", __name__)
MANAGE = Permission.EXAM_MANAGE
PLACE = "/kelola/ujian/<code>/data"
REMOVAL = "/kelola/ujian/<code>/hapus"


class TitleForm(FlaskForm):
    """What may be put right at any time."""

    judul = title_field()


class ParticularsForm(TitleForm):
    """What may be put right while nothing hangs on the exam."""

    unit = unit_field()
    bank = bank_field()
    kursus = course_field()


@route(blueprint, PLACE, may=MANAGE)
def form(code: str) -> ResponseReturnValue:
    """The particulars as they stand. Those of a rehearsal are its exam's."""
    exam = exam_of(code)
    if leads := rehearsing.followed(db(), exam):
        return redirect(url_for(".form", code=leads.code))
    return _page(exam, _form(exam))


@route(blueprint, PLACE, may=MANAGE, methods=["POST"])
def correct(code: str) -> ResponseReturnValue:
    """Put them right."""
    exam = exam_of(code)
    if leads := rehearsing.followed(db(), exam):
        return redirect(url_for(".form", code=leads.code), 303)
    offered = None if particulars.hanging(db(), exam) else _offered(exam)
    given = _bound(offered)
    if not given.validate_on_submit():
        return _page(exam, given), 422
    try:
        has_changed = particulars.correct(db(), exam, _new(exam, given, offered), by=actor().user_id, now=now())
    except Hanging:
        flash(_("Ujian ini baru saja dipakai, jadi hanya judulnya yang dapat diubah. Belum ada yang disimpan."), "warn")
        return redirect(url_for(".form", code=code), 303)
    flash(_("Data ujian disimpan.") if has_changed else _("Tidak ada yang berubah."))
    return redirect(url_for("organising.exam", code=code), 303)


@route(blueprint, REMOVAL, may=MANAGE)
def confirm(code: str) -> ResponseReturnValue:
    """What removing would take away, or why it cannot be done."""
    return _confirmation(exam_of(code))


@route(blueprint, REMOVAL, may=MANAGE, methods=["POST"])
def remove(code: str) -> ResponseReturnValue:
    """Remove it, while nothing hangs on it."""
    exam = exam_of(code)
    title = exam.title
    try:
        particulars.remove(db(), exam, by=actor().user_id, now=now())
    except Hanging:
        return _confirmation(exam), 409
    flash(_("Ujian “%(title)s” dihapus.", title=title))
    return redirect(url_for("organising.index"), 303)


def _form(exam: Exam) -> TitleForm:
    """As it is shown first."""
    if particulars.hanging(db(), exam):
        return TitleForm(formdata=None, judul=exam.title)
    offered = _offered(exam)
    stands = {"unit": _unit(exam).code, "bank": _bank(exam).code, "kursus": exam.course.slug if exam.course else ""}
    made = ParticularsForm(formdata=None, judul=exam.title, **stands)
    offered.to(made.unit, made.bank, made.kursus)
    return made


def _bound(offered: Offered | None) -> TitleForm:
    """With what was typed."""
    if offered is None:
        return TitleForm()
    made = ParticularsForm()
    offered.to(made.unit, made.bank, made.kursus)
    return made


def _offered(exam: Exam) -> Offered:
    """What one may choose from, and what stands, though it be of another unit."""
    made, unit, bank, course = Offered(), _unit(exam), _bank(exam), exam.course
    made.units.setdefault(unit.code, unit)
    made.banks.setdefault(bank.code, bank)
    if course and course.slug not in made.courses:
        made.courses[course.slug] = course
        made.titles.append((course.slug, course.published.title if course.published else course.slug))
    return made


def _new(exam: Exam, given: TitleForm, offered: Offered | None) -> Particulars:
    title = as_title(given.judul.data)
    if offered is None or not isinstance(given, ParticularsForm):
        return Particulars(title, exam.unit_id, exam.bank_id, exam.course_id)
    course = offered.courses.get(given.kursus.data)
    return Particulars(
        title, offered.units[given.unit.data].id, offered.banks[given.bank.data].id, course.id if course else None
    )


def _unit(exam: Exam) -> OrgUnit:
    return db().get_one(OrgUnit, exam.unit_id)


def _bank(exam: Exam) -> Bank:
    return db().get_one(Bank, exam.bank_id)


def _page(exam: Exam, given: TitleForm) -> str:
    return render_template("organising/particulars.html", exam=exam, form=given, unit=_unit(exam), bank=_bank(exam))


def _confirmation(exam: Exam) -> str:
    found = particulars.holding(db(), exam)
    beside = rehearsing.beside(db(), exam).values() if exam.mode == EXAM and not found else ()
    return render_template("organising/remove.html", exam=exam, reasons=_reasons(found), beside=beside)


def _reasons(found: frozenset[str]) -> list[str]:
    """Why it stays, each once; a table that has no words of its own still says that there is something."""
    said = {
        "sitting": _("Ujian ini punya sesi."),
        "attempt": _("Sudah ada naskah atau pengerjaan."),
        "panel": _("Ujian ini punya panel batas lulus."),
        "regrade": _("Ujian ini punya penilaian ulang."),
        "scheme": _("Sebuah sertifikat terbit dari ujian ini."),
        "candidate_group": _("Ada peserta yang digolongkan untuk ujian ini."),
        particulars.PACKAGE: _("Ujian ini dibawa paket kursus, dan akan muncul lagi bila paketnya diimpor lagi."),
        particulars.REHEARSAL: _("Latihan atau uji cobanya sudah dipakai peserta."),
    }
    same = {"paper": "attempt", "question_use": "attempt", "work": "attempt", "appeal": "attempt"}
    other = _("Ada data lain yang bergantung pada ujian ini.")
    return list(dict.fromkeys(said.get(same.get(name, name), other) for name in sorted(found)))

"""/kelola/ujian/<kode>/aturan: who marks, what candidates see of their result and from when, and appeals."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import InputRequired, NumberRange

from lms.access import Permission
from lms.exams import after_terms, blueprints, sittings
from lms.exams.after_terms import Narrowed, Terms
from lms.exams.models import Exam
from lms.web.organising import exam_of
from lms.web.request import actor, db, now, route

blueprint = Blueprint("exam_terms", __name__)
MANAGE = Permission.EXAM_MANAGE
PLACE = "/kelola/ujian/<code>/aturan"


def _days(label: str, most: int) -> IntegerField:
    said = _l("Isi angka 1 sampai %(most)s.", most=most)
    return IntegerField(label, validators=[InputRequired(said), NumberRange(1, most, said)])


class TermsForm(FlaskForm):
    """The terms that hold from the next attempt on."""

    penilai = RadioField(
        _l("Penilai setiap jawaban uraian atau berkas"),
        choices=[SelectChoice("1", _l("Satu orang")), SelectChoice("2", _l("Dua orang, tanpa saling melihat"))],
    )
    selisih = IntegerField(
        _l("Selisih nilai yang masih diterima (persen)"),
        validators=[InputRequired(_l("Isi angka 0 sampai 100.")), NumberRange(0, 100, _l("Isi angka 0 sampai 100."))],
    )
    terbuka = RadioField(
        _l("Yang dapat dilihat peserta"),
        choices=[
            SelectChoice("score", _l("Nilai saja")),
            SelectChoice("items", _l("Nilai, soal, jawabannya sendiri, dan poinnya")),
            SelectChoice("key", _l("Semua itu, dan jawaban terbaiknya setelah sesi selesai")),
        ],
    )
    kapan = RadioField(
        _l("Kapan soal, jawaban, dan poinnya tampil"),
        choices=[
            SelectChoice("sitting", _l("Setelah sesi selesai, saat tidak ada lagi yang dapat mengerjakannya")),
            SelectChoice("result", _l("Begitu dinilai, juga selagi peserta lain mengerjakan sesi yang sama")),
        ],
    )
    sanggah = BooleanField(_l("Peserta dapat menyanggah butir soal"))
    hari = _days(_l("Sanggahan diterima selama (hari)"), 60)
    putusan = _days(_l("Putusan paling lama setelah diajukan (hari)"), 180)

    @property
    def terms(self) -> Terms:
        """What was chosen."""
        return Terms(
            markers=int(self.penilai.data),
            tolerance=self.selisih.data or 0,
            release=self.terbuka.data,
            days=self.hari.data if self.sanggah.data else None,
            ruling_days=(self.putusan.data or 0) if self.sanggah.data else 0,
            after=self.kapan.data,
        )


@route(blueprint, PLACE, may=MANAGE)
def form(code: str) -> ResponseReturnValue:
    """The terms as they stand, and what of them may still change."""
    exam = exam_of(code)
    return _page(exam, TermsForm(formdata=None, data=_as_typed(_terms_of(exam))))


@route(blueprint, PLACE, may=MANAGE, methods=["POST"])
def change(code: str) -> ResponseReturnValue:
    """Settle them anew."""
    exam = exam_of(code)
    _terms_of(exam)
    given = TermsForm()
    if not given.validate_on_submit():
        return _page(exam, given), 422
    try:
        has_changed = after_terms.change(db(), exam.id, given.terms, by=actor().user_id, now=now())
    except Narrowed as refused:
        _explain(given, refused)
        return _page(exam, given), 422
    if has_changed:
        flash(_("Aturan disimpan. Berlaku bagi pengerjaan yang mulai setelah ini."))
    else:
        flash(_("Tidak ada yang berubah."))
    return redirect(url_for("organising.exam", code=code), 303)


def _terms_of(exam: Exam) -> Terms:
    found = blueprints.in_force(db(), exam.id)
    if found is None:
        abort(404)  # nobody can begin, and there is nothing to settle
    return after_terms.terms_of(found.content)


def _as_typed(terms: Terms) -> dict[str, object]:
    return {
        "penilai": str(terms.markers),
        "selisih": terms.tolerance,
        "terbuka": terms.release,
        # Where nothing is shown so far, nothing is promised: what is fair to who sits last is offered first.
        "kapan": "sitting" if terms.release == "score" else terms.after,
        "sanggah": terms.days is not None,
        "hari": terms.days or 3,
        "putusan": terms.ruling_days or 14,
    }


def _explain(given: TermsForm, refused: Narrowed) -> None:
    """Each at its field."""
    said = {
        "marking": (given.penilai, _("Sudah ada yang mulai: cara menilai tetap, agar semua dinilai sama.")),
        "release": (given.terbuka, _("Sudah ada yang mulai: yang terbuka hanya dapat ditambah.")),
        "release_after": (given.kapan, _("Sudah ada yang mulai: soal hanya dapat tampil lebih cepat.")),
        "appeals": (given.hari, _("Sudah ada yang mulai: hak sanggah hanya dapat ditambah atau diputus lebih cepat.")),
    }
    for key in refused.keys:
        field, words = said[key]
        field.errors = [words]


def _page(exam: Exam, given: TermsForm) -> str:
    return render_template(
        "organising/terms.html",
        exam=exam,
        form=given,
        has_begun=after_terms.has_begun(db(), exam.id),
        longest=sittings.last_to_close(db(), exam.id, now=now()),
    )

"""/soal/<bank>/<soal>: one question as a candidate sees it, its history, and the steps of its life; reviews by another person."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import Row, select
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lms.access import Absent, Permission
from lms.questions import enemies, lifecycle
from lms.questions.models import Bank, Question
from lms.reports import question_life
from lms.reports.question_life import Step
from lms.web import question_form
from lms.web.plurals import ngettext
from lms.web.question_words import ACTS, shown, words
from lms.web.questions import bank_of, shelf_page
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("question_review", __name__)
EDIT, REVIEW = Permission.QUESTION_EDIT, Permission.QUESTION_REVIEW
MOST_AT_ONCE = 100
#: What a reviewer looks at. All of it is ticked before a question goes live.
CHECKS = {
    "jelas": _l("Pertanyaannya jelas dan dapat dijawab dari materi, bukan dari kata-katanya sendiri."),
    "kunci": _l("Kuncinya benar, dan hanya itu yang benar."),
    "pengecoh": _l("Pilihan lain masuk akal, dan panjang pilihan tidak membocorkan kunci."),
    "pembahasan": _l("Pembahasan menjelaskan mengapa kunci benar dan pengecoh salah."),
    "penanda": _l("Kompetensi, tingkat, kesulitan, dan tag cocok."),
    "adil": _l("Bahasanya adil: tidak menyinggung atau menguntungkan kelompok tertentu."),
    "kembar": _l(
        "Tidak ada soal lain yang menanyakan hal yang sama, atau keduanya sudah ditandai tidak boleh bersama."
    ),
}


class ReasonForm(FlaskForm):
    """Why a step is taken; it stands in the question's history."""

    alasan = StringField(
        _l("Alasan"),
        validators=[
            DataRequired(_l("Isi alasannya.")),
            Length(max=500, message=_l("Isi paling banyak %(max)d huruf.")),
        ],
    )

    @property
    def words(self) -> str:
        """What was typed, without blanks at the ends."""
        return (self.alasan.data or "").strip()


@route(blueprint, "/soal/<code>/<uuid>", may=EDIT)
def question(code: str, uuid: str) -> ResponseReturnValue:
    """A question in full, with what may be done to it."""
    bank = bank_of(code)
    return _page(bank, found_in(bank, uuid), ReasonForm())


@route(blueprint, "/soal/<code>/<uuid>/persetujuan", may=REVIEW, methods=["POST"])
def approve(code: str, uuid: str) -> ResponseReturnValue:
    """Make a question live that was read and checked. `versi`: the version that was read."""
    bank = _reviewed(code)
    found = found_in(bank, uuid)
    if not CHECKS.keys() <= set(request.form.getlist("periksa")):
        return _page(bank, found, ReasonForm(), unchecked=True), 422
    _turn, number = lifecycle.approve(db(), bank, [_version()], by=actor().user_id, now=now())
    _tell(number, _("Soal disetujui dan mulai ditarik untuk ujian."))
    return redirect(url_for("questions.bank", code=code, antrean="tinjau"), 303)


@route(blueprint, "/soal/<code>/<uuid>/pengembalian", may=REVIEW, methods=["POST"])
def send_back(code: str, uuid: str) -> ResponseReturnValue:
    """Give a question back to its author with a reason."""
    bank = _reviewed(code)
    found = found_in(bank, uuid)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(bank, found, form), 422
    who = actor().user_id
    _turn, number = lifecycle.send_back(db(), found.Question.id, _version(), reason=form.words, by=who, now=now())
    _tell(number, _("Soal dikembalikan kepada penulisnya."))
    return redirect(url_for("questions.bank", code=code, antrean="tinjau"), 303)


@route(blueprint, "/soal/<code>/<uuid>/status", may=EDIT, methods=["POST"])
def step(code: str, uuid: str) -> ResponseReturnValue:
    """Suspend, take up again, or retire. `langkah`: which."""
    bank = bank_of(code)
    found = found_in(bank, uuid)
    act, form = request.form.get("langkah", ""), ReasonForm()
    if act not in {"suspended", "restored", "retired"}:
        abort(400)
    if act != "restored" and not form.validate_on_submit():
        return _page(bank, found, form), 422
    key, by = found.Question.id, actor().user_id
    if act == "restored":
        done = lifecycle.restore(db(), key, by=by, now=now())
    elif act == "suspended":
        done = lifecycle.suspend(db(), key, reason=form.words, by=by, now=now())
    else:
        done = lifecycle.retire(db(), key, reason=form.words, by=by, now=now())
    _tell(int(done), _("Status soal berubah. Naskah yang sudah dirakit tetap seperti semula."))
    return redirect(url_for("question_review.question", code=code, uuid=uuid), 303)


@route(blueprint, "/soal/<code>/persetujuan", may=REVIEW, methods=["POST"])
def approve_many(code: str) -> ResponseReturnValue:
    """Make a selection live. `pilih`: the versions that were read; `periksa`: that they were, by the check list.

    Where something lacks, the same page comes again with its ticks.
    """
    bank = _reviewed(code)
    chosen = [int(one) for one in request.form.getlist("pilih")[:MOST_AT_ONCE] if one.isdecimal() and len(one) < 18]
    lacks = _lacks(chosen)
    if lacks:
        return shelf_page(bank, chosen=request.form.getlist("pilih"), complaint=lacks), 422
    _turn, number = lifecycle.approve(db(), bank, chosen, by=actor().user_id, now=now())
    _tell(number, ngettext("%(num)s soal disetujui.", "%(num)s soal disetujui.", number))
    return redirect(url_for("questions.bank", code=code, antrean="tinjau"), 303)


@route(blueprint, "/soal/<code>/langkah/<turn>/pembatalan", may=EDIT, methods=["POST"])
def undo(code: str, turn: str) -> ResponseReturnValue:
    """Take back one's own last step."""
    bank = bank_of(code)
    number = lifecycle.undo(db(), bank, turn, by=actor().user_id, now=now())
    _tell(number, ngettext("Langkah dibatalkan untuk %(num)s soal.", "Langkah dibatalkan untuk %(num)s soal.", number))
    return redirect(url_for("questions.bank", code=code), 303)


@route(blueprint, "/soal/<code>/<uuid>/bersama", may=EDIT, methods=["POST"])
def keep_apart(code: str, uuid: str) -> ResponseReturnValue:
    """Let a question never stand on a paper with another (`soal`: its number or its id), or again (`langkah` = boleh)."""
    bank = bank_of(code)
    found, other = found_in(bank, uuid).Question, request.form.get("soal", "").strip()
    named = Question.id == int(other) if other.isdecimal() and len(other) <= 12 else Question.uuid == other
    second = db().scalars(select(Question).where(named, Question.bank_id == bank.id)).one_or_none()
    if second is None or second.id == found.id:
        flash(_("Soal lain itu tidak ada di bank ini."), "warn")
    elif request.form.get("langkah") == "boleh":
        enemies.remove(db(), found.id, second.id)
        flash(_("Kedua soal boleh bersama lagi."))
    else:
        enemies.add(db(), [(found.uuid, second.uuid)])
        flash(_("Kedua soal tidak akan bersama di satu naskah."))
    return redirect(url_for("question_review.question", code=code, uuid=uuid), 303)


def _lacks(chosen: list[int]) -> str:
    if not chosen:
        return _("Centang dahulu soal yang sudah Anda baca.")
    if request.form.get("periksa") != "semua":
        return _("Nyatakan bahwa soal yang Anda pilih sudah diperiksa.")
    return ""


def _reviewed(code: str) -> Bank:
    return fetch(select(Bank).where(Bank.code == code), Bank, REVIEW)


def found_in(bank: Bank, uuid: str) -> Row[*tuple[Any, ...]]:
    """A question of the bank as question_life.one gives it. Raises Absent."""
    found = db().execute(question_life.one(bank, uuid, actor().user_id)).one_or_none()
    if found is None:
        raise Absent("question")
    return found


def _read_before(history: list[Step], current: int) -> int:
    """The version that was approved last before the current one; where none was, the one before it."""
    approved = (one.number for one in history if one.act == "approved" and one.number < current)
    return next(approved, max(current - 1, 1))


def _version() -> int:
    given = request.form.get("versi", "")
    return int(given) if given.isdecimal() and len(given) < 18 else 0


def _tell(number: int, done: str) -> None:
    if number:
        flash(done)
    else:
        flash(
            _("Tidak ada yang berubah: soal ini sudah diubah, milik Anda sendiri, atau tidak menunggu langkah ini."),
            "warn",
        )


def _page(bank: Bank, found: Row[*tuple[Any, ...]], form: ReasonForm, *, unchecked: bool = False) -> str:
    asked, version = found.Question, found.QuestionVersion
    history = question_life.history(db(), asked.id)
    may_review = asked.status == "trial" and not asked.is_returned and not found.is_mine
    return render_template(
        "questions/question.html",
        bank=bank,
        asked=asked,
        version=version,
        found=found,
        view=shown(version.kind, version.content),
        history=history,
        neighbours=question_life.neighbours(db(), asked, version.content),
        enemies=question_life.enemies(db(), asked.id),
        may_review=may_review,
        read_before=_read_before(history, version.number),
        can_edit=question_form.holds(version.kind, version.content),
        checks=CHECKS,
        ticked=request.form.getlist("periksa"),
        unchecked=unchecked,
        form=form,
        acts=ACTS,
        words=words(),
    )

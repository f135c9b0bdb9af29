"""/ruang/<kode>/<peserta>/ditahan: what came late or from a device without the lease, and the decision on it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import Permission
from lms.completion import TakesPassAway, grade_admitted
from lms.exams import held
from lms.exams.held import HeldError
from lms.exams.models import Sitting
from lms.reports import held as report
from lms.reports.room import Seat
from lms.web import typed
from lms.web.plurals import ngettext
from lms.web.request import actor, db, now, route, today
from lms.web.room_acts import ReasonForm
from lms.web.rooms import seat_of, sitting_of

blueprint = Blueprint("held", __name__)
WATCH = Permission.ROOM_WATCH


@route(blueprint, "/ruang/<code>/<person>/ditahan", may=WATCH)
def waiting(code: str, person: str) -> ResponseReturnValue:
    """What is held of one person, by question; never what the answers are."""
    found = sitting_of(code)
    return _page(found, seat_of(found, person), ReasonForm())


@route(blueprint, "/ruang/<code>/<person>/ditahan", may=WATCH, methods=["POST"])
def decide(code: str, person: str) -> ResponseReturnValue:
    """Let it count, or not: `aksi=terima` or `aksi=tolak`, `soal` the questions."""
    found, form = sitting_of(code), ReasonForm()
    seat = seat_of(found, person)
    act = request.form.get("aksi")
    items = [item for text in request.form.getlist("soal") if (item := typed.whole(text))]
    if act not in {"terima", "tolak"} or seat.attempt_id is None:
        abort(400)
    if not form.validate_on_submit():
        return _page(found, seat, form, items), 422
    if not items:
        form.form_errors.append(_("Pilih sedikitnya satu soal."))
        return _page(found, seat, form, items), 422
    try:
        if act == "terima":
            _admit(seat.attempt_id, items, form.why)
        else:
            held.refuse(db(), seat.attempt_id, items, why=form.why, by=actor().user_id, now=now())
    except HeldError as error:
        if error.problem == "marked":
            db().rollback()
            form.form_errors.append(_("Jawaban soal yang sudah dinilai oleh penilai tidak dapat diganti."))
            return _page(sitting_of(code), seat, form, items), 422
        flash(_("Jawaban itu sudah diputuskan."), "warn")
    except TakesPassAway:
        db().rollback()
        form.form_errors.append(_("Peserta sudah lulus. Jawaban yang menggugurkan kelulusannya tidak dapat diterima."))
        return _page(sitting_of(code), seat, form, items), 422
    else:
        flash(_said(act, len(set(items))))
    return redirect(url_for("room_people.person", code=code, person=person), 303)


def _admit(attempt_id: int, items: list[int], why: str) -> None:
    """What is closed is graded again at once."""
    by = actor().user_id
    attempt = held.admit(db(), attempt_id, items, why=why, by=by, now=now())
    if attempt.state == "closed":
        grade_admitted(db(), attempt_id, by=by, now=now(), today=today())


def _said(act: str, number: int) -> str:
    if act == "terima":
        return ngettext("Jawaban %(num)s soal diterima.", "Jawaban %(num)s soal diterima.", number)
    return ngettext("Jawaban %(num)s soal ditolak.", "Jawaban %(num)s soal ditolak.", number)


def _page(found: Sitting, seat: Seat, form: ReasonForm, items: list[int] | None = None) -> str:
    """items: what was ticked; at first what fills questions without an answer, and was written before handing in."""
    questions = report.of_attempt(db(), seat.attempt_id, seat.due_at) if seat.attempt_id else []
    filled = report.answered(db(), seat.attempt_id) if seat.attempt_id and questions else set()
    waits = [one for one in questions if one.decision is None]
    after = {one.item for one in waits if _is_after_handing_in(one, seat)}
    ticked = {one.item for one in waits} - filled - after if items is None else set(items)
    return render_template(
        "rooms/held.html",
        sitting=found,
        seat=seat,
        form=form,
        waits=waits,
        decided=[one for one in questions if one.decision is not None],
        ticked=ticked,
        filled=filled,
        after=after,
    )


def _is_after_handing_in(one: report.Question, seat: Seat) -> bool:
    """Whether it was written when the candidate had already handed in by themselves, as by its device's time."""
    return seat.closed_by == "candidate" and seat.closed_at is not None and one.stamped_at > seat.closed_at

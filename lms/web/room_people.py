"""/ruang/<kode>/<peserta>: one person in the room: their log, and what is done to them alone."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import Length

from lms.access import Absent, Permission, may_enter
from lms.completion import end_attempt
from lms.exams import candidates, messages, moving, pausing, reopening, room, room_log
from lms.exams.attempts import AttemptClosed
from lms.exams.candidates import ListError
from lms.exams.models import Attempt, Sitting
from lms.exams.pausing import RoomError
from lms.exams.reopening import ReopenError
from lms.reports import person_log, room_lines
from lms.reports.room import Seat
from lms.web.name_search import page_of
from lms.web.presentation import span
from lms.web.request import actor, db, fetch, now, route, today
from lms.web.room_acts import TOO_LONG, IncidentForm, ReasonForm, TimeForm, check_known, refused
from lms.web.rooms import LOG_PAGE, back, log_group, log_page, seat_of, sitting_of, told

blueprint = Blueprint("room_people", __name__)
WATCH = Permission.ROOM_WATCH


class AttendanceForm(FlaskForm):
    """Whether they came, and where they sit."""

    hadir = RadioField(
        _l("Kehadiran"),
        choices=[
            SelectChoice("", _l("Belum ditandai")),
            SelectChoice("present", _l("Hadir")),
            SelectChoice("absent", _l("Tidak hadir")),
        ],
        default="",
    )
    meja = StringField(_l("Meja"), validators=[Length(max=12, message=TOO_LONG)])


class ReplyForm(FlaskForm):
    """What the proctor answers to a request for help; may be empty."""

    jawaban = StringField(
        _l("Jawaban singkat"),
        validators=[Length(max=messages.LONGEST, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )


Act = Callable[[Sitting, Seat], str]


@route(blueprint, "/ruang/<code>/<person>", may=WATCH)
def person(code: str, person: str) -> ResponseReturnValue:
    """How one person stands, and all that may be done."""
    found = sitting_of(code)
    return _page(found, seat_of(found, person))


@route(blueprint, "/ruang/<code>/<person>/waktu", may=WATCH, methods=["POST"])
def add_time(code: str, person: str) -> ResponseReturnValue:
    """Give more time, before the start or while the person works."""

    def give(found: Sitting, seat: Seat) -> str:
        check_known(form.sudah, room_log.time_mark(db(), found.id, seat.employee_id, holds=True))
        candidates.add_time(
            db(), found.id, seat.employee_id, form.menit.data or 0, why=form.why, by=actor().user_id, now=now()
        )
        return _("Tambahan waktu dicatat.")

    form = TimeForm(prefix="waktu")
    return _do(code, person, "time_form", form, give)


@route(blueprint, "/ruang/<code>/<person>/jeda", may=WATCH, methods=["POST"])
def pause(code: str, person: str) -> ResponseReturnValue:
    """Stop one person."""

    def stop(found: Sitting, seat: Seat) -> str:
        pausing.pause(db(), found.id, seat.employee_id, why=form.why, by=actor().user_id, now=now())
        return _("Pengerjaan dijeda. Waktunya berhenti.")

    form = ReasonForm(prefix="jeda")
    return _do(code, person, "pause_form", form, stop)


@route(blueprint, "/ruang/<code>/<person>/lanjut", may=WATCH, methods=["POST"])
def resume(code: str, person: str) -> ResponseReturnValue:
    """Let one person go on."""

    def go_on(found: Sitting, seat: Seat) -> str:
        credit = pausing.resume(db(), found, seat.employee_id, by=actor().user_id, now=now())
        return _("Pengerjaan dilanjutkan. Batas waktunya mundur %(span)s.", span=span(credit))

    return _do(code, person, "", FlaskForm(), go_on)


@route(blueprint, "/ruang/<code>/<person>/perangkat/penolakan", may=WATCH, methods=["POST"])
def refuse_move(code: str, person: str) -> ResponseReturnValue:
    """Leave the attempt on the device where it is; the other one reads why."""

    def refuse(found: Sitting, seat: Seat) -> str:
        which = (Attempt.sitting_id == found.id) & (Attempt.employee_id == seat.employee_id)
        if not moving.refuse_move(db(), which, why=form.why, by=actor().user_id, now=now()):
            raise RoomError("move")
        return _("Permintaan pindah ditolak. Peserta membaca alasannya.")

    form = ReasonForm(prefix="tolak")
    if not seat_of(sitting_of(code), person).asks_move:  # its form is not on the page any more
        flash(refused(RoomError("move")), "warn")
        return redirect(url_for(".person", code=code, person=person), 303)
    return _do(code, person, "move_form", form, refuse)


@route(blueprint, "/ruang/<code>/<person>/pengakhiran", may=WATCH, methods=["POST"])
def end(code: str, person: str) -> ResponseReturnValue:
    """End an attempt: what is stored is graded."""

    def close(found: Sitting, seat: Seat) -> str:
        end_attempt(db(), found, seat.employee_id, why=form.why, by=actor().user_id, now=now(), today=today())
        return _("Pengerjaan diakhiri. Jawaban yang tersimpan sudah dinilai.")

    form = ReasonForm(prefix="akhiri")
    return _do(code, person, "end_form", form, close)


@route(blueprint, "/ruang/<code>/<person>/pembukaan", may=WATCH, methods=["POST"])
def reopen(code: str, person: str) -> ResponseReturnValue:
    """Open again what was closed by mistake; its organiser alone may."""

    def open_again(found: Sitting, seat: Seat) -> str:
        left = reopening.reopen(db(), found, seat.employee_id, why=form.why, by=actor().user_id, now=now())
        return _("Pengerjaan dibuka kembali, sisa waktu %(span)s.", span=span(left))

    if not organises(sitting_of(code)):
        raise Absent("sitting")
    form = ReasonForm(prefix="buka")
    return _do(code, person, "reopen_form", form, open_again)


@route(blueprint, "/ruang/<code>/<person>/kehadiran", may=WATCH, methods=["POST"])
def mark(code: str, person: str) -> ResponseReturnValue:
    """Say whether a person came, and where they sit."""

    def say(found: Sitting, seat: Seat) -> str:
        room.mark(
            db(), found.id, seat.employee_id, attendance=form.hadir.data or None,
            seat=(form.meja.data or "").strip(), by=actor().user_id, now=now(),
        )  # fmt: skip
        return _("Kehadiran dicatat.")

    form = AttendanceForm(prefix="hadir")
    return _do(code, person, "attendance_form", form, say)


@route(blueprint, "/ruang/<code>/<person>/bantuan/dilihat", may=WATCH, methods=["POST"])
def see_help(code: str, person: str) -> ResponseReturnValue:
    """Let the person know that the request for help was seen; from the board, and back to it."""
    found = sitting_of(code)
    try:
        messages.see(db(), found.id, seat_of(found, person).employee_id, by=actor().user_id, now=now())
    except RoomError as error:
        flash(refused(error), "warn")
    else:
        flash(_("Peserta diberi tahu bahwa panggilannya dilihat."))
    return back(code)


@route(blueprint, "/ruang/<code>/<person>/pin", may=WATCH, methods=["POST"])
def admit_pin(code: str, person: str) -> ResponseReturnValue:
    """Let a person who waits after wrong PINs try again at once; from the board, and back to it."""
    found = sitting_of(code)
    try:
        room.admit_pin(db(), found.id, seat_of(found, person).employee_id, by=actor().user_id, now=now())
    except RoomError as error:
        flash(refused(error), "warn")
    else:
        flash(_("Peserta dapat mencoba PIN lagi. Bacakan PIN kepadanya."))
    return back(code)


@route(blueprint, "/ruang/<code>/<person>/bantuan", may=WATCH, methods=["POST"])
def answer_help(code: str, person: str) -> ResponseReturnValue:
    """Close a request for help, with a short reply or without."""

    def reply(found: Sitting, seat: Seat) -> str:
        said = (form.jawaban.data or "").strip()
        messages.answer(db(), found.id, seat.employee_id, reply=said, by=actor().user_id, now=now())
        return _("Permintaan bantuan dijawab.")

    form = ReplyForm(prefix="bantu")
    return _do(code, person, "reply_form", form, reply)


@route(blueprint, "/ruang/<code>/<person>/kejadian", may=WATCH, methods=["POST"])
def note_incident(code: str, person: str) -> ResponseReturnValue:
    """Write down what happened to one person."""

    def note(found: Sitting, seat: Seat) -> str:
        room.note_incident(db(), found.id, seat.employee_id, what=form.what, by=actor().user_id, now=now())
        return _("Kejadian dicatat. Dapat dibatalkan dalam 10 menit.")

    form = IncidentForm(prefix="catat")
    return _do(code, person, "incident_form", form, note)


def _do(code: str, person: str, name: str, form: FlaskForm, act: Act) -> ResponseReturnValue:
    """The one course of all acts: fetch, look at the form, act, and say what was done or why not."""
    found = sitting_of(code)
    seat = seat_of(found, person)
    if not form.validate_on_submit():
        return _page(found, seat, **{name: form}), 422
    try:
        said = act(found, seat)
    except RoomError as error:
        flash(refused(error), "warn")
    except AttemptClosed:
        flash(_("Peserta itu tidak sedang mengerjakan."), "warn")
    except (ListError, ReopenError) as error:
        flash(_why_not(error.problem), "warn")
    else:
        flash(said)
    return redirect(url_for(".person", code=code, person=person), 303)


def _why_not(problem: str) -> str:
    return {
        "own": _("Ini Anda sendiri. Minta pengawas lain mengurusnya."),
        "limit": _("Jumlah tambahan waktu harus antara 0 dan 600 menit."),
        "ended": _("Peserta atau sesi ini sudah selesai, jadi tidak dapat diubah."),
        "open": _("Pengerjaan itu tidak tertutup."),
        "window": _("Sesi sudah ditutup, jadi pengerjaan tidak dapat dibuka kembali."),
        "minutes": _("Berita acara sudah ditandatangani, jadi pengerjaan tidak dapat dibuka kembali."),
        "time": _("Tidak ada sisa waktu saat pengerjaan itu ditutup."),
        "passed": _("Peserta sudah lulus; hasilnya tetap."),
        "newer": _("Peserta sudah memulai pengerjaan berikutnya."),
        "marked": _("Penilai sudah mulai memberi nilai untuk pengerjaan ini."),
    }[problem]


def organises(found: Sitting) -> bool:
    """Whether the actor organises this sitting, beyond watching it."""
    if not may_enter(actor(), Permission.EXAM_MANAGE):
        return False
    try:
        fetch(select(Sitting).where(Sitting.id == found.id), Sitting, Permission.EXAM_MANAGE)
    except Absent:
        return False
    return True


def _log(found: Sitting, seat: Seat) -> dict[str, Any]:
    """The page of this person's log that the address asks for."""
    group = log_group()
    lines = person_log.whole(db(), found, seat.employee_id)
    chosen = [line for line in lines if not group or line.kind in room_lines.GROUPS[group]]
    page, _pages = page_of(len(chosen), LOG_PAGE)
    return log_page(chosen[(page - 1) * LOG_PAGE : page * LOG_PAGE], len(chosen))


def _page(found: Sitting, seat: Seat, **forms: FlaskForm) -> str:
    """With the form that was refused, if one was; the others are as they begin."""
    begin = {
        "time_form": TimeForm(
            formdata=None, prefix="waktu", sudah=room_log.time_mark(db(), found.id, seat.employee_id)
        ),
        "pause_form": ReasonForm(formdata=None, prefix="jeda"),
        "move_form": ReasonForm(formdata=None, prefix="tolak"),
        "end_form": ReasonForm(formdata=None, prefix="akhiri"),
        "reopen_form": ReasonForm(formdata=None, prefix="buka"),
        "attendance_form": AttendanceForm(formdata=None, prefix="hadir", hadir=seat.attendance or "", meja=seat.seat),
        "incident_form": IncidentForm(formdata=None, prefix="catat"),
        "reply_form": ReplyForm(formdata=None, prefix="bantu"),
    }
    return render_template(
        "rooms/person.html",
        sitting=found,
        seat=seat,
        **_log(found, seat),
        told=told,
        may_reopen=seat.attempt_state == "closed" and organises(found),
        undo_until=now() - room.UNDO,
        **begin | forms,
    )

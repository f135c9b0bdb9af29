"""/ruang/<kode>/semua: what is done to the whole room, and what is written down of it."""

import secrets

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from lms.access import Permission
from lms.exams import live_scores, messages, pausing, room, room_log
from lms.exams.candidate_rows import MOST_EXTRA
from lms.exams.models import Sitting
from lms.exams.pausing import RoomError
from lms.reports import room_lines
from lms.web import scores
from lms.web.name_search import page_number
from lms.web.plurals import ngettext
from lms.web.presentation import span
from lms.web.request import actor, db, now, route
from lms.web.room_news import KEY
from lms.web.rooms import LOG_PAGE, log_group, log_page, sitting_of, told

blueprint = Blueprint("room_acts", __name__)
WATCH = Permission.ROOM_WATCH
GIVEN = _l("Waktu sudah ditambah sejak halaman ini dibuka. Periksa, lalu tambah lagi bila perlu.")
TOO_LONG = _l("Isi paling banyak %(max)d huruf.")


class ReasonForm(FlaskForm):
    """Why."""

    alasan = StringField(
        _l("Alasan"), validators=[DataRequired(_l("Tulis alasannya.")), Length(max=300, message=TOO_LONG)]
    )

    @property
    def why(self) -> str:
        """What was typed, without blanks at the ends."""
        return (self.alasan.data or "").strip()


class TimeForm(ReasonForm):
    """Minutes more, and why. sudah: the latest gift of time that the page knew, so that what is sent twice is given once."""

    sudah = HiddenField()

    menit = IntegerField(
        _l("Tambahan (menit)"),
        validators=[
            InputRequired(_l("Isi jumlah menit.")),
            NumberRange(1, MOST_EXTRA, _l("Isi jumlah menit dengan angka, paling banyak 600.")),
        ],
    )


def check_known(known: HiddenField, mark: int) -> None:
    """Raises RoomError("given") where time was given since the form was drawn that knew of an earlier mark; it then knows the new one."""
    seen, known.data = known.data, str(mark)
    if seen and seen != str(mark):
        raise RoomError("given")


class AnnouncementForm(FlaskForm):
    """What everyone in the room is told. kunci: names it, so that what is sent twice is announced once."""

    kunci = HiddenField(validators=[Regexp(KEY)])
    pengumuman = TextAreaField(
        _l("Pengumuman"),
        validators=[DataRequired(_l("Tulis pengumumannya.")), Length(max=messages.LONGEST, message=TOO_LONG)],
    )


class IncidentForm(FlaskForm):
    """What happened."""

    kejadian = TextAreaField(
        _l("Kejadian"), validators=[DataRequired(_l("Tulis kejadiannya.")), Length(max=500, message=TOO_LONG)]
    )

    @property
    def what(self) -> str:
        """What was typed, without blanks at the ends."""
        return (self.kejadian.data or "").strip()


@route(blueprint, "/ruang/<code>/semua", may=WATCH)
def acts(code: str) -> ResponseReturnValue:
    """Pause, time and incidents of the room, and its whole log."""
    return _page(sitting_of(code))


@route(blueprint, "/ruang/<code>/semua/jeda", may=WATCH, methods=["POST"])
def pause(code: str) -> ResponseReturnValue:
    """Stop everyone."""
    found, form = sitting_of(code), ReasonForm(prefix="jeda")
    if form.validate_on_submit():
        try:
            number = pausing.pause_room(db(), found, why=form.why, by=actor().user_id, now=now())
        except RoomError as error:
            flash(refused(error), "warn")
        else:
            flash(
                ngettext(
                    "Ruang dijeda: %(num)s pengerjaan berhenti.", "Ruang dijeda: %(num)s pengerjaan berhenti.", number
                )
            )
        return redirect(url_for("rooms.board", code=code), 303)
    return _page(found, pause_form=form), 422


@route(blueprint, "/ruang/<code>/semua/lanjut", may=WATCH, methods=["POST"])
def resume(code: str) -> ResponseReturnValue:
    """Let everyone go on, with the time given back."""
    found = sitting_of(code)
    try:
        credit = pausing.resume_room(db(), found, by=actor().user_id, now=now())
    except RoomError as error:
        flash(refused(error), "warn")
    else:
        flash(_("Ruang dilanjutkan. Semua batas waktu mundur %(span)s.", span=span(credit)))
    return redirect(url_for("rooms.board", code=code), 303)


@route(blueprint, "/ruang/<code>/semua/waktu", may=WATCH, methods=["POST"])
def add_time(code: str) -> ResponseReturnValue:
    """Give everyone time."""
    found, form = sitting_of(code), TimeForm(prefix="waktu")
    if form.validate_on_submit():
        try:
            check_known(form.sudah, room_log.time_mark(db(), found.id, holds=True))
            room.add_time(db(), found.id, form.menit.data or 0, why=form.why, by=actor().user_id, now=now())
        except RoomError as error:
            form.menit.errors = [refused(error)]
        else:
            flash(_("Semua peserta mendapat tambahan %(n)s menit.", n=form.menit.data))
            return redirect(url_for("rooms.board", code=code), 303)
    return _page(found, time_form=form), 422


@route(blueprint, "/ruang/<code>/semua/kejadian", may=WATCH, methods=["POST"])
def note_incident(code: str) -> ResponseReturnValue:
    """Write down what happened in the room."""
    found, form = sitting_of(code), IncidentForm(prefix="catat")
    if form.validate_on_submit():
        room.note_incident(db(), found.id, None, what=form.what, by=actor().user_id, now=now())
        flash(_("Kejadian dicatat. Dapat dibatalkan dalam 10 menit."))
        return redirect(url_for(".acts", code=code), 303)
    return _page(found, incident_form=form), 422


@route(blueprint, "/ruang/<code>/semua/pengumuman", may=WATCH, methods=["POST"])
def announce(code: str) -> ResponseReturnValue:
    """Tell everyone who works."""
    found, form = sitting_of(code), AnnouncementForm(prefix="umum")
    if form.validate_on_submit():
        words, key = " ".join((form.pengumuman.data or "").split()), form.kunci.data or ""
        messages.announce(db(), found.id, words, key=key, by=actor().user_id, now=now())
        flash(_("Diumumkan. Tampil di layar peserta paling lama 30 detik lagi."))
        return redirect(url_for("rooms.board", code=code), 303)
    return _page(found, announcement_form=form), 422


@route(blueprint, "/ruang/<code>/catatan/<int:line>/pembatalan", may=WATCH, methods=["POST"])
def take_back(code: str, line: int) -> ResponseReturnValue:
    """Strike out what one has just noted."""
    found = sitting_of(code)
    try:
        room.take_back(db(), found.id, line, by=actor().user_id, now=now())
    except RoomError as error:
        flash(refused(error), "warn")
    else:
        flash(_("Catatan dicoret. Di catatan ruang ia tetap terlihat."))
    return redirect(url_for(".acts", code=code), 303)


def refused(error: RoomError) -> str:
    """Why an act was not possible."""
    return {
        "idle": _("Peserta itu tidak sedang mengerjakan."),
        "paused": _("Sudah dijeda."),
        "running": _("Tidak sedang dijeda."),
        "room_paused": _("Ruang sedang dijeda. Lanjutkan ruangnya dahulu."),
        "over": _("Waktu peserta itu sudah habis."),
        "given": GIVEN,
        "limit": _("Jumlah tambahan waktu harus antara 0 dan 600 menit."),
        "begun": _("Peserta itu sudah mengerjakan, jadi hadir."),
        "unlisted": _("Orang itu tidak ada di daftar peserta."),
        "answered": _("Permintaan itu sudah dijawab."),
        "seat_taken": _("Meja itu sudah dipakai peserta lain. Beri nomor lain."),
        "pin_free": _("Peserta itu tidak perlu menunggu; ia dapat mencoba PIN sekarang."),
        "move": _("Permintaan itu sudah tidak berlaku."),
        "late": _("Hanya penulisnya yang dapat membatalkan, paling lama 10 menit."),
    }[error.problem]


def _page(
    found: Sitting,
    *,
    pause_form: ReasonForm | None = None,
    time_form: TimeForm | None = None,
    incident_form: IncidentForm | None = None,
    announcement_form: AnnouncementForm | None = None,
) -> str:
    """With the form that was refused, if one was; the others are empty."""
    return render_template(
        "rooms/acts.html",
        sitting=found,
        pause_form=pause_form or ReasonForm(formdata=None, prefix="jeda"),
        time_form=time_form or TimeForm(formdata=None, prefix="waktu", sudah=room_log.time_mark(db(), found.id)),
        incident_form=incident_form or IncidentForm(formdata=None, prefix="catat"),
        announcement_form=announcement_form
        or AnnouncementForm(formdata=None, prefix="umum", kunci=secrets.token_hex(16)),
        shown_as=live_scores.policy(db(), found.exam_id),
        scores_address=scores.address_of(found),
        **log_page(*room_lines.log(db(), found.id, group=log_group(), page=page_number(), size=LOG_PAGE)),
        told=told,
        undo_until=now() - room.UNDO,
    )

"""The people of a sitting one by one: their time, group and note; and all of them as a spreadsheet."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from lms.access import Absent, Permission
from lms.exams import blueprints, candidates, minutes, room_log
from lms.exams.candidate_rows import LONGEST_GROUP, MOST_EXTRA, Remark
from lms.exams.candidates import ListError
from lms.exams.models import Candidate, Sitting
from lms.exams.pausing import RoomError
from lms.people.models import Employee
from lms.reports import sitting_list
from lms.reports.sitting_list import Participant
from lms.reports.workbook import MIMETYPE
from lms.web import candidate_sheets
from lms.web.downloads import attachment
from lms.web.request import actor, db, fetch, now, route
from lms.web.room_acts import check_known, refused
from lms.web.sittings import sitting_of

blueprint = Blueprint("candidates", __name__)
MANAGE = Permission.EXAM_MANAGE
ROOM = "/kelola/ujian/<code>/sesi/<sitting>"
TOO_LONG = _l("Isi paling banyak %(max)d huruf.")


class TimeForm(FlaskForm):
    """Minutes more, and why. sudah: as in the room's form."""

    sudah = HiddenField()
    menit = IntegerField(
        _l("Tambahan (menit)"),
        validators=[
            InputRequired(_l("Isi jumlah menit.")),
            NumberRange(-MOST_EXTRA, MOST_EXTRA, _l("Isi jumlah menit dengan angka, paling banyak 600.")),
        ],
    )
    alasan = StringField(
        _l("Alasan"), validators=[DataRequired(_l("Tulis alasannya.")), Length(max=300, message=TOO_LONG)]
    )


class NoteForm(FlaskForm):
    """The group and the note of accommodation."""

    kelompok = StringField(_l("Kelompok"), validators=[Length(max=LONGEST_GROUP, message=TOO_LONG)])
    akomodasi = TextAreaField(_l("Catatan akomodasi"), validators=[Length(max=1000, message=TOO_LONG)])


@route(blueprint, f"{ROOM}/peserta/<person>", may=MANAGE)
def person(code: str, sitting: str, person: str) -> ResponseReturnValue:
    """One person: their time, group, accommodation and state."""
    found = sitting_of(code, sitting)
    who = _participant(found, person)
    return _person(found, who, TimeForm(), NoteForm(kelompok=who.group, akomodasi=who.accommodation))


@route(blueprint, f"{ROOM}/peserta/<person>/waktu", may=MANAGE, methods=["POST"])
def add_time(code: str, sitting: str, person: str) -> ResponseReturnValue:
    """Give more time, before the start or while the person works."""
    found = sitting_of(code, sitting)
    who, form = _participant(found, person), TimeForm()
    if form.validate_on_submit():
        try:
            check_known(form.sudah, room_log.time_mark(db(), found.id, who.employee_id, holds=True))
            candidates.add_time(
                db(), found.id, who.employee_id, form.menit.data or 0,
                why=(form.alasan.data or "").strip(), by=actor().user_id, now=now(),
            )  # fmt: skip
        except ListError as error:
            form.menit.errors = [candidate_sheets.refusal_in_words(error)]
        except RoomError as error:
            form.menit.errors = [refused(error)]
        else:
            flash(_("Tambahan waktu dicatat."))
            return redirect(url_for(".person", code=code, sitting=sitting, person=person), 303)
    notes = NoteForm(formdata=None, kelompok=who.group, akomodasi=who.accommodation)
    return _person(found, who, form, notes), 422


@route(blueprint, f"{ROOM}/peserta/<person>/catatan", may=MANAGE, methods=["POST"])
def describe(code: str, sitting: str, person: str) -> ResponseReturnValue:
    """Keep the group and the note."""
    found = sitting_of(code, sitting)
    who, form = _participant(found, person), NoteForm()
    if form.validate_on_submit():
        try:
            candidates.describe(
                db(), _candidate(found, person), group=(form.kelompok.data or "").strip(),
                accommodation=(form.akomodasi.data or "").strip(), by=actor().user_id, now=now(),
            )  # fmt: skip
        except ListError as error:
            form.kelompok.errors = [candidate_sheets.refusal_in_words(error)]
        else:
            flash(_("Catatan disimpan."))
            return redirect(url_for(".person", code=code, sitting=sitting, person=person), 303)
    return _person(found, who, TimeForm(formdata=None), form), 422


@route(blueprint, f"{ROOM}/peserta/<person>/penghapusan", may=MANAGE, methods=["POST"])
def remove(code: str, sitting: str, person: str) -> ResponseReturnValue:
    """Take a person off the list who has not begun."""
    found = sitting_of(code, sitting)
    try:
        candidates.remove(db(), _candidate(found, person), by=actor().user_id, now=now())
    except ListError as error:
        flash(candidate_sheets.refusal_in_words(error), "warn")
        return redirect(url_for(".person", code=code, sitting=sitting, person=person), 303)
    flash(_("Peserta dikeluarkan dari daftar."))
    return redirect(url_for("sittings.sitting", code=code, sitting=sitting), 303)


@route(blueprint, f"{ROOM}/peserta.xlsx", may=MANAGE)
def download(code: str, sitting: str) -> ResponseReturnValue:
    """The people of a sitting as a spreadsheet, results included."""
    found = sitting_of(code, sitting)
    people = sitting_list.everyone(db(), found.id)
    sheet = candidate_sheets.people(found, people, is_over=minutes.is_over(db(), found, now=now()), now=now())
    return attachment(sheet, f"peserta-{found.code}.xlsx", MIMETYPE)


def _person(found: Sitting, who: Participant, time_form: TimeForm, note_form: NoteForm) -> str:
    time_form.sudah.data = time_form.sudah.data or str(room_log.time_mark(db(), found.id, who.employee_id))
    is_stray = bool(who.group) and who.group not in blueprints.groups(db(), found.exam_id)
    stray = candidate_sheets.finding_in_words(Remark("group", "unknown_group", who.group)) if is_stray else ""
    return render_template(
        "candidates/person.html",
        stray=stray,
        exam=found.exam,
        sitting=found,
        who=who,
        time_form=time_form,
        note_form=note_form,
        log=sitting_list.time_log(db(), found.id, employee_id=who.employee_id, limit=50),
    )


def _participant(found: Sitting, person: str) -> Participant:
    who = sitting_list.one(db(), found.id, person)
    if who is None:
        raise Absent("candidate")
    return who


def _candidate(found: Sitting, person: str) -> Candidate:
    rows = select(Candidate).join(Employee, Employee.id == Candidate.employee_id)
    return fetch(rows.where(Candidate.sitting_id == found.id, Employee.code == person), Candidate, MANAGE)

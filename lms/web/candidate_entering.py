"""Entering people for a sitting: by NIP, or by a list that is looked at first, taken over, and taken back if need be."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import FileField, StringField, TextAreaField
from wtforms.validators import DataRequired

from lms import spreadsheets
from lms.access import Permission
from lms.exams import candidate_lists, candidate_rows, candidates, minutes
from lms.exams.candidate_lists import UploadError
from lms.exams.candidate_rows import Row
from lms.exams.candidates import ListError
from lms.exams.models import CandidateUpload, Sitting
from lms.people import nip
from lms.reports.workbook import MIMETYPE
from lms.spreadsheets import BadFile
from lms.web import candidate_sheets
from lms.web.downloads import attachment
from lms.web.given_tables import bad_file, given
from lms.web.name_search import page_of
from lms.web.presentation import whole
from lms.web.request import actor, db, fetch, now, route
from lms.web.sittings import sitting_of

blueprint = Blueprint("candidate_entering", __name__)
MANAGE = Permission.EXAM_MANAGE
#: Rows of a list on one page of its report.
PAGE = 100
ROOM = "/kelola/ujian/<code>/sesi/<sitting>"


class AddForm(FlaskForm):
    """One person by NIP."""

    nip = StringField(
        _l("NIP"),
        validators=[DataRequired(_l("Isi NIP dengan 18 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class UploadForm(FlaskForm):
    """A file, or what was copied."""

    berkas = FileField(_l("Berkas XLSX atau CSV"), render_kw={"accept": ".xlsx,.csv,.txt"})
    tempel = TextAreaField(_l("Atau tempel daftar NIP"))


@route(blueprint, f"{ROOM}/peserta", may=MANAGE)
def entering(code: str, sitting: str) -> ResponseReturnValue:
    """Enter people: one by one, or a list."""
    return _entering(sitting_of(code, sitting), AddForm(), UploadForm())


@route(blueprint, f"{ROOM}/peserta", may=MANAGE, methods=["POST"])
def add(code: str, sitting: str) -> ResponseReturnValue:
    """Put one person on the list."""
    found, form = sitting_of(code, sitting), AddForm()
    if form.validate_on_submit() and (problem := _add(found, form.nip.data or "")) is not None:
        form.nip.errors = [problem]
    if form.errors:
        return _entering(found, form, UploadForm(formdata=None)), 422
    flash(_("Peserta didaftarkan."))
    return redirect(url_for(".entering", code=code, sitting=sitting), 303)


@route(blueprint, "/kelola/ujian/templat-peserta.xlsx", may=MANAGE)
def template() -> ResponseReturnValue:
    """An empty list with its columns, and how to fill it."""
    return attachment(candidate_sheets.template(), "templat-peserta.xlsx", MIMETYPE)


@route(blueprint, f"{ROOM}/unggahan", may=MANAGE, methods=["POST"])
def upload(code: str, sitting: str) -> ResponseReturnValue:
    """Keep a list and show what is in it; nobody is entered yet."""
    found, form = sitting_of(code, sitting), UploadForm()
    try:
        source, table, _data = given(form.tempel.data or "")
    except BadFile as error:
        form.berkas.errors = [bad_file(error, empty=_("Pilih berkas, atau tempel daftar NIP."))]
        return _entering(found, AddForm(formdata=None), form), 422
    if candidate_rows.lacks_nips(table):
        form.berkas.errors = [_("Tidak ada kolom NIP. Beri judul NIP pada kolomnya, atau mulai dari templat.")]
        return _entering(found, AddForm(formdata=None), form), 422
    kept = candidate_lists.keep(db(), found, source, table, by=actor().user_id, now=now())
    return redirect(url_for(".report", code=code, sitting=sitting, upload=kept.code), 303)


@route(blueprint, f"{ROOM}/unggahan/<upload>", may=MANAGE)
def report(code: str, sitting: str, upload: str) -> ResponseReturnValue:
    """Every row of a list with what it is worth: `?status=ready|warning|error`."""
    found, kept = _upload_of(code, sitting, upload)
    if kept.imported_at is not None:
        return redirect(url_for("sittings.sitting", code=code, sitting=sitting))
    rows = _judged(found, kept)
    counts = {state: sum(row.state == state for row in rows) for state in ("ready", "warning", "error")}
    state = request.args.get("status", "")
    shown = [row for row in rows if row.state == state] if state in counts else rows
    page, pages = page_of(len(shown), PAGE)
    return render_template(
        "candidates/report.html",
        exam=found.exam,
        sitting=found,
        upload=kept,
        rows=shown[(page - 1) * PAGE : page * PAGE],
        has_groups=any(row.group for row in rows),
        counts=counts,
        everything=len(rows),
        good=counts["ready"] + counts["warning"],
        say=candidate_sheets.finding_in_words,
        columns=candidate_sheets.columns(),
        unread=candidate_rows.unread(kept.rows),
        state=state if state in counts else "",
        page=page,
        pages=pages,
        is_over=minutes.is_over(db(), found, now=now()),
    )


@route(blueprint, f"{ROOM}/unggahan/<upload>/galat.xlsx", may=MANAGE)
def bad_rows(code: str, sitting: str, upload: str) -> ResponseReturnValue:
    """The rows that cannot be taken over, with what is wrong, to be mended and given in again."""
    found, kept = _upload_of(code, sitting, upload)
    rows = _judged(found, kept)
    return attachment(
        candidate_sheets.bad_rows([row for row in rows if row.state == "error"]), "baris-galat.xlsx", MIMETYPE
    )


@route(blueprint, f"{ROOM}/unggahan/<upload>", may=MANAGE, methods=["POST"])
def take_over(code: str, sitting: str, upload: str) -> ResponseReturnValue:
    """Enter the good rows, or forget the list (`aksi=buang`)."""
    found, kept = _upload_of(code, sitting, upload)
    back = redirect(url_for("sittings.sitting", code=code, sitting=sitting), 303)
    if request.form.get("aksi") == "buang":
        candidate_lists.drop(db(), kept)
        flash(_("Daftar itu dibuang. Tidak ada peserta yang didaftarkan."))
        return redirect(url_for(".entering", code=code, sitting=sitting), 303)
    try:
        who = actor()
        number = candidate_lists.take_over(
            db(), kept, found, found.exam, by=who.user_id, own=who.employee_id, today=who.today, now=now()
        )
    except UploadError as error:
        if error.problem == "nothing":
            abort(400)
        flash(_upload_refused(error), "warn")
        return back
    flash(
        _("%(n)s peserta didaftarkan. Unggahan ini dapat dibatalkan sampai sesi dibuka.", n=whole(number))
        if now() < found.opens_at
        else _("%(n)s peserta didaftarkan.", n=whole(number))
    )
    return back


@route(blueprint, f"{ROOM}/unggahan/<upload>/pembatalan", may=MANAGE, methods=["POST"])
def take_back(code: str, sitting: str, upload: str) -> ResponseReturnValue:
    """Take everyone of an upload off the list again."""
    found, kept = _upload_of(code, sitting, upload)
    try:
        number = candidate_lists.take_back(db(), kept, found, by=actor().user_id, now=now())
    except UploadError as error:
        flash(_upload_refused(error), "warn")
    else:
        flash(_("Unggahan dibatalkan. %(n)s peserta dikeluarkan dari daftar.", n=whole(number)))
    return redirect(url_for("sittings.sitting", code=code, sitting=sitting), 303)


def _entering(found: Sitting, add_form: AddForm, upload_form: UploadForm) -> str:
    return render_template(
        "candidates/entering.html",
        exam=found.exam,
        sitting=found,
        add_form=add_form,
        upload_form=upload_form,
        is_over=minutes.is_over(db(), found, now=now()),
        most=spreadsheets.MOST_ROWS,
    )


def _add(found: Sitting, typed: str) -> str | None:
    """Enter the person with that NIP; what is wrong, if it cannot be done."""
    try:
        digits = nip.normalise(typed)
    except nip.BadNip:
        return _("NIP itu tidak sah. Periksa lagi ke-18 angkanya.")
    known = candidate_lists.find(db(), found.exam, digits, today=actor().today, now=now())
    if known is None:
        return _("Tidak ada pegawai dengan NIP itu di instansi ini.")
    try:
        candidates.add(db(), found, known.employee_id, by=actor().user_id, now=now())
    except ListError as error:
        return candidate_sheets.refusal_in_words(error)
    if known.is_insider:
        flash(candidate_sheets.insider(known.name), "warn")
    return None


def _upload_of(code: str, sitting: str, upload: str) -> tuple[Sitting, CandidateUpload]:
    found = sitting_of(code, sitting)
    rows = select(CandidateUpload).where(CandidateUpload.code == upload, CandidateUpload.sitting_id == found.id)
    return found, fetch(rows, CandidateUpload, MANAGE)


def _judged(found: Sitting, kept: CandidateUpload) -> list[Row]:
    return candidate_lists.judged(
        db(), found, found.exam, kept.rows, own=actor().employee_id, today=actor().today, now=now()
    )


def _upload_refused(error: UploadError) -> str:
    return {
        "done": _("Daftar itu sudah didaftarkan."),
        "ended": _("Sesi sudah selesai, jadi peserta tidak dapat didaftarkan."),
        "opened": _("Sesi sudah dibuka, jadi unggahan tidak dapat dibatalkan. Keluarkan peserta satu per satu."),
        "undone": _("Unggahan itu sudah dibatalkan."),
    }[error.problem]

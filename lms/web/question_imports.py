"""/soal/<bank>/impor: questions taken in from a file with a look at every row, and taken back."""

import threading
import time

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms import reading
from lms.access import Permission
from lms.exams import use
from lms.frameworks.models import Competency
from lms.questions import importing, listing, sent_files, sent_rows
from lms.questions.exchange import formats, recognising, sheet_writer
from lms.questions.exchange.drafted import MOST_BYTES, MOST_QUESTIONS, Step
from lms.questions.importing import BatchUndone
from lms.questions.models import Bank, QuestionBatch
from lms.questions.sent_files import CompetencyGone, TakenBefore
from lms.questions.sent_models import QuestionFile
from lms.reports.workbook import MIMETYPE
from lms.storage import FileMissing
from lms.web import empty_files, import_rows
from lms.web.downloads import attachment
from lms.web.name_search import page_of
from lms.web.plurals import ngettext
from lms.web.presentation import whole
from lms.web.question_words import FORMATS, words
from lms.web.questions import bank_of
from lms.web.request import actor, db, now, platform, route, settle

blueprint = Blueprint("question_imports", __name__)
EDIT = Permission.QUESTION_EDIT
#: So many rows of a file are shown on a page before it is taken in; the counts are always of all.
ROWS_A_PAGE = 100
#: Files of one person that the form leads back to.
MOST_LISTED = 5
#: A file, and what a form says around it.
LARGEST = MOST_BYTES + 512 * 1024
#: Bytes, unpacked, up to which a file is read while its sender waits, and for how many seconds; the worker reads all others. Whoever
#: waits holds a thread that answers of an exam may need, so it is one at a time in each process.
SMALL, PATIENCE = 2 * 1024 * 1024, 3.0
_alone = threading.Lock()
ADDRESS = "/soal/<code>/impor/<sent>"


class _Long(Exception):
    """A file takes longer to read than its sender should wait."""


@route(blueprint, "/soal/templat", may=EDIT)
def template() -> ResponseReturnValue:
    """The workbook to fill in."""
    return attachment(sheet_writer.template(), "templat-soal.xlsx", MIMETYPE)


@route(blueprint, "/soal/<code>/impor", may=EDIT)
def import_form(code: str) -> ResponseReturnValue:
    """Where a file is chosen, or a table pasted."""
    return _import_form(bank_of(code))


@route(blueprint, "/soal/<code>/impor", may=EDIT, methods=["POST"], largest=LARGEST)
def send(code: str) -> ResponseReturnValue:
    """Read a file, or have it read; nothing is written into the bank."""
    found = bank_of(code)
    uploaded = request.files.get("berkas")
    data = uploaded.read() if uploaded else b""
    data = data or request.form.get("tempel", "").strip().encode()
    if not data:
        nothing = empty_files.said("berkas", otherwise=_("Pilih berkas atau tempel isinya."))
        return _import_form(found, error=nothing, wrong="berkas"), 422
    format = request.form.get("format", "") or recognising.format_of(data)
    if format not in formats.READERS:
        return _import_form(
            found, error=_("Formatnya tidak dikenali. Pilih formatnya, lalu kirim lagi."), wrong="format"
        ), 422
    competency = _competency()
    rows = _read_at_once(found, format, data, competency)
    other = sent_files.under_way(db(), by=actor().user_id) if rows is None else None
    if other is not None:
        flash(_("Berkas Anda sebelumnya belum selesai dibaca. Tunggu, atau batalkan dahulu."), "warn")
        return redirect(url_for(".preview", code=other[0], sent=other[1]), 303)
    sent = sent_files.send(db(), found, format, data, competency=competency, by=actor().user_id, now=now())
    if rows is None:
        sent_files.hand_on(db(), platform().files, sent, data)
    else:
        sent_files.note_read(db(), sent.id, reading.keep(platform().files, sent.code, rows))
    return redirect(url_for(".preview", code=code, sent=sent.code), 303)


@route(blueprint, ADDRESS, may=EDIT)
def preview(code: str, sent: str) -> ResponseReturnValue:
    """All rows of a file that was sent: `?status=error|warning|ready`; before that, how far it is read."""
    found = bank_of(code)
    file = _sent(found, sent)
    if file is None:
        return _ask_again(found)
    if file.state == "taken":
        return redirect(url_for("questions.bank", code=code))
    if file.state != "read":
        return render_template("questions/reading.html", bank=found, sent=file, ahead=sent_files.ahead_of(db(), file))
    asked = request.args.get("status", "")
    state = asked if asked in sent_rows.STATES else ""
    first, last = import_rows.stretch(file, state)
    page, pages = page_of(last - first, ROWS_A_PAGE)
    start = first + (page - 1) * ROWS_A_PAGE
    end = min(start + ROWS_A_PAGE, last)
    try:
        rows = [import_rows.shown_row(row) for row in sent_rows.between(platform().files, file.code, start, end)]
    except FileMissing:
        return _ask_again(found)
    return render_template(
        "questions/preview.html",
        bank=found, sent=file, rows=rows, state=state, start=start - first, total=last - first, page=page, pages=pages,
        words=words(),
    )  # fmt: skip


@route(blueprint, ADDRESS, may=EDIT, methods=["POST"])
def drop(code: str, sent: str) -> ResponseReturnValue:
    """Forget a file, also while it is being read."""
    found = bank_of(code)
    file = _sent(found, sent)
    if file is None:
        return _ask_again(found)
    sent_files.drop(db(), platform().files, file)
    flash(_("Berkas itu dibuang. Tidak ada soal yang masuk."))
    return redirect(url_for(".import_form", code=code), 303)


@route(blueprint, f"{ADDRESS}/temuan.<kind>", may=EDIT)
def findings(code: str, sent: str, kind: str) -> ResponseReturnValue:
    """All errors and warnings of a file, each with its place and the reason, to mend the file by: csv or xlsx."""
    found = bank_of(code)
    file = _sent(found, sent)
    if kind not in import_rows.TABLES or file is None or file.state != "read":
        abort(404)
    try:
        rows = list(sent_rows.between(platform().files, file.code, 0, file.errors + file.warnings))
    except FileMissing:
        return _ask_again(found)
    make, mimetype = import_rows.TABLES[kind]
    return attachment(make(rows), f"{found.code}-temuan.{kind}", mimetype)


@route(blueprint, f"{ADDRESS}/kumpulan", may=EDIT, methods=["POST"])
def take_in(code: str, sent: str) -> ResponseReturnValue:
    """Write the questions of a file that was looked at."""
    found = bank_of(code)
    file = _sent(found, sent)
    if file is None:
        return _ask_again(found)
    try:
        sent_files.take_in(db(), platform().files, found, file, now=now())
    except TakenBefore:
        db().rollback()
        flash(_("Soal dari berkas itu sudah dimasukkan, atau berkasnya belum selesai dibaca."), "warn")
        return redirect(url_for(".preview", code=code, sent=sent), 303)
    except CompetencyGone as gone:
        db().rollback()
        flash(_("Kompetensi %(code)s tidak ada lagi. Unggah sekali lagi.", code=gone), "warn")
        return redirect(url_for(".import_form", code=code), 303)
    except FileMissing:
        db().rollback()
        return _ask_again(found)
    flash(
        ngettext(
            "%(num)s soal masuk dengan status uji coba.", "%(num)s soal masuk dengan status uji coba.", file.questions
        )
    )
    return redirect(url_for("questions.bank", code=code), 303)


@route(blueprint, "/soal/<code>/kumpulan/<batch_code>/pembatalan", may=EDIT, methods=["POST"])
def undo(code: str, batch_code: str) -> ResponseReturnValue:
    """Take one import back."""
    found = bank_of(code)
    batch = db().scalars(
        select(QuestionBatch).where(QuestionBatch.code == batch_code, QuestionBatch.bank_id == found.id)
    ).one_or_none() or abort(404)
    try:
        made = importing.undo(db(), batch, in_use=use.is_asked(), by=actor().user_id, now=now())
    except BatchUndone:
        flash(_("Impor ini sudah dibatalkan."), "warn")
    else:
        flash(
            _(
                "%(removed)s soal dikeluarkan; %(kept)s tetap karena sudah dipakai, diubah, atau disetujui.",
                removed=whole(made.removed),
                kept=whole(made.kept),
            )
            if made.kept
            else _("Impor dibatalkan. Semua soalnya dikeluarkan: %(removed)s.", removed=whole(made.removed))
        )
    return redirect(url_for("questions.bank", code=code), 303)


def _sent(found: Bank, code: str) -> QuestionFile | None:
    """A file that this person sent for the bank."""
    return sent_files.find(db(), found, code, by=actor().user_id)


def _ask_again(found: Bank) -> ResponseReturnValue:
    flash(_("Berkas itu tidak ada lagi. Unggah sekali lagi."), "warn")
    return redirect(url_for("question_imports.import_form", code=found.code), 303)


def _competency() -> str:
    """The competency that was chosen; empty where it is none."""
    given = request.form.get("kompetensi", "")
    return (db().scalar(select(Competency.code).where(Competency.code == given)) or "") if given else ""


def _read_at_once(found: Bank, format: str, data: bytes, competency: str) -> list[sent_rows.Row] | None:
    """The rows of a file; None for one that the worker is to read.

    Before it is read, the transaction ends: on SQLite no one else could write for seconds.
    """
    if recognising.weight(data) > SMALL or not _alone.acquire(blocking=False):
        return None
    settle()
    end = time.monotonic() + PATIENCE

    def tell(_step: Step, _done: int, _total: int) -> None:
        if time.monotonic() > end:
            raise _Long

    try:
        there = platform()
        return reading.rows_of(there.database, there.files, found, format, data, competency=competency, tell=tell)
    except _Long:
        return None
    finally:
        _alone.release()


def _import_form(found: Bank, *, error: str = "", wrong: str = "") -> str:
    codes = db().execute(select(Competency.code, Competency.name).order_by(Competency.position, Competency.code)).all()
    usual = db().scalars(listing.competencies(found)).first()
    return render_template(
        "questions/import.html",
        bank=found,
        formats=FORMATS,
        error=error,
        wrong=wrong,
        competencies=codes,
        usual=usual,
        lately=sent_files.lately(db(), found, by=actor().user_id, most=MOST_LISTED),
        form=request.form,
        most_mb=MOST_BYTES // 1024 // 1024,
        most_questions=MOST_QUESTIONS,
    )

"""/soal/<bank>/impor: questions taken in from a file with a look at every row, and taken back."""

import textwrap
import threading
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from lms.access import Permission
from lms.exams import use
from lms.frameworks.models import Competency
from lms.questions import importing, listing, media, sent_files
from lms.questions.exchange import faults, formats, recognising, sheet_writer
from lms.questions.exchange.drafted import MOST_BYTES, MOST_QUESTIONS, Finding
from lms.questions.importing import BatchUndone, Defaults, Plan
from lms.questions.models import Bank, QuestionBatch
from lms.questions.said import told
from lms.reports.workbook import MIMETYPE
from lms.search import analysis
from lms.storage import FileMissing
from lms.web.downloads import attachment
from lms.web.question_words import FORMATS, Shown, shown, words
from lms.web.questions import bank_of
from lms.web.request import actor, db, now, platform, route, settle

blueprint = Blueprint("question_imports", __name__)
EDIT = Permission.QUESTION_EDIT
#: So many rows of a file are shown on a page before it is taken in; the counts are always of all.
ROWS_A_PAGE = 200
#: A file, and what a form says around it.
LARGEST = MOST_BYTES + 512 * 1024
#: A file of 20 MB takes seconds and some hundred megabytes to read: one at a time in each process. Whoever waits for long holds
#: a thread that answers of an exam may need.
_alone = threading.Lock()
_PATIENCE = 2  # seconds


@dataclass(frozen=True)
class PreviewRow:
    """A row of a file: what is said about it, and the question if it is ready. state: ready, warning or error.

    quote: the first words of a question that is kept out.
    """

    where: str
    state: str
    messages: tuple[str, ...]
    quote: str = ""
    name: str = ""
    kind: str = ""
    shown: Shown | None = None


@route(blueprint, "/soal/templat", may=EDIT)
def template() -> ResponseReturnValue:
    """The workbook to fill in."""
    return attachment(sheet_writer.template(), "templat-soal.xlsx", MIMETYPE)


class _Busy(Exception):
    """Somebody else's file is being read in this process. bank: where this one was to go."""

    def __init__(self, bank: Bank) -> None:
        super().__init__()
        self.bank = bank


@route(blueprint, "/soal/<code>/impor", may=EDIT)
def import_form(code: str) -> ResponseReturnValue:
    """Where a file is chosen, or a table pasted."""
    return _import_form(bank_of(code))


@route(blueprint, "/soal/<code>/impor", may=EDIT, methods=["POST"], largest=LARGEST)
def preview(code: str) -> ResponseReturnValue:
    """Look at all rows of a file, or at another page of one that was sent; nothing is written into the bank."""
    found = bank_of(code)
    if "halaman" in request.form:
        planned = _seen(found)
        return _ask_again(found) if planned is None else _page(found, planned, request.form["berkas"])
    uploaded = request.files.get("berkas")
    data = uploaded.read() if uploaded else b""
    data = data or request.form.get("tempel", "").strip().encode()
    if not data:
        return _import_form(found, error=_("Pilih berkas atau tempel isinya."), wrong="berkas"), 422
    format = request.form.get("format", "") or recognising.format_of(data)
    if format not in formats.READERS:
        return _import_form(
            found, error=_("Formatnya tidak dikenali. Pilih formatnya, lalu kirim lagi."), wrong="format"
        ), 422
    kept = sent_files.keep(platform().files, data)
    return _page(found, _plan(found, format, data, request.form.get("kompetensi", "")), kept, format)


def _page(found: Bank, planned: Plan, kept: str, format: str = "") -> str:
    """A page of the rows; the last for a number beyond it. format: what it was recognised as, where nobody said it."""
    rows = rows_of(planned)
    pages = max(-(-len(rows) // ROWS_A_PAGE), 1)
    page = min(max(request.form.get("halaman", 1, type=int), 1), pages)
    start = (page - 1) * ROWS_A_PAGE
    return render_template(
        "questions/preview.html",
        bank=found,
        format=format or request.form["format"],
        kept=kept,
        competency=request.form.get("kompetensi", ""),
        planned=planned,
        rows=rows[start : start + ROWS_A_PAGE],
        start=start,
        total=len(rows),
        page=page,
        pages=pages,
        words=words(),
    )


@route(blueprint, "/soal/<code>/kumpulan", may=EDIT, methods=["POST"])
def take_in(code: str) -> ResponseReturnValue:
    """Write the ready rows of a file that was looked at."""
    found = bank_of(code)
    planned = _seen(found)
    if planned is None:
        return _ask_again(found)
    if planned.questions:
        importing.write(db(), found, planned, format=request.form["format"], by=actor().user_id, now=now())
    number = len(planned.questions)
    flash(ngettext("%(num)s soal masuk dengan status uji coba.", "%(num)s soal masuk dengan status uji coba.", number))
    return redirect(url_for("questions.bank", code=code), 303)


@route(blueprint, "/soal/<code>/impor/galat", may=EDIT, methods=["POST"])
def faulty(code: str) -> ResponseReturnValue:
    """The rows of a file that was looked at which are kept out, each with the reason, to mend the file by."""
    found = bank_of(code)
    planned = _seen(found)
    if planned is None:
        return _ask_again(found)
    return attachment(faults.table(planned.errors, _), f"{found.code}-galat.csv", "text/csv; charset=utf-8")


@route(blueprint, "/soal/<code>/kumpulan/<batch_code>/pembatalan", may=EDIT, methods=["POST"])
def undo(code: str, batch_code: str) -> ResponseReturnValue:
    """Take one import back."""
    found = bank_of(code)
    batch = db().scalars(
        select(QuestionBatch).where(QuestionBatch.code == batch_code, QuestionBatch.bank_id == found.id)
    ).one_or_none() or abort(404)
    try:
        made = importing.undo(db(), batch, in_use=use.asked(), by=actor().user_id, now=now())
    except BatchUndone:
        flash(_("Impor ini sudah dibatalkan."), "warn")
    else:
        flash(
            _(
                "%(removed)s soal dikeluarkan; %(kept)s tetap karena sudah dipakai.",
                removed=made.removed,
                kept=made.kept,
            )
        )
    return redirect(url_for("questions.bank", code=code), 303)


def rows_of(planned: Plan) -> list[PreviewRow]:
    """All rows of a file: errors first, then warnings, then what is simply ready; each in the order of the file."""
    said: dict[str, list[Finding]] = {}
    for one in planned.findings:
        said.setdefault(one.where, []).append(one)
    made = []
    for question in planned.questions:
        drafted = question.ready.drafted
        about = said.pop(drafted.where, [])
        state = "warning" if about else "ready"
        view = shown(drafted.kind, question.ready.content)
        made.append(
            PreviewRow(
                told(drafted.where, _), state, _sentences(about), name=drafted.name, kind=drafted.kind, shown=view
            )
        )
    for about in said.values():
        state = "error" if any(one.level == "error" for one in about) else "warning"
        made.append(PreviewRow(told(about[0].where, _), state, _sentences(about), _quote(about)))
    return sorted(made, key=lambda row: ("error", "warning", "ready").index(row.state))


def _sentences(about: list[Finding]) -> tuple[str, ...]:
    return tuple(faults.sentence(told(one.message, _)) for one in about)


def _quote(about: list[Finding]) -> str:
    """The first words of the question that findings are about, on one line."""
    return textwrap.shorten(next((one.about for one in about if one.about), ""), 90, placeholder="…")


def _seen(found: Bank) -> Plan | None:
    """What the file that was looked at would do; None when it is not kept any longer."""
    format, kept = request.form.get("format", ""), request.form.get("berkas", "")
    if format not in formats.READERS:
        abort(400)
    try:
        data = sent_files.get(platform().files, kept)
    except FileMissing:
        return None
    return _plan(found, format, data, request.form.get("kompetensi", ""))


def _ask_again(found: Bank) -> ResponseReturnValue:
    flash(_("Berkas itu tidak ada lagi. Unggah sekali lagi."), "warn")
    return redirect(url_for("question_imports.import_form", code=found.code), 303)


@blueprint.errorhandler(_Busy)
def wait(busy: _Busy) -> ResponseReturnValue:
    """Nothing was read, and nothing taken in."""
    said = _("Berkas lain sedang dibaca, dan berkas ini belum. Tunggu setengah menit, lalu kirim lagi.")
    return _import_form(busy.bank, error=said, wrong="berkas"), 503, {"Retry-After": "30"}


def _plan(found: Bank, format: str, data: bytes, competency: str) -> Plan:
    """What a file would do. Before it is read, the transaction ends: on SQLite no one else could write for seconds."""
    settle()
    if not _alone.acquire(timeout=_PATIENCE):
        raise _Busy(found)
    try:
        checked = formats.read(format, data)
    finally:
        _alone.release()
    for name, content in checked.media.items():  # the preview shows them; a name holds the same whoever keeps it
        platform().files.put(media.key(name), content)
    with platform().database.reader() as reading:
        known = reading.scalar(select(Competency.code).where(Competency.code == competency)) if competency else None
        return importing.plan(reading, found, checked, Defaults(competency=known), stems=analysis.stems)


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
        form=request.form,
        most_mb=MOST_BYTES // 1024 // 1024,
        most_questions=MOST_QUESTIONS,
    )

"""/soal: question banks with the full text of their questions, imports with a look at every row, and exports."""

import hashlib
import io
import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import func, select

from lms import markup
from lms.access import Permission, visible
from lms.exams import use
from lms.frameworks.models import Competency
from lms.questions import exporting, images, importing, kinds, listing
from lms.questions.content import Presented
from lms.questions.exchange import formats, sheet_writer
from lms.questions.exchange.drafted import Finding
from lms.questions.importing import BatchUndone, Defaults, Plan
from lms.questions.listing import Filters
from lms.questions.models import Bank, QuestionBatch
from lms.reports import question_life
from lms.search import analysis
from lms.storage import FileMissing
from lms.web.name_search import page_number
from lms.web.request import actor, db, fetch, now, platform, route, settle

blueprint = Blueprint("questions", __name__)
EDIT = Permission.QUESTION_EDIT
PAGE = 20
#: So many rows of a file are shown before it is taken in; the counts are always of all.
MOST_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "single_choice": _l("Pilihan ganda"), "multiple_choice": _l("Pilihan jamak"), "true_false": _l("Benar/salah"),
    "situational": _l("Situasional"), "numeric": _l("Angka"), "short_text": _l("Isian singkat"), "matching": _l("Menjodohkan"),
    "ordering": _l("Mengurutkan"), "cloze": _l("Rumpang"), "essay": _l("Esai"), "file": _l("Berkas"),
}  # fmt: skip
STATUSES = {
    "trial": _l("Uji coba"),
    "live": _l("Dipakai"),
    "suspended": _l("Ditangguhkan"),
    "retired": _l("Dihentikan"),
}
ACTS = {
    "made": _l("Ditulis"), "edited": _l("Disunting"), "approved": _l("Disetujui"), "returned": _l("Dikembalikan"),
    "suspended": _l("Ditangguhkan"), "restored": _l("Dipakai lagi"), "retired": _l("Dihentikan"), "undone": _l("Dibatalkan"),
}  # fmt: skip
USES = {
    "belum": _l("Belum pernah ditarik"),
    "pernah": _l("Pernah ditarik"),
    "sering": _l("Sering ditarik (10 naskah ke atas)"),
}
QUEUES = {"tinjau": _l("Menunggu tinjauan Anda"), "kembali": _l("Dikembalikan kepada Anda")}
DIFFICULTIES = {"mudah": _l("Mudah"), "sedang": _l("Sedang"), "sulit": _l("Sulit")}
FORMATS = {
    "xlsx": "Excel (XLSX)", "csv": _l("CSV atau tabel yang ditempel"), "gift": "GIFT", "moodle-xml": "Moodle XML",
    "qti": "QTI 2.1–3.0", "aiken": "Aiken",
}  # fmt: skip
LEVELS = [(str(level), str(level)) for level in range(1, 6)]
_KEPT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Shown:
    """A question as a candidate sees it, with what only its author does. right: ids of the options that give something."""

    presented: Presented
    right: frozenset[str]
    solution: tuple[str, ...]
    explanation: Markup


@dataclass(frozen=True)
class PreviewRow:
    """A row of a file: what is said about it, and the question if it is ready. state: ready, warning or error."""

    where: str
    state: str
    messages: tuple[str, ...]
    name: str = ""
    kind: str = ""
    shown: Shown | None = None


@route(blueprint, "/soal", may=EDIT)
def index() -> ResponseReturnValue:
    """The banks of the units in which one may edit, and what waits in each for one's review."""
    waiting = db().execute(question_life.waiting(actor().user_id))
    return render_template(
        "questions/index.html",
        rows=db().execute(visible(listing.shelf(), Bank, actor(), EDIT)).all(),
        waiting={row.bank_id: row.waiting for row in waiting},
    )


@route(blueprint, "/soal/templat", may=EDIT)
def template() -> ResponseReturnValue:
    """The workbook to fill in."""
    return _download(sheet_writer.template(), "templat-soal.xlsx", XLSX)


@route(blueprint, "/soal/<code>", may=EDIT)
def bank(code: str) -> ResponseReturnValue:
    """The questions of a bank, in full, narrowed and by pages."""
    found, page = bank_of(code), page_number()
    names = ("jenis", "kompetensi", "tingkat", "kesulitan", "status", "kata", "tag", "folder")
    filters = Filters(*(request.args.get(name, "").strip()[:120] for name in names))
    used, queue = request.args.get("pemakaian", ""), request.args.get("antrean", "")
    rows = question_life.questions(found, filters, used=used, queue=queue, user_id=actor().user_id)
    total = db().scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    listed = db().execute(rows.limit(PAGE).offset((page - 1) * PAGE)).all()
    return render_template(
        "questions/bank.html",
        bank=found,
        rows=[(row, shown(row.kind, row.content)) for row in listed],
        total=total,
        page=page,
        pages=-(-total // PAGE),
        filters=filters,
        used=used,
        queue=queue,
        kept={name: request.args[name] for name in (*names, "pemakaian", "antrean") if request.args.get(name)},
        batches=db().execute(listing.batches(found)).all(),
        turns=db().execute(question_life.turns(found, actor().user_id)).all(),
        acts=ACTS,
        words=words()
        | {
            "competencies": [(one, one) for one in db().scalars(listing.competencies(found))],
            "folders": [(one, one) for one in db().scalars(listing.folders(found))],
        },
    )


@route(blueprint, "/soal/<code>/impor", may=EDIT)
def import_form(code: str) -> ResponseReturnValue:
    """Where a file is chosen, or a table pasted."""
    return _import_form(bank_of(code))


@route(blueprint, "/soal/<code>/impor", may=EDIT, methods=["POST"])
def preview(code: str) -> ResponseReturnValue:
    """Look at all rows of a file; nothing is written into the bank."""
    found = bank_of(code)
    format = request.form.get("format", "")
    uploaded = request.files.get("berkas")
    data = uploaded.read() if uploaded else b""
    data = data or request.form.get("tempel", "").strip().encode()
    if format not in formats.READERS or not data:
        return _import_form(found, error=_("Pilih format, lalu pilih berkas atau tempel isinya.")), 422
    kept = hashlib.sha256(data).hexdigest()
    settle()
    platform().files.put(f"question-imports/{kept}", data)
    planned = _plan(found, format, data, request.form.get("kompetensi", ""))
    return render_template(
        "questions/preview.html",
        bank=found,
        format=format,
        kept=kept,
        competency=request.form.get("kompetensi", ""),
        planned=planned,
        rows=rows_of(planned)[:MOST_SHOWN],
        total=len(rows_of(planned)),
        words=words(),
    )


@route(blueprint, "/soal/<code>/kumpulan", may=EDIT, methods=["POST"])
def take_in(code: str) -> ResponseReturnValue:
    """Write the ready rows of a file that was looked at."""
    found = bank_of(code)
    format, kept = request.form.get("format", ""), request.form.get("berkas", "")
    if format not in formats.READERS or not _KEPT.fullmatch(kept):
        abort(400)
    try:
        data = platform().files.get(f"question-imports/{kept}")
    except FileMissing:
        flash(_("Berkas itu tidak ada lagi. Unggah sekali lagi."), "warn")
        return redirect(url_for("questions.import_form", code=code), 303)
    planned = _plan(found, format, data, request.form.get("kompetensi", ""))
    if planned.questions:
        importing.write(db(), found, planned, format=format, by=actor().user_id, now=now())
    number = len(planned.questions)
    flash(ngettext("%(num)s soal masuk dengan status uji coba.", "%(num)s soal masuk dengan status uji coba.", number))
    return redirect(url_for("questions.bank", code=code), 303)


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


@route(blueprint, "/soal/<code>/ekspor/<format>", may=EDIT)
def export(code: str, format: str) -> ResponseReturnValue:
    """What a format can hold of the bank, and the file of it."""
    found = bank_of(code)
    writer = formats.WRITERS.get(format) or abort(404)
    drafts = exporting.drafts(db(), found, platform().files)
    made = writer.write(drafts)
    if request.args.get("unduh"):
        return _download(made.data, f"{found.code}.{writer.extension}", writer.mimetype)
    left_out = sum(one.level == "error" for one in made.findings)
    return render_template(
        "questions/export.html", bank=found, format=format, label=FORMATS[format], findings=made.findings[:MOST_SHOWN],
        more=max(len(made.findings) - MOST_SHOWN, 0), written=len(drafts) - left_out, total=len(drafts),
    )  # fmt: skip


def shown(kind: str, content: dict[str, Any]) -> Shown:
    """A question with its key."""
    table = kinds.TABLE[kind]
    return Shown(
        presented=table.present(content, ()),
        right=frozenset(str(place) for place, row in enumerate(content.get("options", ())) if _gives(row)),
        solution=tuple(table.solution(content))
        if kind != "true_false"
        else (_("Benar") if content["answer"] else _("Salah"),),
        explanation=markup.html(content.get("explanation", "")),
    )


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
            PreviewRow(drafted.where, state, tuple(one.message for one in about), drafted.name, drafted.kind, view)
        )
    for where, about in said.items():
        state = "error" if any(one.level == "error" for one in about) else "warning"
        made.append(PreviewRow(where, state, tuple(one.message for one in about)))
    return sorted(made, key=lambda row: ("error", "warning", "ready").index(row.state))


def _gives(row: dict[str, Any]) -> bool:
    return bool(row.get("correct") is True or row.get("points") == 5 or float(row.get("fraction", 0)) > 0)


def _plan(found: Bank, format: str, data: bytes, competency: str) -> Plan:
    known = db().scalar(select(Competency.code).where(Competency.code == competency)) if competency else None
    checked = formats.read(format, data)
    for name, content in checked.pictures.items():  # the preview shows them; a name holds the same whoever keeps it
        platform().files.put(images.key(name), content)
    return importing.plan(db(), found, checked, Defaults(competency=known), stems=analysis.stems)


def _import_form(found: Bank, *, error: str = "") -> str:
    codes = db().execute(select(Competency.code, Competency.name).order_by(Competency.position, Competency.code)).all()
    usual = db().scalars(listing.competencies(found)).first()
    return render_template(
        "questions/import.html",
        bank=found,
        formats=FORMATS,
        error=error,
        competencies=codes,
        usual=usual,
        form=request.form,
    )


def bank_of(code: str) -> Bank:
    """The bank, where one may edit it; anything else is 404."""
    return fetch(select(Bank).where(Bank.code == code), Bank, EDIT)


def words() -> dict[str, Any]:
    """The words that pages of a bank share."""
    return {
        "kinds": KINDS,
        "statuses": STATUSES,
        "difficulties": DIFFICULTIES,
        "formats": FORMATS,
        "levels": LEVELS,
        "uses": USES,
        "queues": QUEUES,
    }


def _download(data: bytes, name: str, mimetype: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(data), mimetype=mimetype, as_attachment=True, download_name=name)

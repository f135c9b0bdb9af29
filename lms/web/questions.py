"""/soal: question banks with the full text of their questions, and exports of them."""

from collections.abc import Collection

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from lms.access import Permission, visible
from lms.questions import exporting, listing
from lms.questions.exchange import formats
from lms.questions.listing import Filters
from lms.questions.models import Bank
from lms.questions.said import told
from lms.reports import question_life
from lms.web.downloads import attachment
from lms.web.name_search import page_of
from lms.web.question_words import ACTS, WRITTEN, shown, words
from lms.web.request import actor, db, fetch, platform, route

blueprint = Blueprint("questions", __name__)
EDIT = Permission.QUESTION_EDIT
PAGE = 20
#: So many findings of an export are shown; the count is of all.
MOST_SHOWN = 200
#: What the list is narrowed by, in the order of Filters.
FILTERS = ("jenis", "kompetensi", "tingkat", "kesulitan", "status", "kata", "tag", "folder")
LONGEST_FILTER = 120


@route(blueprint, "/soal", may=EDIT)
def index() -> ResponseReturnValue:
    """The banks of the units in which one may edit, and what waits in each for one's review."""
    waiting = db().execute(question_life.waiting(actor().user_id))
    return render_template(
        "questions/index.html",
        rows=db().execute(visible(listing.shelf(), Bank, actor(), EDIT)).all(),
        waiting={row.bank_id: row.waiting for row in waiting},
    )


@route(blueprint, "/soal/<code>", may=EDIT)
def bank(code: str) -> ResponseReturnValue:
    """The questions of a bank, in full, narrowed and by pages."""
    return shelf_page(bank_of(code))


def shelf_page(found: Bank, *, chosen: Collection[str] = (), complaint: str = "") -> str:
    """A bank's page as the address narrows it. chosen: versions that are ticked · complaint: what their approval lacks."""
    filters = Filters(*(request.args.get(name, "").strip()[:LONGEST_FILTER] for name in FILTERS))
    used, queue = request.args.get("pemakaian", ""), request.args.get("antrean", "")
    rows = question_life.questions(found, filters, used=used, queue=queue, user_id=actor().user_id)
    total = db().scalar(rows.with_only_columns(func.count()).order_by(None)) or 0
    page, pages = page_of(total, PAGE)
    listed = db().execute(rows.limit(PAGE).offset((page - 1) * PAGE)).all()
    return render_template(
        "questions/bank.html",
        bank=found,
        rows=[(row, shown(row.kind, row.content)) for row in listed],
        total=total,
        page=page,
        pages=pages,
        filters=filters,
        used=used,
        queue=queue,
        kept={name: request.args[name] for name in (*FILTERS, "pemakaian", "antrean") if request.args.get(name)},
        narrowed=sum(bool(request.args.get(name)) for name in (*FILTERS, "pemakaian") if name != "kata"),
        chosen=chosen,
        complaint=complaint,
        batches=db().execute(listing.batches(found)).all(),
        turns=db().execute(question_life.turns(found, actor().user_id)).all(),
        acts=ACTS,
        words=words()
        | {
            "competencies": db().execute(listing.competencies(found)).all(),
            "folders": [(one, one) for one in listing.with_parents(db().scalars(listing.folders(found)))],
        },
    )


@route(blueprint, "/soal/<code>/ekspor/<format>", may=EDIT)
def export(code: str, format: str) -> ResponseReturnValue:
    """What a format can hold of the bank, and the file of it."""
    found = bank_of(code)
    writer = formats.WRITERS.get(format) or abort(404)
    drafts = exporting.drafts(db(), found, platform().files)
    made = writer.write(drafts)
    if request.args.get("unduh"):
        return attachment(made.data, f"{found.code}.{writer.extension}", writer.mimetype)
    left_out = sum(one.level == "error" for one in made.findings)
    return render_template(
        "questions/export.html", bank=found, format=format, label=WRITTEN[format],
        findings=[(told(one.where, _), told(one.message, _)) for one in made.findings[:MOST_SHOWN]],
        more=max(len(made.findings) - MOST_SHOWN, 0), written=len(drafts) - left_out, total=len(drafts),
    )  # fmt: skip


def bank_of(code: str) -> Bank:
    """The bank, where one may edit it; anything else is 404."""
    return fetch(select(Bank).where(Bank.code == code), Bank, EDIT)

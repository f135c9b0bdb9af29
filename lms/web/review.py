"""/pengerjaan/<kode>/rincian: a graded paper as far as its exam releases it, and appeals against its items."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.access import Absent, Permission
from lms.exams import released
from lms.exams.appealing import filing
from lms.exams.appealing.filing import NoAppeal
from lms.exams.models import Attempt, Paper
from lms.exams.papers import Item, items_of
from lms.exams.release import release_of
from lms.exams.released import Released
from lms.reports import review
from lms.reports.review import Review, ReviewRow
from lms.web.presentation import whole
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("review", __name__)
READ, FILE = Permission.RESULT_READ, Permission.APPEAL_FILE


@dataclass(frozen=True)
class Graded:
    """A closed attempt of one's own whose exam releases something, or takes appeals. release: what of it now."""

    attempt: Attempt
    items: list[Item]
    release: Released
    review: Review


@route(blueprint, "/pengerjaan/<code>/rincian", may=READ)
def index(code: str) -> ResponseReturnValue:
    """All items: what each came to, and what became of appeals."""
    graded = _graded(code, READ)
    return render_template("review/index.html", graded=graded, attempt=graded.attempt, review=graded.review)


@route(blueprint, "/pengerjaan/<code>/rincian/<int:number>", may=READ)
def item(code: str, number: int) -> ResponseReturnValue:
    """One item, and the form of an appeal while that is open."""
    return _page(_graded(code, READ), number, "", "")


@route(blueprint, "/pengerjaan/<code>/rincian/<int:number>/sanggahan", may=FILE, methods=["POST"])
def appeal(code: str, number: int) -> ResponseReturnValue:
    """File an appeal. What was typed stays where it cannot be taken."""
    graded = _graded(code, FILE)
    row = _row(graded, number)
    text = request.form.get("sanggahan", "").replace("\r\n", "\n").strip()
    if not text or len(text) > filing.LONGEST:
        return _page(
            graded, number, text, _("Tulis sanggahan Anda, paling banyak %(n)s huruf.", n=whole(filing.LONGEST))
        ), 422
    try:
        filing.file(
            db(), attempt_id=graded.attempt.id, exam_id=graded.attempt.exam_id, item=row.number,
            version_id=graded.items[number - 1].version, text=text, release=graded.release.rule, end=graded.release.end,
            by=actor().user_id, now=now(),
        )  # fmt: skip
    except NoAppeal as refused:
        return _page(_graded(code, FILE), number, text, _refusal(refused)), 409
    flash(_("Sanggahan terkirim. Putusan panel muncul di halaman ini."))
    return redirect(url_for(".item", code=code, number=number), 303)


_CLOSED: Select[Attempt] = (
    select(Attempt)
    .where(Attempt.state == "closed")
    .options(
        joinedload(Attempt.exam), joinedload(Attempt.sitting), joinedload(Attempt.paper).joinedload(Paper.blueprint)
    )
)


def _graded(code: str, may: Permission) -> Graded:
    """Raises Absent while the attempt is not closed, and where its exam releases nothing and takes no appeals."""
    attempt = fetch(_CLOSED.where(Attempt.code == code), Attempt, may)
    rule, sitting = release_of(attempt.paper.blueprint.content), attempt.sitting
    if not rule.shows_items and rule.days is None:
        raise Absent("review")
    release = released.of(db(), rule, attempt.exam.mode, sitting.id, released.closing(sitting, now=now()), now=now())
    items = items_of(attempt.paper.items)
    return Graded(attempt, items, release, review.of_attempt(db(), attempt.id, items, release))


def _row(graded: Graded, number: int) -> ReviewRow:
    if not 1 <= number <= len(graded.review.rows):
        raise Absent("item")
    return graded.review.rows[number - 1]


def _page(graded: Graded, number: int, text: str, error: str) -> str:
    row, asked = _row(graded, number), graded.items[number - 1]
    found = review.of_item(db(), graded.attempt.id, graded.attempt.exam_id, asked, row, graded.release)
    return render_template(
        "review/item.html",
        graded=graded,
        attempt=graded.attempt,
        review=graded.review,
        found=found,
        row=row,
        asked=asked.present() if graded.release.shows_items else None,
        text=text,
        error=error,
        longest=filing.LONGEST,
    )


def _refusal(refused: NoAppeal) -> str:
    match refused.why:
        case "late":
            return _("Masa sanggah sudah berakhir. Sanggahan ini tidak dapat dikirim.")
        case "twice":
            return _("Soal ini sudah Anda sanggah. Satu soal disanggah satu kali.")
        case "pending":
            return _("Ujian ini belum selesai dinilai. Sanggah setelah hasilnya keluar.")
        case "early":
            return _("Sanggahan belum dibuka. Baca dahulu soalnya setelah sesi ini selesai, lalu kirim sanggahan Anda.")
    return _("Ujian ini tidak menerima sanggahan.")

"""/panel/<kode>: a judge rates the items of a panel, a page at a time, and knows nothing of the others until the round is closed."""

from dataclasses import dataclass, replace
from random import Random

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from lms.access import Permission, may_enter
from lms.exams.panels import convening, rating
from lms.exams.panels.figures import Figures, Line
from lms.exams.panels.models import IN_WORK, MOST_ROUNDS, Panel, PanelJudge
from lms.exams.panels.rating import RoundOver
from lms.people.models import User
from lms.questions import kinds
from lms.questions.content import Presented
from lms.reports import panels as report
from lms.reports.panels import Item
from lms.web.name_search import page_number, page_of
from lms.web.question_words import Shown, shown
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("judging", __name__)
#: To be asked, and to see what is asked for · to see items with their keys: as for roles that read keys, a second factor goes before.
READ, RATE = Permission.PANEL_READ, Permission.PANEL_RATE
PAGE = 10
#: Panels of one person that are listed.
MOST = 50
CHOICES = tuple(range(0, 101, 5))
#: Kinds whose answers are better or worse, not right or wrong: of them a judge is asked how many of the points are reached.
BY_DEGREE = kinds.BY_HAND | {"situational"}


@dataclass(frozen=True)
class Row:
    """An item on the page. asked: as a candidate sees it; view: with its key. chosen: what stands in its field, "" for nothing.

    line: what the panel said of it in the last closed round, None before.
    """

    item: Item
    asked: Shown
    view: Shown
    chosen: str
    line: Line | None


@route(blueprint, "/panel", may=READ)
def index() -> ResponseReturnValue:
    """The panels in which one judges."""
    rows = report.of_person(db(), actor().employee_id, most=MOST)
    return render_template("judging/index.html", rows=rows)


@route(blueprint, "/panel/<code>", may=READ)
def panel(code: str) -> ResponseReturnValue:
    """What is asked of a judge; once they have agreed, a page of items."""
    if may_enter(actor(), RATE):
        return _page(_judge(code))
    return _intro(_judge(code, READ))


@route(blueprint, "/panel/<code>/kesediaan", may=RATE, methods=["POST"])
def accept(code: str) -> ResponseReturnValue:
    """Agree to see the questions."""
    judge = _judge(code)
    if judge.panel.state == "open":
        convening.accept(db(), judge, by=actor().user_id, now=now())
    return redirect(url_for(".panel", code=code), 303)


@route(blueprint, "/panel/<code>", may=RATE, methods=["POST"])
def rate(code: str) -> ResponseReturnValue:
    """Save what is chosen on a page, and go on to the next."""
    judge, page = _judge(code), page_number()
    if judge.accepted_at is None:
        return redirect(url_for(".panel", code=code), 303)
    items = report.items_on(db(), judge.panel_id, page=page, size=PAGE)
    typed = {item.id: request.form.get(f"s{item.id}", "") for item in items}
    given = {item: int(text) for item, text in typed.items() if text in map(str, CHOICES)}
    try:
        rating.rate(db(), judge, given, round=request.form.get("ronde", type=int) or 0, now=now())
    except RoundOver:
        return _page(judge, error=_("Ronde itu sudah ditutup. Pilihan Anda yang terakhir tidak tersimpan.")), 409
    kept = rating.ratings_of(db(), judge.panel_id, judge.panel.round, judge_id=judge.id).get(judge.id, {})
    if not given:
        flash(_("Belum ada yang dipilih di halaman ini. Pilih angka tiap soal, lalu simpan."), "warn")
        return redirect(url_for(".panel", code=code, hal=page), 303)
    if left := [str(item.place) for item in items if item.id not in kept]:
        flash(_("Tersimpan. Yang belum dinilai di halaman ini: soal %(numbers)s.", numbers=", ".join(left)), "warn")
        return redirect(url_for(".panel", code=code, hal=page), 303)
    flash(_("Penilaian halaman ini tersimpan."))
    total = len(report.places(db(), judge.panel_id))
    return redirect(url_for(".panel", code=code, hal=page + 1 if page * PAGE < total else page), 303)


def _judge(code: str, may: Permission = RATE) -> PanelJudge:
    rows = (
        select(PanelJudge)
        .join(PanelJudge.panel)
        .join(Panel.exam)
        .options(contains_eager(PanelJudge.panel).contains_eager(Panel.exam))
        .where(Panel.code == code)
    )
    return fetch(rows, PanelJudge, may)


def _intro(judge: PanelJudge, *, error: str = "") -> str:
    """What is asked of a judge; without a second factor, how to show one."""
    has_shown, secret = may_enter(actor(), RATE), User.totp_secret
    has_phone = has_shown or db().scalar(select(secret.is_not(None)).where(User.id == actor().user_id))
    return render_template(
        "judging/intro.html",
        judge=judge,
        panel=judge.panel,
        exam=judge.panel.exam,
        error=error,
        has_shown=has_shown,
        has_phone=has_phone,
        most_rounds=MOST_ROUNDS,
    )


def _page(judge: PanelJudge, *, error: str = "") -> str:
    found = judge.panel
    if judge.accepted_at is None or found.state not in IN_WORK:
        return _intro(judge, error=error)
    own = rating.ratings_of(db(), found.id, found.round, judge_id=judge.id).get(judge.id, {})
    past = found.round if found.state == "closed" else found.round - 1
    made = rating.figures_of(db(), found.id, past, rating.judges_of(db(), found.id)) if past else None
    before = rating.ratings_of(db(), found.id, past, judge_id=judge.id).get(judge.id, {}) if past else {}
    total = len(made.lines) if made else len(report.places(db(), found.id))
    page, pages = page_of(total, PAGE)
    return render_template(
        "judging/rate.html",
        panel=found,
        exam=found.exam,
        rows=_rows(report.items_on(db(), found.id, page=page, size=PAGE), before | own, made),
        rated=len(own),
        total=total,
        past=past,
        has_rated_before=bool(before),
        choices=CHOICES,
        by_degree=BY_DEGREE,
        error=error,
        page=page,
        pages=pages,
    )


def _presented(item: Item) -> Presented:
    """As on a paper, in an order that stays the same for this panel: authors often put the right option first."""
    order = list(range(kinds.TABLE[item.kind].size(item.content)))
    Random(item.id).shuffle(order)  # noqa: S311 - repeatable on purpose, and no secret
    return kinds.TABLE[item.kind].present(item.content, order)


def _rows(items: list[Item], chosen: dict[int, int], made: Figures | None) -> list[Row]:
    lines = {line.item: line for line in made.lines} if made else {}
    rows = []
    for item in items:
        view = replace(shown(item.kind, item.content), presented=_presented(item))
        asked = replace(view, right=frozenset(), solution=(), explanation=Markup(), worth=(), rules=())
        rows.append(Row(item, asked, view, str(chosen.get(item.id, "")), lines.get(item.id)))
    return rows

"""/kelola/ujian/<kode>/angoff: an organiser's panels, whose judges set the pass mark of an exam."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from lms import mail
from lms.access import Absent, Permission
from lms.exams import blueprints, pass_rules
from lms.exams.models import EXAM, Exam
from lms.exams.models import Blueprint as Plan
from lms.exams.panels import convening, figures, rating, taking
from lms.exams.panels.convening import MOST_ITEMS, InWork, NothingToRate
from lms.exams.panels.figures import WIDE
from lms.exams.panels.models import IN_WORK, MOST_ROUNDS, Panel
from lms.exams.panels.rating import FEWEST
from lms.reports import panels as report
from lms.reports.workbook import MIMETYPE
from lms.web import panel_workbook
from lms.web.downloads import attachment
from lms.web.name_search import page_of
from lms.web.organising import exam_of
from lms.web.request import actor, db, fetch, now, platform, route

blueprint = Blueprint("panels", __name__)
MANAGE = Permission.EXAM_MANAGE
PLACE = "/kelola/ujian/<code>/angoff"
PAGE = 25


class OpenForm(FlaskForm):
    """How many questions of each row of the blueprint are rated."""

    banyak = IntegerField(
        _l("Soal yang dinilai dari setiap baris kisi-kisi, paling banyak"),
        default=10,
        validators=[
            InputRequired(_l("Isi angka 1 sampai %(most)s.", most=MOST_ITEMS)),
            NumberRange(1, MOST_ITEMS, _l("Isi angka 1 sampai %(most)s.", most=MOST_ITEMS)),
        ],
    )


class JudgeForm(FlaskForm):
    """One judge by NIP."""

    nip = StringField(
        _l("NIP panelis"),
        validators=[DataRequired(_l("Isi NIP dengan 18 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


@route(blueprint, PLACE, may=MANAGE)
def index(code: str) -> ResponseReturnValue:
    """The panels of an exam, and opening one."""
    return _index(_exam(code), OpenForm(formdata=None))


@route(blueprint, PLACE, may=MANAGE, methods=["POST"])
def open_panel(code: str) -> ResponseReturnValue:
    """Open a panel over the blueprint in force."""
    exam, given = _exam(code), OpenForm()
    if not given.validate_on_submit():
        return _index(exam, given), 422
    try:
        made = convening.open_panel(db(), exam, most=given.banyak.data or 1, by=actor().user_id, now=now())
    except InWork:
        flash(_("Ujian ini sudah punya panel yang berjalan."), "warn")
        return redirect(url_for(".index", code=code), 303)
    except NothingToRate:
        given.banyak.errors = [_("Belum ada soal yang dapat dinilai: lengkapi kisi-kisi dan bank soal lebih dahulu.")]
        return _index(exam, given), 422
    flash(_("Panel dibuka. Tunjuk panelisnya."))
    return redirect(url_for(".panel", code=code, panel=made.code), 303)


@route(blueprint, f"{PLACE}/<panel>", may=MANAGE)
def panel(code: str, panel: str) -> ResponseReturnValue:
    """One panel: who judges, how far they are, and what its rounds came to."""
    return page(panel_of(code, panel))


@route(blueprint, f"{PLACE}/<panel>/penilaian.xlsx", may=MANAGE)
def workbook(code: str, panel: str) -> ResponseReturnValue:
    """The last closed round as a workbook."""
    found = panel_of(code, panel)
    kept = report.rounds(db(), found.id)
    if not kept:
        flash(_("Belum ada ronde yang ditutup."), "warn")
        return redirect(url_for(".panel", code=code, panel=panel))
    people, number = report.judges(db(), found.id), kept[-1].number
    made = rating.figures_of(db(), found.id, number, [one.id for one in people])
    assert made is not None, "a round closes with figures"
    ratings = rating.ratings_of(db(), found.id, number)
    items = report.items(db(), found.id, {line.item for line in made.lines})
    content = panel_workbook.make(found, kept, people, made, ratings, items)
    return attachment(content, f"panel-{found.code}-ronde-{number}.xlsx", MIMETYPE)


def _exam(code: str) -> Exam:
    """An exam that counts; rehearsals have no pass mark to settle."""
    found = exam_of(code)
    if found.mode != EXAM:
        raise Absent("exam")
    return found


def panel_of(code: str, panel: str) -> Panel:
    """A panel of that exam, if it is in one's remit; anything else is 404."""
    rows = (
        select(Panel)
        .join(Panel.exam)
        .join(Plan, Plan.id == Panel.blueprint_id)
        .options(contains_eager(Panel.exam), contains_eager(Panel.rated))
        .where(Panel.code == panel, Exam.code == code)
    )
    return fetch(rows, Exam, MANAGE)


def _index(exam: Exam, given: OpenForm) -> str:
    total = report.count(db(), exam.id)
    page, pages = page_of(total, PAGE)
    rows = report.of_exam(db(), exam.id, page=page, size=PAGE)
    return render_template(
        "panels/index.html",
        exam=exam,
        form=given,
        rows=rows,
        at_work=any(row.Panel.state in IN_WORK for row in rows),
        page=page,
        pages=pages,
    )


def back(found: Panel) -> ResponseReturnValue:
    """To the page of a panel."""
    return redirect(url_for("panels.panel", code=found.exam.code, panel=found.code), 303)


def page(found: Panel, given: JudgeForm | None = None, *, error: str = "") -> str:
    """A panel as it stands. given: what was typed of a judge · error: why what was asked was not done."""
    people, kept = report.judges(db(), found.id), report.rounds(db(), found.id)
    is_open = found.state == "open"
    places = report.places(db(), found.id)
    keys = [one.id for one in people]
    ratings = rating.ratings_of(db(), found.id, found.round) if is_open else {}
    made = None if is_open or not kept else rating.figures_of(db(), found.id, kept[-1].number, keys)
    number, pages = page_of(len(made.lines) if made else 0, PAGE)
    lines = made.lines[(number - 1) * PAGE : number * PAGE] if made else ()
    plan = blueprints.in_force(db(), found.exam_id) if found.state == "closed" else None
    finished = figures.finished(places, keys, ratings)
    awaited = [one.next_letter_at for one in people if one.id not in finished and one.is_reachable]
    return render_template(
        "panels/panel.html",
        panel=found,
        exam=found.exam,
        form=given or JudgeForm(formdata=None),
        error=error,
        judges=people,
        rounds=kept,
        total=len(places),
        lost=report.lost(db(), found.id) if found.state in IN_WORK else [],
        rated={judge: len(given) for judge, given in ratings.items()},
        finished=finished,
        may_remind=any(at is None or at <= now() for at in awaited),
        remind_at=min((at for at in awaited if at is not None), default=None),
        figures=made,
        lines=lines,
        items=report.items(db(), found.id, {line.item for line in lines}),
        present=pass_rules.rules_for(plan.content).total if plan else None,
        outdated=plan is not None and taking.draws(plan.content) != taking.draws(found.rated.content),
        has_groups=plan is not None and bool(plan.content.get("groups")),
        may_mail=mail.is_possible(platform().settings),
        fewest=FEWEST,
        wide=WIDE,
        most_rounds=MOST_ROUNDS,
        page=number,
        pages=pages,
    )

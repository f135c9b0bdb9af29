"""/kelola/ujian/<kode>/angoff: an organiser's panels, whose judges set the pass mark of an exam."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from lms import mail
from lms.access import Absent, Permission
from lms.exams import blueprints, candidate_lists, pass_rules
from lms.exams.models import EXAM, Exam
from lms.exams.models import Blueprint as Plan
from lms.exams.panels import convening, figures, letters, rating, taking
from lms.exams.panels.convening import MOST_ITEMS, MOST_JUDGES, InWork, NothingToRate
from lms.exams.panels.figures import WIDE
from lms.exams.panels.models import IN_WORK, MOST_ROUNDS, Panel
from lms.exams.panels.rating import FEWEST, RoundOver, Unfinished
from lms.exams.panels.taking import Outdated
from lms.people import nip
from lms.reports import panels as report
from lms.reports.workbook import MIMETYPE
from lms.web import panel_workbook
from lms.web.downloads import attachment
from lms.web.name_search import page_number
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
    return _page(_panel(code, panel), JudgeForm(formdata=None))


@route(blueprint, f"{PLACE}/<panel>/panelis", may=MANAGE, methods=["POST"])
def name(code: str, panel: str) -> ResponseReturnValue:
    """Name a judge."""
    found, given = _panel(code, panel), JudgeForm()
    if given.validate_on_submit() and (problem := _name(found, given.nip.data or "")):
        given.nip.errors = [problem]
    if given.errors:
        return _page(found, given), 422
    # The field for the next one takes the focus, as what an address leads to does where it can.
    return redirect(url_for(".panel", code=code, panel=panel, _anchor="nip"), 303)


@route(blueprint, f"{PLACE}/<panel>/panelis/<int:judge>/penghapusan", may=MANAGE, methods=["POST"])
def dismiss(code: str, panel: str, judge: int) -> ResponseReturnValue:
    """Let somebody go who has not begun."""
    found = _panel(code, panel)
    if convening.dismiss(db(), found, judge, by=actor().user_id, now=now()):
        flash(_("Panelis dilepas. Ia belum melihat soal."))
    else:
        flash(_("Panelis itu sudah melihat soal, jadi tetap tercatat. Ronde dapat ditutup tanpa penilaiannya."), "warn")
    return _back(found)


@route(blueprint, f"{PLACE}/<panel>/pengingat", may=MANAGE, methods=["POST"])
def remind(code: str, panel: str) -> ResponseReturnValue:
    """Write to the judges who have not finished."""
    found = _panel(code, panel)
    if count := letters.remind(db(), found, by=actor().user_id, now=now()):
        flash(ngettext("%(num)s panelis diingatkan lewat surel.", "%(num)s panelis diingatkan lewat surel.", count))
    else:
        flash(_("Tidak ada yang disurati: yang belum selesai baru saja dikabari, atau tanpa alamat surel."), "warn")
    return _back(found)


@route(blueprint, f"{PLACE}/<panel>/penutupan", may=MANAGE, methods=["POST"])
def close(code: str, panel: str) -> ResponseReturnValue:
    """Close the round."""
    found = _panel(code, panel)
    without = bool(request.form.get("tanpa"))
    try:
        rating.close(db(), found.id, round=_round(), without=without, by=actor().user_id, now=now())
    except Unfinished as refused:
        if refused.present < FEWEST:
            said = _("Ronde dapat ditutup setelah sedikitnya %(n)s panelis menilai semua soal.", n=FEWEST)
        else:
            said = _("Masih ada panelis yang belum selesai. Tunggu, atau centang untuk menutup tanpa mereka.")
        return _page(found, JudgeForm(formdata=None), error=said), 422
    flash(_("Ronde ditutup. Panelis kini dapat melihat ringkasannya."))
    return _back(found)


@route(blueprint, f"{PLACE}/<panel>/ronde", may=MANAGE, methods=["POST"])
def go_on(code: str, panel: str) -> ResponseReturnValue:
    """Let the judges rate once more, having seen what the panel said."""
    found = _panel(code, panel)
    rating.go_on(db(), found.id, round=_round(), by=actor().user_id, now=now())
    flash(_("Ronde berikutnya dibuka."))
    return _back(found)


@route(blueprint, f"{PLACE}/<panel>/penetapan", may=MANAGE, methods=["POST"])
def take(code: str, panel: str) -> ResponseReturnValue:
    """Make the cut the pass mark."""
    found = _panel(code, panel)
    try:
        made = taking.take(db(), found.id, round=_round(), by=actor().user_id, now=now())
    except Outdated:
        flash(_("Kisi-kisi berubah sejak panel dibuka, jadi batasnya untuk naskah lain. Buka panel baru."), "warn")
        return _back(found)
    flash(_("Batas lulus ditetapkan dalam kisi-kisi versi %(n)s.", n=made.number))
    return _back(found)


@route(blueprint, f"{PLACE}/<panel>/pembatalan", may=MANAGE, methods=["POST"])
def drop(code: str, panel: str) -> ResponseReturnValue:
    """Give the panel up."""
    found = _panel(code, panel)
    if found.state in IN_WORK and not request.form.get("yakin"):
        return _page(
            found, JudgeForm(formdata=None), error=_("Centang bahwa panel ini dibatalkan untuk seterusnya.")
        ), 422
    if not convening.drop(db(), found, by=actor().user_id, now=now()):
        raise RoundOver(found.id)
    flash(_("Panel dibatalkan. Batas lulus tidak berubah."))
    return redirect(url_for(".index", code=code), 303)


@route(blueprint, f"{PLACE}/<panel>/penilaian.xlsx", may=MANAGE)
def workbook(code: str, panel: str) -> ResponseReturnValue:
    """The last closed round as a workbook."""
    found = _panel(code, panel)
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


@blueprint.errorhandler(RoundOver)
def _stale(_error: RoundOver) -> ResponseReturnValue:
    """A page asked something of a panel that has moved on since: the panel as it is now."""
    flash(_("Keadaan panel sudah berubah di tempat lain. Inilah keadaan terbarunya."), "warn")
    return redirect(url_for(".panel", **(request.view_args or {})), 303)


def _exam(code: str) -> Exam:
    """An exam that counts; rehearsals have no pass mark to settle."""
    found = exam_of(code)
    if found.mode != EXAM:
        raise Absent("exam")
    return found


def _panel(code: str, panel: str) -> Panel:
    rows = (
        select(Panel)
        .join(Panel.exam)
        .join(Plan, Plan.id == Panel.blueprint_id)
        .options(contains_eager(Panel.exam), contains_eager(Panel.rated))
        .where(Panel.code == panel, Exam.code == code)
    )
    return fetch(rows, Exam, MANAGE)


def _name(found: Panel, typed: str) -> str | None:
    """Name the person with that NIP; what is wrong, if it cannot be done."""
    try:
        digits = nip.normalise(typed)
    except nip.BadNip:
        return _("NIP itu tidak sah. Periksa lagi ke-18 angkanya.")
    if found.state != "open":
        return _("Panelis ditunjuk selagi ronde terbuka.")
    if len(rating.judges_of(db(), found.id)) >= MOST_JUDGES:
        return _("Sebuah panel paling banyak %(n)s orang.", n=MOST_JUDGES)
    known = candidate_lists.find(db(), found.exam, digits, today=actor().today, now=now())
    if known is None or not known.has_account or not known.is_active:
        return _("Tidak ada pegawai aktif dengan akun dan NIP itu di instansi ini.")
    if convening.name(db(), found, known.employee_id, by=actor().user_id, now=now()):
        flash(_("%(name)s ditunjuk sebagai panelis.", name=known.name), "beside")
    else:
        flash(_("%(name)s sudah menjadi panelis.", name=known.name), "beside")
    return None


def _round() -> int:
    return request.form.get("ronde", type=int) or 0


def _back(found: Panel) -> ResponseReturnValue:
    return redirect(url_for(".panel", code=found.exam.code, panel=found.code), 303)


def _index(exam: Exam, given: OpenForm) -> str:
    page, total = page_number(), report.count(db(), exam.id)
    rows = report.of_exam(db(), exam.id, page=page, size=PAGE)
    return render_template(
        "panels/index.html",
        exam=exam,
        form=given,
        rows=rows,
        at_work=any(row.Panel.state in IN_WORK for row in rows),
        page=page,
        pages=-(-total // PAGE),
    )


def _page(found: Panel, given: JudgeForm, *, error: str = "") -> str:
    people, kept = report.judges(db(), found.id), report.rounds(db(), found.id)
    is_open = found.state == "open"
    places, page = report.places(db(), found.id), page_number()
    keys = [one.id for one in people]
    ratings = rating.ratings_of(db(), found.id, found.round) if is_open else {}
    made = None if is_open or not kept else rating.figures_of(db(), found.id, kept[-1].number, keys)
    lines = made.lines[(page - 1) * PAGE : page * PAGE] if made else ()
    plan = blueprints.in_force(db(), found.exam_id) if found.state == "closed" else None
    return render_template(
        "panels/panel.html",
        panel=found,
        exam=found.exam,
        form=given,
        error=error,
        judges=people,
        rounds=kept,
        total=len(places),
        rated={judge: len(given) for judge, given in ratings.items()},
        finished=figures.finished(places, keys, ratings),
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
        page=page,
        pages=-(-len(made.lines) // PAGE) if made else 1,
    )

"""/kelola/ujian/<kode>/sesi: scheduling a sitting, and the page of one: its terms, its PIN, its people."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from lms.access import Permission
from lms.exams import blueprints, candidate_lists, feasibility, pins, preparing_all, shortage, sittings
from lms.exams.models import Exam, Sitting
from lms.exams.release import release_of
from lms.exams.sittings import ScheduleError
from lms.reports import sitting_list
from lms.web import moves
from lms.web.name_search import APPLIED, NameSearch, page_of, remember, remembered
from lms.web.organising import exam_of
from lms.web.plurals import ngettext
from lms.web.presentation import whole
from lms.web.question_words import DIFFICULTIES
from lms.web.request import actor, db, fetch, now, platform, route
from lms.web.sitting_form import SittingForm

blueprint = Blueprint("sittings", __name__)
MANAGE = Permission.EXAM_MANAGE
PAGE = 25
#: Changes of time that the page shows; each person's page has all of theirs.
LOG = 8
#: So many of those on the list who know the questions are named.
INSIDERS = 20


@route(blueprint, "/kelola/ujian/<code>/sesi-baru", may=MANAGE)
def new(code: str) -> ResponseReturnValue:
    """A form for the next sitting."""
    return _form(SittingForm(zona=platform().settings.zone), exam_of(code), None)


@route(blueprint, "/kelola/ujian/<code>/sesi", may=MANAGE, methods=["POST"])
def create(code: str) -> ResponseReturnValue:
    """Schedule it."""
    exam, form = exam_of(code), SittingForm()
    if form.validate_on_submit():
        try:
            made = sittings.create(db(), exam, form.fields(), by=actor().user_id, now=now())
            shortage.look(db(), exam, now=now())
        except ScheduleError as error:
            form.refuse(error)
        else:
            flash(_("Sesi dibuat. Daftarkan pesertanya di halaman ini."))
            return redirect(url_for(".sitting", code=code, sitting=made.code), 303)
    return _form(form, exam, None), 422


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>", may=MANAGE)
def sitting(code: str, sitting: str) -> ResponseReturnValue:
    """One sitting: `?status=` narrows its people, a name is remembered."""
    return _page(sitting_of(code, sitting), NameSearch(cari=remembered("sitting")))


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>", may=MANAGE, methods=["POST"])
def search(code: str, sitting: str) -> ResponseReturnValue:
    """Remember the name that is looked for: it never enters the address."""
    found, form = sitting_of(code, sitting), NameSearch()
    if not form.validate_on_submit():
        return _page(found, form), 422
    state = request.args.get("status") or None
    return redirect(
        url_for(".sitting", code=code, sitting=sitting, cari=remember("sitting", form.words), status=state), 303
    )


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>/ubah", may=MANAGE)
def edit(code: str, sitting: str) -> ResponseReturnValue:
    """The form of a sitting as it stands."""
    found = sitting_of(code, sitting)
    return _form(SittingForm.of(found), found.exam, found)


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>/ubah", may=MANAGE, methods=["POST"])
def change(code: str, sitting: str) -> ResponseReturnValue:
    """Keep what was decided anew."""
    found, form = sitting_of(code, sitting), SittingForm()
    if form.validate_on_submit() and not form.is_overtaken(found):
        fields, closed_at = form.fields(found), found.closes_at
        try:
            sittings.change(db(), found.exam, found, fields, by=actor().user_id, now=now())
            shortage.look(db(), found.exam, now=now())
        except ScheduleError as error:
            form.refuse(error)
        else:
            flash(_("Perubahan sesi disimpan."))
            if fields.closes_at != closed_at and (inside := sittings.at_work(db(), found.id)):
                flash(_at_work(inside), "warn")
            if closed_at <= now() < fields.closes_at and _waits(found.exam) and sittings.has_begun(db(), found.id):
                flash(_shut_again(), "warn")
            return _back(found)
    return _form(form, found.exam, found), 422


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>/hapus", may=MANAGE, methods=["POST"])
def drop(code: str, sitting: str) -> ResponseReturnValue:
    """Take away a sitting that nobody has used."""
    found = sitting_of(code, sitting)
    try:
        sittings.drop(db(), found, by=actor().user_id, now=now())
    except ScheduleError:
        flash(_("Sesi ini sudah dipakai dan tidak dapat dihapus."), "warn")
        return _back(found)
    flash(_("Sesi dihapus."))
    return redirect(url_for("organising.exam", code=code), 303)


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>/pin", may=MANAGE, methods=["POST"])
def new_pin(code: str, sitting: str) -> ResponseReturnValue:
    """Another PIN; the old one opens nothing any more."""
    found = sitting_of(code, sitting)
    if sittings.new_pin(db(), found, by=actor().user_id, now=now()):
        flash(_("PIN diganti. Bacakan PIN yang baru."), "beside")
    return _back(found)


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>/naskah", may=MANAGE, methods=["POST"])
def prepare(code: str, sitting: str) -> ResponseReturnValue:
    """Have the papers of all candidates assembled; the worker does it, and the page counts them."""
    found = sitting_of(code, sitting)
    outdated = preparing_all.ask(db(), found, by=actor().user_id, now=now())
    flash(_("Naskah sedang disiapkan. Muat ulang halaman untuk melihat kemajuannya."))
    if outdated:
        flash(
            ngettext(
                "%(num)s naskah dari kisi-kisi lama disusun ulang.",
                "%(num)s naskah dari kisi-kisi lama disusun ulang.",
                outdated,
            )
        )
    return _back(found)


@route(blueprint, "/kelola/ujian/<code>/sesi/<sitting>/peserta/<person>/perangkat", may=MANAGE, methods=["POST"])
def allow_move(code: str, sitting: str, person: str) -> ResponseReturnValue:
    """Let a person go on at the device that asked for it."""
    found = sitting_of(code, sitting)
    moves.allow(found, person)
    return _back(found)


def sitting_of(code: str, sitting: str) -> Sitting:
    """The sitting of that exam, if it is in one's remit; anything else is 404."""
    rows = select(Sitting).join(Exam, Exam.id == Sitting.exam_id).where(Exam.code == code, Sitting.code == sitting)
    return fetch(rows.options(joinedload(Sitting.exam).joinedload(Exam.plan)), Sitting, MANAGE)


def _at_work(number: int) -> str:
    return ngettext(
        "Batas waktu %(n)s peserta yang sedang mengerjakan tidak berubah. Tambah waktu atau akhiri dari ruangnya bila perlu.",
        "Batas waktu %(n)s peserta yang sedang mengerjakan tidak berubah. Tambah waktu atau akhiri dari ruangnya bila perlu.",
        number,
        n=whole(number),
    )


def _waits(exam: Exam) -> bool:
    """Whether candidates read their questions once a sitting is over."""
    plan = blueprints.in_force(db(), exam.id)
    return plan is not None and release_of(plan.content).waits


def _shut_again() -> str:
    return _(
        "Sesi ini dibuka lagi. Soal yang sudah dapat dibaca pesertanya tertutup sampai sesi selesai; masa sanggah dihitung sejak itu."
    )


def _back(found: Sitting) -> Response:
    return redirect(url_for(".sitting", code=found.exam.code, sitting=found.code), 303)


def _form(form: SittingForm, exam: Exam, found: Sitting | None) -> str:
    return render_template(
        "sittings/form.html",
        form=form,
        exam=exam,
        sitting=found,
        waits=_waits(exam),
        is_in_use=found is not None and sittings.is_in_use(db(), found.id),
    )


def _page(found: Sitting, form: NameSearch) -> str:
    state, words = request.args.get("status", ""), remembered("sitting")
    rows = sitting_list.people(found.id, words=words, state=state)
    counts = sitting_list.counts(db(), found.id)
    state = state if state in sitting_list.STATES else ""
    total = sitting_list.count(db(), rows) if words else getattr(counts, state or "everyone")
    page, pages = page_of(total, PAGE)
    pin_round, is_over = found.pin_round, found.closes_at <= now() or counts.is_signed
    return render_template(
        "sittings/sitting.html",
        form=form,
        exam=found.exam,
        sitting=found,
        pin=pins.pin_of(platform().settings.secret_key, found.code, pin_round) if pin_round else None,
        counts=counts,
        rows=sitting_list.page(db(), rows, number=page, size=PAGE),
        log=sitting_list.time_log(db(), found.id, limit=LOG),
        notable=sitting_list.notable(db(), found, most=INSIDERS + 1, now=now()),
        missing=() if is_over or words else feasibility.missing(db(), found.exam, found.exam.plan, now=now()),
        difficulties=DIFFICULTIES,
        uploaded=candidate_lists.of_sitting(db(), found.id),
        total=total,
        page=page,
        pages=pages,
        state=state,
        words=words,
        applied=APPLIED if words else None,
        has_opened=found.opens_at <= now(),
        is_over=is_over,
        is_short=sittings.is_short(found.opens_at, found.closes_at, found.exam.duration_minutes),
        most_insiders=INSIDERS,
    )

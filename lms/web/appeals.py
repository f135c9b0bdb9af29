"""/sanggah: the panel looks at an appeal, one member proposes a ruling, another agrees."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access import Absent, Permission, condition
from lms.exams.appealing import ruling
from lms.exams.appealing.models import Appeal
from lms.exams.appealing.ruling import Member, NotOfPanel, NotOpen
from lms.exams.models import Exam
from lms.exams.regrading import regrades
from lms.exams.regrading.models import REMARK, Regrade
from lms.exams.regrading.remarks import NothingToMark
from lms.reports import appeals as report
from lms.reports.appeals import Detail
from lms.web import downloads
from lms.web.marking import may_yet_mark
from lms.web.name_search import page_number, page_of
from lms.web.regrade_form import ALL, RegradeForm, has_moved
from lms.web.regrades import left_to_mark
from lms.web.request import actor, db, now, route

blueprint = Blueprint("appeals", __name__)
RULE = Permission.APPEAL_RULE
#: What the form sends to reject, and to uphold by the correction that holds already.
REJECT, HOLDS = "tolak", "berlaku"
PAGE = 25


@route(blueprint, "/sanggah", may=RULE)
def index() -> ResponseReturnValue:
    """Appeals that wait for a ruling, those due first; `?saring=diputus`: those that have one; `?ujian=`: of one exam."""
    state = "ruled" if request.args.get("saring") == "diputus" else "open"
    code, seen = request.args.get("ujian", ""), condition(Exam, actor(), RULE)
    exam = db().scalars(select(Exam).where(Exam.code == code, seen)).one_or_none() if code else None
    rows, total = report.page_of(
        db(), seen, _member(), state=state, exam=exam.code if exam else "", page=page_number(), size=PAGE
    )
    page, pages = page_of(total, PAGE)
    return render_template("appeals/index.html", rows=rows, total=total, state=state, exam=exam, page=page, pages=pages)


@route(blueprint, "/sanggah/<code>", may=RULE)
def detail(code: str) -> ResponseReturnValue:
    """One appeal with its question, the key and the answer, and the proposals so far."""
    found = _detail(code)
    return _page(found, _form(found))


@route(blueprint, "/sanggah/<code>/berkas", may=RULE)
def file(code: str) -> ResponseReturnValue:
    """The file that the appeal is about, under the appeal's number."""
    found = _detail(code)
    if found.item.kind != "file":
        raise Absent("answer")
    return downloads.handed_in(found.appeal.attempt_id, found.handed, f"sanggahan-{code}")


@route(blueprint, "/sanggah/<code>/usulan", may=RULE, methods=["POST"])
def propose(code: str) -> ResponseReturnValue:
    """Propose to reject, or to uphold: with a remedy whose effect the next member sees, or by what holds already."""
    found = _detail(code)
    form = _form(found)
    needs_no_remedy = form.way == REJECT or (form.way == HOLDS and form.can_restore)
    if not form.validate() and not (needs_no_remedy and set(form.errors) == {"cara"}):
        if needs_no_remedy:
            form.errors.pop("cara", None)
        return _page(found, form), 422
    try:
        if form.way == REJECT:
            ruling.reject(db(), found.appeal.id, reason=form.reason, member=_member(), now=now())
        elif form.marks_again:
            ruling.uphold_by_marking_again(
                db(), found.appeal.id, everybody=form.way == ALL, reason=form.reason, member=_member(), now=now()
            )
        elif form.way == HOLDS:
            ruling.uphold_by_what_holds(db(), found.appeal.id, reason=form.reason, member=_member(), now=now())
        else:
            ruling.uphold(
                db(), found.appeal.id, remedy=form.remedy, contents=form.contents, reason=form.reason,
                member=_member(), now=now(),
            )  # fmt: skip
    except NothingToMark:
        form.refuse_marking()
        return _page(found, form), 422
    except NotOpen:
        flash(_("Sanggahan ini sudah diputus. Usulan Anda tidak dicatat."), "warn")
    except NotOfPanel as error:
        raise Absent("appeal") from error
    else:
        flash(_("Usulan tercatat. Satu anggota lain perlu menyetujuinya."))
    return redirect(url_for(".detail", code=code), 303)


@route(blueprint, "/sanggah/<code>/persetujuan", may=RULE, methods=["POST"])
def agree(code: str) -> ResponseReturnValue:
    """Agree with another member: that is the ruling."""
    found = _detail(code)
    opinion = request.form.get("usulan", type=int) or 0
    if _has_moved(found, opinion):
        flash(_("Ada hasil baru sejak usulan ini dibuat. Periksa akibatnya lagi, lalu setujui."), "warn")
        return redirect(url_for(".detail", code=code), 303)
    try:
        ruled = ruling.second(db(), found.appeal.id, opinion, member=_member(), now=now())
    except NotOpen:
        flash(_("Usulan itu tidak berlaku lagi, atau sanggahan ini sudah diputus."), "warn")
    except NotOfPanel:
        flash(_("Usulan sendiri perlu disetujui anggota lain."), "warn")
    else:
        flash(_ruled(ruled))
    return redirect(url_for(".detail", code=code), 303)


def _ruled(appeal: Appeal) -> str:
    if appeal.regrade_id is None:
        return _("Sanggahan ditolak. Peserta melihat alasannya.")
    if db().get_one(Regrade, appeal.regrade_id).remedy == REMARK:
        return _("Sanggahan diterima. Penilai yang belum pernah menilainya mendapat jawaban itu dalam antrean.")
    return _("Sanggahan diterima. Semua pengerjaan yang memuat soal ini dinilai ulang.")


def _has_moved(found: Detail, opinion: int) -> bool:
    """Whether the proposal would do something else to candidates than its page said; it is brought up to date then."""
    keys = [one.opinion.regrade_id for one in found.proposals if one.opinion.id == opinion]
    regrade = db().get(Regrade, keys[0]) if keys and keys[0] else None
    return regrade is not None and regrade.state == "draft" and has_moved(regrade)


def _member() -> Member:
    return Member(actor().user_id, actor().employee_id)


def _detail(code: str) -> Detail:
    found = report.detail(db(), code, condition(Exam, actor(), RULE), _member(), veiled=may_yet_mark())
    if found is None:
        raise Absent("appeal")
    return found


def _form(found: Detail) -> RegradeForm:
    return RegradeForm(
        found.version, found.appeal.exam_id, regrades.in_force(db(), found.appeal.exam_id).get(found.version.id)
    )


def _short(found: Detail) -> dict[int, int]:
    """Opinion → for how many of the answers that it has marked again others are too few."""
    remarks = [(one.opinion.id, one.regrade) for one in found.proposals if one.regrade and one.regrade.remedy == REMARK]
    return {opinion: left_to_mark(regrade, found.unit_id)["short"] for opinion, regrade in remarks}


def _page(found: Detail, form: RegradeForm) -> str:
    shown: dict[str, Any] = {"appeal": found.appeal, "version": found.version, "form": form, "short": _short(found)}
    return render_template("appeals/detail.html", found=found, stem=found.item.present().stem, **shown)

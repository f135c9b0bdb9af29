"""/kelola/ujian/<kode>/analisis: how the questions of an exam did, and taking one out after a person looked at it."""

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lms.access import Absent, Permission, visible
from lms.exams.models import Exam
from lms.questions import lifecycle
from lms.questions.models import Bank, Question
from lms.reports import item_model, items
from lms.reports.items import ExamReport, ItemRow, Take, Wanted
from lms.reports.workbook import MIMETYPE
from lms.web import analysis_workbook
from lms.web.downloads import attachment
from lms.web.name_search import page_of
from lms.web.question_words import DIFFICULTIES
from lms.web.request import actor, db, fetch, now, platform, route

blueprint = Blueprint("analysis", __name__)
ANALYSE = Permission.EXAM_ANALYSE
PAGE = 50


class SuspendForm(FlaskForm):
    """Why a question is taken out; it stands in the audit trail."""

    alasan = StringField(
        _l("Alasan"),
        validators=[
            DataRequired(_l("Isi alasan penangguhan.")),
            Length(max=300, message=_l("Isi paling banyak %(max)d huruf.")),
        ],
    )


@route(blueprint, "/kelola/ujian/<code>/analisis", may=ANALYSE)
def index(code: str) -> ResponseReturnValue:
    """All questions that were asked, those to look at first."""
    exam = exam_of(code)
    wanted = wanted_of(exam)
    report = items.of_exam(db(), wanted)
    only_flagged = request.args.get("saring") == "tinjau"
    shown = [row for row in report.items if items.is_flagged(row) or not only_flagged]
    page, pages = page_of(len(shown), PAGE)
    return render_template(
        "analysis/index.html",
        exam=exam,
        report=report,
        rows=shown[(page - 1) * PAGE : page * PAGE],
        total=len(shown),
        page=page,
        pages=pages,
        only_flagged=only_flagged,
        wanted=wanted,
        sittings=items.sittings_of(db(), exam.id),
        months=_months(report.result.papers),
        difficulties=DIFFICULTIES,
        is_organiser=_may(exam, Permission.EXAM_MANAGE),
        may_regrade=_may(exam, Permission.EXAM_REGRADE),
        limits=analysis_workbook.limits(),
    )


@route(blueprint, "/kelola/ujian/<code>/analisis.xlsx", may=ANALYSE)
def workbook(code: str) -> ResponseReturnValue:
    """The same as a workbook: what was analysed and what the words mean on the first sheet."""
    exam = exam_of(code)
    wanted = wanted_of(exam)
    report, model = items.of_exam(db(), wanted), item_model.of_exam(db(), wanted)
    made = analysis_workbook.make(exam, wanted, report, model, sitting=_sitting(wanted), now=now())
    return attachment(made, f"analisis-{exam.code}.xlsx", MIMETYPE)


@route(blueprint, "/kelola/ujian/<code>/analisis/<uuid>/<int:number>", may=ANALYSE)
def item(code: str, uuid: str, number: int) -> ResponseReturnValue:
    """One version of one question: who took which option, and how often it was shown."""
    return _item_page(code, uuid, number, SuspendForm())


@route(blueprint, "/kelola/ujian/<code>/analisis/<uuid>/<int:number>/penangguhan", may=ANALYSE, methods=["POST"])
def suspend(code: str, uuid: str, number: int) -> ResponseReturnValue:
    """Take the question out of papers yet to be drawn."""
    question = _question(exam_of(code), uuid)
    form = SuspendForm()
    if not form.validate_on_submit():
        return _item_page(code, uuid, number, form), 422
    done = lifecycle.suspend(db(), question.id, reason=(form.alasan.data or "").strip(), by=actor().user_id, now=now())
    _tell(_("Soal ditangguhkan. Naskah baru tidak memakainya lagi."), done=done)
    return redirect(url_for("analysis.item", code=code, uuid=uuid, number=number), 303)


@route(blueprint, "/kelola/ujian/<code>/analisis/<uuid>/<int:number>/pemulihan", may=ANALYSE, methods=["POST"])
def restore(code: str, uuid: str, number: int) -> ResponseReturnValue:
    """Undo a suspension."""
    question = _question(exam_of(code), uuid)
    done = lifecycle.restore(db(), question.id, by=actor().user_id, now=now())
    _tell(_("Soal dipakai lagi untuk naskah baru."), done=done)
    return redirect(url_for("analysis.item", code=code, uuid=uuid, number=number), 303)


def _tell(said: str, *, done: bool) -> None:
    if done:
        flash(said)
    else:
        flash(
            _("Tidak ada yang berubah: keadaan soal ini sudah diubah, atau orang lain yang menangguhkan soal Anda."),
            "warn",
        )


def exam_of(code: str) -> Exam:
    """The exam, where its analysis is in one's remit."""
    return fetch(select(Exam).where(Exam.code == code), Exam, ANALYSE)


def _may(exam: Exam, permission: Permission) -> bool:
    """Whether the exam's pages of this permission open to whoever asks."""
    rows = select(Exam.id).where(Exam.id == exam.id)
    return db().scalar(visible(rows, Exam, actor(), permission)) is not None


def _bank_code(exam: Exam) -> str | None:
    """The code of the exam's bank, where its questions' own pages open to whoever asks."""
    rows = select(Bank.code).where(Bank.id == exam.bank_id)
    return db().scalar(visible(rows, Bank, actor(), Permission.QUESTION_EDIT))


def _question(exam: Exam, uuid: str) -> Question:
    """A question of the exam's bank, where the bank too is in one's remit. Raises Absent."""
    bank = fetch(select(Bank).where(Bank.id == exam.bank_id), Bank, ANALYSE)
    found = db().scalars(select(Question).where(Question.uuid == uuid, Question.bank_id == bank.id)).one_or_none()
    if found is None:
        raise Absent("question")
    return found


def wanted_of(exam: Exam) -> Wanted:
    """What of it is analysed, as the address says."""
    take = request.args.get("ambil", "")
    return Wanted(
        exam_id=exam.id,
        zone=platform().settings.zone,
        sitting=request.args.get("sesi", ""),
        take=cast(Take, take) if take in items.TAKES else "semua",
    )


def _sitting(wanted: Wanted) -> str:
    return dict(items.sittings_of(db(), wanted.exam_id)).get(wanted.sitting, wanted.sitting)


def _item_page(code: str, uuid: str, number: int, form: SuspendForm) -> str:
    exam = exam_of(code)
    wanted = wanted_of(exam)
    report = items.of_exam(db(), wanted)
    row = _row(report, uuid, number)
    return render_template(
        "analysis/item.html",
        exam=exam,
        row=row,
        form=form,
        wanted=wanted,
        months=_shown(report, row),
        difficulties=DIFFICULTIES,
        may_regrade=_may(exam, Permission.EXAM_REGRADE),
        bank_code=_bank_code(exam),
    )


def _row(report: ExamReport, uuid: str, number: int) -> ItemRow:
    for row in report.items:
        if (row.uuid, row.number) == (uuid, number):
            return row
    raise Absent("question_version")


def _months(papers: Mapping[str, int]) -> list[tuple[str, int, float]]:
    """(month, papers, share of the busiest month) of the last twelve months that had any."""
    most = max(papers.values(), default=1)
    return [(month, count, count / most) for month, count in list(papers.items())[-12:]]


def _shown(report: ExamReport, row: ItemRow) -> list[tuple[str, int, float]]:
    """(month, papers with the question, share of that month's papers), newest last."""
    papers = list(report.result.papers.items())[-12:]
    return [(month, row.result.shown.get(month, 0), row.result.shown.get(month, 0) / count) for month, count in papers]

"""/kelola/ujian/<kode>/penilaian-ulang: correcting a question after the exam, with the difference shown before it holds."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import exists, select

from lms.access import Absent, Permission, roles_of
from lms.exams.appealing import filing, ruling
from lms.exams.appealing.ruling import BeforePanel, TakesTwo
from lms.exams.corrections import Correction
from lms.exams.models import Exam
from lms.exams.regrading import regrades, remarks
from lms.exams.regrading.models import REMARK, Regrade
from lms.exams.regrading.regrades import NotDraft, Overtaken, OwnExam
from lms.exams.regrading.remarks import NothingToMark
from lms.people import accounts
from lms.questions.models import Question, QuestionVersion
from lms.reports import regrades as report
from lms.reports.regrades import SHOWS, Show
from lms.reports.workbook import MIMETYPE
from lms.web import regrade_workbook
from lms.web.downloads import attachment
from lms.web.marking import may_yet_mark
from lms.web.name_search import page_number, page_of
from lms.web.regrade_form import RegradeForm, has_moved
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("regrades", __name__)
REGRADE = Permission.EXAM_REGRADE
PAGE = 25
AREA = "/kelola/ujian/<code>/penilaian-ulang"


@route(blueprint, AREA, may=REGRADE)
def index(code: str) -> ResponseReturnValue:
    """All regrades of an exam, the newest first."""
    exam = _exam(code)
    rows, total = report.of_exam(db(), exam.id, page=page_number(), size=PAGE)
    page, pages = page_of(total, PAGE)
    return render_template("regrades/index.html", exam=exam, rows=rows, total=total, page=page, pages=pages)


@route(blueprint, f"{AREA}/baru/<uuid>/<int:number>", may=REGRADE)
def new(code: str, uuid: str, number: int) -> ResponseReturnValue:
    """What is wrong with a question, and what is to be done."""
    exam = _exam(code)
    version = _version(exam, uuid, number)
    return _form_page(exam, uuid, RegradeForm(version, exam.id, _before(exam, version)))


@route(blueprint, f"{AREA}/baru/<uuid>/<int:number>", may=REGRADE, methods=["POST"])
def draft(code: str, uuid: str, number: int) -> ResponseReturnValue:
    """Work out the difference. Nothing holds yet."""
    exam = _exam(code)
    version = _version(exam, uuid, number)
    form = RegradeForm(version, exam.id, _before(exam, version))
    if not form.validate():
        return _form_page(exam, uuid, form), 422
    try:
        made = _drafted(exam, form)
    except NothingToMark:
        form.refuse_marking()
        return _form_page(exam, uuid, form), 422
    except OwnExam:
        flash(_own(), "warn")
        return redirect(url_for(".index", code=code), 303)
    return redirect(url_for(".detail", code=code, number=made.code), 303)


def _drafted(exam: Exam, form: RegradeForm) -> Regrade:
    """Raises OwnExam and NothingToMark."""
    said: dict[str, Any] = {"reason": form.reason, "by": actor().user_id, "now": now()}
    if form.marks_again:
        return remarks.draft(db(), exam.id, form.version.id, attempts=form.attempts, **said)
    return regrades.draft(db(), exam.id, form.version.id, form.remedy, form.contents, **said)


@route(blueprint, f"{AREA}/<number>", may=REGRADE)
def detail(code: str, number: str) -> ResponseReturnValue:
    """The difference by attempt, before and after it is applied."""
    exam = _exam(code)
    return _detail_page(exam, _regrade(exam, number))


@route(blueprint, f"{AREA}/<number>.xlsx", may=REGRADE)
def workbook(code: str, number: str) -> ResponseReturnValue:
    """The whole difference as a workbook."""
    exam = _exam(code)
    found = _regrade(exam, number)
    uuid, version, _appeals = report.question_of(db(), exam.id, found.version_id)
    lines = report.lines_of(db(), found.id, "", veiled=may_yet_mark(), page=1, size=None)
    made = regrade_workbook.make(exam, found, uuid, version, report.counts_of(db(), found), lines, now=now())
    return attachment(made, f"penilaian-ulang-{found.code}.xlsx", MIMETYPE)


@route(blueprint, f"{AREA}/<number>/penerapan", may=REGRADE, methods=["POST"])
def apply(code: str, number: str) -> ResponseReturnValue:
    """Let it hold. The attempts are graded again by a job."""
    exam = _exam(code)
    found = _regrade(exam, number)
    if not request.form.get("paham"):
        error = _("Centang bahwa Anda sudah memeriksa perubahannya.")
        return _detail_page(exam, found, error=error), 422
    if found.state == "draft" and has_moved(found):
        flash(_("Ada hasil baru sejak rancangan ini dibuat. Periksa perubahannya lagi, lalu terapkan."), "warn")
        return redirect(url_for(".detail", code=code, number=number), 303)
    try:
        ruling.apply(db(), found, by=actor().user_id, now=now())
    except OwnExam:
        flash(_own(), "warn")
    except BeforePanel:
        flash(_("Rancangan ini usulan panel sanggah. Anggota panel lain yang menyetujuinya."), "warn")
    except TakesTwo:
        flash(_("Rancangan ini mengubah putusan panel sanggah. Penyelenggara lain yang menerapkannya."), "warn")
    except Overtaken:
        if found.remedy == REMARK:
            flash(
                _(
                    "Jawaban itu sudah diberikan kepada penilai lain, atau soalnya dianulir, sejak rancangan dibuat. "
                    "Batalkan rancangan ini."
                ),
                "warn",
            )
        else:
            flash(_("Soal ini dikoreksi lain sejak rancangan dibuat. Batalkan rancangan ini, lalu buat lagi."), "warn")
    except NotDraft:
        flash(_("Penilaian ulang ini sudah diterapkan atau dibatalkan sebelumnya."), "warn")
    else:
        flash(
            _("Jawaban masuk antrean penilai lain. Hasil baru muncul begitu penilai menyelesaikannya.")
            if found.remedy == REMARK
            else _("Penilaian ulang diterapkan. Hasil baru muncul satu per satu.")
        )
    return redirect(url_for(".detail", code=code, number=number), 303)


@route(blueprint, f"{AREA}/<number>/pembatalan", may=REGRADE, methods=["POST"])
def withdraw(code: str, number: str) -> ResponseReturnValue:
    """Give up a draft."""
    found = _regrade(_exam(code), number)
    try:
        regrades.withdraw(db(), found.id, by=actor().user_id, now=now())
    except NotDraft:
        flash(_("Penilaian ulang ini sudah diterapkan atau dibatalkan sebelumnya."), "warn")
    else:
        flash(_("Rancangan dibatalkan. Tidak ada hasil yang berubah."))
    return redirect(url_for(".index", code=code), 303)


def _own() -> str:
    return _("Anda pernah mengerjakan ujian ini, jadi penyelenggara lain yang mengoreksinya.")


def _exam(code: str) -> Exam:
    return fetch(select(Exam).where(Exam.code == code), Exam, REGRADE)


def _version(exam: Exam, uuid: str, number: int) -> QuestionVersion:
    """A version of a question of the exam's bank. Raises Absent."""
    of_bank = exists(
        select(1).where(
            Question.id == QuestionVersion.question_id,
            Question.uuid == uuid,
            Question.bank_id == exam.bank_id,
            Question.purpose == "exam",
        )
    )
    found = db().scalars(select(QuestionVersion).where(QuestionVersion.number == number, of_bank)).one_or_none()
    if found is None:
        raise Absent("question_version")
    return found


def _before(exam: Exam, version: QuestionVersion) -> Correction | None:
    return regrades.in_force(db(), exam.id).get(version.id)


def _holding(before: Correction | None) -> Regrade | None:
    """The regrade by which a question is marked now."""
    return db().scalars(select(Regrade).where(Regrade.code == before.code)).one() if before else None


def _regrade(exam: Exam, number: str) -> Regrade:
    found = db().scalars(select(Regrade).where(Regrade.exam_id == exam.id, Regrade.code == number)).one_or_none()
    if found is None:
        raise Absent("regrade")
    return found


def _form_page(exam: Exam, uuid: str, form: RegradeForm) -> str:
    holding = _holding(form.before)
    return render_template(
        "regrades/new.html",
        exam=exam,
        uuid=uuid,
        version=form.version,
        form=form,
        holding=holding,
        by_panel=holding is not None and ruling.is_before_panel(db(), holding.id),
        appeals=db().scalar(filing.waiting_on(exam.id, form.version.id)),
    )


def _detail_page(exam: Exam, found: Regrade, *, error: str = "") -> str:
    asked = request.args.get("saring", "")
    show: Show = next((one for one in SHOWS if one == asked), "")
    counts = report.counts_of(db(), found)
    uuid, version, appeals = report.question_of(db(), exam.id, found.version_id)
    holding = _holding(_before(exam, version))
    of_panel = ruling.before_panel(db(), [found.id, *([holding.id] if holding else [])])
    total = {"": counts.total, "nilai": counts.changed, "lulus": counts.gained, "gagal": counts.lost}[show]
    page, pages = page_of(total, PAGE)
    return render_template(
        "regrades/detail.html",
        exam=exam,
        regrade=found,
        uuid=uuid,
        version=version,
        counts=counts,
        others=[] if found.remedy == REMARK else report.asked_otherwise(db(), exam.id, version),
        appeals=appeals,
        lines=report.lines_of(db(), found.id, show, veiled=may_yet_mark(), page=page, size=PAGE),
        show=show,
        page=page,
        pages=pages,
        error=error,
        holding=holding,
        by_panel=found.id in of_panel,
        changes_ruling=found.remedy != REMARK and found.id not in of_panel and bool(of_panel),
        is_mine=found.made_by == actor().user_id,
        **left_to_mark(found, exam.unit_id),
    )


def left_to_mark(found: Regrade, unit_id: int) -> dict[str, int]:
    """What a page says of a remark that waits for marks: for how many answers others are too few, and how many mark each.

    unit_id: of the exam.
    """
    if found.remedy != REMARK or found.state not in ("draft", "applying"):
        return {"short": 0, "markers": 0}
    able = accounts.holders(roles_of(Permission.ATTEMPT_MARK), unit_id, on=actor().today)
    short, markers = report.short_of_markers(db(), found, able, by=actor().user_id)
    return {"short": short, "markers": markers}

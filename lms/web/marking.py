"""/koreksi: marking answers by their rubric, question by question, without knowing whose they are."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, select

from lms import completion
from lms.access import Absent, Permission, condition
from lms.exams.marking import phrases, works
from lms.exams.marking.agreement import FEWEST
from lms.exams.marking.models import Work
from lms.exams.marking.works import Given, NotYours
from lms.exams.models import Attempt, Exam
from lms.questions.kinds.numbers import number_in
from lms.questions.models import Question, QuestionVersion
from lms.reports import marking as report
from lms.reports.marking import Marker, Sheet
from lms.web import downloads
from lms.web.name_search import page_number, page_of
from lms.web.presentation import exact
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("marking", __name__)
MARK = Permission.ATTEMPT_MARK
PAGE = 25


@dataclass
class Typed:
    """What the form holds. points: a text for each criterion; errors: by criterion, or "komentar"; keeps: the comment
    goes into the bank, too."""

    points: list[str]
    comment: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    given: list[Decimal] = field(default_factory=list)
    keeps: bool = False


@route(blueprint, "/koreksi", may=MARK)
def index() -> ResponseReturnValue:
    """The questions whose answers wait, those with something to do first."""
    rows, total = report.queue(db(), condition(Exam, actor(), MARK), _marker(), page=page_number(), size=PAGE)
    page, pages = page_of(total, PAGE)
    return render_template(
        "marking/index.html", rows=rows, total=total, page=page, pages=pages, leads=bool(actor().heads)
    )


@route(blueprint, "/koreksi/<code>/<uuid>/<int:number>", may=MARK)
def question(code: str, uuid: str, number: int) -> ResponseReturnValue:
    """One question: its rubric, what is left, and what I have marked."""
    exam = _exam(code)
    version = _version(exam, uuid, number)
    rows, total = report.marked_by(db(), exam.id, version.id, _marker(), page=page_number(), size=PAGE)
    page, pages = page_of(total, PAGE)
    return render_template(
        "marking/question.html",
        exam=exam,
        version=version,
        uuid=uuid,
        rubric=version.content["rubric"],
        next=report.next_code(db(), exam.id, version.id, _marker()),
        rows=rows,
        total=total,
        page=page,
        pages=pages,
    )


@route(blueprint, "/koreksi/jawaban/<code>", may=MARK)
def answer(code: str) -> ResponseReturnValue:
    """One answer under its number."""
    sheet = _sheet(code)
    points = [exact(Decimal(one)) for one in sheet.mine.points] if sheet.mine else [""] * len(_rubric(sheet))
    return _page(sheet, Typed(points, sheet.mine.comment if sheet.mine else ""))


@route(blueprint, "/koreksi/jawaban/<code>", may=MARK, methods=["POST"])
def give(code: str) -> ResponseReturnValue:
    """Append a mark and go on to the next answer. Where somebody was first, that is said, and what was typed stays."""
    sheet = _sheet(code)
    typed = _typed(sheet)
    if typed.errors:
        return _page(sheet, typed), 422
    who, seen = actor(), request.form.get("nomor", type=int) or 0
    try:
        given = completion.give_mark(
            db(), sheet.work.id, sheet.item.content, typed.given, comment=typed.comment, seen=seen, by=who.user_id,
            employee_id=who.employee_id, now=now(), today=who.today,
        )  # fmt: skip
    except NotYours as error:
        raise Absent("work") from error
    if given.fate == "stale":
        return _page(_sheet(code), typed, stale=True), 409
    _tell(given, is_correction=sheet.mine is not None)
    if typed.keeps:
        _keep_phrase(request.form.get("komentar", ""))
    return redirect(_onward(sheet), 303)


@route(blueprint, "/koreksi/jawaban/<code>/lewati", may=MARK)
def skip(code: str) -> ResponseReturnValue:
    """On to the answer after this one; it comes again at the end."""
    return redirect(_onward(_sheet(code)))


@route(blueprint, "/koreksi/jawaban/<code>/berkas", may=MARK)
def file(code: str) -> ResponseReturnValue:
    """The file that was handed in, under the answer's number: its own name may be the candidate's."""
    sheet = _sheet(code)
    if sheet.item.kind != "file":
        raise Absent("answer")
    return downloads.handed_in(sheet.work.attempt_id, sheet.answer, f"jawaban-{code}")


@route(blueprint, "/koreksi/<code>/kesepakatan", may=MARK)
def agreement(code: str) -> ResponseReturnValue:
    """How far two markers of the same answers agree."""
    exam = _exam(code)
    lines = report.agreement_of(db(), exam.id)
    return render_template("marking/agreement.html", exam=exam, lines=lines, fewest=FEWEST, is_organiser=False)


@route(blueprint, "/koreksi/komentar", may=MARK)
def comments() -> ResponseReturnValue:
    """My bank of comments; with `ubah`, one of them to be worded anew."""
    return _comments(request.args.get("ubah", type=int))


@route(blueprint, "/koreksi/komentar", may=MARK, methods=["POST"])
def keep_comment() -> ResponseReturnValue:
    """Keep a comment, word one anew, or take one out."""
    if gone := request.form.get("hapus", type=int):
        phrases.forget(db(), actor().user_id, gone)
        flash(_("Komentar dihapus dari bank."))
        return redirect(url_for(".comments"), 303)
    text, changed = _plain(request.form.get("komentar", "")), request.form.get("ubah", type=int)
    error = ""
    if not text or len(text) > phrases.LONGEST:
        error = _("Isi 1 sampai %(n)s huruf.", n=phrases.LONGEST)
    elif changed:
        if not phrases.change(db(), actor().user_id, changed, text):
            raise Absent("phrase")
    elif not phrases.keep(db(), actor().user_id, text, now=now()):
        error = _full()
    if error:
        return _comments(changed, error=error, typed=text), 422
    flash(_("Komentar tersimpan."))
    return redirect(url_for(".comments"), 303)


def _comments(changed: int | None, *, error: str = "", typed: str = "") -> str:
    """The bank. changed: the phrase that is worded anew. Raises Absent where it is not in the marker's own bank."""
    mine = phrases.of(db(), actor().user_id)
    found = next((phrase for phrase in mine if phrase.id == changed), None)
    if changed and found is None:
        raise Absent("phrase")
    typed = typed or (found.text if found and not error else "")
    return render_template("marking/comments.html", phrases=mine, error=error, typed=typed, changed=found)


def _full() -> str:
    return _("Bank komentar penuh: paling banyak %(n)s. Hapus satu lebih dahulu.", n=phrases.MOST)


def _marker() -> Marker:
    leads = condition(Attempt, actor(), Permission.TEAM_READ)
    return Marker(actor().user_id, actor().employee_id, leads)


def may_yet_mark() -> ColumnElement[bool]:
    """The SQL of "the actor may yet mark the work of the attempt, in the exam, again": what it was given before is kept from them."""
    return condition(Exam, actor(), MARK) & report.may_yet_mark(_marker())


def _exam(code: str) -> Exam:
    return fetch(select(Exam).where(Exam.code == code), Exam, MARK)


def _version(exam: Exam, uuid: str, number: int) -> QuestionVersion:
    """The version of a question, if the exam has work on it. Raises Absent."""
    rows = select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
    asked = exists(select(1).where(Work.exam_id == exam.id, Work.version_id == QuestionVersion.id))
    found = db().scalars(rows.where(Question.uuid == uuid, QuestionVersion.number == number, asked)).one_or_none()
    if found is None:
        raise Absent("question_version")
    return found


def _sheet(code: str) -> Sheet:
    found = report.sheet_of(db(), code, condition(Exam, actor(), MARK), _marker())
    if found is None:
        raise Absent("work")
    return found


def _rubric(sheet: Sheet) -> list[dict[str, Any]]:
    rubric: list[dict[str, Any]] = sheet.item.content["rubric"]
    return rubric


def _page(sheet: Sheet, typed: Typed, *, stale: bool = False) -> str:
    asked = sheet.item.present()
    return render_template(
        "marking/answer.html",
        sheet=sheet,
        asked=asked,
        typed=typed,
        stale=stale,
        rubric=_rubric(sheet),
        phrases=phrases.of(db(), actor().user_id),
        stem=asked.stem,
    )


def _typed(sheet: Sheet) -> Typed:
    rubric = _rubric(sheet)
    typed = Typed([request.form.get(f"k{n}", "").strip() for n in range(len(rubric))], _comment())
    typed.keeps = bool(request.form.get("simpan_frasa"))
    for n, (row, text) in enumerate(zip(rubric, typed.points, strict=True)):
        points = number_in(text)
        if points is None or not _fits(row, points):
            typed.errors[f"k{n}"] = _wrong(row, points)
        else:
            typed.given.append(points)
    if len(typed.comment) > works.LONGEST_COMMENT:
        typed.errors["komentar"] = _("Isi paling banyak %(n)s huruf.", n=works.LONGEST_COMMENT)
    return typed


def _fits(row: dict[str, Any], points: Decimal) -> bool:
    if "levels" in row:
        return points in [Decimal(level["points"]) for level in row["levels"]]
    return _is_within(row, points) and points == points.quantize(Decimal("0.01"))


def _is_within(row: dict[str, Any], points: Decimal) -> bool:
    return 0 <= points <= Decimal(row["points"])


def _wrong(row: dict[str, Any], points: Decimal | None) -> str:
    if "levels" in row:
        return _("Pilih satu tingkat untuk “%(criterion)s”.", criterion=row["criterion"])
    if points is not None and _is_within(row, points):
        return _("Isi paling banyak dua angka di belakang koma untuk “%(criterion)s”.", criterion=row["criterion"])
    most = exact(Decimal(row["points"]))
    return _("Isi poin 0 sampai %(most)s untuk “%(criterion)s”.", most=most, criterion=row["criterion"])


def _comment() -> str:
    """What was typed, and behind it the phrases that were ticked."""
    chosen = set(request.form.getlist("frasa", type=int))
    said = [phrase.text for phrase in phrases.of(db(), actor().user_id) if phrase.id in chosen] if chosen else []
    typed = _plain(request.form.get("komentar", ""))
    return "\n".join([*filter(None, [typed]), *(text for text in said if text not in typed)])


def _keep_phrase(written: str) -> None:
    """Keep what was written in the bank, without what came out of it, and say so where it does not go in."""
    text = " ".join(written.split())
    if len(text) > phrases.LONGEST:
        flash(_("Komentar tidak masuk bank: paling banyak %(n)s huruf.", n=phrases.LONGEST), "warn")
    elif text and not phrases.keep(db(), actor().user_id, text, now=now()):
        flash(_full(), "warn")


def _tell(given: Given, *, is_correction: bool) -> None:
    match given.fate:
        case "kept" if is_correction:
            flash(
                _("Penilaian jawaban ini sudah selesai. Perbaikan Anda disimpan sebagai catatan dan tidak dihitung."),
                "warn",
            )
        case "kept":
            flash(
                _(
                    "Penilai lain lebih dahulu menilai jawaban ini. Nilai Anda disimpan sebagai catatan dan tidak dihitung."
                ),
                "warn",
            )
        case "corrected":
            flash(_("Perbaikan nilai tersimpan. Nilai sebelumnya tetap tercatat."))
        case _:
            flash(_("Nilai tersimpan."))


def _onward(sheet: Sheet) -> str:
    """The next answer to the same question; when there is none, its page."""
    found = report.next_code(db(), sheet.work.exam_id, sheet.work.version_id, _marker(), after=sheet.work.code)
    if found is not None:
        return url_for(".answer", code=found)
    return url_for(".question", code=sheet.exam_code, uuid=sheet.uuid, number=sheet.number)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

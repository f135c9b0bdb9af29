"""/kelola/ujian: an organiser's exams, each with its blueprint beside the bank and its sittings."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access import Permission, visible
from lms.catalogue.models import Course
from lms.exams import feasibility, rehearsing
from lms.exams.marking.agreement import FEWEST
from lms.exams.models import EXAM, Exam
from lms.reports import exams as report
from lms.reports import marking
from lms.web.name_search import page_of
from lms.web.question_words import DIFFICULTIES
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("organising", __name__)
MANAGE = Permission.EXAM_MANAGE
PAGE = 25
LONGEST_SEARCH = 80


@route(blueprint, "/kelola/ujian", may=MANAGE)
def index() -> ResponseReturnValue:
    """The exams of the units that one organises for: `?keadaan=open|ahead|none`, `?cari=` words of the title."""
    state, words = request.args.get("keadaan", ""), request.args.get("cari", "").strip()
    state, words = state if state in report.STATES else "", words[:LONGEST_SEARCH]
    rows = visible(report.exams(state, words, now=now()), Exam, actor(), MANAGE)
    total = report.count(db(), rows)
    page, pages = page_of(total, PAGE)
    return render_template(
        "organising/index.html",
        rows=report.exam_rows(db(), rows, now=now(), page=page, size=PAGE),
        total=total,
        page=page,
        pages=pages,
        state=state,
        words=words,
    )


@route(blueprint, "/kelola/ujian/<code>", may=MANAGE)
def exam(code: str) -> ResponseReturnValue:
    """One exam: its rules, its blueprint and whether the bank can fill it, its sittings, and what is left to people afterwards."""
    found = exam_of(code)
    total = report.count_sittings(db(), found.id)
    page, pages = page_of(total, PAGE)
    return render_template(
        "organising/exam.html",
        exam=found,
        course=found.course.published if found.course else None,
        plan=feasibility.of_exam(db(), found, now=now()),
        difficulties=DIFFICULTIES,
        rows=report.sitting_rows(db(), found.id, now=now(), page=page, size=PAGE),
        afterwards=report.afterwards(db(), found.id, now=now()),
        beside=rehearsing.beside(db(), found) if found.mode == EXAM else None,
        total=total,
        page=page,
        pages=pages,
    )


@route(blueprint, "/kelola/ujian/<code>/kesepakatan", may=MANAGE)
def agreement(code: str) -> ResponseReturnValue:
    """How far two markers of the same answers agree, as the markers see it: figures by question, nobody's name."""
    found = exam_of(code)
    lines = marking.agreement_of(db(), found.id)
    return render_template("marking/agreement.html", exam=found, lines=lines, fewest=FEWEST, is_organiser=True)


def exam_of(code: str) -> Exam:
    """The exam with this code, if it is in one's remit; anything else is 404."""
    rows = select(Exam).where(Exam.code == code).options(joinedload(Exam.course).joinedload(Course.published))
    return fetch(rows, Exam, MANAGE)

"""Learning: one's own courses, their outlines and lessons, the place one reads at, and practice questions."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from lms import completion, markup
from lms.access import Absent, Permission
from lms.catalogue import lessons, progress
from lms.catalogue.lessons import LessonText
from lms.catalogue.models import Course, Enrolment
from lms.catalogue.progress import Outline
from lms.certificates import attendance
from lms.exams import rehearsing, upcoming
from lms.markup import Practice
from lms.questions import practice
from lms.questions.practice import Feedback, PracticeQuestion
from lms.reports import offers
from lms.web import typed
from lms.web.place import place as whence
from lms.web.presentation import clock_time
from lms.web.request import actor, db, fetch, now, platform, route

blueprint = Blueprint("learning", __name__)
LEARN = Permission.LEARN
MOST_OFFERS = 3
#: Letters that the answers of one lesson may take in the cookie, which holds 4 KB in all.
ROOM = 2_000


@dataclass(frozen=True)
class Exercise:
    """A practice question on its page: its number there, what is said to the answer, and what is wrong with the form."""

    number: int
    question: PracticeQuestion
    feedback: Feedback | None
    error: str


@route(blueprint, "/belajar", may=LEARN)
def index() -> ResponseReturnValue:
    """One's own courses by status; something to begin with where there are none."""
    mine = progress.of_person(db(), actor().employee_id)
    return render_template(
        "learning/index.html",
        running=[row for row in mine if row.completed_at is None],
        finished=[row for row in mine if row.completed_at is not None],
        offers=() if mine else offers.of_person(db(), actor().employee_id, today=actor().today, limit=MOST_OFFERS),
    )


@route(blueprint, "/belajar/<slug>", may=LEARN)
def course(slug: str) -> ResponseReturnValue:
    """The outline of a course. Who is not enrolled is led to the catalogue, which says how to begin."""
    try:
        outline = _outline(slug)
    except Absent:
        return redirect(url_for("catalogue.course", slug=slug))
    return render_template(
        "learning/course.html",
        outline=outline,
        exam=upcoming.of_course(db(), outline.course_id),
        rehearsals=rehearsing.of_course(db(), outline.course_id),
    )


@route(blueprint, "/belajar/<slug>/<int:number>", may=LEARN, writes=True)
def lesson(slug: str, number: int) -> ResponseReturnValue:
    """A lesson. Opening it makes it the place to go on from."""
    try:
        outline = _outline(slug)
    except Absent:
        return redirect(url_for("catalogue.course", slug=slug))
    text = _text(outline, number)
    page = _lesson(outline, text)
    progress.open_lesson(db(), outline.enrolment_id, text.uuid, now=now())
    return page


@route(blueprint, "/belajar/<slug>/<int:number>/posisi", may=LEARN, methods=["POST"])
def place(slug: str, number: int) -> ResponseReturnValue:
    """Keep how far the lesson was read. Answers with the time at which it was kept."""
    outline = _outline(slug)
    step = next((step for step in outline.steps if step.number == number), None)
    read_to = request.form.get("sampai", type=int)
    if step is None or read_to is None:
        abort(400)
    if not progress.note_place(db(), outline.enrolment_id, step.uuid, read_to, now=now()):
        abort(404)
    return {"pukul": clock_time(now())}


@route(blueprint, "/belajar/<slug>/<int:number>/penyelesaian", may=LEARN, methods=["POST"])
def complete(slug: str, number: int) -> ResponseReturnValue:
    """Mark the lesson as finished and go to the next; after the last one to the summary."""
    before = _outline(slug)
    progress.complete_lesson(db(), before.enrolment_id, _text(before, number).uuid, now=now())
    outline = progress.outline(db(), before.enrolment_id)
    if outline.next is None:
        if outline.completed_at is None and upcoming.of_course(db(), outline.course_id) is None:
            check_page = f"{platform().settings.public_url}/cek"
            who = actor()
            completion.finish_course(
                db(), who.employee_id, outline.course_id, check_page=check_page, on=who.today, now=now()
            )
        return redirect(url_for("learning.summary", slug=slug), 303)
    following = outline.after(number)
    if following is None:
        flash(_("Masih ada %(n)s materi yang belum selesai.", n=len(outline.steps) - outline.done))
        following = outline.next
    return redirect(url_for("learning.lesson", slug=slug, number=following.number), 303)


@route(blueprint, "/belajar/<slug>/<int:number>/latihan/<uuid>", may=LEARN, methods=["POST"])
def practise(slug: str, number: int, uuid: str) -> ResponseReturnValue:
    """Answer a practice question. The answer stays in this browser only, until another lesson is practised."""
    outline = _outline(slug)
    text = _text(outline, number)
    question = practice.find(db(), [uuid]).get(uuid)
    if question is None or Practice(uuid) not in markup.parts(text.body):
        abort(404)
    value = typed.answer(question.kind, request.form)
    if value is None:
        return _lesson(outline, text, refused=uuid), 422
    kept = cookie.get("latihan", {})
    answers = kept.get("jawaban", {}) if kept.get("materi") == text.uuid else {}
    cookie["latihan"] = {"materi": text.uuid, "jawaban": _newest({**answers, uuid: value})}
    return redirect(url_for("learning.lesson", slug=slug, number=number, _anchor=f"latihan-{uuid}"), 303)


@route(blueprint, "/belajar/<slug>/<int:number>/latihan/<uuid>", may=LEARN)
def practised(slug: str, number: int, uuid: str) -> ResponseReturnValue:
    """The address of an answer that was refused, opened again: back to its question."""
    return redirect(url_for("learning.lesson", slug=slug, number=number, _anchor=f"latihan-{uuid}"))


@route(blueprint, "/belajar/<slug>/rangkuman", may=LEARN)
def summary(slug: str) -> ResponseReturnValue:
    """All lessons are done: what comes next. Before that it leads back to the outline."""
    outline = _outline(slug)
    if outline.next is not None:
        return redirect(url_for("learning.course", slug=slug))
    mine = upcoming.of_employee(db(), actor().employee_id, now=now(), place=whence())
    return render_template(
        "learning/summary.html",
        outline=outline,
        exam=upcoming.of_course(db(), outline.course_id),
        certificate=attendance.of_course(db(), actor().employee_id, outline.course_id),
        ahead=next((one for one in mine if one.course_id == outline.course_id), None),
    )


def _newest(answers: dict[str, Any]) -> dict[str, Any]:
    """As many of the answers, the last ones, as the browser's cookie has room for."""
    kept = dict(answers)
    while len(json.dumps(kept)) > ROOM and len(kept) > 1:
        kept.pop(next(iter(kept)))
    return kept


def _outline(slug: str) -> Outline:
    mine = select(Enrolment).join(Course, Course.id == Enrolment.course_id).where(Course.slug == slug)
    return progress.outline(db(), fetch(mine, Enrolment, LEARN).id)


def _text(outline: Outline, number: int) -> LessonText:
    found = lessons.read(db(), outline.enrolment_id, number)
    if found is None:
        abort(404)
    return found


def _lesson(outline: Outline, text: LessonText, *, refused: str = "") -> str:
    places = {step.slug: step.number for step in outline.steps}

    def link(slug: str) -> str | None:
        return url_for("learning.lesson", slug=outline.slug, number=places[slug]) if slug in places else None

    return render_template(
        "learning/lesson.html",
        outline=outline,
        lesson=text,
        step=outline.steps[text.number - 1],
        parts=_exercises(markup.parts(text.body, link=link), text.uuid, refused),
        exam=upcoming.of_course(db(), outline.course_id),
    )


def _exercises(parts: list[Markup | Practice], lesson_uuid: str, refused: str) -> list[Markup | Exercise]:
    """The text with its practice questions put in; one that is not to be had is left out."""
    found = practice.find(db(), (part.uuid for part in parts if isinstance(part, Practice)))
    kept = cookie.get("latihan", {})
    answers = kept.get("jawaban", {}) if kept.get("materi") == lesson_uuid else {}
    shown: list[Markup | Exercise] = []
    for part in parts:
        if isinstance(part, Markup):
            shown.append(part)
        elif question := found.get(part.uuid):
            feedback = practice.answer(question, answers[part.uuid]) if part.uuid in answers else None
            error = _("Pilih atau isi jawaban dahulu.") if part.uuid == refused else ""
            number = 1 + sum(isinstance(one, Exercise) for one in shown)
            shown.append(Exercise(number, question, feedback if not error else None, error))
    return shown

"""The catalogue: finding a course, looking at it, and enrolling."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access import Permission
from lms.catalogue import enrolment, listing
from lms.catalogue.listing import CourseDetail, Wanted
from lms.catalogue.models import Enrolment
from lms.exams import upcoming
from lms.reports import following
from lms.search import courses
from lms.search.documents import EVERYONE, MOST_FOUND
from lms.search.engines import engine
from lms.web.request import PUBLIC, actor, actor_or_none, db, now, platform, route

blueprint = Blueprint("catalogue", __name__)
LONGEST_QUERY = 120


@route(blueprint, "/katalog", may=PUBLIC)
def index() -> ResponseReturnValue:
    """Courses that fit what is asked for."""
    wanted = Wanted(words=_asked("cari"), competency=_asked("kompetensi"), length=_asked("jp"), method=_asked("metode"))
    page = request.args.get("halaman", 1, type=int)
    found = listing.find(db(), wanted, ids=_ids(wanted.words), page=page)
    return render_template(
        "catalogue/index.html",
        wanted=wanted,
        found=found,
        choices=listing.choices(db()),
        lengths=_lengths(),
        link=_page,
    )


@route(blueprint, "/katalog/<slug>", may=PUBLIC)
def course(slug: str) -> ResponseReturnValue:
    """One course: what it holds, builds and takes."""
    return _course(_detail(slug))


@route(blueprint, "/katalog/<slug>/pendaftaran", may=Permission.LEARN, methods=["POST"])
def enrol(slug: str) -> ResponseReturnValue:
    """Enrol in the course. A withdrawn one says so, and what to take instead."""
    detail = _detail(slug)
    try:
        enrolment.enrol(db(), actor().employee_id, detail.id, by=actor().user_id, now=now())
    except enrolment.CourseClosed:
        return _course(detail), 409
    flash(_("Anda terdaftar. Mulailah dari materi pertama."))
    return redirect(url_for("learning.course", slug=slug), 303)


def _ids(words: str) -> list[int] | None:
    """The courses that the search index finds, best first. None when it finds none: it may not have been made yet."""
    if not words:
        return None
    found = engine(platform()).search(db(), words, audience=(EVERYONE,), limit=MOST_FOUND)
    return [int(hit.key) for hit in found.hits if hit.kind == courses.KIND] or None


def _detail(slug: str) -> CourseDetail:
    found = listing.detail(db(), slug)
    if found is None:
        abort(404)
    return found


def _course(detail: CourseDetail) -> str:
    certified, attended = following.awards_of_course(db(), detail.id)
    return render_template(
        "catalogue/course.html",
        course=detail,
        exam=upcoming.of_course(db(), detail.id),
        is_enrolled=_is_enrolled(detail.id),
        certified=certified,
        attended=attended,
        others=listing.alternatives(db(), detail, limit=3) if detail.is_withdrawn else (),
    )


def _is_enrolled(course_id: int) -> bool:
    who = actor_or_none()
    if who is None:
        return False
    mine = select(Enrolment.id).where(Enrolment.employee_id == who.employee_id, Enrolment.course_id == course_id)
    return db().scalar(mine) is not None


def _asked(name: str) -> str:
    """A value of the query; PostgreSQL takes no NUL, and nothing sensible is longer."""
    return request.args.get(name, "").strip()[:LONGEST_QUERY]


def _lengths() -> list[tuple[str, str]]:
    return [("singkat", _("1–3 JP")), ("sedang", _("4–9 JP")), ("panjang", _("10 JP atau lebih"))]


def _page(number: int) -> str:
    asked: dict[str, Any] = {key: value for key, value in request.args.items() if value and key != "halaman"}
    return url_for("catalogue.index", **asked, halaman=number)

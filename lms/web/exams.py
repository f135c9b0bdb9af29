"""Exams: which there are, what their rules are, and starting one."""

import logging
from collections.abc import Collection

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.access import Absent, Permission
from lms.exams import attempts, drawing, listing, preparing, shortage, sittings, starting, upcoming
from lms.exams.blueprint_rows import Infeasible
from lms.exams.definitions import Definition, definition
from lms.exams.eligibility import Eligibility, Reason, may_start
from lms.exams.models import EXAM, PRACTICE
from lms.exams.rules import rules_of
from lms.exams.starting import Entry, Refused, Started
from lms.reports import offers
from lms.web.place import place
from lms.web.question_words import KINDS
from lms.web.request import actor, db, keep_although_refused, now, platform, route

blueprint = Blueprint("exams", __name__)
log = logging.getLogger(__name__)
MOST_OFFERS = 3


@route(blueprint, "/ujian", may=Permission.EXAM_SIT)
def index() -> ResponseReturnValue:
    """Exams before one, under way or passed, and all attempts so far; courses that lead to an exam where there is none."""
    who = actor()
    exams = upcoming.of_employee(db(), who.employee_id, now=now(), place=place())
    done = [one for one in listing.attempts_of(db(), who.employee_id) if one.closed_at is not None]
    ahead = [one for one in exams if not one.standing.passed]
    return render_template(
        "exams/index.html",
        ahead=ahead,
        passed=[one for one in exams if one.standing.passed],
        offers=() if ahead else offers.of_person(db(), who.employee_id, today=who.today, limit=MOST_OFFERS),
        past=[one for one in done if one.mode == EXAM],
        rehearsed=[one for one in done if one.mode != EXAM],
    )


@route(blueprint, "/ujian/<code>", may=Permission.EXAM_SIT, writes=True)
def rules(code: str) -> ResponseReturnValue:
    """An exam's rules, and whether one may start. Lays the paper ready, so that starting is one small UPDATE."""
    found, standing = _standing(code)
    is_ready = _prepare(found, standing)
    return _page(found, standing, is_ready=is_ready)


@route(blueprint, "/ujian/<code>/pengerjaan", may=Permission.EXAM_SIT, methods=["POST"], notes_use=False)
def start(code: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    started = _start(code)
    if started is None:  # no paper lies ready: the page was not opened, or is old
        found, standing = _standing(code)
        going = standing.running
        if going is not None:
            attempts.claim(db(), going.attempt_id, user_session_id=actor().session_id, now=now())
            return redirect(url_for("attempts.go_on", code=going.code), 303)
        is_ready = _prepare(found, standing)
        started = _start(code) if standing.may_start and is_ready else None
        if started is None:
            return _page(found, standing, is_ready=is_ready), 422
    if isinstance(started, Refused):
        if started.reason is Reason.PIN:
            keep_although_refused()
        found, standing = _standing(code)
        return _page(found, standing, is_ready=_prepare(found, standing), refused=started.reason), 422
    return redirect(url_for("attempts.question", code=started.code, number=1), 303)


def _start(code: str) -> Started | Refused | None:
    who = actor()
    entry = Entry(place(), request.form.get("pin", ""), platform().settings.secret_key)
    return starting.start(
        db(), code, who.employee_id, entry=entry, user_session_id=who.session_id, by=who.user_id, now=now()
    )


def _standing(code: str) -> tuple[Definition, Eligibility]:
    who = actor().employee_id
    found = definition(db(), code, now=now(), employee_id=who)
    if found is None:
        raise Absent("exam")
    return found, may_start(db(), found, who, now=now(), place=place())


def _prepare(found: Definition, standing: Eligibility) -> bool:
    """Whether nothing lacks that is known of the exam itself; that its bank lacks something is kept for its organiser."""
    try:
        is_laid = preparing.prepare(db(), found, standing, actor().employee_id, now=now())
    except Infeasible as missing:
        log.error("exam %s cannot be drawn: %s", found.exam.code, missing)
        shortage.note(db(), found.exam, now=now())
        return False
    return is_laid or (found.blueprint is not None and not standing.is_short)


def _page(found: Definition, standing: Eligibility, *, is_ready: bool, refused: Reason | None = None) -> str:
    """refused: what was wrong at the door just now, with the PIN for instance."""
    return render_template(
        "exams/practice.html" if found.exam.mode == PRACTICE else "exams/rules.html",
        rules=rules_of(
            found, sitting_id=standing.sitting.id if standing.sitting else None, situational=_situational(found)
        ),
        standing=standing,
        sitting=None if standing.is_unplanned else standing.sitting,
        kinds=KINDS,
        is_ready=is_ready,
        refused=refused,
        missed=sittings.missed(db(), found.exam.id, actor().employee_id, now=now()) if standing.is_left_out else None,
    )


def _situational(found: Definition) -> Collection[str]:
    """Titles of the sections in which no answer is right or wrong; looked for only where points are told."""
    content = found.blueprint.content if found.blueprint else {"sections": []}
    if not any("scoring" in section for section in content["sections"]):
        return ()
    return drawing.all_of_kind(db(), found.exam, content, "situational")

"""The front door for everyone, and the home page of who has signed in."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import clock
from lms.access import Permission
from lms.catalogue import hours, progress
from lms.catalogue.hours import YearHours
from lms.competencies import standards
from lms.competencies.courses import Step, steps_for
from lms.competencies.gaps import Gap, top_gaps
from lms.competencies.standards import Post
from lms.exams import upcoming
from lms.reports import changes, offers
from lms.reports.offers import Offer
from lms.web.place import place
from lms.web.request import PUBLIC, actor, actor_or_none, db, now, platform, route
from lms.web.sign_in import SignInForm

blueprint = Blueprint("home", __name__)
log = logging.getLogger(__name__)
MOST_GAPS = 3
MOST_OFFERS = 3

T = TypeVar("T")


@dataclass(frozen=True)
class Card(Generic[T]):
    """What one card of the page shows. Where it could not be made, `failed` says so and the others still stand."""

    value: T | None
    failed: bool = False


@dataclass(frozen=True)
class GapCard:
    """What is lacking of the standard of a post, the most pressing first, with the courses that lead beyond it.

    total: all that the standard asks for.
    """

    post: str
    since: date
    gaps: tuple[Gap, ...]
    steps: dict[str, tuple[Step, ...]]
    total: int

    @property
    def shown(self) -> tuple[Gap, ...]:
        """What the card shows."""
        return self.gaps[:MOST_GAPS]

    def course(self, gap: Gap) -> Step | None:
        """The best course for a gap that the person has not finished."""
        return next((step for step in self.steps[gap.required.code] if not step.is_completed), None)


@route(blueprint, "/", may=PUBLIC)
def entry() -> ResponseReturnValue:
    """Check a certificate, or sign in. Who has signed in goes to the home page."""
    if actor_or_none() is not None:
        return redirect(url_for("home.index"))
    return render_template("home/entry.html", form=SignInForm())


@route(blueprint, "/beranda", may=Permission.LEARN)
def index() -> ResponseReturnValue:
    """What to do next, exams, hours and gaps. Each card fails alone."""
    who = actor()
    learning = _card(lambda: progress.latest(db(), who.employee_id))
    begins = learning.value is None and not learning.failed
    post = _card(lambda: standards.post_of(db(), who.employee_id, on=who.today))
    exams = _card(lambda: upcoming.of_employee(db(), who.employee_id, now=now(), place=place()))
    gaps = Card[GapCard](None, failed=True) if post.failed else _card(lambda: _gaps(post.value))
    first = next(iter(exams.value or ()), None)
    course_id = learning.value.course_id if learning.value else None
    return render_template(
        "home/index.html",
        greeting=_greeting(),
        post=post.value,
        learning=learning,
        offers=_card(lambda: _offers(gaps.value)) if begins else None,
        attempt=first if first and first.standing.running else None,
        exam=next((one for one in exams.value or () if course_id and one.course_id == course_id), None),
        next_exam=next((one for one in exams.value or () if not one.standing.running), None),
        exams=exams,
        hours=_card(_hours),
        changes=_card(lambda: changes.of_person(db(), who.employee_id, now=now())),
        gaps=gaps,
    )


def _card(load: Callable[[], T]) -> Card[T]:
    """What `load` gives. When it fails the transaction is begun anew, so that the next card finds a sound one.

    This page only reads: nothing is lost with the transaction, and no savepoint need be paid for on good days.
    """
    try:
        return Card(load())
    except Exception:
        log.exception("a card of the home page failed")
        db().rollback()
        return Card(None, failed=True)


def _hours() -> YearHours:
    who = actor()
    return hours.of_year(db(), who.employee_id, who.employment, year=who.today.year)


def _gaps(post: Post | None) -> GapCard | None:
    """None for who holds no post, or one without a standard."""
    if post is None or post.standard is None:
        return None
    who = actor()
    asked = post.standard.requirements
    found = top_gaps(db(), who.employee_id, asked, today=who.today, limit=len(asked))
    steps = steps_for(db(), who.employee_id, found)
    return GapCard(post.title, post.standard.effective_from, tuple(found), steps, len(asked))


def _offers(card: GapCard | None) -> tuple[Offer, ...]:
    gaps, steps = (card.gaps, card.steps) if card else ((), {})
    return offers.of_gaps(db(), actor().employee_id, gaps, steps, limit=MOST_OFFERS)


def _greeting() -> str:
    """By the hour on the wall clock of the installation."""
    hour = clock.local(now(), platform().settings.zone).hour
    name = actor().name
    if 4 <= hour < 11:
        return _("Selamat pagi, %(name)s", name=name)
    if 11 <= hour < 15:
        return _("Selamat siang, %(name)s", name=name)
    if 15 <= hour < 18:
        return _("Selamat sore, %(name)s", name=name)
    return _("Selamat malam, %(name)s", name=name)

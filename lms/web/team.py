"""/tim: how the people of a line manager's units stand, and each one's profile."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lms.access import Permission, visible
from lms.people.models import Employee
from lms.reports import people, views
from lms.web.competencies import profile_page
from lms.web.name_search import NameSearch, page_of, remember, remembered
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("team", __name__)
PAGE = 25


@route(blueprint, "/tim", may=Permission.TEAM_READ)
def index() -> ResponseReturnValue:
    """My people, those with most gaps first."""
    return _list(NameSearch(cari=remembered("team")))


@route(blueprint, "/tim", may=Permission.TEAM_READ, methods=["POST"])
def search() -> ResponseReturnValue:
    """Filter my people by name."""
    form = NameSearch()
    if not form.validate_on_submit():
        return _list(form), 422
    return redirect(url_for("team.index", cari=remember("team", form.words)), 303)


@route(blueprint, "/tim/<code>", may=Permission.TEAM_READ, writes=True)
def member(code: str) -> ResponseReturnValue:
    """The profile of one of my people. That it was opened is recorded, and shown to that person."""
    found = fetch(select(Employee).where(Employee.code == code), Employee, Permission.TEAM_READ)
    views.record(db(), found.id, role="manager", by=actor().user_id, now=now())
    return profile_page("team/member.html", found)


def _list(form: NameSearch) -> str:
    today = actor().today
    mine = visible(select(Employee.id), Employee, actor(), Permission.TEAM_READ)
    words = remembered("team")
    shown = people.named(mine, words) if words else mine
    total = people.count(db(), shown)
    page, pages = page_of(total, PAGE)
    return render_template(
        "team/index.html",
        form=form,
        words=words,
        summary=people.summary(db(), mine, on=today),
        rows=people.by_urgency(db(), shown, on=today, page=page, size=PAGE),
        total=total,
        page=page,
        pages=pages,
    )

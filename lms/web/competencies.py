"""/kompetensi: my profile against what my post asks for, and each competency down to its evidence."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.access import Absent, Permission
from lms.catalogue import hours
from lms.competencies.gaps import State
from lms.people.models import Employee
from lms.reports import competency, person, views
from lms.reports.person import Line
from lms.web.request import actor, db, now, route

blueprint = Blueprint("competencies", __name__)

#: The filters of the table: word in the address → the states it shows.
FILTERS: dict[str, frozenset[State]] = {
    "": frozenset(State),
    "kurang": frozenset({State.SHORT}),
    "belum-dinilai": frozenset({State.UNASSESSED}),
    "berakhir": frozenset({State.ENDING}),
    "terpenuhi": frozenset({State.MET, State.ENDING}),
}


@route(blueprint, "/kompetensi", may=Permission.PROFILE_READ)
def index() -> ResponseReturnValue:
    """My profile."""
    me = actor()
    found = person.profile_of(db(), me.employee_id, today=me.today)
    return render_template(
        "competencies/index.html",
        profile=found,
        groups=person.groups(found.lines, _chosen(found.lines)),
        filter=_filter(),
        hours=person.hours_of(db(), me.employee_id, year=me.today.year),
        views=views.recent(db(), me.employee_id, now=now()),
    )


@route(blueprint, "/kompetensi/<code>", may=Permission.PROFILE_READ)
def detail(code: str) -> ResponseReturnValue:
    """One competency: its levels, all my evidence, and how my level came about."""
    me = actor()
    found = competency.of_person(db(), me.employee_id, code, today=me.today)
    if found is None:
        raise Absent("competency")
    return render_template("competencies/detail.html", found=found)


def profile_page(template: str, of: Employee) -> str:
    """The profile of somebody else, by the template of the area from which it is opened."""
    found = person.profile_of(db(), of.id, today=actor().today)
    return render_template(
        template,
        person=of,
        profile=found,
        groups=person.groups(found.lines, _chosen(found.lines)),
        filter=_filter(),
        hours=hours.of_year(db(), of.id, of.employment, year=actor().today.year),
    )


def _filter() -> str:
    """The filter that the address names; the empty one if it names none that there is."""
    word = request.args.get("saring", "")
    return word if word in FILTERS else ""


def _chosen(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.gap.state in FILTERS[_filter()]]

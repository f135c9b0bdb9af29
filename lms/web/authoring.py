"""/ajar: the courses that one may edit."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.access import visible
from lms.authoring import workbench
from lms.catalogue.models import Course
from lms.web.desk import EDIT
from lms.web.request import actor, db, route

blueprint = Blueprint("authoring", __name__)


@route(blueprint, "/ajar", may=EDIT)
def index() -> ResponseReturnValue:
    """The courses of the units in which one may edit."""
    rows = visible(workbench.shelf(), Course, actor(), EDIT)
    return render_template("authoring/index.html", rows=workbench.shelf_rows(db(), rows))

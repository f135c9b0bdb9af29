"""/kelola/ujian/<kode>/analisis/2pl: slope and difficulty of each question with their errors, and its curve."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import Permission
from lms.exams import irt_words
from lms.exams.irt import FEWEST, Parameters
from lms.questions.said import told
from lms.reports import item_model, items
from lms.reports.item_model import Named
from lms.web import analysis, curves
from lms.web.name_search import page_of
from lms.web.request import db, route

blueprint = Blueprint("item_model", __name__)
PAGE = 25
#: Sizes of the drawing of all curves of a page, and of that beside one row; in units of the drawing.
LARGE, SMALL = (640, 320), (96, 40)


@dataclass(frozen=True)
class Curve:
    """A row of the table with its curve, large and small. x: where half are right in the small drawing."""

    name: Named
    figures: Parameters
    large: str
    small: str
    x: float


@route(blueprint, "/kelola/ujian/<code>/analisis/2pl", may=Permission.EXAM_ANALYSE)
def index(code: str) -> ResponseReturnValue:
    """The model, or why there is none."""
    exam = analysis.exam_of(code)
    wanted = analysis.wanted_of(exam)
    report = item_model.of_exam(db(), wanted)
    page, pages = page_of(len(report.rows), PAGE)
    return render_template(
        "analysis/model.html",
        exam=exam,
        wanted=wanted,
        report=report,
        refused=told(irt_words.refused(report.refusal), _) if report.refusal else "",
        left_out=[(name, told(irt_words.ITEMS[why], _)) for name, why in report.left_out],
        curves=[_curve(name, found) for name, found in report.rows[(page - 1) * PAGE : page * PAGE]],
        page=page,
        pages=pages,
        sittings=items.sittings_of(db(), exam.id),
        fewest=FEWEST,
        large=LARGE,
        small=SMALL,
    )


def _curve(name: Named, found: Parameters) -> Curve:
    large, small = (curves.path(found.a, found.b, width=width, height=height) for width, height in (LARGE, SMALL))
    return Curve(name, found, large, small, curves.at_x(found.b, SMALL[0]))

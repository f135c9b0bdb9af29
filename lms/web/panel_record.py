"""/pengerjaan/<kode>/batas-lulus: where the pass mark of one's own result comes from."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.access import Absent, Permission
from lms.reports import panels as report
from lms.web.request import db, route
from lms.web.sitting import sheet_of

blueprint = Blueprint("panel_record", __name__)


@route(blueprint, "/pengerjaan/<code>/batas-lulus", may=Permission.ATTEMPT_WRITE)
def proof(code: str) -> ResponseReturnValue:
    """The panel's record, without questions and without names."""
    sheet = sheet_of(code)
    found = report.proof(db(), sheet.exam_code, sheet.panel) if sheet.panel and sheet.phase == "closed" else None
    if found is None:
        raise Absent("panel")
    return render_template("panels/record.html", sheet=sheet, proof=found, figures=found.record.figures)

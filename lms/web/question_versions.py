"""/soal/<bank>/<soal>/beda: what two versions of a question say differently, for whoever reviews a change."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from lms.access import Absent, Permission
from lms.reports import question_life
from lms.web import question_difference
from lms.web.question_difference import Version
from lms.web.question_review import found_in
from lms.web.questions import bank_of
from lms.web.request import asked_number, db, route

blueprint = Blueprint("question_versions", __name__)


@route(blueprint, "/soal/<code>/<uuid>/beda", may=Permission.QUESTION_EDIT)
def difference(code: str, uuid: str) -> ResponseReturnValue:
    """`?dari=1&ke=2`: from which version to which; where nothing is said, from the last but one to the last."""
    bank = bank_of(code)
    asked = found_in(bank, uuid)
    versions = question_life.versions(db(), asked.Question.id)
    by_number = {row.QuestionVersion.number: row for row in versions}
    last = asked.QuestionVersion.number
    new = asked_number("ke", last)
    old = asked_number("dari", max(new - 1, 1))
    if not {old, new} <= by_number.keys():
        raise Absent("question_version")
    return render_template(
        "questions/difference.html",
        bank=bank,
        asked=asked.Question,
        version=asked.QuestionVersion,
        versions=versions,
        old=by_number[old],
        new=by_number[new],
        changes=question_difference.between(_compared(by_number[old]), _compared(by_number[new])),
    )


def _compared(row: Row[*tuple[Any, ...]]) -> Version:
    one = row.QuestionVersion
    competency = f"{row.name} ({row.code})"
    return Version(one.kind, one.content, competency, one.level, one.difficulty, one.tags, one.lesson)

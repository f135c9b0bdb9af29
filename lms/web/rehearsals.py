"""What an organiser provides to rehearse an exam with."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import Permission
from lms.exams import blueprints, feasibility, rehearsing
from lms.exams.models import EXAM, PRACTICE, TRYOUT
from lms.web.organising import exam_of
from lms.web.request import actor, db, now, route

blueprint = Blueprint("rehearsals", __name__)
WORDS = {"latihan": PRACTICE, "uji-coba": TRYOUT}


@route(
    blueprint, '/kelola/ujian/<code>/<any("latihan", "uji-coba"):word>', may=Permission.EXAM_MANAGE, methods=["POST"]
)
def provide(code: str, word: str) -> ResponseReturnValue:
    """Practice, or a try-out, with the sections of the blueprint in force. Asked again, it follows that."""
    exam = exam_of(code)
    plan = blueprints.in_force(db(), exam.id)
    if exam.mode != EXAM or plan is None:
        abort(404)
    made = rehearsing.provide(db(), exam, plan.content, WORDS[word], by=actor().user_id, now=now())
    if feasibility.missing(db(), made, blueprints.in_force(db(), made.id), now=now()):
        flash(_("Sudah dibuat, tetapi belum dapat dimulai: soal latihan belum cukup."), "warn")
    elif exam.course_id:
        flash(_("Sudah tersedia di halaman kursus. Soalnya diambil dari soal latihan, bukan soal ujian."))
    else:
        place = url_for("exams.rules", code=made.code, _external=True)
        flash(_("Sudah tersedia. Ujian ini tanpa kursus: beri tahu peserta alamatnya, %(place)s", place=place))
    return redirect(url_for("organising.exam", code=made.code), 303)

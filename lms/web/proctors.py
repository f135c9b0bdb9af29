"""/kelola/ujian/<kode>/sesi/<sesi>/pengawas: who watches the room of a sitting."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import Permission
from lms.exams import proctors
from lms.exams.models import Sitting
from lms.exams.proctors import LastProctor
from lms.web.request import actor, db, now, route
from lms.web.room_acts import ReasonForm
from lms.web.sittings import sitting_of

blueprint = Blueprint("proctors", __name__)
MANAGE = Permission.EXAM_MANAGE
PLACE = "/kelola/ujian/<code>/sesi/<sitting>/pengawas"


@route(blueprint, PLACE, may=MANAGE)
def index(code: str, sitting: str) -> ResponseReturnValue:
    """Those who watch, and those who may be named."""
    return _page(sitting_of(code, sitting), _reason(fresh=True))


def _reason(*, fresh: bool = False) -> ReasonForm:
    """Why the one who watches alone is let go."""
    return ReasonForm(None, prefix="lepas") if fresh else ReasonForm(prefix="lepas")


def _page(found: Sitting, form: ReasonForm) -> str:
    named = proctors.named(db(), found.id)
    taken = {one.code for one in named}
    eligible = [one for one in proctors.eligible(db(), found.exam, today=actor().today) if one[0] not in taken]
    shut_out = proctors.shut_out(db(), found, now=now())
    return render_template(
        "sittings/proctors.html",
        exam=found.exam,
        sitting=found,
        named=named,
        eligible=eligible,
        shut_out=shut_out,
        last=proctors.last(db(), found, now=now()),
        form=form,
    )


@route(blueprint, PLACE, may=MANAGE, methods=["POST"])
def name(code: str, sitting: str) -> ResponseReturnValue:
    """Name one."""
    found = sitting_of(code, sitting)
    who = request.form.get("pengawas", "")
    if proctors.name(db(), found, found.exam, who, by=actor().user_id, today=actor().today, now=now()):
        if who in proctors.shut_out(db(), found, now=now()):
            flash(_("Pengawas ditunjuk, tetapi ia peserta sesi ini. Ruangnya tertutup baginya selama itu."), "warn")
        else:
            flash(_("Pengawas ditunjuk. Ruangnya tampil di menu pengawas itu."))
    else:
        flash(_("Pilih orang yang berperan pengawas di instansi ini."), "warn")
    return redirect(url_for(".index", code=code, sitting=sitting), 303)


@route(blueprint, f"{PLACE}/<person>/penghapusan", may=MANAGE, methods=["POST"])
def dismiss(code: str, sitting: str, person: str) -> ResponseReturnValue:
    """Let one watch no longer; the one who watches alone for a reason."""
    found, form = sitting_of(code, sitting), _reason()
    asks = proctors.last(db(), found, now=now()) == person
    if asks and not form.validate_on_submit():
        return _page(found, form), 422
    try:
        done = proctors.dismiss(db(), found, person, why=form.why if asks else "", by=actor().user_id, now=now())
    except LastProctor:  # the other one was let go in between
        form.validate()
        return _page(found, form), 422
    if done:
        flash(_("Pengawas dilepas dari sesi ini."))
    return redirect(url_for(".index", code=code, sitting=sitting), 303)

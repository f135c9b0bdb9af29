"""/kelola/ujian/<kode>/sesi/<sesi>/pengawas: who watches the room of a sitting."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import Permission
from lms.exams import proctors
from lms.web.request import actor, db, now, route
from lms.web.sittings import sitting_of

blueprint = Blueprint("proctors", __name__)
MANAGE = Permission.EXAM_MANAGE
PLACE = "/kelola/ujian/<code>/sesi/<sitting>/pengawas"


@route(blueprint, PLACE, may=MANAGE)
def index(code: str, sitting: str) -> ResponseReturnValue:
    """Those who watch, and those who may be named."""
    found = sitting_of(code, sitting)
    named = proctors.named(db(), found.id)
    taken = {one.code for one in named}
    eligible = [one for one in proctors.eligible(db(), found.exam, today=actor().today) if one[0] not in taken]
    shut_out = proctors.shut_out(db(), found, now=now())
    return render_template(
        "sittings/proctors.html", exam=found.exam, sitting=found, named=named, eligible=eligible, shut_out=shut_out
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
    """Let one watch no longer."""
    found = sitting_of(code, sitting)
    if proctors.dismiss(db(), found, person, by=actor().user_id, now=now()):
        flash(_("Pengawas dilepas dari sesi ini."))
    return redirect(url_for(".index", code=code, sitting=sitting), 303)

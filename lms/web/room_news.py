"""What a candidate hears from the room, and calling its proctor: by a plain form, or by the page's script, which keeps trying."""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from wtforms import HiddenField, StringField
from wtforms.validators import Length, Regexp

from lms.access import Permission
from lms.exams import messages
from lms.exams.models import Attempt
from lms.exams.pausing import RoomError
from lms.exams.sheets import Sheet
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("room_news", __name__)
#: What a writer may choose as the name of a message.
KEY = r"^[0-9a-f]{16,32}$"


class HelpForm(FlaskForm):
    """Why the proctor is called, if one likes to say so. kembali: the view of the attempt to go back to."""

    kunci = HiddenField(validators=[Regexp(KEY)])
    kembali = HiddenField()
    alasan = StringField(
        _l("Alasan, boleh kosong"),
        validators=[Length(max=messages.LONGEST, message=_l("Isi paling banyak %(max)d huruf."))],
        render_kw={"maxlength": messages.LONGEST, "autocomplete": "off"},
    )


@route(blueprint, "/pengerjaan/<code>/bantuan", may=Permission.ATTEMPT_WRITE, methods=["POST"])
def ask(code: str) -> ResponseReturnValue:
    """Call the proctor. Where one is called already, that stands."""
    attempt = _attempt(code)
    form = HelpForm()
    if not attempt.sitting.supervised:
        abort(404)
    is_sound = form.validate_on_submit()
    if is_sound:
        try:
            reason = (form.alasan.data or "").strip()
            messages.ask_help(db(), attempt, key=form.kunci.data or "", reason=reason, by=actor().user_id, now=now())
        except RoomError:
            return redirect(url_for("attempts.result", code=code), 303)
    if request.accept_mimetypes.best == "application/json":
        return _told(attempt) if is_sound else ({"error": "shape"}, 400)
    if not is_sound:
        flash(_("Alasan paling banyak %(max)d huruf. Persingkat, lalu kirim lagi.", max=messages.LONGEST), "warn")
    return redirect(_back(code, form.kembali.data or ""), 303)


@route(blueprint, "/pengerjaan/<code>/kabar", may=Permission.ATTEMPT_WRITE)
def news(code: str) -> ResponseReturnValue:
    """The announcements and what became of one's request, for the script that a heartbeat has told of something new."""
    return _told(_attempt(code))


def of_room(sheet: Sheet) -> dict[str, Any]:
    """What the pages of an attempt show of its room. One statement."""
    return _shown(sheet.sitting_id, sheet.attempt_id)


def _told(attempt: Attempt) -> dict[str, Any]:
    page = {"sheet": _Page(attempt), **_shown(attempt.sitting_id, attempt.id)}
    return {
        "mark": page["news"].mark,
        "announcements": render_template("attempts/_news.html", **page),
        "help": render_template("attempts/_help.html", **page),
    }


def _shown(sitting_id: int, attempt_id: int) -> dict[str, Any]:
    return {"news": messages.news(db(), sitting_id, attempt_id), "help_key": secrets.token_hex(16)}


class _Page:
    """As much of a sheet as these parts of a page show."""

    def __init__(self, attempt: Attempt) -> None:
        self.code, self.zone, self.supervised = attempt.code, attempt.sitting.zone, attempt.sitting.supervised


def _attempt(code: str) -> Attempt:
    rows: Select[Attempt] = select(Attempt).where(Attempt.code == code).options(joinedload(Attempt.sitting))
    return fetch(rows, Attempt, Permission.ATTEMPT_WRITE)


def _back(code: str, view: str) -> str:
    """The view from which the proctor was called: a number, the list, the check; else where one was last."""
    views = {"daftar": "attempts.grid", "periksa": "attempts.check", "jeda": "attempts.paused"}
    if view.isdecimal() and len(view) < 5:
        return url_for("attempts.question", code=code, number=int(view), _anchor="bantuan")
    return url_for(views.get(view, "attempts.go_on"), code=code, _anchor="bantuan")

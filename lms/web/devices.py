"""An attempt that is open on another device: moving it here, against the password, the PIN of the room, or a proctor's word."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from lms.access import Permission
from lms.exams import moving
from lms.exams.sheets import Sheet
from lms.web import own_password
from lms.web.presentation import clock_seconds
from lms.web.request import actor, db, keep_although_refused, now, platform, route
from lms.web.sitting import is_outside, sent_elsewhere, sheet_of

blueprint = Blueprint("devices", __name__)


class PasswordForm(FlaskForm):
    """The password once more."""

    sandi = PasswordField(_l("Kata sandi"), validators=[DataRequired(_l("Isi kata sandi Anda."))])


class PinForm(FlaskForm):
    """The PIN that is given out in the room."""

    pin = StringField(
        _l("PIN ruang"),
        validators=[DataRequired(_l("Isi PIN yang dibacakan di ruang."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 9},
    )


class AskForm(FlaskForm):
    """Nothing to fill in: the proctor decides."""


FORMS: dict[str, type[FlaskForm]] = {"password": PasswordForm, "pin": PinForm, "proctor": AskForm}


@route(blueprint, "/pengerjaan/<code>/perangkat", may=Permission.ATTEMPT_WRITE)
def device(code: str) -> ResponseReturnValue:
    """The attempt is open on another device: move it here?"""
    sheet = sheet_of(code)
    if _is_settled(sheet):
        return sent_elsewhere(sheet) or redirect(url_for("attempts.go_on", code=code))
    return _page(sheet, FORMS[sheet.device_move]())


@route(blueprint, "/pengerjaan/<code>/perangkat", may=Permission.ATTEMPT_WRITE, methods=["POST"])
def move(code: str) -> ResponseReturnValue:
    """Move the attempt to this device, or ask for it."""
    sheet, who = sheet_of(code), actor()
    if _is_settled(sheet):
        return redirect(url_for("attempts.go_on", code=code), 303)
    form = FORMS[sheet.device_move]()
    if not form.validate_on_submit():
        return _page(sheet, form), 422
    if isinstance(form, AskForm):
        moving.ask_move(db(), sheet.attempt_id, user_session_id=who.session_id, by=who.user_id, now=now())
        return redirect(url_for(".device", code=code), 303)
    refused = _password_refused(form) if isinstance(form, PasswordForm) else _pin_refused(sheet, form)
    if refused is not None:
        return _page(sheet, form), refused
    moving.take_over(db(), sheet.attempt_id, user_session_id=who.session_id, by=who.user_id, now=now())
    return redirect(url_for("attempts.go_on", code=code), 303)


def _is_settled(sheet: Sheet) -> bool:
    """There is nothing to move, or not from here: the attempt's own pages know what to say."""
    return sheet.phase != "running" or sheet.holder == "mine" or is_outside(sheet)


def _page(sheet: Sheet, form: FlaskForm) -> str:
    is_waiting = sheet.move_asked_by == actor().session_id
    why_not = None if is_waiting else moving.why_not_moved(db(), sheet.attempt_id, actor().session_id)
    return render_template("devices/device.html", sheet=sheet, form=form, is_waiting=is_waiting, why_not=why_not)


def _password_refused(form: PasswordForm) -> int | None:
    """The status of a refusal, which the form then explains; None for the right password."""
    refusal = own_password.refusal_of(form.sandi.data or "")
    if refusal is None:
        return None
    form.sandi.errors = [refusal.message]
    return refusal.status


def _pin_refused(sheet: Sheet, form: FlaskForm) -> int | None:
    tried = moving.try_pin(db(), sheet.attempt_id, form["pin"].data or "", platform().settings.secret_key, now=now())
    if tried.is_right:
        return None
    keep_although_refused()
    if tried.until is None:
        form["pin"].errors = [_("PIN tidak cocok. Minta PIN dibacakan sekali lagi.")]
        return 422
    until = clock_seconds(tried.until, sheet.zone)
    form["pin"].errors = [
        _("Terlalu banyak PIN salah. Coba lagi pukul %(time)s, atau minta pengawas mengizinkan sekarang.", time=until)
        if sheet.has_proctor
        else _("Terlalu banyak PIN salah. Coba lagi pukul %(time)s, atau hubungi penyelenggara ujian.", time=until)
    ]
    return 429

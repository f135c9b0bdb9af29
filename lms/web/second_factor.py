"""The second step of signing in: a code from the phone, or setting the phone up.

Between the steps nobody is signed in: that the password was right stands, for five minutes, in the signed cookie, with a
fingerprint of its hash. A password that was changed meanwhile was not the right one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import segno
from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from lms import audit
from lms.people import passwords, second_factor, sign_in
from lms.web import entering, tries
from lms.web.request import PUBLIC, db, now, platform, route, today

blueprint = Blueprint("second_factor", __name__)
PATIENCE = timedelta(minutes=5)
CODE_PAGE, SET_UP_PAGE = "second_factor/form.html", "second_factor/set_up.html"


class CodeForm(FlaskForm):
    """Six digits, with or without a blank between."""

    kode = StringField(
        _l("Kode"),
        validators=[DataRequired(_l("Isi kode 6 angka dari aplikasi."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 10, "spellcheck": "false"},
    )


@dataclass(frozen=True)
class Pending:
    """Somebody whose password was right, and where they want to go."""

    account: sign_in.Account
    wanted: str


@dataclass(frozen=True)
class Phone:
    """What a phone must learn: the secret for typing, and the same as a picture."""

    secret: str
    spaced: str
    picture: str


def ask(account: sign_in.Account, wanted: str) -> ResponseReturnValue:
    """The password was right: go on to the code."""
    session.pop("new_secret", None)  # whoever sat here before may have seen it
    session["first_step"] = [
        account.user_id,
        int(now().timestamp()),
        wanted,
        passwords.fingerprint(account.password_hash),
    ]
    address = url_for("second_factor.form")
    return {"second_factor": address} if entering.wants_json() else redirect(address, 303)


@route(blueprint, "/masuk/kode", may=PUBLIC)
def form() -> ResponseReturnValue:
    """Ask for the code that the phone shows now."""
    pending = _pending()
    if pending is None:
        return _too_late()
    if pending.account.totp_secret is None:
        return redirect(url_for("second_factor.set_up"))
    return render_template(CODE_PAGE, form=CodeForm(), hint=demo_code(pending.account, pending.account.totp_secret))


@route(blueprint, "/masuk/kode", may=PUBLIC, methods=["POST"])
def enter() -> ResponseReturnValue:
    """Look at the code; each is good for one sign-in."""
    pending, entry = _pending(), CodeForm()
    if pending is None or pending.account.totp_secret is None:
        return _too_late()
    account, secret = pending.account, pending.account.totp_secret
    hint = demo_code(account, secret)
    if not entry.validate_on_submit():
        return entering.incomplete(CODE_PAGE, entry, hint=hint)
    tried = tries.begin("code", str(account.user_id))
    if isinstance(tried, tries.Refusal):
        return entering.refuse(CODE_PAGE, entry, tried, hint=hint)
    if not second_factor.accept(db(), account.user_id, secret, entry.kode.data or "", now=now()):
        return entering.refuse(CODE_PAGE, entry, _wrong(), hint=hint)
    tries.was_right(tried)
    return entering.open_for(account.user_id, second_factor=True, wanted=pending.wanted)


@route(blueprint, "/masuk/kode/pasang", may=PUBLIC)
def set_up() -> ResponseReturnValue:
    """The first time: teach a phone the secret."""
    pending = _pending()
    if pending is None:
        return _too_late()
    if pending.account.totp_secret is not None:
        return redirect(url_for("second_factor.form"))
    return _set_up_page(pending.account)


@route(blueprint, "/masuk/kode/pasang", may=PUBLIC, methods=["POST"])
def confirm_set_up() -> ResponseReturnValue:
    """The phone has it: keep the secret, and go in."""
    pending, entry = _pending(), CodeForm()
    if pending is None:
        return _too_late()
    account, phone = pending.account, phone_for(pending.account.name)
    facts = {"phone": phone, "hint": demo_code(account, phone.secret)}
    if not entry.validate_on_submit():
        return entering.incomplete(SET_UP_PAGE, entry, **facts)
    if not second_factor.enrol(db(), account.user_id, phone.secret, entry.kode.data or "", now=now()):
        return entering.refuse(SET_UP_PAGE, entry, _wrong(), **facts)
    audit.record(db(), "second_factor.set_up", f"user:{account.user_id}", by=account.user_id, now=now())
    flash(_("Verifikasi dua langkah sudah aktif."))
    return entering.open_for(account.user_id, second_factor=True, wanted=pending.wanted)


def phone_for(name: str) -> Phone:
    """A secret not yet kept: it waits in the signed cookie of the browser that shows it."""
    secret = session.setdefault("new_secret", second_factor.new_secret())
    picture = segno.make(second_factor.address(secret, name), error="m")
    return Phone(secret, second_factor.spaced(secret), picture.svg_data_uri(scale=4, border=4, light="#fff"))


def demo_code(account: sign_in.Account, secret: str) -> str:
    """The present code, for accounts that came with a demo's data, in a demo; else nothing."""
    return second_factor.code_at(secret, now=now()) if account.is_demo and platform().settings.mode == "demo" else ""


def _set_up_page(account: sign_in.Account) -> ResponseReturnValue:
    phone = phone_for(account.name)
    return render_template(SET_UP_PAGE, form=CodeForm(), phone=phone, hint=demo_code(account, phone.secret))


def _wrong() -> tries.Refusal:
    return tries.Refusal(_("Kode tidak cocok atau sudah dipakai. Isi kode yang tampil sekarang."), 422, 0)


def _pending() -> Pending | None:
    """Whose password was right in this browser within the last minutes."""
    user_id, at, wanted, fingerprint = session.get("first_step", (0, 0, "", ""))
    if not user_id or datetime.fromtimestamp(at, UTC) + PATIENCE < now():
        return None
    account = sign_in.account_by_id(db(), user_id, today=today(), demo_too=platform().settings.admits_demo)
    if account is None or passwords.fingerprint(account.password_hash) != fingerprint:
        return None
    return Pending(account, wanted)


def _too_late() -> ResponseReturnValue:
    message = _("Waktu untuk mengisi kode sudah lewat. Masuk sekali lagi.")
    if entering.wants_json():
        return {"error": message}, 422
    flash(message, "warn")
    return redirect(url_for("sign_in.form"), 303)

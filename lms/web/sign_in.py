"""Signing in and out, and the language of a browser nobody has signed in to."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired

from lms import audit, sign_out
from lms.access import Permission
from lms.people import accounts, nip, passwords, sign_in
from lms.web import entering, second_factor, tries
from lms.web.navigation import landing
from lms.web.presentation import LANGUAGES
from lms.web.request import COOKIE, PUBLIC, actor, actor_or_none, db, now, platform, route, today

blueprint = Blueprint("sign_in", __name__)
PAGE = "sign_in/form.html"


class SignInForm(FlaskForm):
    """NIP and password. Both may be pasted."""

    nip = StringField(
        _l("NIP"),
        validators=[DataRequired(_l("Isi NIP Anda, 18 angka."))],
        render_kw={"autocomplete": "username", "inputmode": "numeric", "spellcheck": "false", "maxlength": 40},
    )
    sandi = PasswordField(
        _l("Kata sandi"),
        validators=[DataRequired(_l("Isi kata sandi Anda."))],
        render_kw={
            "autocomplete": "current-password",
            "data-reveal": _l("Tampilkan"),
            "data-conceal": _l("Sembunyikan"),
        },
    )

    def validate_nip(self, field: StringField) -> None:
        """Digits missing or too many are told at once; whether there is such a NIP is not."""
        if _digits(field.data or "") is None:
            raise ValidationError(_("Isi NIP Anda, 18 angka."))


@route(blueprint, "/masuk", may=PUBLIC)
def form() -> ResponseReturnValue:
    """The sign-in form; who is signed in already goes on."""
    who = actor_or_none()
    if who is not None:
        return redirect(entering.wanted(landing(who) or entering.HOME))
    return render_template(PAGE, form=SignInForm())


@route(blueprint, "/masuk", may=PUBLIC, methods=["POST"])
def enter() -> ResponseReturnValue:
    """Look at NIP and password; the same words, and the same work, for either that is wrong."""
    entry = SignInForm()
    if not entry.validate_on_submit():
        return entering.incomplete(PAGE, entry)
    digits, password = _digits(entry.nip.data or "") or "", entry.sandi.data or ""
    tried = tries.begin("sign-in", digits)
    if isinstance(tried, tries.Refusal):
        return entering.refuse(PAGE, entry, tried)
    demo_too = platform().settings.admits_demo
    with platform().database.reader() as reader:
        account = sign_in.account_by_nip(reader, digits, today=today(), demo_too=demo_too)
    try:
        is_right = passwords.matches(account.password_hash if account else None, password)
        if account is None or account.password_hash is None or not is_right:
            wrong = tries.Refusal(_("NIP atau kata sandi tidak cocok."), 422, 0)
            return entering.refuse(PAGE, entry, wrong)
        renewed = passwords.renewed(account.password_hash, password)
    except passwords.Busy:
        return entering.refuse(PAGE, entry, tries.too_busy(tried))
    tries.was_right(tried)
    if renewed and accounts.replace_password(db(), account.user_id, account.password_hash, renewed):
        account = replace(account, password_hash=renewed)
    if account.needs_second_factor:
        return second_factor.ask(account, entering.wanted())
    return entering.open_for(account.user_id, second_factor=False, wanted=entering.wanted())


@route(blueprint, "/keluar", may=Permission.ACCOUNT, methods=["POST"])
def leave() -> ResponseReturnValue:
    """End this session."""
    who = actor()
    sign_out.end_session(db(), who.session_id, now=now())
    audit.record(db(), "session.end", f"user:{who.user_id}", by=who.user_id, now=now())
    session.clear()
    flash(_("Anda sudah keluar."))
    response = redirect(url_for("sign_in.form"), 303)
    response.delete_cookie(COOKIE)
    return response


@route(blueprint, "/bahasa", may=PUBLIC, methods=["POST"])
def choose_language() -> ResponseReturnValue:
    """Remember the language in this browser; whoever signs in next here has chosen it for their account, too."""
    response = redirect(entering.wanted("/"), 303)
    secure, chosen = platform().settings.is_secure, request.form.get("bahasa", "id")[:2]
    if chosen in LANGUAGES and actor_or_none() is None:
        session[entering.CHOSEN] = chosen
    response.set_cookie("bahasa", chosen, max_age=365 * 24 * 3600, httponly=True, samesite="Lax", secure=secure)
    return response


def _digits(typed: str) -> str | None:
    """What was typed for a NIP as 18 digits, even if no NIP can be so; None if it is not 18 digits."""
    digits = nip.digits(typed)
    return digits if len(digits) == 18 else None

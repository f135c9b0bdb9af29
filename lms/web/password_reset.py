"""A forgotten password: a link by mail, and the page that the link opens."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from lms import audit, jobs, mail, sign_out
from lms.people import accounts, nip, password_reset, passwords, sign_in, throttle
from lms.web import entering, tries
from lms.web.new_password import NewPasswordForm
from lms.web.request import PUBLIC, db, now, platform, route, settle, today

blueprint = Blueprint("password_reset", __name__)
ASK_PAGE, SET_PAGE = "password_reset/form.html", "password_reset/set.html"


class AskForm(FlaskForm):
    """Whose password."""

    nip = StringField(
        _l("NIP"),
        validators=[DataRequired(_l("Isi NIP Anda, 18 angka."))],
        render_kw={"autocomplete": "username", "inputmode": "numeric", "spellcheck": "false", "maxlength": 40},
    )


@route(blueprint, "/lupa-sandi", may=PUBLIC)
def form() -> ResponseReturnValue:
    """Ask for the NIP, or where no mail can be sent say who helps."""
    return render_template(ASK_PAGE, form=AskForm(), by_mail=mail.is_possible(platform().settings))


@route(blueprint, "/lupa-sandi", may=PUBLIC, methods=["POST"])
def ask() -> ResponseReturnValue:
    """Have the link mailed. The answer, and the work, is the same whether or not there is such a person."""
    entry = AskForm()
    if not mail.is_possible(platform().settings):
        abort(404)
    if not entry.validate_on_submit():
        return entering.incomplete(ASK_PAGE, entry, by_mail=True)
    digits = nip.digits(entry.nip.data or "")
    tried = tries.begin("reset", digits)
    if isinstance(tried, tries.Refusal):
        return entering.refuse(ASK_PAGE, entry, tried, by_mail=True)
    account = sign_in.account_by_nip(db(), digits, today=today(), demo_too=platform().settings.admits_demo)
    jobs.enqueue(db(), "password_reset.send", user_id=account.user_id if account else None)
    return redirect(url_for("password_reset.sent"), 303)


@route(blueprint, "/lupa-sandi/terkirim", may=PUBLIC)
def sent() -> ResponseReturnValue:
    """What to do next."""
    return render_template("password_reset/sent.html")


@route(blueprint, "/lupa-sandi/<token>", may=PUBLIC)
def open_link(token: str) -> ResponseReturnValue:
    """Choose a new password, while the link is good."""
    try:
        _opening(token)
    except password_reset.BadLink:
        return render_template("password_reset/expired.html"), 410
    return render_template(SET_PAGE, form=NewPasswordForm())


@route(blueprint, "/lupa-sandi/<token>", may=PUBLIC, methods=["POST"])
def use_link(token: str) -> ResponseReturnValue:
    """Set the password and sign the person out everywhere."""
    entry = NewPasswordForm()
    try:
        opening = _opening(token)
        settle()
        if not entry.is_good_for(opening.nip):
            return entering.incomplete(SET_PAGE, entry)
        _set(opening, entry.baru.data or "")
    except password_reset.BadLink:
        return render_template("password_reset/expired.html"), 410
    except passwords.Busy:
        return entering.refuse(SET_PAGE, entry, tries.busy())
    flash(_("Kata sandi sudah diganti. Masuk dengan kata sandi yang baru."))
    return redirect(url_for("sign_in.form"), 303)


def _opening(token: str) -> password_reset.Opening:
    return password_reset.read(db(), platform().settings.secret_key, token, now=now())


def _set(opening: password_reset.Opening, password: str) -> None:
    new_hash = passwords.hash_password(password)
    if not accounts.replace_password(db(), opening.user_id, opening.password_hash, new_hash):
        raise password_reset.BadLink
    sign_out.end_sessions_of(db(), opening.user_id, besides=None, now=now())
    throttle.clear(db(), tries.keys("sign-in", opening.nip))
    audit.record(db(), "password.reset", f"user:{opening.user_id}", by=opening.user_id, now=now())

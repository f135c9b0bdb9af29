"""Signing in and out, and the language of a browser nobody has signed in to."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from lms import audit
from lms.access import Permission
from lms.exams import attempts
from lms.people import nip, sign_in
from lms.people.models import Employee, User
from lms.web.request import COOKIE, PUBLIC, actor, db, now, platform, route

blueprint = Blueprint("sign_in", __name__)


class SignInForm(FlaskForm):
    """NIP and password. Both may be pasted."""

    nip = StringField(_l("NIP"), validators=[DataRequired(_l("Isi NIP Anda, 18 angka."))])
    sandi = PasswordField(_l("Kata sandi"), validators=[DataRequired(_l("Isi kata sandi Anda."))])


@route(blueprint, "/masuk", may=PUBLIC)
def form() -> ResponseReturnValue:
    """The sign-in form."""
    return render_template("sign_in/form.html", form=SignInForm())


@route(blueprint, "/masuk", may=PUBLIC, methods=["POST"])
def enter() -> ResponseReturnValue:
    """Check NIP and password; the same words for either that is wrong."""
    entry = SignInForm()
    if not entry.validate_on_submit():
        return render_template("sign_in/form.html", form=entry), 422
    user = _user(entry.nip.data or "")
    if not sign_in.matches(user.password_hash if user else None, entry.sandi.data or "") or user is None:
        entry.form_errors.append(_("NIP atau kata sandi tidak cocok."))
        return render_template("sign_in/form.html", form=entry), 422
    token = sign_in.open_session(db(), user, now=now(), browser=request.user_agent.string, second_factor=False)
    audit.record(db(), "session.open", f"user:{user.id}", by=user.id, now=now())
    return _with_cookie(redirect(_continue("/beranda")), token)


@route(blueprint, "/keluar", may=Permission.ACCOUNT, methods=["POST"])
def leave() -> ResponseReturnValue:
    """End this session."""
    sign_in.end_session(db(), actor().session_id, now=now())
    attempts.release(db(), actor().session_id)
    flash(_("Anda sudah keluar."))
    response = redirect(url_for("sign_in.form"))
    response.delete_cookie(COOKIE)
    return response


@route(blueprint, "/bahasa", may=PUBLIC, methods=["POST"])
def choose_language() -> ResponseReturnValue:
    """Remember the language in this browser."""
    response = redirect(_continue("/"))
    response.set_cookie("bahasa", request.form.get("bahasa", "id")[:2], max_age=365 * 24 * 3600, samesite="Lax")
    return response


def _user(typed: str) -> User | None:
    try:
        digits = nip.normalise(typed)
    except nip.BadNip:
        return None
    rows = select(User).join(Employee, Employee.id == User.employee_id)
    return db().scalars(rows.where(Employee.nip == digits, User.disabled_at.is_(None))).one_or_none()


def _continue(otherwise: str) -> str:
    """Where the person wanted to go: an address on this site only."""
    wanted = request.values.get("lanjut", "")
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if inside else otherwise


def _with_cookie(response: Response, token: str) -> Response:
    secure = platform().settings.is_secure
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=secure)
    return response

"""The last step of every way in: the session is opened, its cookie set, and the person led to where they wanted to go."""

from urllib.parse import urlsplit

from flask import jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from lms import audit, sign_out
from lms.people import accounts, sign_in
from lms.web.browsers import in_words
from lms.web.navigation import landing
from lms.web.request import COOKIE, actor_or_none, db, now, platform, recognise
from lms.web.tries import Refusal

HOME = "/beranda"
#: In the browser's own cookie: the language that was chosen here before signing in. It becomes the account's.
CHOSEN = "bahasa"


def open_for(user_id: int, *, second_factor: bool, wanted: str) -> ResponseReturnValue:
    """Sign the person in here. A session that this browser had before ends: its token is of no use any more."""
    before = actor_or_none()
    if before is not None:
        sign_out.end_session(db(), before.session_id, now=now())
    token = sign_in.open_session(
        db(), user_id, now=now(), browser=in_words(request.user_agent.string), second_factor=second_factor
    )
    audit.record(db(), "session.open", f"user:{user_id}", by=user_id, now=now())
    db().flush()
    who = recognise(token)
    chosen = session.get(CHOSEN)
    if who and chosen and chosen != who.language:
        accounts.choose_language(db(), user_id, chosen)
    _forget_all_but_forgery_token_of_an_open_page()
    if wants_json():
        return _with_cookie(jsonify(ok=True), token)
    return _with_cookie(redirect(wanted or (landing(who) if who else "") or HOME, 303), token)


def refuse(template: str, form: FlaskForm, refusal: Refusal, **facts: object) -> ResponseReturnValue:
    """The form once more, with what is wrong at its top; for a script, the words alone."""
    headers = {"Retry-After": str(refusal.seconds)} if refusal.seconds else {}
    if wants_json():
        return {"error": refusal.message}, refusal.status, headers
    form.form_errors.append(refusal.message)
    return render_template(template, form=form, **facts), refusal.status, headers


def incomplete(template: str, form: FlaskForm, **facts: object) -> ResponseReturnValue:
    """The form once more, with what is wrong at each field; for a script, the first of it."""
    if wants_json():
        return {"error": next(iter(form.errors.values()))[0]}, 422
    return render_template(template, form=form, **facts), 422


def wants_json() -> bool:
    """Whether a script of an open page asks, not a person's form."""
    return request.accept_mimetypes.best == "application/json"


def wanted(otherwise: str = "") -> str:
    """Where the person wanted to go: an address on this site only, whatever a browser makes of odd characters."""
    return inside(request.values.get("lanjut", "")) or otherwise


def inside(address: str) -> str:
    """The address if it stays on this site, else nothing."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return ""
    parts = urlsplit(address)
    return "" if parts.scheme or parts.netloc else address


def _forget_all_but_forgery_token_of_an_open_page() -> None:
    """What was begun before signing in ends. The forms of a page that stays open under a script must go on working."""
    forgery_token = session.get("csrf_token")
    session.clear()
    if wants_json() and forgery_token:
        session["csrf_token"] = forgery_token


def _with_cookie(response: Response, token: str) -> Response:
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=platform().settings.is_secure)
    return response

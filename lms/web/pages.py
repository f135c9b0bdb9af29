"""Pages that need no account: help, accessibility, privacy, and whether the service is up."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from lms.web.request import PUBLIC, db, route

blueprint = Blueprint("pages", __name__)


@route(blueprint, "/bantuan", may=PUBLIC)
def help() -> ResponseReturnValue:
    """Answers to what people ask first."""
    return render_template("pages/help.html")


@route(blueprint, "/aksesibilitas", may=PUBLIC)
def accessibility() -> ResponseReturnValue:
    """How far the site can be used by everyone, and whom to tell where it cannot."""
    return render_template("pages/accessibility.html")


@route(blueprint, "/privasi", may=PUBLIC)
def privacy() -> ResponseReturnValue:
    """What is kept about people, why, how long, and their rights."""
    return render_template("pages/privacy.html")


@route(blueprint, "/status", may=PUBLIC)
def status() -> ResponseReturnValue:
    """Which services answer, for people and for the supervisor."""
    db().execute(text("SELECT 1"))
    return render_template("pages/status.html")

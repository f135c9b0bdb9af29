"""Pages that need no account: help, accessibility, privacy, and whether the service is up."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms import health
from lms.web.request import PUBLIC, now, platform, route

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
    """Which services answer, for people."""
    found = health.look(platform(), now=now())
    return render_template("pages/status.html", health=found), 200 if found.is_up else 503


@route(blueprint, "/status.json", may=PUBLIC)
def status_for_machines() -> ResponseReturnValue:
    """The same in a word, for a supervisor: ok, degraded or down."""
    found = health.look(platform(), now=now())
    word = "ok" if found.is_whole else "degraded" if found.is_up else "down"
    return {"status": word, "at": found.at.isoformat(timespec="seconds")}, 200 if found.is_up else 503

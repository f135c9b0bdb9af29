"""/sdm/penerbitan: how issuing goes, scheme by scheme, and pausing it."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access import Permission, visible
from lms.certificates import pausing, stops
from lms.certificates.models import Scheme
from lms.reports import issuing as report
from lms.reports.issuing import SHOWS, Show
from lms.web.name_search import page_number, page_of
from lms.web.request import actor, db, fetch, now, platform, route
from lms.web.signing_words import stop_words

blueprint = Blueprint("issuing", __name__)
PAGE = 25
MAY = Permission.CERTIFICATE_REGISTRY


@route(blueprint, "/sdm/penerbitan", may=MAY)
def index() -> ResponseReturnValue:
    """All schemes of one's remit: `?saring=menunggu|dijeda|ditolak`."""
    asked = request.args.get("saring", "")
    show: Show = next((one for one in SHOWS if one == asked), "")
    seen = visible(select(Scheme), Scheme, actor(), MAY)
    found = report.page_of(db(), seen, show, since=_today(), page=page_number(), size=PAGE)
    page, pages = page_of(found.total, PAGE)
    stop = stops.standing(db())
    return render_template(
        "issuing/index.html",
        lines=found.lines,
        total=found.total,
        show=show,
        shows=SHOWS,
        page=page,
        pages=pages,
        stop=stop,
        stop_said=stop_words(stop) if stop else "",
    )


@route(blueprint, "/sdm/penerbitan/<code>/jeda", may=MAY, methods=["POST"])
def pause(code: str) -> ResponseReturnValue:
    """Nothing more of this scheme is issued; a second time changes nothing."""
    scheme = _scheme(code)
    if pausing.pause(db(), scheme, by=actor().user_id, now=now()):
        flash(_("Penerbitan %(title)s dijeda. Yang sedang dibuat diselesaikan dahulu.", title=scheme.title))
    return redirect(url_for(".index"), 303)


@route(blueprint, "/sdm/penerbitan/<code>/lanjut", may=MAY, methods=["POST"])
def resume(code: str) -> ResponseReturnValue:
    """What waits of this scheme is issued."""
    scheme = _scheme(code)
    if pausing.resume(db(), scheme, by=actor().user_id, now=now()):
        flash(_("Penerbitan %(title)s dilanjutkan.", title=scheme.title))
    return redirect(url_for(".index"), 303)


def _scheme(code: str) -> Scheme:
    return fetch(select(Scheme).where(Scheme.code == code), Scheme, MAY)


def _today() -> datetime:
    """When the day of the installation began."""
    return datetime.combine(actor().today, time(), ZoneInfo(platform().settings.zone)).astimezone(UTC)

"""/ruang/<kode>/skor: the score screen of a sitting, for whoever has its address; and the proctor's switch of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access import Permission
from lms.exams import live_scores
from lms.exams.live_scores import NotAllowed, ShownAs
from lms.exams.models import Sitting
from lms.reports import scores
from lms.reports.scores import Row, Scores
from lms.web.name_search import page_of
from lms.web.presentation import clock_seconds, language, speak
from lms.web.request import TOKEN, actor, db, now, platform, route
from lms.web.rooms import sitting_of

blueprint = Blueprint("scores", __name__)
#: Rows that can be read from afar, and seconds until the screen turns to the next.
PAGE, TURNS = 12, 15
#: So long what was read holds, whoever asks: a screen costs the same as ten.
HOLDS = timedelta(seconds=10)


@dataclass(frozen=True)
class Screen:
    """One page of the screen. read_at: when its figures were read · spoken: the language that its addresses carry."""

    sitting: Sitting
    scores: Scores
    rows: tuple[Row, ...]
    read_at: datetime
    page: int
    pages: int
    key: str
    spoken: str | None

    @property
    def following(self) -> int:
        """The page to turn to."""
        return self.page % self.pages + 1


@route(blueprint, "/ruang/<code>/skor/<key>", may=TOKEN)
def screen(code: str, key: str) -> ResponseReturnValue:
    """The screen: a page of it, which turns by itself. `?tahan=1` keeps it where it is."""
    shown = _screen(code, key)
    answer = _tagged("scores/screen.html", shown)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@route(blueprint, "/ruang/<code>/skor/<key>/isi", may=TOKEN)
def fresh(code: str, key: str) -> ResponseReturnValue:
    """The figures alone, for the script: 304 while nothing has changed."""
    return _tagged("scores/_rows.html", _screen(code, key))


@route(blueprint, "/ruang/<code>/skor", may=Permission.ROOM_WATCH, methods=["POST"])
def show(code: str) -> ResponseReturnValue:
    """Switch the screen on."""
    found = sitting_of(code)
    try:
        live_scores.show(db(), found, by=actor().user_id, now=now())
    except NotAllowed:
        flash(_("Aturan ujian ini tidak mengizinkan layar skor."), "warn")
    else:
        flash(_("Layar skor siap. Buka alamatnya di layar ruang tunggu."))
    return redirect(url_for("room_acts.acts", code=code, _anchor="skor"), 303)


@route(blueprint, "/ruang/<code>/skor/pengakhiran", may=Permission.ROOM_WATCH, methods=["POST"])
def end(code: str) -> ResponseReturnValue:
    """Switch the screen off."""
    live_scores.end(db(), sitting_of(code), by=actor().user_id, now=now())
    flash(_("Layar skor diakhiri. Alamatnya tidak menampilkan apa pun lagi."))
    return redirect(url_for("room_acts.acts", code=code, _anchor="skor"), 303)


def address_of(found: Sitting) -> str | None:
    """Where the screen of a sitting is shown; None while it is off or its time is over."""
    if found.scores_since is None or now() > found.closes_at + live_scores.LASTS:
        return None
    key = live_scores.key_of(platform().settings.secret_key, found.code, found.scores_since)
    return url_for("scores.screen", code=found.code, key=key, bahasa=_spoken(), _external=True)


def _spoken() -> str | None:
    """The language that the address carries: whoever makes it has an account, the screen has none. Indonesian goes unsaid."""
    return None if language() == "id" else language()


def _screen(code: str, key: str) -> Screen:
    """What the address shows now, in its language; anything wrong with it, and rules that forbid it, are 404."""
    speak(request.args.get("bahasa"))
    rows = select(Sitting).where(Sitting.code == code).options(joinedload(Sitting.exam))
    found = db().scalars(rows).one_or_none()
    if found is None or not live_scores.opens(key, platform().settings.secret_key, found, now=now()):
        abort(404)
    shown_as = live_scores.policy(db(), found.exam_id)
    if shown_as is None:
        abort(404)
    read_at, read = _read(found.id, shown_as)
    page, pages = page_of(len(read.rows), PAGE)
    return Screen(found, read, read.rows[(page - 1) * PAGE : page * PAGE], read_at, page, pages, key, _spoken())


def _read(sitting_id: int, shown_as: ShownAs) -> tuple[datetime, Scores]:
    """The figures, at most HOLDS old."""
    kept: dict[tuple[int, ShownAs], tuple[datetime, Scores]] = current_app.extensions.setdefault("scores", {})
    held = kept.get((sitting_id, shown_as))
    if held is None or not held[0] <= now() < held[0] + HOLDS:
        for old in [name for name, (at, _scores) in list(kept.items()) if at + HOLDS <= now()]:
            kept.pop(old, None)
        held = kept[sitting_id, shown_as] = (now(), scores.of_sitting(db(), sitting_id, shown_as))
    return held


def _tagged(template: str, shown: Screen) -> Response:
    """The page, or 304 where the asker has it; time apart, which the screen says of itself."""
    is_held = bool(request.args.get("tahan"))
    said = (template, shown.scores.titles, shown.rows, shown.page, shown.pages, is_held, language())
    tag = hashlib.sha256(repr(said).encode()).hexdigest()[:32]
    if request.if_none_match.contains(tag):
        answer = Response(status=304)
    else:
        html = render_template(template, screen=shown, is_held=is_held, turns=TURNS)
        answer = make_response({"html": html} if template.startswith("scores/_") else html)
    answer.set_etag(tag)
    answer.headers["X-Read"] = clock_seconds(shown.read_at, shown.sitting.zone)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer

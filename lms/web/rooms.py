"""/ruang: the rooms that one watches, and the board of one, which a script keeps fresh."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload
from wtforms import StringField
from wtforms.validators import Length

from lms.access import Permission, may_enter
from lms.exams import pins, proctors, sittings
from lms.exams.models import Sitting
from lms.reports import room, room_lines, room_words
from lms.reports.room import Counts, Seat
from lms.reports.room_lines import Line
from lms.web import moves
from lms.web.answers import moment
from lms.web.name_search import APPLIED, NameSearch, page_of, remember, remembered
from lms.web.navigation import work_as
from lms.web.request import actor, db, fetch, now, platform, route

blueprint = Blueprint("rooms", __name__)
WATCH = Permission.ROOM_WATCH
PAGE = 25
#: Lines of the log beside the board, and on one page of it.
LOG = 12
LOG_PAGE = 50
#: So long a new PIN stands above the board, where on a phone it is far below.
PIN_IS_NEW = timedelta(minutes=2)
AREA = "room"
FILTERS = ("urgent", "help", "working", "away", "held", "waiting", "done")


@dataclass(frozen=True)
class Board:
    """All that changes on the page of a room.

    search: for whom one looks; it narrows what the filter leaves
    rows: one page of what is left, of `total` · pin_changed_at: as long as the PIN is new.
    """

    counts: Counts
    search: "SeatSearch"
    rows: list[Seat]
    total: int
    log: list[Line]
    state: str
    order: str
    page: int
    pages: int
    pin: str | None
    pin_changed_at: datetime | None

    @property
    def applied(self) -> str | None:
        """What the addresses of the board say while one looks for somebody."""
        return APPLIED if self.search.words else None

    @property
    def tag(self) -> str:
        """Changes whenever anything on the board does, time apart: the script counts that down itself."""
        rows = [(*(getattr(row, field) for field in _TOLD),) for row in self.rows]
        said = (
            self.counts,
            rows,
            [(line.id, line.is_void) for line in self.log],
            self.pin,
            self.pin_changed_at,
            self.pages,
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


class SeatSearch(NameSearch):
    """Looking for one person in a full room."""

    cari = StringField(
        _l("Nama, ruang, atau meja"), validators=[Length(max=80, message=_l("Isi paling banyak %(max)d huruf."))]
    )


#: A deadline moves along while its attempt stands still: then the pause tells, and the span that is left stays.
_TOLD = (
    "code", "name", "room", "seat", "extra_minutes", "attendance", "attempt_state", "answered", "unsent", "held", "asks_move",
    "help_at", "help_seen", "help_words", "pin_wait_until", "seen_at", "saved_at", "closed_at", "is_away",
)  # fmt: skip


@route(blueprint, "/ruang", may=Permission.ROOM_LIST)
def index() -> ResponseReturnValue:
    """The sittings that one was named for."""
    rows = room.watched(actor().user_id).where(~_sits())
    total = db().scalar(rows.with_only_columns(func.count())) or 0
    page, pages = page_of(total, PAGE)
    return render_template(
        "rooms/index.html",
        rows=room.rooms(db(), rows, now=now(), page=page, size=PAGE),
        total=total,
        page=page,
        pages=pages,
    )


@route(blueprint, "/ruang/<code>", may=WATCH)
def board(code: str) -> ResponseReturnValue:
    """Everyone in the room, who needs a hand first: `?status=` narrows, `?urut=meja` orders by seat, `?hal=` turns pages."""
    found = sitting_of(code)
    shown = board_of(found)
    return render_template("rooms/room.html", sitting=found, board=shown, told=told, say=room_words.whom, tr=_)


@route(blueprint, "/ruang/<code>", may=WATCH, methods=["POST"])
def search(code: str) -> ResponseReturnValue:
    """Remember for whom one looks: a name never enters the address."""
    found, form = sitting_of(code), SeatSearch()
    if not form.validate_on_submit():
        shown = board_of(found, form)
        return render_template("rooms/room.html", sitting=found, board=shown, told=told, say=room_words.whom, tr=_), 422
    state, order = request.args.get("status") or None, request.args.get("urut") or None
    sought = remember(AREA, form.words)
    return redirect(url_for(".board", code=code, status=state, urut=order, cari=sought, _anchor="daftar"), 303)


@route(blueprint, "/ruang/<code>/papan", may=WATCH)
def fresh(code: str) -> ResponseReturnValue:
    """The board alone, for the script: 304 while nothing has changed. The server's time comes with either answer."""
    found = sitting_of(code)
    shown = board_of(found)
    deadlines = "".join(str(row.due_at) for row in shown.rows if row.attempt_state == "open")
    tag = hashlib.sha256(f"{shown.tag}{deadlines}{found.paused_at}{found.closes_at}".encode()).hexdigest()[:32]
    if request.if_none_match.contains(tag):
        unchanged = Response(status=304, headers={"X-Now": moment(now())})
        unchanged.set_etag(tag)
        return unchanged
    html = render_template("rooms/_board.html", sitting=found, board=shown, told=told, say=room_words.whom, tr=_)
    body = {"html": html, "now": moment(now())}
    answer = Response(json.dumps(body), mimetype="application/json")
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@route(blueprint, "/ruang/<code>/pin", may=WATCH, methods=["POST"])
def new_pin(code: str) -> ResponseReturnValue:
    """Another PIN; the old one opens nothing any more. The board says so above all else, to whoever watches."""
    found = sitting_of(code)
    sittings.new_pin(db(), found, by=actor().user_id, now=now())
    return back(code)


@route(blueprint, "/ruang/<code>/<person>/perangkat", may=WATCH, methods=["POST"])
def allow_move(code: str, person: str) -> ResponseReturnValue:
    """Let a person go on at the device that asked for it."""
    found = sitting_of(code)
    moves.allow(found, person)
    return back(code)


def back(code: str) -> ResponseReturnValue:
    """To the board as it was narrowed, put in order and turned when something on it was pressed."""
    status, order, sought, page = (request.args.get(name) or None for name in ("status", "urut", "cari", "hal"))
    return redirect(url_for("rooms.board", code=code, status=status, urut=order, cari=sought, hal=page), 303)


def sitting_of(code: str) -> Sitting:
    """The sitting, if one was named for it or organises it and does not sit in it; anything else is 404.

    Shown under the hat that one has.
    """
    rows = select(Sitting).where(Sitting.code == code, ~_sits()).options(joinedload(Sitting.exam))
    found = fetch(rows, Sitting, WATCH)
    if not may_enter(actor(), Permission.ROOM_LIST):
        work_as("organiser", "organising.index")
    return found


def _sits() -> ColumnElement[bool]:
    return proctors.sits(actor().employee_id, now=now())


def seat_of(found: Sitting, person: str) -> Seat:
    """One person of the room; 404 for anyone else, and for one's own seat: others see to that."""
    seat = room.seat(db(), found.id, person, now=now())
    if seat is None or seat.employee_id == actor().employee_id:
        abort(404)
    return seat


def told(line: Line) -> str:
    """A line of the log in the reader's words."""
    return room_words.told(line, _)


def log_page(found: list[Line], total: int) -> dict[str, Any]:
    """What `_log.html` shows of a log: one page of it, of how many, and what it can be narrowed to."""
    groups = {
        "": _("Semua"),
        "waktu": _("Waktu"),
        "jawaban": _("Jawaban"),
        "sambungan": _("Sambungan dan perangkat"),
        "catatan": _("Bantuan dan catatan"),
    }
    group = log_group()
    page, pages = page_of(total, LOG_PAGE)
    return {"log": found, "groups": groups, "group": group, "page": page, "pages": pages}


def log_group() -> str:
    """What the address narrows a log to: `?jenis=`."""
    group = request.args.get("jenis", "")
    return group if group in room_lines.GROUPS else ""


def board_of(found: Sitting, refused: SeatSearch | None = None) -> Board:
    """The board as the address asks for it; refused: what was typed and cannot be looked for. Three statements."""
    words = remembered(AREA)
    everyone, state = room.seats(db(), found.id, now=now()), request.args.get("status", "")
    order = "meja" if request.args.get("urut") == "meja" else ""
    chosen = room.sought(room.narrowed(room.by_seat(everyone) if order else everyone, state), words)
    page, pages = page_of(len(chosen), PAGE)
    pin_round, log = found.pin_round, room_lines.latest(db(), found.id, limit=LOG)
    changed = (line.at for line in log if line.kind == "pin" and not line.name and line.at > now() - PIN_IS_NEW)
    return Board(
        counts=room.counts(everyone),
        search=refused or SeatSearch(formdata=None, cari=words),
        rows=room.with_progress(db(), chosen[(page - 1) * PAGE : page * PAGE]),
        total=len(chosen),
        log=log,
        state=state if state in FILTERS else "",
        order=order,
        page=page,
        pages=pages,
        pin=pins.pin_of(platform().settings.secret_key, found.code, pin_round) if pin_round else None,
        pin_changed_at=next(changed, None) if pin_round else None,
    )

"""What the script of an exam page talks to: questions for working off-line, the time, and a fresh token; saves.py saves.

The time is asked, as answers are saved, with the attempt's signed token alone: no session and no user is looked up.
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lms.access import Permission
from lms.clock import ZONES
from lms.exams import attempts, journal, messages, presence, saving, sheets, token
from lms.exams.journal import Latest
from lms.exams.models import Attempt
from lms.web.question_html import unanswered
from lms.web.request import TOKEN, actor, db, now, platform, route
from lms.web.sitting import is_outside, sheet_of, token_of

blueprint = Blueprint("answers", __name__)
HEADER = "X-Attempt-Token"
#: What a heartbeat reads.
_BEATING = (
    Attempt.id, Attempt.state, Attempt.lease, Attempt.due_at, Attempt.paused_at, Attempt.started_at, Attempt.sitting_id,
    Attempt.employee_id, presence.seen().label("seen_at"), messages.mark().label("mark"),
)  # fmt: skip


@route(blueprint, "/pengerjaan/<code>/soal", may=Permission.ATTEMPT_WRITE)
def questions(code: str) -> ResponseReturnValue:
    """Every question as the page shows it and where each one stands: all that working off-line needs."""
    sheet = sheet_of(code)
    if sheet.phase == "prepared":
        return {"error": "prepared"}, 409
    if sheet.phase in {"closed", "over"}:
        return _closed(code), 409
    if is_outside(sheet):
        return _elsewhere(code), 403
    state = journal.fold(saving.entries(db(), sheet.attempt_id))
    return {
        **_clock(sheet),
        "code": code,
        "title": sheet.title,
        "token": token_of(sheet) or None,
        "zone": sheet.zone,
        "zone_name": ZONES[sheet.zone],
        "holder": sheet.holder,
        "writer_hint": secrets.token_hex(8),
        "items": [_item(sheet, number) for number in range(1, sheet.count + 1)],
        "state": [_where(number, state.get(number, Latest())) for number in range(1, sheet.count + 1)],
    }


@route(blueprint, "/pengerjaan/<code>/waktu", may=TOKEN, writes=True)
def time(code: str) -> ResponseReturnValue:
    """The heartbeat: the server's time, the deadline as it now stands, and whether this device still holds the lease; null where
    no device does, since its session has ended.

    `news` changes when something was said in the room. Of the device that holds the lease the sign of life is kept.
    `?belum=` how many answers it has not sent; `?tunggu=` how many waited at most, `?sembunyi=` while which spans its page was
    hidden, since the last one that was heard: for the log (presence.py), where there is anything to tell.
    """
    ticket = _ticket(code)
    if ticket is None:
        return {"error": "lease"}, 401
    told = presence.Told(
        request.args.get("belum", 0, type=int),
        request.args.get("tunggu", 0, type=int),
        request.args.get("sembunyi", ""),
    )
    rows = select(*_BEATING).where(Attempt.id == ticket.attempt_id)
    found = db().execute(rows.add_columns(presence.last_hidden().label("hidden_at")) if told.hidden else rows).one()
    shown = sheets.deadline(found.due_at, found.paused_at, now=now())
    assert shown is not None, "a token is given for what has begun"
    has_lease = found.lease == ticket.lease
    if has_lease and found.state != "closed":
        presence.note(db(), found, told, now=now())
    lease = None if found.lease is None and found.state != "closed" else has_lease
    return {"now": moment(now()), "due_at": moment(shown), "state": found.state, "lease": lease, "news": found.mark}


@route(blueprint, "/pengerjaan/<code>/token", may=Permission.ATTEMPT_WRITE, methods=["POST"])
def renew(code: str) -> ResponseReturnValue:
    """A token for this sign-in, as after signing in again in the page. Takes the lease only where no live sign-in holds it."""
    sheet = sheet_of(code)
    if sheet.phase in {"closed", "over", "prepared"}:
        return _closed(code), 409
    if is_outside(sheet):
        return _elsewhere(code), 403
    if sheet.holder == "free":
        attempts.claim(db(), sheet.attempt_id, user_session_id=actor().session_id, now=now())
        sheet = sheet_of(code)
    if sheet.lease is None:
        return {"error": "lease_moved", "move_url": url_for("devices.device", code=code)}, 423
    return {**_clock(sheet), "token": token_of(sheet), "holder": sheet.holder}


def moment(at: datetime) -> str:
    """As scripts write it: 2026-11-23T02:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ticket(code: str) -> token.Ticket | None:
    """What the token in the header says, if it was made here and for this attempt."""
    try:
        ticket = token.read(platform().settings.secret_key, request.headers.get(HEADER, ""))
    except token.BadToken:
        return None
    return ticket if ticket.code == code else None


def _closed(code: str) -> dict[str, str]:
    return {"error": "closed", "result_url": url_for("attempts.result", code=code)}


def _elsewhere(code: str) -> dict[str, str]:
    """The sitting takes another network, or another browser."""
    return {"error": "place", "move_url": url_for("attempts.door", code=code)}


def _clock(sheet: sheets.Sheet) -> dict[str, Any]:
    assert sheet.due_at is not None
    return {
        "now": moment(now()),
        "due_at": moment(sheet.due_at),
        "state": "paused" if sheet.phase == "paused" else "open",
    }


def _item(sheet: sheets.Sheet, number: int) -> dict[str, Any]:
    kind, section = sheet.items[number - 1].kind, sheet.section_of(number)
    return {"n": number, "kind": kind, "section": section, "html": unanswered(sheet, number)}


def _where(number: int, latest: Latest) -> dict[str, Any]:
    return {"n": number, "answer": latest.answer, "flag": latest.flag, "opened": latest.opened}

"""The attempt that a request is about, for all routes of an attempt, and what its questions' inputs are filled with."""

from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, url_for
from sqlalchemy import bindparam
from werkzeug.wrappers import Response

from lms.access import Absent, Permission, owned
from lms.exams import sheets, token
from lms.exams.models import PRACTICE, Attempt
from lms.exams.sheets import Sheet
from lms.lean import Lean
from lms.questions.kinds import BY_HAND
from lms.web.place import place
from lms.web.request import actor, db, now, platform


def sheet_of(code: str, *, lock: bool = False) -> Sheet:
    """The attempt with this code, if it is one's own; anything else is 404. lock: keeps other writers out until the end."""
    row = (_LOCKED if lock else _OWN).first(db(), code=code, employee=actor().employee_id)
    if row is None:
        raise Absent(Attempt.__tablename__)
    return sheets.sheet_of(db(), row, user_session_id=actor().session_id, now=now())


_MINE = sheets.WHOLE.where(
    Attempt.code == bindparam("code"), owned(Attempt, Permission.ATTEMPT_WRITE, bindparam("employee"))
)
_OWN, _LOCKED = Lean(_MINE), Lean(_MINE.with_for_update(of=Attempt))


def token_of(sheet: Sheet) -> str:
    """The signed token with which this page's script saves; empty where this sign-in does not hold the lease."""
    return token.sign(platform().settings.secret_key, sheet.ticket) if sheet.lease else ""


def late_token_of(sheet: Sheet) -> str:
    """The signed token with which the page of a closed attempt sends what its browser still keeps; empty where nothing is held.

    It names no lease: whatever becomes of the attempt, nothing is stored under it, only held for a decision.
    """
    if sheet.phase != "closed" or sheet.mode == PRACTICE:
        return ""
    return token.sign(platform().settings.secret_key, replace(sheet.ticket, lease=""))


def sent_elsewhere(sheet: Sheet) -> Response | None:
    """Where the person is sent when an attempt cannot be worked on here and now."""
    if sheet.phase in {"running", "grace"} and outside(sheet) is not None:
        return redirect(url_for("attempts.door", code=sheet.code))
    match sheet.phase, sheet.holder:
        case "prepared", _:
            return redirect(url_for("exams.rules", code=sheet.exam_code))
        case (("closed" | "over"), _):
            return redirect(url_for("attempts.result", code=sheet.code))
        case "grace", _:  # of a practice nothing is still on its way
            page = "attempts.result" if sheet.mode == PRACTICE else "attempts.check"
            return redirect(url_for(page, code=sheet.code))
        case "paused", _:
            return redirect(url_for("attempts.paused", code=sheet.code))
        case _, "other":
            return redirect(url_for("devices.device", code=sheet.code))
    return None


def outside(sheet: Sheet) -> str | None:
    """What of the sitting's terms this request does not meet."""
    if not sheet.terms.admits_address(place()):
        return "address"
    return None if sheet.terms.admits_browser(place()) else "browser"


def is_outside(sheet: Sheet) -> bool:
    """Whether the attempt may not be worked on from where this request comes."""
    return outside(sheet) is not None


@dataclass(frozen=True)
class Given:
    """An answer for the inputs of its question. certainty: None where the exam does not ask for it."""

    answer: Any
    certainty: int | None


def given(sheet: Sheet, number: int, value: Any) -> Given:
    """What the journal holds for a question, unwrapped."""
    if not sheet.asks_certainty or sheet.items[number - 1].kind in BY_HAND:
        return Given(value, None)
    if isinstance(value, dict) and "answer" in value:
        return Given(value["answer"], value.get("certainty", 1))
    return Given(None, 1)

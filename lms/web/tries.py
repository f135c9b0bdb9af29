"""Guessing made slow: what every form goes through that a stranger could try out secrets on."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from flask import request
from flask_babel import gettext as _

from lms.exams import sittings
from lms.people import throttle
from lms.people.throttle import Tried
from lms.web.plurals import ngettext
from lms.web.request import db, keep_although_refused, now, platform, settle


@dataclass(frozen=True)
class Refusal:
    """A try that is not looked at: what to say, with which status, and after how many seconds to come back."""

    message: str
    status: int
    seconds: int


def keys(purpose: str, account: str) -> throttle.Keys:
    """What tries for that account from this request's origin count under."""
    return throttle.keys(platform().settings.secret_key, purpose=purpose, account=account, address=_address())


def begin(purpose: str, account: str) -> Tried | Refusal:
    """Write a try down, and see whether it may be looked at. The database is free afterwards.

    In an exam room hundreds sign in from one address: one of them who guesses, or thirty who mistype, must not keep the others out.
    """
    settle()
    database = platform().database
    # A writing session would take a transaction for each: all of SQLite waits for those, and PostgreSQL is asked thrice.
    with database.statement() as connection:
        tried = throttle.note(connection, keys(purpose, account), now=now())
    with database.reader() as session:
        wait = throttle.wait(
            session, tried, now=now(), is_shared=lambda: sittings.is_exam_room(session, _address(), now=now())
        )
    if wait is None:
        return tried
    _take_back(tried)
    return Refusal(_say(wait), 429, ceil(wait.total_seconds()))


def too_busy(tried: Tried) -> Refusal:
    """The machine has its hands full of passwords: the try does not count."""
    _take_back(tried)
    return busy()


def busy() -> Refusal:
    """What is said when the machine has its hands full."""
    return Refusal(_("Banyak orang sedang masuk bersamaan. Coba lagi beberapa detik lagi."), 503, 1)


def was_right(tried: Tried) -> None:
    """Forget the account's failures."""
    throttle.clear(db(), tried.keys)


def _address() -> str:
    return request.remote_addr or ""


def _take_back(tried: Tried) -> None:
    throttle.take_back(db(), tried)
    keep_although_refused()


def _say(wait: timedelta) -> str:
    minutes = ceil(wait / timedelta(minutes=1))
    return ngettext(
        "Terlalu banyak percobaan. Coba lagi dalam %(num)s menit.",
        "Terlalu banyak percobaan. Coba lagi dalam %(num)s menit.",
        minutes,
    )

"""How often one may guess: failures are counted by account and by origin, and each one too many makes the wait longer.

A try is written down *before* it is looked at, and taken back or cleared when it was right: guesses that arrive
together cannot slip through between the counting and the noting. Accounts and origins are kept as keyed hashes.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Subquery, bindparam, delete, func, insert, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms import clock
from lms.db import UtcDateTime
from lms.lean import Lean
from lms.people.models import SignInFailure
from lms.platform import Platform

WINDOW = timedelta(minutes=15)
ACCOUNT_LIMIT, ORIGIN_LIMIT = 5, 30
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Keys:
    """What a try is counted under."""

    account: str
    origin: str


@dataclass(frozen=True)
class Tried:
    """A try that is written down: its key, and what it is counted under."""

    id: int
    keys: Keys


def keys(secret: str, *, purpose: str, account: str, address: str) -> Keys:
    """Keyed hashes of an account (a NIP or a user's key) and of a network address; IPv6 counts by its /64."""
    return Keys(_keyed(secret, f"{purpose}:{account}"), _keyed(secret, f"from:{network(address)}"))


def note(there: Session | Connection, under: Keys, *, now: datetime) -> Tried:
    """Write a try down. Commit before asking `wait`."""
    row = _NOTE.first(there, account=under.account, origin=under.origin, now=now)
    return Tried(row.id, under)


def wait(
    session: Session, tried: Tried, *, now: datetime, is_shared: Callable[[], bool] = lambda: False
) -> timedelta | None:
    """How long to wait before this try may be looked at; None when it may be at once.

    is_shared: asked where its origin has failed too often: whether so many sit behind it that it says nothing of this one.
    """
    under = tried.keys
    found = _OTHERS.first(session, account=under.account, origin=under.origin, tried=tried.id, since=now - WINDOW)
    of_account, from_origin = (found.by_account, found.last_by_account), (found.by_origin, found.last_by_origin)
    own, others = _pause(of_account, ACCOUNT_LIMIT, now), _pause(from_origin, ORIGIN_LIMIT, now)
    longest = max(own, others if others > timedelta(0) and not is_shared() else timedelta(0))
    return longest if longest > timedelta(0) else None


def take_back(session: Session, tried: Tried) -> None:
    """The try was not looked at: it does not count."""
    session.execute(delete(SignInFailure).where(SignInFailure.id == tried.id))


def clear(session: Session, under: Keys) -> None:
    """A right try: the account's failures no longer count, nor do they count for their origins."""
    _CLEAR.write(session, account=under.account)


def forget_old(platform: Platform) -> None:
    """Job: what no longer counts is not kept."""
    with platform.database.transaction() as session:
        session.execute(delete(SignInFailure).where(SignInFailure.at < clock.now() - KEPT))


def _pause(others: Any, limit: int, now: datetime) -> timedelta:
    """others: (how many failures there were within the window, when the latest of them was)."""
    count, latest = others
    if count < limit:
        return timedelta(0)
    pause = min(FIRST_WAIT * 2 ** min(count - limit, 8), LONGEST_WAIT)
    wait: timedelta = latest + pause - now
    return wait


_NOTE = Lean(
    insert(SignInFailure)
    .values(account=bindparam("account"), origin=bindparam("origin"), at=bindparam("now"))
    .returning(SignInFailure.id)
)
_CLEAR = Lean(delete(SignInFailure).where(SignInFailure.account == bindparam("account")))


def _others(column: InstrumentedAttribute[str], name: str) -> Subquery:
    """Failures under one key but the try itself: how many, and the latest."""
    return (
        select(func.count().label(f"by_{name}"), func.max(SignInFailure.at).label(f"last_by_{name}"))
        .where(
            column == bindparam(name),
            SignInFailure.at > bindparam("since", type_=UtcDateTime()),
            SignInFailure.id != bindparam("tried"),
        )
        .subquery()
    )


_OF_ACCOUNT, _FROM_ORIGIN = _others(SignInFailure.account, "account"), _others(SignInFailure.origin, "origin")
_OTHERS = Lean(select(*_OF_ACCOUNT.columns, *_FROM_ORIGIN.columns).join_from(_OF_ACCOUNT, _FROM_ORIGIN, true()))


def network(address: str) -> str:
    """Whose address it is, as far as it can be told: IPv6 counts by its /64, which one person may have for himself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def _keyed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]

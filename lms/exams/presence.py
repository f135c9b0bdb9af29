"""Signs of life of the devices that work on attempts: the last one of each is kept, and the log of the sitting tells of gaps
between two, and for how long a page says that it was hidden. Neither moves a deadline, a mark or a state.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from lms.db import insert_into
from lms.exams import room_log
from lms.exams.journal import HIGHEST_SEQ
from lms.exams.models import Attempt, SittingEvent
from lms.exams.room_models import Presence

#: So long between two signs of life is a gap. One comes each half minute, from a hidden page at times only each minute: two or
#: three in a row did not. The board calls a device off the line only later (reports.room.AWAY): a gap may be over before.
GAP = timedelta(seconds=90)
#: Shorter ones are not told: a notice that slides over the page, a key struck by mistake.
SHORTEST = timedelta(seconds=5)
#: Spans that one sign of life tells of; a page keeps the rest for the next.
MOST_SPANS = 20
_SPAN = re.compile(r"([0-9]{1,10})-([0-9]{1,6})")
#: After these the clock of an attempt runs again that stood still: no sign of life was due before.
_RUNS_AGAIN = ("resume", "room_resume", "reopen")


@dataclass(frozen=True)
class Told:
    """What a device says with a sign of life. unsent: answers it has not sent · waited: the most that waited since the last one
    that was heard · hidden: spans of its page, as `spans` reads them."""

    unsent: int = 0
    waited: int = 0
    hidden: str = ""


def seen() -> ScalarSelect[datetime]:
    """When the attempt of the statement around it last gave a sign of life."""
    return select(Presence.seen_at).where(Presence.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()


def last_hidden() -> ScalarSelect[datetime]:
    """Since when its page was hidden in the latest span that was noted."""
    rows = select(func.max(SittingEvent.at)).where(SittingEvent.attempt_id == Attempt.id, SittingEvent.kind == "hidden")
    return rows.correlate(Attempt).scalar_subquery()


def is_gap(since: datetime | None, *, now: datetime) -> bool:
    """Whether so long passed since the last sign of life that the log tells of it; before the first there is none."""
    return since is not None and now - since > GAP


def spans(told: str, *, begun: datetime, last: datetime | None, now: datetime) -> list[tuple[datetime, int]]:
    """(since when, seconds) of the spans that a device tells of: `1764300000-42,1764300100-7`, by the server's clock in seconds
    since 1970, as far as the device could tell.

    It may say anything: at most MOST_SPANS are read; one that does not have this shape, is too short, begins before the
    attempt, in the future or less than SHORTEST after the span before (`last` was noted earlier) is dropped, and one that
    lasts beyond now is cut. So what is told twice is noted once, and a log cannot be flooded.
    """
    found, free = [], max(begun.replace(microsecond=0), last + SHORTEST if last else begun.replace(microsecond=0))
    for part in told.split(",", MOST_SPANS)[:MOST_SPANS]:
        read = _SPAN.fullmatch(part)
        since = datetime.fromtimestamp(int(read[1]), UTC) if read else None
        if read is None or since is None or not free <= since <= now:
            continue
        length = min(timedelta(seconds=int(read[2])), now - since)
        if length >= SHORTEST:
            found.append((since, int(length.total_seconds())))
            free = since + length
    return found


def note(session: Session, attempt: Any, told: Told, *, now: datetime) -> None:
    """Keep that a device was there just now. One statement, and more only where there is something for the log.

    attempt: a row with id, sitting_id, employee_id, started_at, seen_at and, where spans are told, hidden_at (`last_hidden`).
    """
    if not is_gap(attempt.seen_at, now=now):
        keep(session, attempt.id, told.unsent, now=now)
    elif keep(session, attempt.id, told.unsent, now=now, since=attempt.seen_at):
        since = max(attempt.seen_at, _runs_since(session, attempt) or attempt.seen_at)
        if is_gap(since, now=now):
            waited = _bounded(max(told.waited, told.unsent))
            _log(session, attempt, "gap", since, {"seconds": int((now - since).total_seconds()), "waited": waited})
    if told.hidden:
        for since, seconds in spans(told.hidden, begun=attempt.started_at, last=attempt.hidden_at, now=now):
            _log(session, attempt, "hidden", since, {"seconds": seconds})


def keep(session: Session, attempt_id: int, unsent: int, *, now: datetime, since: datetime | None = None) -> bool:
    """Keep that a device was there just now, with so many answers not sent. One statement.

    since: only if that is still the last sign of life. Two tabs that come back together end one gap: the first gets True.
    """
    row = {"attempt_id": attempt_id, "seen_at": now, "unsent": _bounded(unsent)}
    is_latest = None if since is None else Presence.seen_at == since
    put = insert_into(session, Presence).values(row)
    kept = put.on_conflict_do_update(index_elements=[Presence.attempt_id], set_=row, where=is_latest)
    return session.scalar(kept.returning(Presence.attempt_id)) is not None


def _log(session: Session, attempt: Any, kind: str, since: datetime, details: dict[str, int]) -> None:
    whose = {"attempt_id": attempt.id, "employee_id": attempt.employee_id}
    room_log.note(session, attempt.sitting_id, kind, by=None, now=since, details=details, **whose)


def _runs_since(session: Session, attempt: Any) -> datetime | None:
    """When the clock of an attempt last began to run again."""
    rows = select(func.max(SittingEvent.at)).where(
        SittingEvent.sitting_id == attempt.sitting_id,
        or_(SittingEvent.attempt_id == attempt.id, SittingEvent.attempt_id.is_(None)),
        SittingEvent.kind.in_(_RUNS_AGAIN),
    )
    return session.scalar(rows)


def _bounded(number: int) -> int:
    return min(max(number, 0), HIGHEST_SEQ)

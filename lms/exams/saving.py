"""Keeping answers: one statement for a batch of events that is taken, on both databases.

The statement takes the lock that closing needs, so an event is in the journal that gets graded, or held, or refused;
never acknowledged and ungraded.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, text
from sqlalchemy.orm import Session

from lms.db import UtcDateTime, dialect_of, insert_into
from lms.exams.journal import SERVER, Batch, Entry, Event, flaw, next_event
from lms.exams.models import AnswerEvent, Attempt, HeldEvent
from lms.exams.token import Ticket
from lms.lean import Lean

#: How long after the deadline events that were stamped before it are still taken, marked late.
GRACE = timedelta(seconds=120)
#: How far a device's clock may be ahead of ours: the last change is stamped when the page sees that the time is up.
SLACK = timedelta(seconds=2)
#: So many events of one attempt wait for a proctor at most; more are refused.
MOST_HELD = 2_000


@dataclass(frozen=True)
class Accepted:
    """What became of each event, by seq. What stands in none of the three should be sent again.

    state: "open" · "closed" (the attempt has ended) · "moved" (another device holds the lease) · "signed_out" (nobody does) ·
    "paused".
    refused: seq → conflict, bad_hash, bad_item, bad_value, bad_time, bad_seq or full.
    """

    stored: list[int]
    held: list[int]
    refused: dict[int, str]
    state: str


def accept(session: Session | Connection, *, ticket: Ticket, batch: Batch, now: datetime) -> Accepted:
    """Store a batch. One statement when all of it is taken; what is not costs a second that says why, and a third that holds it.
    Each may be a transaction by itself: what was stored stays so, and whatever happens between them is seen by the next.

    An event that is there already with the same hash is acknowledged again, so a batch may be sent any number of times.
    Taken are events under the attempt's lease until its deadline, and within the grace those stamped before it. What comes
    without the lease (while another device holds it), too late or after closing is held for a proctor.
    """
    refused = {event.seq: why for event in batch.events if (why := flaw(ticket, batch.writer, event))}
    sound = [event for event in batch.events if event.seq not in refused]
    stored = _store(session, ticket, batch.writer, sound, now) if sound else []
    rest = [event for event in sound if event.seq not in set(stored)]
    if not rest:
        return Accepted(stored, [], refused, "open")
    return _explain(session, ticket, batch.writer, rest, Accepted(stored, [], refused, "open"), now)


def append(
    session: Session,
    journal: Sequence[Entry],
    changes: Sequence[tuple[int, str, Any]],
    *,
    ticket: Ticket,
    user_session_id: int,
    now: datetime,
) -> Accepted:
    """Write for a page without scripts: the server is a writer of its own for each sign-in and goes on in its chain.

    journal: all of the attempt's, read under its lock · changes: (item, kind, value) in their order.
    """
    writer = f"{SERVER}{user_session_id}"
    last = max((entry.event for entry in journal if entry.writer == writer), default=None)
    events = []
    for item, kind, value in changes:
        last = next_event(ticket.code, writer, last, item=item, kind=kind, value=value, now=now)
        events.append(last)
    return accept(session, ticket=ticket, batch=Batch(writer, events), now=now)


def entries(session: Session, attempt_id: int) -> list[Entry]:
    """The journal of an attempt in the order of arrival."""
    return [Entry(writer, Event(*event)) for writer, *event in _ENTRIES.all(session, attempt=attempt_id)]


def entries_by_attempt(session: Session, wanted: ColumnElement[bool]) -> defaultdict[int, list[Entry]]:
    """The same of many attempts, by their keys. wanted: which rows of AnswerEvent."""
    rows = session.execute(
        select(AnswerEvent.attempt_id, AnswerEvent.writer, *EVENT).where(wanted).order_by(AnswerEvent.id)
    )
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for attempt_id, writer, *event in rows:
        found[attempt_id].append(Entry(writer, Event(*event)))
    return found


#: The columns that make an Event, in its order.
EVENT = tuple(getattr(AnswerEvent, field) for field in Event._fields)
_ENTRIES = Lean(
    select(AnswerEvent.writer, *EVENT).where(AnswerEvent.attempt_id == bindparam("attempt")).order_by(AnswerEvent.id)
)
_SQL = """
INSERT INTO answer_event
  (attempt_id, writer, seq, item, kind, value, device_at, previous, hash, received_at, late)
SELECT a.id, :writer, e.seq, e.item, e.kind, e.value, e.device_at, e.previous, e.hash, :now, a.due_at < :now
FROM attempt AS a CROSS JOIN {events} AS e{columns}
WHERE a.id = :attempt AND a.state = 'open' AND a.lease = :lease AND a.due_at >= :oldest
  AND (a.due_at >= :now OR {stamp} <= a.due_at)
ORDER BY e.seq {lock}
ON CONFLICT (attempt_id, writer, seq)
DO UPDATE SET hash = answer_event.hash WHERE answer_event.hash = excluded.hash
RETURNING seq
"""
_BY_DIALECT = {
    "sqlite": {
        "events": """(SELECT json_extract(value, '$.seq') AS seq, json_extract(value, '$.item') AS item,
          json_extract(value, '$.kind') AS kind, json_extract(value, '$.value') AS value,
          json_extract(value, '$.device_at') AS device_at, json_extract(value, '$.previous') AS previous,
          json_extract(value, '$.hash') AS hash FROM json_each(:events))""",
        "columns": "",
        # A prefix of what the column keeps, 2026-11-23 02:00:00.123000, and so below or equal as a text too.
        "stamp": "strftime('%Y-%m-%d %H:%M:%f', e.device_at, :slack)",
        "lock": "",
    },
    "postgresql": {
        "events": "json_to_recordset(CAST(:events AS json))",
        "columns": "(seq int, item int, kind text, value text, device_at text, previous text, hash text)",
        "stamp": "CAST(e.device_at AS timestamptz) + CAST(:slack AS interval)",
        # Whoever closes the attempt waits for us, or we for them and then find it closed.
        "lock": "FOR SHARE OF a",
    },
}
_STORE = {
    dialect: Lean(
        text(_SQL.format(**parts))
        .bindparams(bindparam("now", type_=UtcDateTime()), bindparam("oldest", type_=UtcDateTime()))
        .columns(AnswerEvent.seq)
    )
    for dialect, parts in _BY_DIALECT.items()
}


def _store(
    session: Session | Connection, ticket: Ticket, writer: str, events: Sequence[Event], now: datetime
) -> list[int]:
    rows = _STORE[dialect_of(session)].all(
        session,
        attempt=ticket.attempt_id,
        lease=ticket.lease,
        writer=writer,
        events=json.dumps([event._asdict() for event in events]),
        now=now,
        oldest=now - GRACE,
        slack=f"-{SLACK.seconds} seconds",
    )
    return sorted(row.seq for row in rows)


def _explain(
    session: Session | Connection, ticket: Ticket, writer: str, events: Sequence[Event], so_far: Accepted, now: datetime
) -> Accepted:
    """Why events were not taken: already there, another under the same number, or the attempt does not take them now."""
    here = (AnswerEvent.attempt_id == Attempt.id, AnswerEvent.writer == writer)
    numbers = AnswerEvent.seq.in_([event.seq for event in events])
    held = select(func.count()).select_from(HeldEvent).where(HeldEvent.attempt_id == Attempt.id).scalar_subquery()
    rows = session.execute(
        select(Attempt.state, Attempt.lease, Attempt.due_at, held, AnswerEvent.seq, AnswerEvent.hash)
        .outerjoin(AnswerEvent, (here[0]) & (here[1]) & numbers)
        .where(Attempt.id == ticket.attempt_id)
    ).all()
    if not rows:
        return Accepted(so_far.stored, [], so_far.refused, "closed")
    state, lease, due_at, waiting, *_first = rows[0]
    there = {row.seq: row.hash for row in rows if row.seq is not None}
    again = [event.seq for event in events if there.get(event.seq) == event.hash]
    conflicts = {event.seq: "conflict" for event in events if there.get(event.seq, event.hash) != event.hash}
    new = [event for event in events if event.seq not in there]
    reason, said = _reason(state, lease, due_at, ticket.lease, now)
    full = waiting + len(new) > MOST_HELD
    if reason and new and not full:
        _hold(session, ticket.attempt_id, writer, new, reason, now)
    return Accepted(
        stored=sorted([*so_far.stored, *again]),
        held=[event.seq for event in new] if reason and not full else [],
        refused=so_far.refused | conflicts | ({event.seq: "full" for event in new} if reason and full else {}),
        state=said,
    )


def _reason(state: str, lease: str | None, due_at: datetime, mine: str, now: datetime) -> tuple[str | None, str]:
    """(why an event is held, what the device is told); no reason where it is to be sent again."""
    if state == "closed":
        return "closed", "closed"
    if state != "open":
        return None, "paused"
    if lease is None:
        return None, "signed_out"
    if lease != mine:
        return "lease", "moved"
    return ("grace" if due_at < now else None), "open"


def _hold(
    session: Session | Connection, attempt_id: int, writer: str, events: Sequence[Event], reason: str, now: datetime
) -> None:
    common = {"attempt_id": attempt_id, "writer": writer, "received_at": now, "reason": reason}
    rows = [{**common, **event._asdict()} for event in events]
    session.execute(insert_into(session, HeldEvent).values(rows).on_conflict_do_nothing())

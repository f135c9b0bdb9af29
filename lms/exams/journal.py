"""The answer journal: numbered events in hash chains, one chain for each writer (a tab, or the server for plain forms).

An event's hash is the SHA-256, in hex, of these eight lines in UTF-8, joined by "\\n" without one at the end:
attempt code, writer, seq, item, kind, value, device time, hash of the writer's previous event (64 zeros before the first).
The value is JSON text exactly as it was sent. An event's own hash is checked when it arrives (it costs a microsecond and
no query); the links between events are checked when the journal is graded (`verify`). `saving.py` keeps events in the
database.

kind "answer": the value is the answer in the shape of its question (questions/shapes.py), null clears it ·
"flag": true or false (ragu-ragu) · "open": null.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from lms.db import canonical_json
from lms.exams.token import Ticket

MOST_EVENTS = 100
#: As JSON. An essay of the most letters fits, also where each second letter has to be escaped.
LONGEST_VALUE = 45_000
HIGHEST_SEQ = 100_000
FIRST = "0" * 64
#: Writers whose names begin so are the server's own.
SERVER = "server-"

_WRITER = re.compile(r"[A-Za-z0-9-]{1,64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_HASH = re.compile(r"[0-9a-f]{64}")


class Event(NamedTuple):
    """One change as its writer tells it."""

    seq: int
    item: int
    kind: str
    value: str
    device_at: str
    previous: str
    hash: str


class Entry(NamedTuple):
    """One event as the journal keeps it."""

    writer: str
    event: Event


class Batch(NamedTuple):
    """What one request brings."""

    writer: str
    events: list[Event]


class BadBatch(ValueError):
    """The request does not have the shape of a batch."""


@dataclass(frozen=True)
class Latest:
    """Where one item stands."""

    answer: Any = None
    flag: bool = False
    opened: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether there is something to mark."""
        blank = isinstance(self.answer, str) and not self.answer.strip()
        return not blank and self.answer not in (None, [], {})


@dataclass(frozen=True)
class Problem:
    """A break in a writer's chain. what: "gap" (a number is missing), "link" (another previous hash), "hash" (altered)."""

    writer: str
    seq: int
    what: str


def event_hash(code: str, writer: str, event: Event) -> str:
    """The hash that an event must carry; the one it carries is not looked at. Raises UnicodeEncodeError."""
    lines = (code, writer, str(event.seq), str(event.item), event.kind, event.value, event.device_at, event.previous)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_batch(body: object) -> Batch:
    """A decoded request body: {"writer", "events": [{"seq", "item", …}]}. Raises BadBatch."""
    if not isinstance(body, Mapping) or not isinstance(body.get("events"), list):
        raise BadBatch("no events")
    writer, rows = body.get("writer"), body["events"]
    if not isinstance(writer, str) or not _WRITER.fullmatch(writer) or writer.startswith(SERVER):
        raise BadBatch("writer")
    if not 1 <= len(rows) <= MOST_EVENTS:
        raise BadBatch(f"1 to {MOST_EVENTS} events")
    events = [_event(row) for row in rows]
    if len({event.seq for event in events}) < len(events):
        raise BadBatch("a number stands twice")
    return Batch(writer, sorted(events))


def next_event(code: str, writer: str, last: Event | None, *, item: int, kind: str, value: Any, now: datetime) -> Event:
    """The event with which a writer of the server goes on after its last."""
    stamp = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"
    seq, previous = (last.seq + 1, last.hash) if last else (1, FIRST)
    event = Event(seq, item, kind, canonical_json(value), stamp, previous, "")
    return event._replace(hash=event_hash(code, writer, event))


def flaw(ticket: Ticket, writer: str, event: Event) -> str | None:
    """What is wrong with an event in itself: bad_seq, bad_item, bad_value, bad_time or bad_hash; None when it is sound."""
    if not 1 <= event.seq <= HIGHEST_SEQ:
        return "bad_seq"
    if not 1 <= event.item <= ticket.items:
        return "bad_item"
    if not _is_value(ticket, event):
        return "bad_value"
    if not is_time(event.device_at):
        return "bad_time"
    linked = _HASH.fullmatch(event.previous) is not None
    return None if linked and event_hash(ticket.code, writer, event) == event.hash else "bad_hash"


def fold(journal: Iterable[Entry]) -> dict[int, Latest]:
    """Where each item stands after a journal in the order of arrival; items without events are not in it.

    The later arrival counts. Within one writer its own order does, should two of its requests have overtaken each other.
    """
    newest: dict[tuple[str, int, str], int] = {}
    state: dict[int, dict[str, Any]] = {}
    for writer, event in journal:
        thread = (writer, event.item, event.kind)
        if newest.get(thread, 0) > event.seq:
            continue
        newest[thread] = event.seq
        field = {"answer": "answer", "flag": "flag", "open": "opened"}[event.kind]
        value = True if event.kind == "open" else json.loads(event.value)
        state.setdefault(event.item, {})[field] = value
    return {item: Latest(**fields) for item, fields in state.items()}


def verify(code: str, journal: Iterable[Entry]) -> list[Problem]:
    """Breaks in the chains of all writers; empty when every chain is whole."""
    problems = []
    for writer, events in _chains(journal).items():
        expected, previous = 1, FIRST
        for event in events:
            if event.seq != expected:
                problems.append(Problem(writer, expected, "gap"))
            elif event.previous != previous:
                problems.append(Problem(writer, event.seq, "link"))
            if event_hash(code, writer, event) != event.hash:
                problems.append(Problem(writer, event.seq, "hash"))
            expected, previous = event.seq + 1, event.hash
    return problems


def digest(journal: Iterable[Entry]) -> str:
    """SHA-256 that seals all chains: the lines "writer seq hash" in the order of writers and numbers."""
    lines = [f"{writer} {event.seq} {event.hash}" for writer, event in sorted(journal)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _event(row: object) -> Event:
    if not isinstance(row, Mapping):
        raise BadBatch("an event is an object")
    values: list[Any] = [row.get(field) for field in Event._fields]
    if [type(value) for value in values] != [int, int, str, str, str, str, str]:
        raise BadBatch("an event has whole numbers seq and item and texts for the rest")
    return Event(*values)


def _is_value(ticket: Ticket, event: Event) -> bool:
    kind, text = event.kind, event.value
    if kind == "flag":
        return text in {"true", "false"}
    if kind == "open":
        return text == "null"
    if kind != "answer" or len(text) > LONGEST_VALUE:
        return False
    try:
        value = json.loads(text, parse_constant=_no_number)
        # Half of a surrogate pair can be escaped in JSON and written nowhere else: it would break the pages that show it.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return ticket.fits(event.item, value)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def is_time(text: str) -> bool:
    """Whether a device's time is written as every device writes it."""
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _chains(journal: Iterable[Entry]) -> dict[str, list[Event]]:
    chains: dict[str, list[Event]] = {}
    for writer, event in sorted(journal):
        chains.setdefault(writer, []).append(event)
    return chains


def as_rows(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems for the column `result.problems`."""
    return [asdict(problem) for problem in problems]

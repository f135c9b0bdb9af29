"""The reckoning: what devices were told against what the database holds, event by event and mark by mark.

It shares no code with the server: plain SQL, its own hashes, its own fold and its own marks, all written from
docs/architecture.md.
"""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import psycopg

GRACE = timedelta(seconds=120)
AHEAD = timedelta(seconds=2)
ZEROS = "0" * 64


class Told(Protocol):
    """What the devices of one attempt sent and were told."""

    code: str
    due_at: str
    sent: dict[tuple[str, int], str]
    stored: dict[tuple[str, int], str]
    held: dict[tuple[str, int], str]
    refused: list[tuple[str, int, str]]


@dataclass
class Reckoning:
    """Figures over all attempts, and `wrong`: what should not be, in words. Empty is what it has to be."""

    attempts: int = 0
    sent: int = 0
    acknowledged: int = 0
    held: int = 0
    refused: int = 0
    found: int = 0
    lost: int = 0
    results: int = 0
    passed: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{self.attempts} attempts: {self.sent} events sent, {self.acknowledged} acknowledged, {self.held} held"
        kept = f"{self.found} found, {self.lost} lost, {self.refused} refused"
        return f"{told}; {kept}; {self.results} results recomputed, {self.passed} passed"


class _Event(NamedTuple):
    writer: str
    seq: int
    item: int
    kind: str
    value: str
    device_at: str
    previous: str
    hash: str
    received_at: datetime
    late: bool


def reckon(url: str, told: Iterable[Told], *, closed: bool = True) -> Reckoning:
    """Judge all attempts. url: SQLAlchemy's. closed: whether every attempt must be closed and graded by now."""
    found = Reckoning()
    with closing(_connect(url)) as database:
        for one in told:
            _attempt(database, one, found, closed)
        doubled = _rows(database, "SELECT count(*) - count(DISTINCT attempt_id) FROM result")[0][0]
        if doubled:
            found.wrong.append(f"{doubled} results too many")
        for name, columns in (("evidence", "result_id, competency_id"), ("learning_credit", "employee_id, course_id")):
            twice = _rows(database, f"SELECT {columns} FROM {name} GROUP BY {columns} HAVING count(*) > 1")
            found.wrong += [f"{name} twice: {row}" for row in twice]
    return found


def _attempt(database: Any, told: Told, found: Reckoning, closed: bool) -> None:
    columns = "id, state, due_at, closed_at, closed_by, paper_id"
    rows = _rows(database, f"SELECT {columns} FROM attempt WHERE code = '{told.code}'")
    if len(rows) != 1:
        found.wrong.append(f"{told.code}: {len(rows)} attempts")
        return
    key, state, due_at, closed_at, closed_by, paper_id = rows[0]
    names = "writer, seq, item, kind, value, device_at, previous, hash, received_at, "
    journal = _events(database, f"SELECT {names} late FROM answer_event WHERE attempt_id = {key} ORDER BY id")
    waiting = _events(database, f"SELECT {names} 0 FROM held_event WHERE attempt_id = {key} ORDER BY id")
    found.attempts += 1
    found.sent += len(told.sent)
    found.acknowledged += len(told.stored)
    found.held += len(told.held)
    found.refused += len(told.refused)
    say = [
        *_kept(told, journal, waiting, found),
        *_chains(told.code, [*journal, *waiting]),
        *_times(told, journal, _moment(due_at)),
    ]
    if closed:
        say += _result(database, key, paper_id, journal, found)
        if state != "closed" or closed_by not in {"candidate", "time"}:
            say.append(f"is {state}, closed by {closed_by}")
        elif (closed_by == "time") != (_moment(closed_at) > _moment(due_at)):
            say.append(f"closed by {closed_by} at {closed_at}, due at {due_at}")
    found.wrong += [f"{told.code}: {words}" for words in say]


def _kept(told: Told, journal: list[_Event], waiting: list[_Event], found: Reckoning) -> Iterable[str]:
    there = {(event.writer, event.seq): event.hash for event in journal}
    apart = {(event.writer, event.seq): event.hash for event in waiting}
    if len(there) != len(journal):
        yield "an event stands in the journal twice"
    for promised, kept in ((told.stored, there), (told.held, apart)):
        for event, digest in promised.items():
            if kept.get(event) == digest:
                found.found += 1
            else:
                found.lost += 1
                yield f"{event} was acknowledged and is lost"
    for event, digest in [*there.items(), *apart.items()]:
        if told.sent.get(event) != digest:
            yield f"{event} was never sent"
    for event, why in ((row[:2], row[2]) for row in told.refused):
        yield f"{event} was refused: {why}"


def _chains(code: str, events: list[_Event]) -> Iterable[str]:
    """Each writer's events from 1 on without a gap, each hash right and linked to the one before."""
    by_writer: dict[str, dict[int, _Event]] = defaultdict(dict)
    for one in events:
        by_writer[one.writer][one.seq] = one
    for writer, chain in by_writer.items():
        previous = ZEROS
        for seq in range(1, max(chain) + 1):
            if seq not in chain:
                yield f"{writer} {seq} is missing in its chain"
                return
            event = chain[seq]
            lines = [code, writer, str(seq), str(event.item), event.kind, event.value, event.device_at, event.previous]
            if event.previous != previous or hashlib.sha256("\n".join(lines).encode()).hexdigest() != event.hash:
                yield f"{writer} {seq} breaks its chain"
            previous = event.hash


def _times(told: Told, journal: list[_Event], due_at: datetime) -> Iterable[str]:
    shown = datetime.fromisoformat(told.due_at)
    if abs(shown - due_at) >= timedelta(milliseconds=1):
        yield f"was told to end at {shown} and ends at {due_at}"
    for event in journal:
        is_late = event.received_at > due_at
        if is_late != event.late:
            yield f"{event.writer} {event.seq} came at {event.received_at} and is marked late: {event.late}"
        stamped = datetime.fromisoformat(event.device_at)
        if is_late and (event.received_at > due_at + GRACE or stamped > due_at + AHEAD):
            yield f"{event.writer} {event.seq} came too late and was taken"


def _result(database: Any, key: int, paper_id: int, journal: list[_Event], found: Reckoning) -> Iterable[str]:
    rows = _rows(database, f"SELECT number, marks, score, passed, journal FROM result WHERE attempt_id = {key}")
    if len(rows) != 1 or rows[0][0] != 1:
        yield f"{len(rows)} results"
        return
    _number, marks, score, passed, seal = rows[0]
    found.results += 1
    found.passed += bool(passed)
    lines = [f"{event.writer} {event.seq} {event.hash}" for event in sorted(journal, key=lambda e: (e.writer, e.seq))]
    if hashlib.sha256("\n".join(lines).encode()).hexdigest() != seal:
        yield "its seal is not that of its journal"
    answers = _fold(journal)
    items = _json(_rows(database, f"SELECT items FROM paper WHERE id = {paper_id}")[0][0])
    mine = [_mark(item, answers.get(number)) for number, item in enumerate(items, 1)]
    theirs = [Decimal(mark["mark"]) for mark in _json(marks)]
    if mine != theirs or Decimal(str(score)) != sum(mine):
        yield f"marks are {theirs}, recomputed {mine}"


def _fold(journal: list[_Event]) -> dict[int, Any]:
    """The latest arrival for each item; what one writer's requests brought out of order goes by its own numbers."""
    highest: Counter[tuple[str, int]] = Counter()
    answers: dict[int, Any] = {}
    for event in journal:
        if event.kind == "answer" and event.seq > highest[event.writer, event.item]:
            highest[event.writer, event.item] = event.seq
            answers[event.item] = json.loads(event.value)
    return answers


def _mark(item: Mapping[str, Any], answer: Any) -> Decimal:
    content = item["content"]
    chosen = [row for place, row in enumerate(content.get("options", ())) if str(place) == answer]
    match item["kind"]:
        case "true_false":
            return Decimal(answer is content["answer"])
        case "single_choice":
            return Decimal(any(row.get("correct", False) for row in chosen))
        case "situational":
            return sum((Decimal(row["points"]) / 5 for row in chosen), Decimal(0))
    raise ValueError(item["kind"])


def _connect(url: str) -> Any:
    if url.startswith("sqlite:///"):
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))


def _rows(database: Any, statement: str) -> list[Any]:
    return list(database.execute(statement).fetchall())


def _events(database: Any, statement: str) -> list[_Event]:
    return [_Event._make([*row[:8], _moment(row[8]), bool(row[9])]) for row in _rows(database, statement)]


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value

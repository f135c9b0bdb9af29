"""What an entry and a proof of the public log cost, with many entries before them: CPU time and statements."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from lms.certificates import log, merkle, notes
from lms.certificates.log import ENTRIES, HEAD, NODES
from lms.certificates.notes import Checkpoint, Verifier
from lms.db import Database
from lms.tables import metadata

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_AT_ONCE = 5_000
_COUNTED = 20


@dataclass(frozen=True)
class Cost:
    """Of one operation. cpu_ms: the median of many, of this process with SQLite in it. statements: their mean."""

    cpu_ms: float
    statements: float


def run(*, url: str | None, entries: int, operations: int) -> dict[str, Any]:
    """Figures of one run. url: an empty database; None for a SQLite file made for it."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'log.db'}")
        metadata.create_all(database.engine)
        try:
            with database.transaction() as session:
                _fill(session, entries)
            return {"entries": entries, "operations": operations, **_measure(database, entries, operations)}
        finally:
            database.engine.dispose()


def _fill(session: Session, entries: int) -> None:
    """Many entries at once, as single appends would have left them."""
    peaks: list[bytes] = []
    for start in range(0, entries, _AT_ONCE):
        rows, nodes = [], []
        for index in range(start, min(start + _AT_ONCE, entries)):
            entry = log.written("file", _BEGAN, _values(index))
            leaf = merkle.leaf_hash(entry.encode())
            peaks, made = merkle.grown(index, peaks, leaf)
            nodes += [{"place": place, "hash": node} for place, node in made]
            row = {"index": index, "key": f"file:{index}", "kind": "file", "certificate_id": None, "at": _BEGAN}
            rows.append(row | {"entry": entry, "leaf_hash": leaf.hex()})
        session.execute(insert(ENTRIES), rows)
        session.execute(insert(NODES), nodes)
    head = {"id": 1, "size": entries, "peaks": merkle.joined(peaks), "last_at": _BEGAN}
    session.execute(insert(HEAD), [head])


def _values(index: int) -> dict[str, str]:
    return {"number": f"B.{index}/UKUR/I/2026", "sha256": f"{index:064x}"}


def _measure(database: Database, entries: int, operations: int) -> dict[str, Any]:
    def append(session: Session, turn: int) -> None:
        index = entries + turn
        log.append(session, "file", key=f"file:{index}", values=_values(index), now=_BEGAN)

    private = Ed25519PrivateKey.generate()
    key = Verifier("ukur.example/log", private.public_key().public_bytes_raw())

    def sign(session: Session, _turn: int) -> None:
        notes.signed(Checkpoint(key.name, entries, log.root(session, entries)), private, key)

    found: dict[str, Callable[[Session, int], object]] = {
        "append": append,
        "inclusion": lambda session, turn: log.inclusion(session, turn * 7919 % entries, entries),
        "consistency": lambda session, turn: log.consistency(session, turn * 7919 % entries + 1, entries),
        "checkpoint": sign,
    }
    return {name: asdict(_cost(database, operation, operations)) for name, operation in found.items()}


def _cost(database: Database, operation: Callable[[Session, int], object], operations: int) -> Cost:
    """Time first, then statements over a few more: counting them would be measured, too."""
    said: list[str] = []

    def note(*arguments: Any) -> None:
        said.append(arguments[2])

    with database.transaction() as session:
        operation(session, 0)  # begins the transaction, and warms what is compiled once
        spent = []
        for turn in range(1, operations + 1):
            began = time.process_time_ns()
            operation(session, turn)
            spent.append(time.process_time_ns() - began)
        event.listen(database.engine, "before_cursor_execute", note)
        for turn in range(operations + 1, operations + 1 + _COUNTED):
            operation(session, turn)
        event.remove(database.engine, "before_cursor_execute", note)
    return Cost(round(median(spent) / 1e6, 3), round(len(said) / _COUNTED, 2))

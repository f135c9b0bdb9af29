"""The public log of certificates: append an entry, and prove what stands in it.

Append-only. Whoever appends locks one row until the transaction ends, so indexes have no gaps on either database and
entries are in the order of their times. What a proof needs is stored as it comes about: one statement finds it all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.certificates import merkle
from lms.certificates.log_models import LogEntry, LogHead, LogNode
from lms.certificates.merkle import Range
from lms.db import UtcDateTime, canonical_json, dialect_of
from lms.lean import Lean

ENTRIES: Table = LogEntry.__table__  # type: ignore[assignment]
NODES: Table = LogNode.__table__  # type: ignore[assignment]
HEAD: Table = LogHead.__table__  # type: ignore[assignment]

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# An append is four statements, and putting them together would cost the most.
_LOCKED = Lean(select(HEAD.c.size, HEAD.c.peaks, HEAD.c.last_at).with_for_update())
_KNOWN = Lean(select(ENTRIES.c.index).where(ENTRIES.c.key == bindparam("wanted")))
_ADD_ENTRIES = insert(ENTRIES)
_ADD_NODES = insert(NODES)
_MOVE_HEAD = Lean(
    update(HEAD).values(
        size=bindparam("leaves"), peaks=bindparam("grown"), last_at=bindparam("at", type_=UtcDateTime())
    )
)
_ADD_ENTRY = {
    kind: Lean(
        dialect.insert(ENTRIES)
        .values({column.name: bindparam(column.name, type_=column.type) for column in ENTRIES.c})
        .on_conflict_do_nothing(index_elements=[ENTRIES.c.key])
    )
    for kind, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_ADD_HEAD = {
    kind: dialect.insert(HEAD).on_conflict_do_nothing()
    for kind, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
#: How many nodes a proof asks for, rounded up: so there are few texts of the statement, each compiled once.
_ROUNDED = (24, 48, 96, 192)
_SOME_NODES = {
    count: Lean(
        select(NODES.c.place, NODES.c.hash).where(NODES.c.place.in_([bindparam(f"p{at}") for at in range(count)]))
    )
    for count in _ROUNDED
}
_NOWHERE = -1


@dataclass(frozen=True)
class Entry:
    """One of several to append. values: what it states besides kind and time: hashes and numbers, nothing of a person."""

    kind: str
    key: str
    values: Mapping[str, Any]
    certificate_id: int | None = None


def append(
    session: Session, kind: str, *, key: str, values: dict[str, Any], now: datetime, certificate_id: int | None = None
) -> int:
    """The index of the entry, appended unless one with this key is there already.

    values: what the entry states besides kind and time: hashes and numbers, nothing of a person. An entry is never
    older than the one before it, although two workers may come with times the other way round.
    """
    session.flush()  # what the entry refers to
    size, peaks, last_at = _lock(session)
    at = max(now, last_at).replace(microsecond=0)
    entry = written(kind, at, values)
    leaf = merkle.leaf_hash(entry.encode())
    row = {"index": size, "key": key, "kind": kind, "certificate_id": certificate_id, "at": at, "entry": entry}
    if not _ADD_ENTRY[dialect_of(session)].write(session, **row, leaf_hash=leaf.hex()):
        return int(_KNOWN.first(session, wanted=key).index)
    grown, made = merkle.grown(size, merkle.parted(peaks), leaf)
    nodes = {
        f"{name}_{n}": value for n, node in enumerate(made) for name, value in zip(("place", "hash"), node, strict=True)
    }
    _adding_nodes(len(made)).write(session, **nodes)
    _MOVE_HEAD.write(session, leaves=size + 1, grown=merkle.joined(grown), at=at)
    return size


@cache
def _adding_nodes(count: int) -> Lean:
    """As many as an append completes: one more for each height at which the tree is full, 23 at most for 4 million entries."""
    rows = [
        {
            "place": bindparam(f"place_{n}", type_=NODES.c.place.type),
            "hash": bindparam(f"hash_{n}", type_=NODES.c.hash.type),
        }
        for n in range(count)
    ]
    return Lean(insert(NODES).values(rows))


def append_all(session: Session, entries: Sequence[Entry], *, now: datetime) -> list[int]:
    """The indexes of the entries, each appended unless one with its key is there already. Five statements."""
    session.flush()  # what the entries refer to
    connection = session.connection()
    size, peaks, last_at = _lock(session)
    at = max(now, last_at).replace(microsecond=0)
    wanted = select(ENTRIES.c.key, ENTRIES.c.index).where(ENTRIES.c.key.in_([entry.key for entry in entries]))
    indexes: dict[str, int] = {row[0]: row[1] for row in connection.execute(wanted)}
    grown = merkle.parted(peaks)
    rows: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for one in entries:
        if one.key in indexes:
            continue
        index = indexes[one.key] = size + len(rows)
        entry = written(one.kind, at, one.values)
        leaf = merkle.leaf_hash(entry.encode())
        grown, made = merkle.grown(index, grown, leaf)
        nodes += [{"place": place, "hash": node} for place, node in made]
        row = {"index": index, "key": one.key, "kind": one.kind, "certificate_id": one.certificate_id, "at": at}
        rows.append(row | {"entry": entry, "leaf_hash": leaf.hex()})
    if rows:
        connection.execute(_ADD_ENTRIES, rows)
        connection.execute(_ADD_NODES, nodes)
        _MOVE_HEAD.write(session, leaves=size + len(rows), grown=merkle.joined(grown), at=at)
    return [indexes[one.key] for one in entries]


def written(kind: str, at: datetime, values: Mapping[str, Any]) -> str:
    """The text of an entry: canonical JSON, the time in UTC to the second."""
    return canonical_json({"type": kind, "time": timestamp(at), **values})


def timestamp(at: datetime) -> str:
    """A time as entries state it: 2026-11-23T02:00:00Z."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def size(session: Session) -> int:
    """How many entries there are."""
    return session.scalar(select(HEAD.c.size)) or 0


def root(session: Session, leaves: int) -> bytes:
    """The root of the tree over the first `leaves` entries. Raises KeyError where there are fewer."""
    return _roots(session, [(0, leaves)])[0]


def inclusion(session: Session, index: int, leaves: int) -> list[bytes]:
    """The proof that entry `index` is among the first `leaves`, from the leaf upwards. One statement."""
    return _roots(session, merkle.inclusion_ranges(index, leaves))


def inclusions(session: Session, indexes: Iterable[int], leaves: int) -> dict[int, list[bytes]]:
    """The proof of each entry. They share most of their nodes, so a few statements find them all."""
    ranges = {index: merkle.inclusion_ranges(index, leaves) for index in indexes}
    wanted = sorted({place for found in ranges.values() for one in found for place in merkle.places(one)})
    most, hashes = _ROUNDED[-1], dict[int, bytes]()
    for start in range(0, len(wanted), most):
        hashes |= _nodes(session, wanted[start : start + most])
    return {index: merkle.proof(found, hashes) for index, found in ranges.items()}


def consistency(session: Session, old: int, leaves: int) -> list[bytes]:
    """The proof that the first `old` entries are the beginning of the first `leaves`. One statement."""
    return _roots(session, merkle.consistency_ranges(old, leaves))


def _roots(session: Session, ranges: Sequence[Range]) -> list[bytes]:
    return merkle.proof(ranges, _nodes(session, [place for leaves in ranges for place in merkle.places(leaves)]))


def _nodes(session: Session, places: Sequence[int]) -> dict[int, bytes]:
    count = next(count for count in _ROUNDED if len(places) <= count)
    wanted = {f"p{at}": places[at] if at < len(places) else _NOWHERE for at in range(count)}
    return dict(_SOME_NODES[count].all(session, **wanted))


def _lock(session: Session) -> tuple[int, bytes, datetime]:
    """Size, peaks and last time, held until the transaction ends."""
    head = _LOCKED.first(session)
    if head is None:
        first = {"id": 1, "size": 0, "peaks": b"", "last_at": _BEGINNING}
        session.connection().execute(_ADD_HEAD[dialect_of(session)], first)
        head = _LOCKED.first(session)
    return head.size, head.peaks, head.last_at

"""Is the public log what it was? The whole tree is computed anew from the entries, and compared with all that was kept.

Finds entries that were changed, left out, put in or back-dated in the database, subtrees that do not belong to them,
a log that is not the one that was signed, and certificates whose file is not the one in the log.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import log, merkle
from lms.certificates.log import ENTRIES, NODES
from lms.certificates.log_models import LogEntry, LogHead
from lms.certificates.models import Certificate
from lms.certificates.notes import Checkpoint

_AT_ONCE = 400


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it should be. what: missing, changed, back_dated, wrong_subtree, wrong_head, …"""

    what: str
    index: int | None = None
    detail: str = ""


def check(session: Session, signed: Iterable[Checkpoint]) -> tuple[int, list[Fault]]:
    """How many entries there are, and what is wrong. signed: checkpoints that this log must begin with."""
    roots: dict[int, list[Checkpoint]] = {}
    for checkpoint in signed:
        roots.setdefault(checkpoint.size, []).append(checkpoint)
    walk = _Walk(session)
    faults: list[Fault] = []
    for entries in _batches(session):
        faults += walk.over(entries, roots)
    faults += walk.at_the_end()
    faults += [Fault("signed_and_gone", detail=f"{size}") for size in sorted(roots) if size > walk.size]
    return walk.size, faults + _certificates(session)


class _Walk:
    """The tree as it grows over the entries, beside what is stored of it."""

    def __init__(self, session: Session) -> None:
        self._session, self.size = session, 0
        self._peaks: list[bytes] = []
        self._before: str = ""

    def over(self, entries: Sequence[LogEntry], roots: dict[int, list[Checkpoint]]) -> list[Fault]:
        """The faults of some entries."""
        faults: list[Fault] = []
        made: dict[int, tuple[int, bytes]] = {}
        for entry in entries:
            while self.size < entry.index:
                faults.append(Fault("missing", self.size))
                made |= self._grow(self._stored_leaf(self.size), faults, roots)
            faults += self._faults_of(entry)
            made |= self._grow(merkle.leaf_hash(entry.entry.encode()), faults, roots)
        stored = dict(self._session.execute(select(NODES.c.place, NODES.c.hash).where(NODES.c.place.in_(made))).all())
        wrong = {index for place, (index, node) in made.items() if stored.get(place) != node}
        return faults + [Fault("wrong_subtree", index) for index in sorted(wrong)]

    def at_the_end(self) -> list[Fault]:
        """Whether the sequencer's row tells the same."""
        head = self._session.scalars(select(LogHead)).one_or_none()
        said = (head.size, head.peaks) if head else (0, b"")
        return [] if said == (self.size, merkle.joined(self._peaks)) else [Fault("wrong_head", detail=f"{said[0]}")]

    def _grow(
        self, leaf: bytes, faults: list[Fault], roots: dict[int, list[Checkpoint]]
    ) -> dict[int, tuple[int, bytes]]:
        """One leaf more; by place, the subtrees that it completes, with its index."""
        index = self.size
        self._peaks, nodes = merkle.grown(index, self._peaks, leaf)
        self.size += 1
        for checkpoint in roots.get(self.size, ()):
            if checkpoint.root != merkle.folded(self._peaks):
                faults.append(Fault("signed_otherwise", detail=f"{checkpoint.size}"))
        return {place: (index, node) for place, node in nodes}

    def _stored_leaf(self, index: int) -> bytes:
        """The leaf of an entry that is gone, so that those after it can still be judged."""
        return self._session.scalar(select(NODES.c.hash).where(NODES.c.place == merkle.place(0, index))) or bytes(32)

    def _faults_of(self, entry: LogEntry) -> list[Fault]:
        faults = []
        if merkle.leaf_hash(entry.entry.encode()).hex() != entry.leaf_hash:
            faults.append(Fault("changed", entry.index, "entry"))
        try:
            stated = json.loads(entry.entry)
            kind, time = stated["type"], stated["time"]
        except (ValueError, KeyError, TypeError):
            return [*faults, Fault("changed", entry.index, "unreadable")]
        if kind != entry.kind or time != log.timestamp(entry.at):
            faults.append(Fault("changed", entry.index, "kind or time"))
        if time < self._before:
            faults.append(Fault("back_dated", entry.index, time))
        self._before = max(self._before, time)
        return faults


def _batches(session: Session) -> Iterator[Sequence[LogEntry]]:
    after = -1
    while True:
        rows = select(LogEntry).where(LogEntry.index > after).order_by(LogEntry.index).limit(_AT_ONCE)
        found = session.scalars(rows).all()
        if not found:
            return
        yield found
        after = found[-1].index
        session.expunge_all()


def _certificates(session: Session) -> list[Fault]:
    """Issued certificates whose file is not in the log, or another."""
    rows = (
        select(Certificate.id, Certificate.file_sha256, ENTRIES.c.index, ENTRIES.c.entry)
        .outerjoin(ENTRIES, (ENTRIES.c.certificate_id == Certificate.id) & (ENTRIES.c.kind == "file"))
        .where(Certificate.state == "issued")
    )
    faults = []
    for certificate_id, sha256, index, entry in session.execute(rows):
        if index is None:
            faults.append(Fault("not_in_the_log", detail=f"certificate {certificate_id}"))
        elif f'"sha256":"{sha256}"' not in entry:
            faults.append(Fault("another_file", index, f"certificate {certificate_id}"))
    return faults

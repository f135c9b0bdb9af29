"""Signing the head of the public log, and never taking back what was signed.

The key, and the last checkpoint that it signed, lie in a folder of their own outside the database: a database restored
from an older backup does not bring them back with it. Before anything is signed, the log must be shown to begin with
what was signed before; else nothing is signed, and the error says what to do.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import log, merkle, notes
from lms.certificates.keeping import alone, write
from lms.certificates.notes import Checkpoint, Receipt, Verifier
from lms.db import Database

_REMEDY = (
    "Restore a later backup of the database and run `lms log check`. If there is none, the entries in between are lost: "
    "`lms log restart` retires this key, says so on the public page, and goes on under a new one."
)


class WillNotSign(RuntimeError):
    """The log is not what was signed before. Nothing was signed, and no certificate is issued until this is settled."""


class LogRewound(WillNotSign):
    """The log has fewer entries than a checkpoint that was signed."""

    def __init__(self, size: int, signed: int) -> None:
        super().__init__(f"the public log has {size} entries, but a checkpoint over {signed} was signed. {_REMEDY}")


class LogForked(WillNotSign):
    """The log's first entries are not those of a checkpoint that was signed."""

    def __init__(self, signed: int) -> None:
        super().__init__(f"the first {signed} entries of the public log are not those that were signed. {_REMEDY}")


class LogKeyMissing(WillNotSign):
    """There are entries, and the key that signs them is gone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} has no key, but the public log has entries. Put the folder back from a backup; if there is none, "
            "`lms log restart` goes on under a new key."
        )


@dataclass(frozen=True)
class LogKey:
    """What signs checkpoints, and the public half of it."""

    private: Ed25519PrivateKey
    public: Verifier


@dataclass(frozen=True)
class LogFolder:
    """The files of the log's key: `key`, its `public` half, the last `checkpoint`, `daily/`, and `retired/` ones."""

    folder: Path

    @property
    def public(self) -> Verifier | None:
        """The key that checkpoints are signed with; None before the first start."""
        try:
            return notes.verifier((self.folder / "public").read_text("utf-8"))
        except FileNotFoundError:
            return None

    @property
    def note(self) -> str | None:
        """The last signed checkpoint, as it is published; None before the first."""
        try:
            return (self.folder / "checkpoint").read_text("utf-8")
        except FileNotFoundError:
            return None

    @property
    def latest(self) -> Checkpoint | None:
        """The last signed checkpoint."""
        note, key = self.note, self.public
        return notes.opened(note, key) if note is not None and key is not None else None

    @property
    def daily(self) -> list[Checkpoint]:
        """The checkpoint of each day on which one was kept, the oldest first."""
        key = self.public
        files = sorted((self.folder / "daily").glob("*.txt")) if key else []
        return [notes.opened(file.read_text("utf-8"), key) for file in files if key]

    @property
    def retired(self) -> list[Verifier]:
        """The keys that signed before, the newest first."""
        files = sorted(self.folder.glob("retired/*/public"), reverse=True)
        return [notes.verifier(file.read_text("utf-8")) for file in files]

    def key(self) -> LogKey:
        """The signing key. Raises FileNotFoundError."""
        private = Ed25519PrivateKey.from_private_bytes(b64decode((self.folder / "key").read_text("ascii")))
        public = self.public
        assert public is not None, "the public half is written before the key"
        return LogKey(private, public)


def ensure(folder: Path, *, host: str, database: Database) -> LogFolder:
    """The folder with a key in it, made at the first start. Raises LogKeyMissing where a log has lost its key."""
    found = LogFolder(folder)
    if not (folder / "key").exists():
        with database.reader() as session:
            if log.size(session):
                raise LogKeyMissing(folder)
        with alone(folder):
            if not (folder / "key").exists():
                _make_key(folder, f"{host}/log")
    return found


def sign(database: Database, found: LogFolder) -> str:
    """The signed checkpoint over the whole log, kept before it is given out. Raises a WillNotSign.

    Signing again what was signed last gives the same note. One at a time: who waits sees what the one before signed.
    """
    with alone(found.folder):
        key, last = found.key(), found.latest
        with database.reader() as session:
            size = log.size(session)
            if last is not None and size < last.size:
                raise LogRewound(size, last.size)
            root = log.root(session, size)
            if last is not None:
                path = log.consistency(session, last.size, size)
                if not merkle.extends(last.root, last.size, root, size, path):
                    raise LogForked(last.size)
                if last.size == size:
                    return found.note or ""
        note = notes.signed(Checkpoint(key.public.name, size, root), key.private, key.public)
        write(found.folder / "checkpoint", note)
        return note


def receipt(session: Session, index: int, note: str, key: Verifier) -> Receipt | None:
    """The receipt of an entry under a signed checkpoint; None where the entry is younger, or not there."""
    return receipts(session, [index], note, key).get(index)


def receipts(session: Session, indexes: Sequence[int], note: str, key: Verifier) -> dict[int, Receipt]:
    """The receipts of entries under a signed checkpoint, by index; those that are younger, or not there, have none."""
    head = notes.opened(note, key)
    rows = session.execute(select(log.ENTRIES.c.index, log.ENTRIES.c.entry).where(log.ENTRIES.c.index.in_(indexes)))
    entries = {index: entry for index, entry in rows if index < head.size}
    paths = log.inclusions(session, entries, head.size)
    return {index: Receipt(index, tuple(paths[index]), note, entry.encode()) for index, entry in entries.items()}


def keep_daily(found: LogFolder, day: str) -> Path | None:
    """Keep the checkpoint of a day (2026-11-23), for witnesses to copy; the last of the day stays. None before the first."""
    note = found.note
    if note is None:
        return None
    file = found.folder / "daily" / f"{day}.txt"
    file.parent.mkdir(exist_ok=True)
    with alone(found.folder):
        write(file, note)
    return file


def renew(database: Database, found: LogFolder, *, host: str) -> Verifier:
    """Go on under a new key and name, the log being whole: both keys sign the same head. Raises a WillNotSign."""
    sign(database, found)
    key = restart(found.folder, host=host)
    sign(database, found)
    return key


def restart(folder: Path, *, host: str) -> Verifier:
    """Retire the key, with what it signed, and begin under a new name. For an operator who has lost entries."""
    folder.mkdir(parents=True, exist_ok=True)
    retired = folder / "retired"
    with alone(folder):
        number = len(list(retired.glob("*"))) + 1
        target = retired / f"{number:03}"
        target.mkdir(parents=True)
        for name in ("key", "public", "checkpoint", "daily"):
            with suppress(FileNotFoundError):
                (folder / name).rename(target / name)
        return _make_key(folder, f"{host}/log-{number + 1}")


def _make_key(folder: Path, name: str) -> Verifier:
    """A new key, readable by its owner alone; the public half first, so that a key is never without it."""
    private = Ed25519PrivateKey.generate()
    public = Verifier(name, private.public_key().public_bytes_raw())
    write(folder / "public", public.text + "\n")
    write(folder / "key", b64encode(private.private_bytes_raw()).decode() + "\n", mode=0o600)
    return public

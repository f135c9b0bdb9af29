"""/log: the public log of certificates, for people and for machines. Hashes, numbers and times; nothing of a person."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lms.access import Absent
from lms.certificates import checkpoints, codes, log, notes
from lms.certificates.checkpoints import LogFolder
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate
from lms.certificates.notes import Checkpoint, Verifier
from lms.web.name_search import page_of
from lms.web.request import PUBLIC, asked_number, db, platform, route
from lms.web.security import against_guessing

blueprint = Blueprint("public_log", __name__)
PAGE = 50
#: Entries in one answer to a machine.
AT_ONCE = 1000


@dataclass(frozen=True)
class Signed:
    """The last signed checkpoint, and the key it is signed with."""

    note: str
    head: Checkpoint
    key: Verifier


@route(blueprint, "/log", may=PUBLIC)
def index() -> ResponseReturnValue:
    """What the log is, how long it is, and how to check it."""
    folder = _folder()
    signed = _signed_or_none(folder)
    last_at: datetime | None = db().scalar(select(LogEntry.at).order_by(LogEntry.index.desc()).limit(1))
    return render_template(
        "public_log/index.html", signed=signed, size=log.size(db()), last_at=last_at, retired=folder.retired
    )


@route(blueprint, "/log/entri", may=PUBLIC)
def entries() -> ResponseReturnValue:
    """The entries, the newest first."""
    total = log.size(db())
    page, pages = page_of(total, PAGE)
    highest = total - (page - 1) * PAGE
    rows = select(LogEntry).where(LogEntry.index < highest, LogEntry.index >= highest - PAGE)
    listed = db().scalars(rows.order_by(LogEntry.index.desc())).all()
    return render_template("public_log/entries.html", entries=listed, total=total, page=page, pages=pages)


@route(blueprint, "/log/entri.jsonl", may=PUBLIC)
def entries_for_machines() -> ResponseReturnValue:
    """Entries from ?dari= on, one a line, byte for byte what their leaf hashes are made over."""
    start = asked_number("dari", 0)
    rows = select(LogEntry.entry).where(LogEntry.index >= start).order_by(LogEntry.index).limit(AT_ONCE)
    return Response("".join(f"{entry}\n" for entry in db().scalars(rows)), mimetype="text/plain")


@route(blueprint, "/log/checkpoint", may=PUBLIC)
def checkpoint() -> ResponseReturnValue:
    """The last signed checkpoint."""
    return Response(_signed().note, mimetype="text/plain")


@route(blueprint, "/log/bukti/<code>", may=PUBLIC)
@against_guessing
def proof(code: str) -> ResponseReturnValue:
    """The receipt of a certificate's file under the last signed checkpoint; ?jenis=issue for its credential."""
    signed, kind = _signed(), "issue" if request.args.get("jenis") == "issue" else "file"
    rows = (
        select(LogEntry.index)
        .join(Certificate, Certificate.id == LogEntry.certificate_id)
        .where(Certificate.code == codes.normalise(code), Certificate.state == "issued", LogEntry.kind == kind)
        .order_by(LogEntry.index.desc())
        .limit(1)
    )
    entry = db().scalar(rows)
    receipt = None if entry is None else checkpoints.receipt(db(), entry, signed.note, signed.key)
    if receipt is None:
        raise Absent("log_entry")
    return Response(receipt.text, mimetype="text/plain")


@route(blueprint, "/log/konsistensi/<int:old>", may=PUBLIC)
def consistency(old: int) -> ResponseReturnValue:
    """That the log of `old` entries is the beginning of the one that was signed last."""
    signed = _signed()
    if old > signed.head.size:
        raise Absent("checkpoint")
    path = log.consistency(db(), old, signed.head.size)
    return Response(notes.consistency(old, path, signed.note), mimetype="text/plain")


def _folder() -> LogFolder:
    return LogFolder(platform().settings.log_folder)


def _signed_or_none(folder: LogFolder) -> Signed | None:
    note, key = folder.note, folder.public
    return Signed(note, notes.opened(note, key), key) if note is not None and key is not None else None


def _signed() -> Signed:
    found = _signed_or_none(_folder())
    if found is None:
        raise Absent("checkpoint")
    return found

"""Files that candidates hand in: looked at, kept by hash below their attempt, and given back to nobody who knows only the hash."""

import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.questions.shapes import LONGEST_FILE_NAME
from lms.storage import FileMissing, Files
from lms.workbooks import BROKEN

#: So many uploads one attempt may send: enough for every change of mind, too few to fill a disk.
MOST = 40
ACTION = "attempt.upload"
#: What a file of a type begins with. Office files are archives and are told apart by what they hold.
_BEGINNINGS = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
}
_INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ENDINGS = {"jpeg": "jpg"}
MIMETYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class BadUpload(ValueError):
    """A file is not taken. why: "empty", "large", "type" (its name or its content is of another) or "often"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def keep(
    files: Files, attempt_id: int, *, name: str, content: bytes, types: Sequence[str], max_mb: int
) -> dict[str, Any]:
    """Keep a file and return the answer that names it. The same file twice is kept once. Raises BadUpload."""
    if not content:
        raise BadUpload("empty")
    if len(content) > max_mb * 2**20:
        raise BadUpload("large")
    name = _cleaned(name)
    if type_of(name) not in types or not _is(type_of(name), content):
        raise BadUpload("type")
    digest = hashlib.sha256(content).hexdigest()
    files.put(_key(attempt_id, digest), content)
    return {"name": name, "size": len(content), "sha256": digest}


def read(files: Files, attempt_id: int, answer: dict[str, Any]) -> bytes:
    """The file that an answer of this attempt names. Raises storage.FileMissing: an answer may name what was never sent."""
    return files.get(_key(attempt_id, answer["sha256"]))


def is_kept(files: Files, attempt_id: int, content: bytes) -> bool:
    """Whether the attempt has sent this very file already."""
    try:
        return files.get(_key(attempt_id, hashlib.sha256(content).hexdigest())) == content
    except FileMissing:
        return False


def may_send(session: Session, attempt_id: int) -> bool:
    """Whether the attempt has uploads left; each is an audit row."""
    sent = select(func.count()).where(AuditEvent.subject == f"attempt:{attempt_id}", AuditEvent.action == ACTION)
    return (session.scalar(sent) or 0) < MOST


def type_of(name: str) -> str:
    """The type that a file's name says, in small letters; empty when it has no ending."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return _ENDINGS.get(ending, ending)


def _is(kind: str, content: bytes) -> bool:
    if not content.startswith(_BEGINNINGS[kind]):
        return False
    if kind not in _INSIDE:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _INSIDE[kind] in archive.namelist()
    except BROKEN:
        return False


def _cleaned(name: str) -> str:
    """The last part of a name, without what no file name holds; its ending stays when it has to be cut."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}{dot}{ending}" if stem else plain[:LONGEST_FILE_NAME]


def _key(attempt_id: int, digest: str) -> str:
    return f"answers/{attempt_id}/{digest}"

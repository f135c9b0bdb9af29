"""Which format a file is in, by what it holds rather than what somebody calls it."""

import io
import re
import zipfile

from lms.questions.exchange.columns import FIELD_OF, folded
from lms.workbooks import BROKEN

#: The key of Aiken; in Indonesian only with its letter, since a question may have a line that begins so.
_ANSWER = re.compile(
    r"^[^\S\n]*(?:ANSWER[^\S\n]*:|(?:JAWABAN|KUNCI|KUNCI JAWABAN)[^\S\n]*:[^\S\n]*[A-Z][.)]?[^\S\n]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_BRACES = re.compile(r"(?<!\\)\{[^{}]*\}")


def format_of(data: bytes) -> str | None:
    """A key of formats.READERS; None where nothing gives it away."""
    if data[:4] == b"PK\x03\x04":
        return "xlsx" if _holds(data, "xl/workbook.xml") else "qti"
    text = _text(data)
    if text.startswith("<"):
        return "moodle-xml" if re.search(r"<quiz[\s>]", text[:4000]) else "qti"
    if any(map(_names_columns, text[:100_000].splitlines()[:10])):
        return "csv"
    if _ANSWER.search(text):
        return "aiken"
    return "gift" if _BRACES.search(text) else None


def weight(data: bytes) -> int:
    """How many bytes there are to read, as an archive says of its files; for any other file its length."""
    if data[:2] != b"PK":
        return len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(one.file_size for one in archive.infolist())
    except BROKEN:
        return len(data)


def _holds(data: bytes, name: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return name in archive.namelist()
    except BROKEN:
        return False


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return data.decode(encoding, errors="replace").removeprefix("\ufeff").strip()


def _names_columns(line: str) -> bool:
    """Whether a line names two columns of the table at least."""
    return any(sum(folded(cell) in FIELD_OF for cell in line.split(separator)) >= 2 for separator in ("\t", ";", ","))

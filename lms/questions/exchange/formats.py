"""The formats, one line each: how they are read and written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lms.questions.exchange import (
    aiken,
    checking,
    gift,
    gift_writer,
    moodle_writer,
    moodle_xml,
    qti,
    qti_writer,
    sheet,
    sheet_writer,
)
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.drafted import Drafted, Reading, Tell, Unusable, silent
from lms.questions.exchange.written import Written
from lms.questions.said import say

#: Each adds what it reads to a Reading. Raises Unusable when the file is no such file.
READERS: dict[str, Callable[[bytes, Reading], None]] = {
    "gift": gift.read,
    "aiken": aiken.read,
    "moodle-xml": moodle_xml.read,
    "qti": qti.read,
    "xlsx": sheet.read_xlsx,
    "csv": sheet.read_text,
}


@dataclass(frozen=True)
class Writer:
    """How a format is written, and what its file is called."""

    write: Callable[[Sequence[Drafted]], Written]
    extension: str
    mimetype: str


WRITERS: dict[str, Writer] = {
    "gift": Writer(gift_writer.write, "gift.txt", "text/plain; charset=utf-8"),
    "moodle-xml": Writer(moodle_writer.write, "xml", "application/xml"),
    "qti": Writer(qti_writer.write, "zip", "application/zip"),
    "xlsx": Writer(sheet_writer.write, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def read(format: str, data: bytes, *, tell: Tell = silent) -> Checked:
    """All questions of a file, read by their kinds. What makes the whole file unusable is a finding too.

    tell: is told how far it has come.
    """
    found = Reading(tell=tell)
    try:
        READERS[format](data, found)
        return checking.check(found)
    except Unusable as error:
        return checking.refused(error.where or say("Berkas"), error.message)

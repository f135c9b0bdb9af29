"""Opens a workbook (XLSX) that a stranger made.

The reader lays out a sheet from its first cell to its last, and repeats a shared text in each cell that names it: a file of
a kilobyte could ask for terabytes, and what cannot be had ends the process. So every part is looked through first, and the
reader gets an archive written anew, with nothing in it but what was looked through.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Literal
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

#: What the parts may come to: bytes unpacked, elements of a part, cells from the first to the last, letters of all cells.
MOST_BYTES = 100 * 1024 * 1024
MOST_ELEMENTS = 3_000_000
MOST_CELLS = 1_000_000
MOST_LETTERS = 20_000_000
MOST_PARTS = 5_000
MOST_ATTRIBUTES = 1_000
#: Letters that a cell holds at most; who writes one leaves a longer text out without a word.
LONGEST_CELL = 32_767
#: A tag, and what follows it up to the next, long enough to hold more attributes than that.
_LONG_TAG = re.compile(rb"<[^<]{5000,}+")
_READ = (".xml", ".rels")
_BIGGEST = 2**32
#: What reading a broken archive raises.
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError,
)  # fmt: skip


class BadWorkbook(ValueError):
    """It cannot be opened. why: broken, large, or kind (an archive of another kind)."""

    def __init__(self, why: Literal["broken", "large", "kind"]) -> None:
        super().__init__(why)
        self.why = why


def opened(data: bytes) -> CalamineWorkbook:
    """The workbook. Raises BadWorkbook."""
    parts = _parts(data)
    if "xl/workbook.xml" not in parts:
        raise BadWorkbook("kind")
    shared: list[int] = []
    for name in sorted(parts, key=lambda one: one.lower() != "xl/sharedstrings.xml"):
        _Look(shared, is_shared=name.lower() == "xl/sharedstrings.xml").through(parts[name])
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts)))
    except CalamineError as error:
        raise BadWorkbook("broken") from error


def _parts(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(_READ)]
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise BadWorkbook("large")
            return {entry.filename: archive.read(entry) for entry in entries}
    except BROKEN as error:
        raise error if isinstance(error, BadWorkbook) else BadWorkbook("broken") from error


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


class _Look:
    """Through one part: how far its cells reach, and what they say."""

    def __init__(self, shared: list[int], *, is_shared: bool) -> None:
        self._shared = shared
        self._is_shared = is_shared
        self._elements = self._letters = self._row = self._column = self._last_row = self._last_column = 0
        self._texts: list[str] | None = None
        self._names_shared = False

    def through(self, content: bytes) -> None:
        """Raises BadWorkbook."""
        if any(tag[0].count(b"=") > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(content)):
            raise BadWorkbook("large")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise error if isinstance(error, BadWorkbook) else BadWorkbook("broken") from error

    @staticmethod
    def _refuse(*_doctype: object) -> None:
        raise BadWorkbook("broken")

    def _start(self, tag: str, given: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise BadWorkbook("large")
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row, self._column = _number(given.get("r")) or self._row + 1, 0
        elif name == "c":
            row, column = _place(given.get("r", ""))
            self._row, self._column = row or max(self._row, 1), column or self._column + 1
            self._names_shared = given.get("t") == "s"
        elif name in {"v", "is", "f"}:
            self._reach()
            self._texts = [] if name == "v" and self._names_shared else None
        elif name == "si" and self._is_shared:
            self._texts = []

    def _reach(self) -> None:
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._last_row * self._last_column > MOST_CELLS:
            raise BadWorkbook("large")

    def _said(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._texts is None or name not in {"v", "si"}:
            return
        said, self._texts = "".join(self._texts), None
        if self._is_shared:
            self._shared.append(len(said))
            return
        place = _number(said)
        self._letters += self._shared[place] if place is not None and place < len(self._shared) else 0
        if self._letters > MOST_LETTERS:
            raise BadWorkbook("large")


def _number(text: str | None) -> int | None:
    """A whole number as a file writes it; None for none. Raises BadWorkbook for what no sheet can have."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) > len(str(_BIGGEST)):
        raise BadWorkbook("broken")
    return int(digits)


def _place(reference: str) -> tuple[int, int]:
    """(7, 28) of AB7; 0 for what is not said."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper()[:8]:
        column = column * 26 + ord(letter) - 64 if "A" <= letter <= "Z" else 0
    return _number(reference[len(letters) :]) or 0, column

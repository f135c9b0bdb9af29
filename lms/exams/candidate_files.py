"""Reads a list of candidates: a spreadsheet, a text with separators, or NIPs that were pasted. Pure.

What comes out is the table as it was given, every row of it: texts, and numbers where a spreadsheet held numbers. That
matters, since a spreadsheet keeps 15 digits of a number: an 18-digit NIP that is a number has lost its end.
"""

import csv
import io
import zipfile
from typing import Any, Literal

from python_calamine import CalamineError, CalamineWorkbook

Source = Literal["xlsx", "csv", "pasted"]
Cell = str | float
LARGEST = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 20
LONGEST_CELL = 1_000
#: A spreadsheet is a packed archive: what it may unpack to, and how far it may be packed.
LARGEST_UNPACKED = 40 * 1024 * 1024


class BadFile(ValueError):
    """The file cannot be read as a list. `problem` is a key: empty, large, rows, kind, broken."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read(data: bytes, name: str) -> tuple[Source, list[list[Cell]]]:
    """The rows of a file, by what it holds rather than what it is called. Raises BadFile."""
    if not data.strip():
        raise BadFile("empty")
    if len(data) > LARGEST:
        raise BadFile("large")
    if data[:4] == b"PK\x03\x04":
        return "xlsx", _limited(_spreadsheet(data))
    if (
        data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        or data[:4] == b"%PDF"
        or name.lower().endswith((".xls", ".ods"))
    ):
        raise BadFile("kind")
    return "csv", _limited(_separated(_text(data)))


def read_pasted(text: str) -> list[list[Cell]]:
    """The rows of what was pasted: one NIP a line, or columns copied from a spreadsheet. Raises BadFile."""
    if not text.strip():
        raise BadFile("empty")
    if len(text.encode()) > LARGEST:
        raise BadFile("large")
    return _limited(_separated(text))


def _limited(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without empty rows at the end; what is longer than a list can be is refused whole, nothing is cut off silently."""
    while rows and not any(str(cell).strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise BadFile("empty")
    if len(rows) > MOST_ROWS + 1:
        raise BadFile("rows")
    return [[cell[:LONGEST_CELL] if isinstance(cell, str) else cell for cell in row[:MOST_COLUMNS]] for row in rows]


def _spreadsheet(data: bytes) -> list[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise BadFile("kind")
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise BadFile("large")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, IndexError, ValueError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile("broken") from error
    return [[_cell(value) for value in row] for row in sheet]


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return str(value)
    return float(value) if isinstance(value, int | float) else str(value)


def _text(data: bytes) -> str:
    """The text of a file whose encoding nobody named: by its mark, else UTF-8, else what Windows in Indonesia writes."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\x00" in data[:200]:
        return _decoded(data, "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFile("broken") from error


def _separated(text: str) -> list[list[Cell]]:
    """Rows of a text; the separator is the one that its first lines use most."""
    lines = text.splitlines()
    head = "\n".join(line for line in lines[:20] if line.strip())
    separator = max("\t;,", key=head.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)]
    except csv.Error as error:
        raise BadFile("broken") from error

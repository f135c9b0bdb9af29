"""Reads a table that somebody gives: a spreadsheet, a text with separators, or what was pasted. Pure.

What comes out is the table as it was given, every row of it: texts, and numbers where a spreadsheet held numbers. That
matters, since a spreadsheet keeps 15 digits of a number: an 18-digit NIP that is a number has lost its end. Nothing is
cut off silently: what is larger than a table can be is refused, with the row where it is.
"""

import csv
import io
import math
import re
import zipfile
from typing import Any, Literal

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse, parse
from python_calamine import CalamineError

from lms import workbooks
from lms.workbooks import BadWorkbook

Source = Literal["xlsx", "csv", "pasted"]
Cell = str | float
LARGEST = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 50
LONGEST_CELL = 1_000
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and the wrapping of an .xlsx with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class BadFile(ValueError):
    """The file cannot be read as a table. line: the number of the row at which it fails, 0 where it is no single one.

    problem: a key: empty, large, rows, columns, cell (a text too long), kind, encrypted, broken.
    """

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


def read(data: bytes, name: str) -> tuple[Source, list[list[Cell]]]:
    """The rows of a file, by what it holds rather than what it is called. Raises BadFile."""
    if not data.strip():
        raise BadFile("empty")
    if len(data) > LARGEST:
        raise BadFile("large")
    if data[:4] == b"PK\x03\x04":
        return "xlsx", _limited(_spreadsheet(data))
    if data[:8] == _OLD_CONTAINER:
        raise BadFile("encrypted" if _ENCRYPTED in data else "kind")
    if data[:4] == b"%PDF" or name.lower().endswith((".xls", ".ods")):
        raise BadFile("kind")
    return "csv", _limited(_separated(_text(data)))


def read_pasted(text: str) -> list[list[Cell]]:
    """The rows of what was pasted: one value a line, or columns copied from a spreadsheet. Raises BadFile."""
    if not text.strip():
        raise BadFile("empty")
    if len(text.encode()) > LARGEST:
        raise BadFile("large")
    return _limited(_separated(text))


def _limited(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without empty rows at the end, nor empty cells at the end of a row. Raises BadFile."""
    for row in rows:
        while row and not str(row[-1]).strip():
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise BadFile("empty")
    if len(rows) > MOST_ROWS + 1:
        raise BadFile("rows")
    for line, row in enumerate(rows, start=1):
        if len(row) > MOST_COLUMNS:
            raise BadFile("columns", line)
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in row):
            raise BadFile("cell", line)
    return rows


def formula_cells(data: bytes) -> frozenset[tuple[int, int]]:
    """(line, column), both from 1, of the cells of the first sheet that hold a formula. Raises BadFile.

    A reader of values sees only what the formula last came to, which whoever wrote the file could have set at will.
    """
    found, line, column = set(), 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_first_sheet(archive)) as sheet:
            for event, element in iterparse(sheet, events=("start", "end")):
                if event == "start" and element.tag == f"{_MAIN}row":
                    line, column = int(element.get("r", line + 1)), 0
                elif event == "start" and element.tag == f"{_MAIN}c":
                    column = _column(element.get("r", "")) or column + 1
                elif event == "end" and element.tag == f"{_MAIN}f":
                    found.add((line, column))
                elif event == "end" and element.tag == f"{_MAIN}row":
                    element.clear()
    except (*workbooks.BROKEN, KeyError, ParseError, DefusedXmlException) as error:
        raise BadFile("broken") from error
    return frozenset(found)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The path of the first sheet. Raises KeyError, ParseError."""
    with archive.open("xl/workbook.xml") as book, archive.open("xl/_rels/workbook.xml.rels") as links:
        first = next(parse(book).iter(f"{_MAIN}sheet"), None)
        targets = {link.get("Id"): link.get("Target", "") for link in parse(links).iter() if link.get("Id")}
    path = str(targets[first.get(_LINK) if first is not None else ""])
    return path.lstrip("/") if path.startswith("/") else f"xl/{path}"


def _column(reference: str) -> int:
    """28 of AB7; 0 of what is no reference."""
    match = _REFERENCE.fullmatch(reference)
    number = 0
    for letter in match[1] if match else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _spreadsheet(data: bytes) -> list[list[Cell]]:
    try:
        sheet = workbooks.opened(data).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except BadWorkbook as error:
        raise BadFile(error.why) from error
    except (CalamineError, IndexError, ValueError) as error:
        raise BadFile("broken") from error
    return [[_cell(value) for value in row] for row in sheet]


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return str(value)
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number else str(value)


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
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    try:
        return [list(row) for row in reader]
    except csv.Error as error:
        raise BadFile("cell" if "field limit" in str(error) else "broken", reader.line_num) from error

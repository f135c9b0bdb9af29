"""Spreadsheets out: each cell is written as the text or the number that it is, so nothing in it is ever a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter

from lms.workbooks import LONGEST_CELL

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | float | Decimal | None
#: Nothing that is written is taken for a formula, an address or a number because of how it looks.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Sheet:
    """One sheet: what stands above the table, its columns with their widths in letters, and its rows."""

    title: str
    notes: Sequence[str]
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Value]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The file. Columns are of the format text, so that a NIP which is typed into one stays one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title[:31])
            for place, (_name, width) in enumerate(sheet.columns):
                page.set_column(place, place, width, text)
            for line, note in enumerate(sheet.notes):
                page.write_string(line, 0, note)
            head = len(sheet.notes) + bool(sheet.notes)
            for place, (name, _width) in enumerate(sheet.columns):
                page.write_string(head, place, name, bold)
            for line, row in enumerate(sheet.rows, start=head + 1):
                for place, value in enumerate(row):
                    if isinstance(value, int | float | Decimal):
                        page.write_number(line, place, float(value))
                    elif value:
                        page.write_string(line, place, _fitting(value), text)
    return out.getvalue()


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def report(sheets: Sequence[tuple[str, Sequence[Sequence[Value]]]], *, widths: tuple[int, int]) -> bytes:
    """The file of a report to be read, not filled in: (title, rows) of each sheet. widths: of its first and its other columns."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        for title, rows in sheets:
            page = book.add_worksheet(title)
            for line, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(line, place, _fitting(value))
                    elif value is not None:
                        page.write_number(line, place, float(value))
            page.set_column(0, 0, widths[0])
            page.set_column(1, 20, widths[1])
    return out.getvalue()

"""Rows out of XLSX and delimited text. Cells come as texts, as a reader of the sheet would say them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from lms.questions.exchange import zips
from lms.questions.exchange.columns import FIELD_OF, folded
from lms.questions.exchange.decoding import check_size, text_of
from lms.questions.exchange.drafted import Reading, Unusable
from lms.questions.said import say

Rows = list[list[str]]
LONGEST_CELL = 50_000
_DELIMITERS = ",;\t"


def of_xlsx(data: bytes, found: Reading) -> Rows:
    """The rows of the sheet that has the headings: the first such one. Raises Unusable."""
    check_size(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            zips.check(archive)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            _texts(book.get_sheet_by_name(name).to_python(skip_empty_area=False), found) for name in book.sheet_names
        ]
    except (zipfile.BadZipFile, CalamineError) as error:
        raise Unusable(say("berkas ini bukan XLSX yang utuh; simpan ulang sebagai .xlsx"), say("Berkas")) from error
    if not sheets:
        raise Unusable(say("berkas ini tidak punya lembar"), say("Berkas"))
    return next((rows for rows in sheets if headings_at(rows) is not None), sheets[0])


def of_text(data: bytes, found: Reading) -> Rows:
    """The rows of delimited text: comma, semicolon or tab, whichever its headings use. Raises Unusable."""
    text = text_of(data, found)
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=False)
    csv.field_size_limit(10 * LONGEST_CELL)
    try:
        return [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise Unusable(
            say("tabel tidak terbaca (%(error)s)", error=error), say("Baris %(line)s", line=reader.line_num)
        ) from None


def headings_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row with the headings, among the first ten; None when there is none."""
    for place, row in enumerate(rows[:10]):
        known = {FIELD_OF.get(folded(cell)) for cell in row} - {None}
        if "stem" in known and len(known) > 1:
            return place
    return None


def _delimiter(text: str) -> str:
    """The mark that parts the most known headings in one of the first lines."""

    def known(line: str, mark: str) -> int:
        return sum(folded(cell.strip('"')) in FIELD_OF for cell in line.split(mark))

    lines = text.split("\n", 10)[:10]
    return max(_DELIMITERS, key=lambda mark: max(known(line, mark) for line in lines))


def _texts(rows: Sequence[Sequence[object]], found: Reading) -> Rows:
    del found
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "Benar" if cell else "Salah"
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell).strip()

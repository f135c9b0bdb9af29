"""Rows out of XLSX and delimited text. Cells come as texts, as a reader of the sheet would say them."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError

from lms import workbooks
from lms.questions.exchange.columns import FIELD_OF, folded
from lms.questions.exchange.decoding import UNSEEN, WHERE, check_size, text_of, without_unseen
from lms.questions.exchange.drafted import Reading, Unusable
from lms.questions.said import say
from lms.workbooks import BadWorkbook

Rows = list[list[str]]
LONGEST_CELL = 50_000
MOST_ROWS, MOST_COLUMNS = 50_000, 200
#: Stands by itself after the last row, unless that leaves a quotation open.
_LAST = "\ue0ff"
_DELIMITERS = ",;\t"


def of_xlsx(data: bytes, found: Reading) -> Rows:
    """The rows of the sheet that has the headings: the first such one. Raises Unusable."""
    check_size(data)
    try:
        book = workbooks.opened(data)
        sheets = [
            _texts(book.get_sheet_by_name(name).to_python(skip_empty_area=False), found) for name in book.sheet_names
        ]
    except (BadWorkbook, CalamineError) as error:
        why = (
            say("lembar ini terlalu besar; salin barisnya ke buku kerja baru, tanpa isi di sel-sel jauh")
            if isinstance(error, BadWorkbook) and error.why == "large"
            else say("berkas ini bukan XLSX yang utuh; simpan ulang sebagai .xlsx")
        )
        raise Unusable(why, WHERE) from error
    if not sheets:
        raise Unusable(say("berkas ini tidak punya lembar"), WHERE)
    return next((rows for rows in sheets if headings_at(rows) is not None), sheets[0])


def of_text(data: bytes, found: Reading) -> Rows:
    """The rows of delimited text: comma, semicolon or tab, whichever its headings use. Raises Unusable."""
    text = text_of(data, found)
    reader = csv.reader(io.StringIO(f"{text}\n{_LAST}"), delimiter=_delimiter(text), strict=False)
    csv.field_size_limit(10 * LONGEST_CELL)
    rows: Rows = []
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS or len(rows) >= MOST_ROWS:
                raise Unusable(
                    say(
                        "tabel ini lebih dari %(rows)s baris atau %(columns)s kolom",
                        rows=MOST_ROWS,
                        columns=MOST_COLUMNS,
                    ),
                    say("Baris %(line)s", line=reader.line_num),
                )
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise Unusable(
            say("tabel tidak terbaca (%(error)s)", error=error), say("Baris %(line)s", line=reader.line_num)
        ) from None
    if rows.pop() != [_LAST]:
        rows.append([])  # what stood there is taken apart by nobody
        found.refuse(
            say("Baris %(line)s", line=len(rows)),
            say("tanda kutip yang dibuka di sini tidak ditutup, jadi semua baris sesudahnya tidak terbaca"),
        )
    return rows


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

    lines = text[:100_000].split("\n", 10)[:10]
    return max(_DELIMITERS, key=lambda mark: max(known(line, mark) for line in lines))


def _texts(rows: Sequence[Sequence[object]], found: Reading) -> Rows:
    made = [[_text(cell) for cell in row] for row in rows]
    for line, row in enumerate(made, 1):
        if any(map(UNSEEN.search, row)):
            where = say("Baris %(line)s", line=line)
            row[:] = [without_unseen(cell, found, where) for cell in row]
    return made


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

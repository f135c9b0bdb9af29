"""Rows out of XLSX and delimited text. Cells come as texts, as a reader of the sheet would say them."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, SheetVisibleEnum

from lms import workbooks
from lms.questions.exchange import sheet_looks
from lms.questions.exchange.aiken import LETTERS
from lms.questions.exchange.columns import FIELD_OF, folded, letter_of
from lms.questions.exchange.decoding import UNSEEN, WHERE, check_size, text_of, without_unseen
from lms.questions.exchange.drafted import Reading, Unusable
from lms.questions.exchange.sheet_looks import Looks, Place
from lms.questions.said import say
from lms.workbooks import BadWorkbook

Rows = list[list[str]]
LONGEST_CELL = 50_000
MOST_ROWS, MOST_COLUMNS = 50_000, 200
#: Stands by itself after the last row, unless that leaves a quotation open.
_LAST = "\ue0ff"
_DELIMITERS = ",;\t"
#: What may be said of several rows by one merged cell.
_LABELS = {"kind", "competency", "level", "difficulty", "tags", "folder"}
#: Spreadsheets keep 15 digits of a number.
_MOST_EXACT = 10**15


def of_xlsx(data: bytes, found: Reading) -> Rows:
    """The rows of the sheet that has the headings: the first such one, one that is seen before one that is hidden. Raises Unusable."""
    check_size(data)
    try:
        book = workbooks.opened(data)
        known = sorted(book.sheets_metadata, key=lambda one: one.visible != SheetVisibleEnum.Visible)
        found_sheets = {one.name: book.get_sheet_by_name(one.name) for one in known}
        sheets = {name: sheet.to_python(skip_empty_area=False) for name, sheet in found_sheets.items()}
        merged = {name: sheet.merged_cell_ranges or [] for name, sheet in found_sheets.items()}
    except (BadWorkbook, CalamineError) as error:
        why = (
            say("lembar ini terlalu besar; salin barisnya ke buku kerja baru, tanpa isi di sel-sel jauh")
            if isinstance(error, BadWorkbook) and error.why == "large"
            else say("berkas ini bukan XLSX yang utuh; simpan ulang sebagai .xlsx")
        )
        raise Unusable(why, WHERE) from error
    if not sheets:
        raise Unusable(say("berkas ini tidak punya lembar"), WHERE)
    full = [
        name
        for name, rows in sheets.items()
        if headings_at([[_text(cell) for cell in row] for row in rows[:10]]) is not None
    ]
    chosen, *others = full or list(sheets)[:1]
    for other in others:
        found.warn(
            say("Lembar %(name)s", name=other[:40]),
            say("lembar ini juga punya judul kolom, tetapi hanya lembar %(read)s yang dibaca", read=chosen[:40]),
        )
    rows = _texts(sheets[chosen], sheet_looks.of(data, chosen), found)
    _spread(rows, merged[chosen], found)
    return rows


def _spread(rows: Rows, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]], found: Reading) -> None:
    """What stands in a cell that is one over several rows is said of each of them, where it can be: a competency is, a key is not."""
    top = headings_at(rows)
    if top is None:
        return
    fields = {n: field for n, heading in enumerate(rows[top]) if (field := FIELD_OF.get(folded(heading)))}
    stem = next(n for n, field in fields.items() if field == "stem")
    left = MOST_ROWS
    for (first, column), (last, _last_column) in sorted(merged):
        field = fields.get(column)
        if first <= top or field is None or field == "stem" or first >= len(rows) or not rows[first][column]:
            continue
        below = range(first + 1, min(last + 1, len(rows), first + 1 + left))
        left -= len(below)
        for line in below:
            if not rows[line][stem] or rows[line][column]:
                continue
            if field in _LABELS:
                rows[line][column] = rows[first][column]
            else:
                where = say("Baris %(line)s, kolom %(letter)s", line=line + 1, letter=letter_of(column))
                said = say(
                    "sel ini digabung dengan baris %(line)s dan dibaca kosong; pisahkan, lalu isi lagi", line=first + 1
                )
                found.warn(where, said, asked=say("Baris %(line)s", line=line + 1))


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


def _texts(rows: Sequence[Sequence[object]], looks: Looks, found: Reading) -> Rows:
    """The rows as their author sees them; what a spreadsheet made of them without being asked is said, where it is read."""
    plain = [[_text(cell) for cell in row] for row in rows[:10]]
    top = headings_at(plain)
    known = set() if top is None else {n for n, heading in enumerate(plain[top]) if folded(heading) in FIELD_OF}
    options = {n for n in known if top is not None and FIELD_OF[folded(plain[top][n])] in LETTERS}
    made = []
    for line, row in enumerate(rows):
        texts = []
        for column, cell in enumerate(row):
            place = (line, column)
            text = _in_percent(cell) if place in looks.percents and isinstance(cell, float) else _text(cell)
            text = looks.raised.get(place, text)
            is_read = top is not None and line > top and column in known
            said = _said_of(cell, text, place, looks, is_option=column in options) if is_read else ""
            if said:
                where = say("Baris %(line)s, kolom %(letter)s", line=line + 1, letter=letter_of(column))
                found.warn(where, said, asked=say("Baris %(line)s", line=line + 1))
            texts.append(text)
        if any(map(UNSEEN.search, texts)):
            where = say("Baris %(line)s", line=line + 1)
            texts = [without_unseen(text, found, where) for text in texts]
        made.append(texts)
    return made


def _said_of(cell: object, text: str, place: Place, looks: Looks, *, is_option: bool) -> str:
    """What is to be said of a cell that shows more than is read, or something else; empty for nothing."""
    if altered := _altered(cell, text, looks.failed.get(place)):
        return altered
    if place in looks.marked:
        return say("sebagian huruf di sel ini tebal, miring, atau bergaris bawah, dan itu tidak ikut dibaca")
    if is_option and place in looks.dressed and isinstance(cell, float):
        return say(
            "sel ini menampilkan lebih dari angkanya, dibaca '%(text)s'; bila semuanya bagian pilihan, jadikan sel teks",
            text=text,
        )
    return ""


def _altered(cell: object, text: str, failed: str | None) -> str:
    """What is to be said of a cell that need not be what its author wrote. failed: what its formula shows, None where there is none."""
    if failed == "":
        return say("rumus di sel ini belum dihitung, jadi sel ini dibaca kosong; buka dan simpan ulang berkasnya")
    if failed:
        return say("rumus di sel ini gagal (%(shown)s), jadi sel ini dibaca kosong", shown=failed[:20])
    if isinstance(cell, date | time | timedelta):
        return say(
            "sel ini tanggal atau jam, dibaca '%(text)s'; bila bukan, jadikan sel teks lalu tulis ulang", text=text
        )
    if isinstance(cell, float) and abs(cell) >= _MOST_EXACT:
        return say("angka ini lebih dari 15 digit, jadi ujungnya sudah dibulatkan; jadikan sel teks lalu tulis ulang")
    return ""


def _in_percent(cell: float) -> str:
    """0.125 as its cell shows it: 12,5%."""
    return f"{(_shown(cell) * 100).normalize():f}%".replace(".", ",")


def _shown(cell: float) -> Decimal:
    """A number in as many digits as spreadsheets show: 0.1 + 0.2 is 0.3."""
    return Decimal(f"{cell:.15g}")


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "Benar" if cell else "Salah"
    if isinstance(cell, float):
        return f"{_shown(cell).normalize():f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell).strip()

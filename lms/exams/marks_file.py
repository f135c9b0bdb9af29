"""Reads a table of marks from a CSV file, and says everything that is wrong with it at once.

    candidate,soal-1,soal-2
    max,1,5
    p-001,1,4
    p-002,,3.5

The separator is a comma and the decimal mark a dot. A file whose headings are parted by semicolons
has the comma as its decimal mark, as spreadsheets write it in Indonesia. No file has both: a dot among semicolons may part thousands.
An empty cell is a question not answered, which counts 0.
A mark lies between −2 × the maximum, which a wrong answer given with certainty costs, and the maximum.
A byte order mark, as spreadsheets write it, is passed over. Blank lines are not rows.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: Decimal notation, as programs write a third: up to 12 digits before and 30 behind, a very small part as 5e-05.
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,30})?([eE]-[0-9]{1,2})?")
_OTHER_MARK = {",": re.compile(r"-?[0-9]+,[0-9]+"), ";": re.compile(r"-?[0-9]+(\.[0-9]+)+(,[0-9]+)?")}
_TURNED = str.maketrans(".,", ",.")
#: The least mark, in maxima: what `grading.CERTAINTY` gives a wrong answer of certainty 3.
LEAST = -2
CANDIDATE, MAXIMUM, JUDGE = "candidate", "max", "judge"


class BadTable(ValueError):
    """The file is no table of marks. `problems` holds all that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Table:
    """names: the items. maxima: their maximum marks. rows: one a candidate, in the file's order, marks from LEAST × maximum to maximum."""

    names: tuple[str, ...]
    maxima: tuple[Decimal, ...]
    candidates: tuple[str, ...]
    rows: tuple[tuple[Decimal, ...], ...]


@dataclass(frozen=True)
class _Line:
    """A row of the file and the number of the line on which it ends."""

    number: int
    cells: tuple[str, ...]
    separator: str


def read(data: bytes) -> Table:
    """The table in a file. Raises BadTable."""
    lines = _lines(data)
    header, *body = lines
    problems = _header_problems(header)
    if not body or body[0].cells[0].casefold() != MAXIMUM:
        where = f"baris {body[0].number}" if body else "setelah baris judul"
        problems.append(f"{where}: baris nilai maksimum tidak ada; tulis {MAXIMUM},… tepat di bawah judul")
        maxima: list[Decimal | None] = [None] * (len(header.cells) - 1)
        people = body
    else:
        maxima = _maxima(body[0], header, problems)
        people = body[1:]
    rows = [_marks(line, header, maxima, problems) for line in people]
    problems += _repeated(people)
    if problems:
        raise BadTable(problems)
    return Table(
        names=header.cells[1:],
        maxima=tuple(one for one in maxima if one is not None),
        candidates=tuple(line.cells[0] for line in people),
        rows=tuple(tuple(one for one in row if one is not None) for row in rows),
    )


def read_ratings(data: bytes) -> tuple[tuple[str, ...], dict[str, tuple[Decimal, ...]]]:
    """(items, judge → ratings) of a panel's file: judge,item,… and a row a judge, each cell 0 to 1. Raises BadTable."""
    header, *people = _lines(data, first=JUDGE)
    problems = _header_problems(header, first=JUDGE)
    if not people:
        problems.append("tidak ada penilai")
    found: dict[str, tuple[Decimal, ...]] = {}
    for line in people:
        if not line.cells[0]:
            problems.append(f"baris {line.number}: nama penilai kosong")
        numbers = _numbers(line, header, problems)
        for place, (cell, value) in enumerate(zip(line.cells[1:], numbers, strict=False)):
            if not cell:
                problems.append(f"{_place(line, header, place)}: kosong; setiap penilai menilai setiap butir")
            elif value is not None and value > 1:
                problems.append(f"{_place(line, header, place)}: {value} lebih dari 1")
        found[line.cells[0]] = tuple(one for one in numbers if one is not None)
    problems += _repeated(people, "penilai")
    if problems:
        raise BadTable(problems)
    return header.cells[1:], found


def _lines(data: bytes, *, first: str = CANDIDATE) -> list[_Line]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable([f"bita {error.start}: bukan UTF-8; simpan sebagai CSV UTF-8"]) from error
    separator = _separator(text, first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        found = [_Line(reader.line_num, tuple(cell.strip() for cell in row), separator) for row in reader]
    except csv.Error as error:
        raise BadTable([f"baris {reader.line_num}: CSV tidak dapat dibaca ({error})"]) from error
    lines = [line for line in found if any(line.cells)]
    if not lines:
        raise BadTable(["berkas kosong"])
    if len(lines[0].cells) == 1 and "\t" in lines[0].cells[0]:
        where = f"baris {lines[0].number}"
        raise BadTable(
            [f"{where}: kolom dipisahkan tab; pakai koma dengan desimal titik, atau titik koma dengan desimal koma"]
        )
    return lines


def _separator(text: str, first: str) -> str:
    """A semicolon where it follows the first heading, or parts headings without any comma; else a comma."""
    heading = next((line for line in text.splitlines() if line.strip(" \t,;")), "")
    follows = re.match(rf'\s*"?{first}"?\s*;', heading, re.IGNORECASE)
    return ";" if follows or (";" in heading and "," not in heading) else ","


def _header_problems(header: _Line, *, first: str = CANDIDATE) -> list[str]:
    where, (label, *names) = f"baris {header.number}", header.cells
    problems = []
    if label.casefold() != first:
        problems.append(f"{where}: kolom pertama harus berjudul {first}, bukan {_shown(label)}")
    if not names:
        problems.append(f"{where}: tidak ada butir soal")
    problems += [f"{where}, kolom {n}: judul butir kosong" for n, name in enumerate(names, 2) if not name]
    at: dict[str, int] = {}
    for n, name in enumerate(names, 2):
        if name and at.setdefault(name, n) != n:
            problems.append(f"{where}, kolom {n}: judul butir {_shown(name)} sudah ada di kolom {at[name]}")
    return problems


def _maxima(line: _Line, header: _Line, problems: list[str]) -> list[Decimal | None]:
    maxima = _numbers(line, header, problems)
    for place, (cell, maximum) in enumerate(zip(line.cells[1:], maxima, strict=False)):
        if not cell or maximum == 0:
            problems.append(f"{_place(line, header, place)}: nilai maksimum harus lebih dari 0")
    return maxima


def _marks(line: _Line, header: _Line, maxima: Sequence[Decimal | None], problems: list[str]) -> list[Decimal | None]:
    if not line.cells[0]:
        problems.append(f"baris {line.number}: kode peserta kosong")
    marks = _numbers(line, header, problems, may_be_negative=True)
    for place, (mark, maximum) in enumerate(zip(marks, maxima, strict=False)):
        if mark is not None and maximum and mark > maximum:
            problems.append(f"{_place(line, header, place)}: {mark} melebihi nilai maksimum {maximum}")
        elif mark is not None and maximum and mark < LEAST * maximum:
            problems.append(f"{_place(line, header, place)}: {mark} di bawah −2 × nilai maksimum {maximum}")
    return marks


def _numbers(line: _Line, header: _Line, problems: list[str], *, may_be_negative: bool = False) -> list[Decimal | None]:
    """The cells behind the first as numbers, an empty one as 0; None where there is none, which is noted."""
    if len(line.cells) != len(header.cells):
        problems.append(f"baris {line.number}: {len(line.cells)} kolom, judulnya {len(header.cells)}")
    found: list[Decimal | None] = []
    for place, cell in enumerate(line.cells[1 : len(header.cells)]):
        wrong = _flaw(cell, line.separator, may_be_negative=may_be_negative)
        if wrong:
            problems.append(f"{_place(line, header, place)}: {_shown(cell)} {wrong}")
        found.append(None if wrong else Decimal(_dotted(cell, line.separator) or 0))
    return found


def _dotted(cell: str, separator: str) -> str:
    """A number with the dot as its decimal mark."""
    return cell.translate(_TURNED) if separator == ";" else cell


def _flaw(cell: str, separator: str, *, may_be_negative: bool) -> str | None:
    number = _dotted(cell, separator)
    if not number or _NUMBER.fullmatch(number):
        return None
    if number.startswith("-") and _NUMBER.fullmatch(number[1:]):
        return None if may_be_negative else "negatif"
    if _OTHER_MARK[separator].fullmatch(cell):
        if separator == ";":
            return "memakai titik; dalam berkas bertitik koma, tulis desimal dengan koma dan ribuan tanpa titik"
        return "memakai koma desimal; tulis dengan titik"
    return "bukan bilangan"


def _repeated(people: Sequence[_Line], word: str = "peserta") -> list[str]:
    first: dict[str, int] = {}
    problems = []
    for line in people:
        code = line.cells[0]
        if code and code in first:
            problems.append(f"baris {line.number}: {word} {_shown(code)} sudah ada di baris {first[code]}")
        first.setdefault(code, line.number)
    return problems


def _place(line: _Line, header: _Line, place: int) -> str:
    return f"baris {line.number}, kolom {_shown(header.cells[place + 1])}"


def _shown(text: str) -> str:
    """A cell in a message: short, on one line, without marks that steer a terminal."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"“{plain[:40]}…”" if len(plain) > 40 else f"“{plain}”"

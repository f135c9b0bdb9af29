"""Lists of codes or numbers that HR has checked at once: where in the sheet they stand, and what each row came to. Pure.

The sheet stays as it was given, row for row; what is found out stands beside it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.certificates import codes, typed_numbers
from lms.certificates.verification import Batch, State, Verdict, check_many
from lms.spreadsheets import Cell

MOST = 500
#: By which words a first row may call the column: of the code, of the number, of either.
CODE = ("kode", "kode sertifikat", "kode cek", "alamat cek", "tautan", "code", "certificate code")
NUMBER = ("nomor", "nomor sertifikat", "no. sertifikat", "no sertifikat", "number", "certificate number")
EITHER = ("sertifikat", "kode atau nomor", "nomor atau kode", "kode/nomor", "nomor/kode", "certificate")
#: What is longer is neither a code, nor its address, nor a number.
LONGEST = 200


class BadList(ValueError):
    """The sheet cannot be checked. problem: many (more than MOST rows) or column (none has codes or numbers)."""

    def __init__(self, problem: str, count: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.count = count


@dataclass(frozen=True)
class Layout:
    """Where to look. columns: places to look in, the first that is filled counts; first: place of the first row with data."""

    columns: tuple[int, ...]
    first: int


@dataclass(frozen=True)
class Checked:
    """One row with what it came to: a fault that is in the way of checking, or a verdict. Neither for an empty row.

    line: its number in the sheet, from 1. fault: empty, formula, digits (a number cell, which loses zeros) or long.
    twin: the line before that asks for the same certificate.
    """

    line: int
    asked: str = ""
    fault: str = ""
    verdict: Verdict | None = None
    twin: int | None = None


def layout(rows: Sequence[Sequence[Cell]]) -> Layout:
    """The columns that hold codes or numbers: by their heading, else by what stands in them. Raises BadList."""
    heads = [re.sub(r"\s+", " ", str(cell)).strip().strip("\ufeff*:").lower() for cell in rows[0]]
    named = [place for words in (CODE, NUMBER, EITHER) for place in [_place(heads, words)] if place is not None]
    found = Layout(tuple(named), 1) if named else Layout((_likeliest(rows),), int(_is_heading(rows)))
    count = sum(any(str(cell).strip() for cell in row) for row in rows[found.first :])
    if count > MOST:
        raise BadList("many", count)
    return found


def upright(rows: list[list[Cell]]) -> list[list[Cell]]:
    """A single row of nothing but codes or numbers, turned into one a row: people paste them side by side, too."""
    is_lying = len(rows) == 1 and len(rows[0]) > 1 and all(_looks_right(cell) for cell in rows[0])
    return [[cell] for cell in rows[0]] if is_lying else rows


def check(
    rows: Sequence[Sequence[Cell]],
    *,
    formulas: Collection[tuple[int, int]] = (),
    register: Batch,
    now: datetime,
) -> list[Checked]:
    """Every row below the heading, in its order. formulas: (line, column) from 1, as `spreadsheets.formula_cells` has them."""
    where = layout(rows)
    lines = [_read(line, row, where, formulas) for line, row in enumerate(rows[where.first :], start=where.first + 1)]
    verdicts = iter(check_many([one.asked for one in lines if _is_askable(one)], register=register, now=now))
    seen: dict[str, int] = {}
    return [_answered(one, next(verdicts), seen) if _is_askable(one) else one for one in lines]


def unanswered(rows: Sequence[Sequence[Cell]], *, formulas: Collection[tuple[int, int]] = ()) -> list[Checked]:
    """The same rows while the register cannot be read: that says nothing against any of them."""
    where, outage = layout(rows), Verdict(state=State.CANNOT_CHECK, reasons=("register_unavailable",))
    lines = [_read(line, row, where, formulas) for line, row in enumerate(rows[where.first :], start=where.first + 1)]
    return [replace(one, fault="", verdict=outage) if _is_askable(one) else one for one in lines]


def _answered(one: Checked, verdict: Verdict, seen: dict[str, int]) -> Checked:
    known = verdict.code or one.asked
    twin = seen.setdefault(known, one.line)
    fault = "digits" if one.fault == "digits" and verdict.problem else ""
    return Checked(one.line, one.asked, fault, None if fault else verdict, None if twin == one.line else twin)


def _is_askable(one: Checked) -> bool:
    return bool(one.asked) and one.fault in {"", "digits"}


def _read(line: int, row: Sequence[Cell], where: Layout, formulas: Collection[tuple[int, int]]) -> Checked:
    """What a row asks for. A cell of digits alone may still be a code."""
    if not any(str(cell).strip() for cell in row):
        return Checked(line)
    filled = [place for place in where.columns if place < len(row) and str(row[place]).strip()]
    if not filled:
        is_formula = any((line, place + 1) in formulas for place in where.columns)
        return Checked(line, fault="formula" if is_formula else "empty")
    cell = row[filled[0]]
    asked = f"{cell:.0f}" if isinstance(cell, float) else cell.strip()
    if (line, filled[0] + 1) in formulas or asked.startswith("="):
        return Checked(line, asked[:LONGEST], "formula")
    if len(asked) > LONGEST:
        return Checked(line, asked[:LONGEST], "long")
    return Checked(line, asked, "digits" if isinstance(cell, float) else "")


def _place(heads: Sequence[str], words: Sequence[str]) -> int | None:
    return next((place for place, head in enumerate(heads) if head in words), None)


def _likeliest(rows: Sequence[Sequence[Cell]]) -> int:
    """The column with the most that look like codes or numbers; the only one, whatever it holds. Raises BadList."""
    width = max(map(len, rows))
    if width == 1:
        return 0
    fit = [sum(_looks_right(row[place]) for row in rows if place < len(row)) for place in range(width)]
    if not max(fit):
        raise BadList("column")
    return fit.index(max(fit))


def _is_heading(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row only names the columns: no digit in it, and nothing that could be a code."""
    return len(rows) > 1 and not any(_looks_right(cell) or any(c.isdigit() for c in str(cell)) for cell in rows[0])


def _looks_right(cell: Cell) -> bool:
    text = f"{cell:.0f}" if isinstance(cell, float) else cell
    return codes.is_well_formed(codes.normalise(text)) or typed_numbers.looks_like_number(text)

"""What a question's form is made of: texts, numbers, and rows of inputs that belong together, numbered from 1."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from lms.questions.exchange.drafted import Unusable, share
from lms.questions.kinds import cloze, matching, ordering, rubrics
from lms.questions.kinds.numbers import number_in
from lms.questions.reader import MOST_OPTIONS

Form = MultiDict[str, str]


class Rows(NamedTuple):
    """A group of rows. names: of the inputs of a row, its number goes behind them · fewest are always shown, and `most` at most."""

    names: tuple[str, ...]
    fewest: int
    most: int


#: Group, which is the name of a row's first input too → its rows.
GROUPS = {
    "pilihan": Rows(("pilihan", "bobot", "poin", "umpan"), 4, MOST_OPTIONS),
    "kiri": Rows(("kiri", "kanan"), 3, matching.MOST_PAIRS),
    "pengecoh": Rows(("pengecoh",), 1, matching.MOST_DISTRACTORS),
    "butir": Rows(("butir",), 4, ordering.MOST_ITEMS),
    "isian": Rows(("isian", "toleransi-isian", "bobot-isian", "huruf-isian"), 2, cloze.MOST_GAPS),
    "kriteria": Rows(("kriteria", "nilai", "uraian", "jenjang"), 1, rubrics.MOST_CRITERIA),
}
_NUMBERED = re.compile(r"([a-z-]+)-([1-9][0-9]?)")


def text(form: Form, name: str) -> str:
    """A text of several lines."""
    return form.get(name, "").replace("\r\n", "\n").strip()


def line(form: Form, name: str) -> str:
    """A text of one line: a browser keeps no breaks in such an input."""
    return "".join(text(form, name).splitlines())


def lines(form: Form, name: str) -> Iterator[str]:
    """The lines of a text that hold something."""
    return (one.strip() for one in text(form, name).split("\n") if one.strip())


def number(typed: str) -> str:
    """A number, read as a candidate's is, with a dot; anything else as it was typed, for its kind to refuse."""
    plain = "".join(typed.split())
    found = number_in(plain)
    return plain if found is None else f"{found:f}"


def shown(number: object) -> str:
    """A number of content as it is typed, with a comma."""
    return str(number).replace(".", ",")


def whole(form: Form, name: str) -> int | str:
    """A whole number; anything else as it was typed, for its kind to refuse."""
    typed = line(form, name)
    return int(typed) if typed.isdecimal() and len(typed) < 10 else typed


def part(typed: str) -> float | int | str:
    """Per cent as a part of the mark; anything else as it was typed, for its kind to refuse."""
    try:
        return share(typed.removesuffix("%"))
    except Unusable:
        return typed


def filled_rows(form: Form, group: str) -> list[int]:
    """The numbers of the rows in which anything was typed."""
    found = ((_NUMBERED.fullmatch(name), name) for name in form)
    return sorted({int(one[2]) for one, name in found if one and one[1] in GROUPS[group].names and text(form, name)})


def shown_rows(form: Form, group: str) -> list[int]:
    """The numbers of the rows that a page shows: what is filled and one more, and as many as were asked for."""
    filled, rows = filled_rows(form, group), GROUPS[group]
    asked = whole(form, f"baris-{group}")
    count = max(rows.fewest, max(filled, default=0) + 1, asked if isinstance(asked, int) else 0)
    return sorted({*filled, *range(1, min(count, rows.most) + 1)})


def add_row(form: Form, group: str) -> str:
    """Ask for one row more. Returns the name of its first input; empty where there is no such group."""
    if group not in GROUPS:
        return ""
    form[f"baris-{group}"] = str(len(shown_rows(form, group)) + 1)
    return f"{group}-{shown_rows(form, group)[-1]}"

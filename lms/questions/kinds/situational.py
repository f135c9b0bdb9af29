"""Situational judgement: each option is worth 1 to 5 points, and a blank nothing. An answer is the id of an option.

In an exam every question counts 1, so an option gives its points ÷ 5.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms import markup
from lms.questions.content import Presented, Reader, chosen, offered

BEST = 5


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """options: [{text, points 1–5}], at least one of them worth 5. Raises BadQuestion."""
    reader = Reader(raw, fields=("options",))
    rows = reader.options("points")
    for n, row in enumerate(rows, 1):
        if type(row.get("points")) is not int or not 1 <= row["points"] <= BEST:
            reader.refuse(f"options[{n}].points", f"tulis bilangan bulat 1 sampai {BEST}")
    if rows and not any(row.get("points") == BEST for row in rows):
        reader.refuse("options", f"beri satu pilihan {BEST} poin")
    return reader.finish({"options": [{"text": row["text"].strip(), "points": row.get("points")} for row in rows]})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and its options in the paper's order."""
    return Presented("situational", markup.html(content["stem"]), offered(content, order))


def maximum(content: Mapping[str, Any]) -> Decimal:
    """Always 1."""
    del content
    return Decimal(1)


def mark(content: Mapping[str, Any], value: object) -> Decimal:
    """The option's points ÷ 5; 0 for none."""
    option = chosen(content, value)
    return Decimal(option["points"]) / BEST if option else Decimal(0)

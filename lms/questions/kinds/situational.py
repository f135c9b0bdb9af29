"""Situational judgement: each option is worth 1 to 5 points, and a blank nothing. An answer is the id of an option.

An option gives its points ÷ 5 of what the question counts.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, chosen, no_feedback, offered, presented, weight, worth
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.CHOICE
BEST = 5
feedback = no_feedback


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """options: [{text, points 1–5}], at least one of them worth 5. Raises BadQuestion."""
    reader = Reader(raw, fields=("options",))
    rows = reader.options("points")
    for n, row in enumerate(rows, 1):
        if type(row.get("points")) is not int or not 1 <= row["points"] <= BEST:
            reader.refuse(f"options[{n}].points", say("tulis bilangan bulat 1 sampai %(best)s", best=BEST))
    if rows and not any(row.get("points") == BEST for row in rows):
        reader.refuse("options", say("beri satu pilihan %(best)s poin", best=BEST))
    return reader.finish({"options": [{"text": row["text"].strip(), "points": row.get("points")} for row in rows]})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and its options in the paper's order."""
    return presented("situational", content, options=offered(content, order))


def size(content: Mapping[str, Any]) -> int:
    """Its options."""
    return len(content["options"])


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """The option's points ÷ 5; 0 for none."""
    option = chosen(content, value)
    return worth(content, Fraction(option["points"], BEST) if option else 0)


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The options show it."""
    del content
    return ()

"""Single choice: one option is to be chosen. An answer is the id of an option, such as "2".

Options are right or wrong, or each gives a part of the mark.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, chosen, feedback_of, offered, part_of, presented, share_of, weight, worth
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.CHOICE


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """options: [{text, correct, feedback}], exactly one correct; or with fraction (0 to 1), one at least 1. Raises BadQuestion."""
    reader = Reader(raw, fields=("options",))
    rows = reader.graded_options(least=0)
    whole = sum(share_of(row) == 1 for row in rows)
    if any("fraction" in row for row in rows):
        if not whole:
            reader.refuse("options", say("beri paling sedikit satu pilihan dengan fraction 1"))
    elif rows and whole != 1:
        reader.refuse("options", say("tandai tepat satu pilihan dengan correct: true"))
    return reader.finish({"options": rows})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and its options in the paper's order."""
    return presented("single_choice", content, options=offered(content, order))


def size(content: Mapping[str, Any]) -> int:
    """Its options."""
    return len(content["options"])


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """What the option gives."""
    option = chosen(content, value)
    return worth(content, part_of(option) if option else 0)


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The options show it."""
    del content
    return ()


def feedback(content: Mapping[str, Any], value: object) -> Sequence[str]:
    """What is said to who chooses this option."""
    return feedback_of(chosen(content, value))

"""True or false. An answer is true or false."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, no_feedback, presented, weight, worth
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.TRUTH
feedback = no_feedback


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """answer: true or false. Raises BadQuestion."""
    reader = Reader(raw, fields=("answer",))
    answer = reader.value("answer")
    if not isinstance(answer, bool):
        reader.refuse("answer", say("tulis true atau false tanpa tanda kutip"))
    return reader.finish({"answer": answer})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem; the two answers are the page's own words and always stand in the same order."""
    del order
    return presented("true_false", content)


def size(content: Mapping[str, Any]) -> int:
    """Nothing to shuffle."""
    del content
    return 0


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """All for the right answer, else 0."""
    return worth(content, isinstance(value, bool) and value == content["answer"])


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The two answers show it."""
    del content
    return ()

"""Essay: a text of some length, marked by people. An answer is the text."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, no_feedback, presented, weight, worth
from lms.questions.kinds import rubrics
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.PROSE
MOST_WORDS = 3_000
feedback = no_feedback


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """words_min, words_max: what the author asks for, not enforced; rubric as in `rubrics.py`. Raises BadQuestion."""
    reader = Reader(raw, fields=("words_min", "words_max", "rubric"))
    bounds = {name: reader.whole(name, least=1, most=MOST_WORDS) for name in ("words_min", "words_max")}
    if bounds["words_min"] and bounds["words_max"] and bounds["words_min"] > bounds["words_max"]:
        reader.refuse("words_max", say("tidak boleh kurang dari words_min"))
    content: dict[str, Any] = {name: bound for name, bound in bounds.items() if bound}
    return reader.finish(content | {"rubric": rubrics.read(reader)})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and how many words are asked for."""
    del order
    return presented("essay", content, least_words=content.get("words_min", 0), most_words=content.get("words_max", 0))


def size(content: Mapping[str, Any]) -> int:
    """Nothing to shuffle."""
    del content
    return 0


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction | None:
    """None, which waits for a person; 0 for nothing."""
    return None if isinstance(value, str) and value.strip() else worth(content, 0)


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """There is no single one."""
    del content
    return ()

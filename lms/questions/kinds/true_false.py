"""True or false. An answer is true or false."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms import markup
from lms.questions.content import Presented, Reader


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """answer: true or false. Raises BadQuestion."""
    reader = Reader(raw, fields=("answer",))
    answer = reader.value("answer")
    if not isinstance(answer, bool):
        reader.refuse("answer", "tulis true atau false tanpa tanda kutip")
    return reader.finish({"answer": answer})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem; the two answers are the page's own words and always stand in the same order."""
    del order
    return Presented("true_false", markup.html(content["stem"]))


def maximum(content: Mapping[str, Any]) -> Decimal:
    """Always 1."""
    del content
    return Decimal(1)


def mark(content: Mapping[str, Any], value: object) -> Decimal:
    """1 for the right answer, else 0."""
    return Decimal(isinstance(value, bool) and value == content["answer"])

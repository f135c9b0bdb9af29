"""Single choice: one option is right. An answer is the id of an option, such as "2"."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms import markup
from lms.questions.content import Presented, Reader, chosen, offered


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """options: [{text, correct}], exactly one of them correct. Raises BadQuestion."""
    reader = Reader(raw, fields=("options",))
    rows = reader.options("correct")
    if rows and sum(row.get("correct") is True for row in rows) != 1:
        reader.refuse("options", "tandai tepat satu pilihan dengan correct: true")
    return reader.finish({"options": [{"text": row["text"].strip(), "correct": _is_right(row)} for row in rows]})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and its options in the paper's order."""
    return Presented("single_choice", markup.html(content["stem"]), offered(content, order))


def maximum(content: Mapping[str, Any]) -> Decimal:
    """Always 1."""
    del content
    return Decimal(1)


def mark(content: Mapping[str, Any], value: object) -> Decimal:
    """1 for the right option, else 0."""
    option = chosen(content, value)
    return Decimal(option is not None and option["correct"])


def _is_right(row: Mapping[str, Any]) -> bool:
    return row.get("correct") is True

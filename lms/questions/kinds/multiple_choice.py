"""Multiple choice: one or more options are right. An answer is a list of option ids, such as ["0", "3"].

Part of the mark: (right ones chosen − wrong ones chosen) ÷ number of right ones, never below 0, to four places.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lms import markup
from lms.questions.content import Presented, Reader, offered

PLACES = Decimal("0.0001")


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """options: [{text, correct}], at least one of them correct and one not. Raises BadQuestion."""
    reader = Reader(raw, fields=("options",))
    rows = reader.options("correct")
    right = [row.get("correct") is True for row in rows]
    if rows and not any(right):
        reader.refuse("options", "tandai paling sedikit satu pilihan dengan correct: true")
    if rows and all(right):
        reader.refuse("options", "beri paling sedikit satu pilihan yang tidak benar")
    pairs = zip(rows, right, strict=True)
    return reader.finish({"options": [{"text": row["text"].strip(), "correct": is_right} for row, is_right in pairs]})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and its options in the paper's order."""
    return Presented("multiple_choice", markup.html(content["stem"]), offered(content, order))


def maximum(content: Mapping[str, Any]) -> Decimal:
    """Always 1."""
    del content
    return Decimal(1)


def mark(content: Mapping[str, Any], value: object) -> Decimal:
    """Part marks by the rule above. A list with an id that is not an option gets 0."""
    known: dict[str, bool] = {str(place): row["correct"] for place, row in enumerate(content["options"])}
    if not isinstance(value, list) or not all(isinstance(id, str) and id in known for id in value):
        return Decimal(0)
    picked = set(value)
    hits = sum(known[id] for id in picked)
    share = Decimal(max(hits - (len(picked) - hits), 0)) / sum(known.values())
    return share.quantize(PLACES, ROUND_HALF_UP)

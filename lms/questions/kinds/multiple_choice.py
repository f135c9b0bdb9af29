"""Multiple choice: one or more options are right. An answer is a list of option ids, such as ["0", "3"].

How it is marked stands in `scoring`:
- net (where nothing is said): (right ones chosen − wrong ones chosen) ÷ number of right ones, never below 0;
- all_or_nothing: 1 for exactly the right ones, else 0;
- fractions: the sum of what the chosen options give, each −1 to 1, never below 0 and never above 1.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import WHOLE, Presented, feedback_of, offered, part_of, presented, share_of, weight, worth
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.CHOICES
SCORINGS = ("net", "all_or_nothing", "fractions")


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """options: [{text, correct or fraction, feedback}], one right and one not at least; scoring as above. Raises BadQuestion."""
    reader = Reader(raw, fields=("options", "scoring"))
    rows = reader.graded_options(least=-1)
    by_part = any("fraction" in row for row in rows)
    scoring = reader.word("scoring", ("fractions",) if by_part else SCORINGS)
    if rows and not by_part and scoring == "fractions":
        reader.refuse("scoring", say("beri setiap pilihan fraction, bukan correct"))
    right = [share_of(row) > 0 for row in rows]
    if rows and not any(right):
        reader.refuse("options", say("tandai paling sedikit satu pilihan yang benar"))
    if rows and all(right):
        reader.refuse("options", say("beri paling sedikit satu pilihan yang tidak benar"))
    if by_part and any(right) and sum(map(_gain, rows)) < WHOLE:
        reader.refuse("options", say("jumlah fraction yang lebih dari nol harus mencapai 1"))
    return reader.finish({"options": rows} | ({} if scoring == "net" else {"scoring": scoring}))


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and its options in the paper's order."""
    return presented("multiple_choice", content, options=offered(content, order))


def size(content: Mapping[str, Any]) -> int:
    """Its options."""
    return len(content["options"])


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """By the rule that the question names. A list with an id that is not an option gets 0."""
    known = _known(content)
    if not isinstance(value, list) or not all(isinstance(id, str) and id in known for id in value):
        return worth(content, 0)
    picked = [known[id] for id in set(value)]
    match content.get("scoring", "net"):
        case "fractions":
            return worth(content, sum(map(part_of, picked), Fraction(0)))
        case "all_or_nothing":
            right = [row for row in known.values() if row["correct"]]
            return worth(content, all(row["correct"] for row in picked) and len(picked) == len(right))
    hits = sum(row["correct"] for row in picked)
    return worth(content, Fraction(hits - (len(picked) - hits), sum(row["correct"] for row in known.values())))


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The options show it."""
    del content
    return ()


def feedback(content: Mapping[str, Any], value: object) -> Sequence[str]:
    """What is said to each option that was chosen."""
    picked = value if isinstance(value, list) else ()
    return [said for id, row in _known(content).items() if id in picked for said in feedback_of(row)]


def _known(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(place): row for place, row in enumerate(content["options"])}


def _gain(row: Mapping[str, Any]) -> Decimal:
    return max(share_of(row), Decimal(0))

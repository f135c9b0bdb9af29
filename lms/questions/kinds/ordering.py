"""Ordering: texts to be put in the right order. An answer is the list of their ids in the candidate's order.

An id is a text's place in the order of the alphabet, so that ids do not give the right order away. How it is marked stands in
`scoring`:
- places (where nothing is said): the share of texts that stand in their right place;
- all_or_nothing: 1 for the right order, else 0;
- pairs: of the texts that follow each other in the right order, the share that still do.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, in_order, no_feedback, presented, weight, words, worth
from lms.questions.reader import Reader

SHAPE = shapes.ORDER
FEWEST_ITEMS, MOST_ITEMS = 2, 15
SCORINGS = ("places", "all_or_nothing", "pairs")
feedback = no_feedback


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """items: [text] in the right order; scoring as above. Raises BadQuestion."""
    reader = Reader(raw, fields=("items", "scoring"))
    items = reader.texts("items", least=FEWEST_ITEMS, most=MOST_ITEMS)
    scoring = reader.word("scoring", SCORINGS)
    return reader.finish({"items": items} | ({} if scoring == "places" else {"scoring": scoring}))


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The texts in the paper's order, or by the alphabet; never in the right order, which would need no answer."""
    places = list(order or range(len(content["items"])))
    if list(map(str, places)) == best(content):
        places = [*places[1:], places[0]]
    return presented("ordering", content, options=in_order(_sorted(content), places))


def size(content: Mapping[str, Any]) -> int:
    """Its texts."""
    return len(content["items"])


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """By the rule that the question names. A list that does not hold every id once gets 0."""
    right = best(content)
    if not isinstance(value, list) or not all(isinstance(id, str) for id in value) or sorted(value) != sorted(right):
        return worth(content, 0)
    match content.get("scoring", "places"):
        case "all_or_nothing":
            return worth(content, value == right)
        case "pairs":
            wanted = set(pairwise(right))
            return worth(content, Fraction(len(wanted & set(pairwise(value))), len(wanted)))
    return worth(content, Fraction(sum(a == b for a, b in zip(value, right, strict=True)), len(right)))


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The texts in the right order."""
    return [f"{n}. {words(text)}" for n, text in enumerate(content["items"], 1)]


def best(content: Mapping[str, Any]) -> list[str]:
    """The answer that gets all of the mark."""
    ids = {text: str(place) for place, text in enumerate(_sorted(content))}
    return [ids[text] for text in content["items"]]


def _sorted(content: Mapping[str, Any]) -> list[str]:
    return sorted(content["items"], key=lambda text: (text.casefold(), text))

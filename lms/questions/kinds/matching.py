"""Matching: each text on the left belongs to one on the right. An answer is {"0": "2", …}, left id → right id.

A left id is the pair's place as the author wrote it. A right id is a place in `rights`: all right texts, each once, and the
distractors, in the order of the alphabet. Sorted so, neither ids nor order give away what belongs together.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, in_order, no_feedback, presented, weight, words, worth
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.PAIRS
FEWEST_PAIRS, MOST_PAIRS, MOST_DISTRACTORS = 2, 15, 10
feedback = no_feedback


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """pairs: [{left, right}], lefts differ, rights may repeat; distractors: [text]. Raises BadQuestion."""
    reader = Reader(raw, fields=("pairs", "distractors"))
    pairs = [
        {side: reader.text_in(row, side, f"{where}.{side}") for side in ("left", "right")}
        for where, row in reader.rows("pairs", ("left", "right"), least=FEWEST_PAIRS, most=MOST_PAIRS)
    ]
    distractors = reader.texts("distractors", least=0, most=MOST_DISTRACTORS)
    if len({pair["left"] for pair in pairs}) < len(pairs):
        reader.refuse("pairs", say("ada dua butir kiri dengan teks yang sama"))
    content: dict[str, Any] = {"pairs": pairs} | ({"distractors": distractors} if distractors else {})
    if pairs and {pair["right"] for pair in pairs} & set(distractors):
        reader.refuse("distractors", say("ada pengecoh yang sama dengan pasangan yang benar"))
    if pairs and len(rights(content)) < 2:
        reader.refuse("pairs", say("beri paling sedikit dua butir kanan yang berbeda"))
    if len(set(map(words, rights(content)))) < len(rights(content)):
        reader.refuse("pairs", say("ada butir kanan yang kata-katanya sama"))
    return reader.finish(content)


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The lefts as the author wrote them; the rights in the paper's order, or by the alphabet."""
    lefts = [pair["left"] for pair in content["pairs"]]
    found = rights(content)
    return presented(
        "matching",
        content,
        prompts=in_order(lefts, range(len(lefts))),
        options=in_order(found, order or range(len(found))),
    )


def size(content: Mapping[str, Any]) -> int:
    """The texts on the right."""
    return len(rights(content))


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """Right pairs ÷ pairs."""
    if not isinstance(value, dict):
        return worth(content, 0)
    right = best(content)
    return worth(content, Fraction(sum(value.get(left) == id for left, id in right.items()), len(right)))


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """Each left with what belongs to it."""
    return [f"{words(pair['left'])} – {words(pair['right'])}" for pair in content["pairs"]]


def rights(content: Mapping[str, Any]) -> list[str]:
    """What there is to choose from; the place of each is its id."""
    distinct = {pair["right"] for pair in content["pairs"]} | set(content.get("distractors", ()))
    return sorted(distinct, key=lambda text: (text.casefold(), text))


def best(content: Mapping[str, Any]) -> dict[str, str]:
    """The answer that gets all of the mark."""
    ids = {text: str(place) for place, text in enumerate(rights(content))}
    return {str(left): ids[pair["right"]] for left, pair in enumerate(content["pairs"])}

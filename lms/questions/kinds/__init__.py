"""The kinds of question, one file each. The table is the list of them; a new kind is a file and a line here."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any, Protocol, cast

from lms.questions.content import BadQuestion, Presented, Problem
from lms.questions.kinds import (
    cloze,
    essay,
    file,
    matching,
    multiple_choice,
    numeric,
    ordering,
    short_text,
    single_choice,
    situational,
    true_false,
)
from lms.questions.said import say


class Kind(Protocol):
    """What each file offers. Everything is pure."""

    #: The shape of its answers (shapes.py).
    SHAPE: str

    def read(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The content of one raw question; reading content again gives the same. Raises BadQuestion with all that is wrong."""

    def present(self, content: Mapping[str, Any], order: Sequence[int]) -> Presented:
        """What a page shows. order: what `papers` shuffled, as places among `size` things; empty = no paper, a lesson."""

    def size(self, content: Mapping[str, Any]) -> int:
        """How many things a paper puts in an order of its own."""

    def maximum(self, content: Mapping[str, Any]) -> Decimal:
        """The best mark: the question's `points`, else 1."""

    def mark(self, content: Mapping[str, Any], value: object) -> Fraction | None:
        """The mark of an answer, from 0 to the maximum; 0 where it makes no sense. None: somebody has to read it."""

    def solution(self, content: Mapping[str, Any]) -> Sequence[str]:
        """The best answer in words, a line each; empty where the options themselves show it."""

    def feedback(self, content: Mapping[str, Any], value: object) -> Sequence[str]:
        """What its author says to this very answer, as Markdown."""


_FILES: dict[str, ModuleType] = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "true_false": true_false,
    "situational": situational,
    "numeric": numeric,
    "short_text": short_text,
    "matching": matching,
    "ordering": ordering,
    "cloze": cloze,
    "essay": essay,
    "file": file,
}
TABLE: dict[str, Kind] = {name: cast(Kind, module) for name, module in _FILES.items()}
KINDS = tuple(TABLE)
#: Marked by people.
BY_HAND = frozenset({"essay", "file"})


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a raw question of any kind. Raises BadQuestion, also when its kind is not in the table."""
    name = raw.get("kind")
    if not isinstance(name, str) or name not in TABLE:
        raise BadQuestion([Problem("kind", say("pakai salah satu dari %(kinds)s", kinds=", ".join(KINDS)))])
    return TABLE[name].read(raw)

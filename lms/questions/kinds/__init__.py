"""The kinds of question, one file each. The table is the list of them; a new kind is a file and a line here."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from lms.questions.content import BadQuestion, Presented, Problem
from lms.questions.kinds import multiple_choice, numeric, single_choice, situational, true_false


class Kind(Protocol):
    """What each file offers. Everything is pure."""

    def read(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The content of one question of a course package. Raises BadQuestion with all that is wrong with it."""

    def present(self, content: Mapping[str, Any], order: Sequence[int]) -> Presented:
        """What a page shows. order: places of the options in the author's order; empty = as the author wrote them."""

    def maximum(self, content: Mapping[str, Any]) -> Decimal:
        """The best mark."""

    def mark(self, content: Mapping[str, Any], value: object) -> Decimal:
        """The mark of an answer, from 0 to the maximum. An answer that makes no sense gets 0."""


TABLE: dict[str, Kind] = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "true_false": true_false,
    "situational": situational,
    "numeric": numeric,
}
KINDS = tuple(TABLE)


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a raw question of any kind. Raises BadQuestion, also when its kind is not in the table."""
    name = raw.get("kind")
    if not isinstance(name, str) or name not in TABLE:
        raise BadQuestion([Problem("kind", f"pakai salah satu dari {', '.join(KINDS)}")])
    return TABLE[name].read(raw)

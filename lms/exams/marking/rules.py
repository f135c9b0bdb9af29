"""How the marks of several people become one. Pure.

A blueprint says it in `marking`; without it one person marks each answer:

    {"markers": 1 or 2, "tolerance": per cent of what the question counts}

Slots. The first and the second marker have slots 1 and 2, whoever adjudicates slot 3; what came when nothing was wanted
any more is kept from slot 4 on and does not count.

Correcting. One's own mark is corrected while its answer is open, and once that is settled for as long as the attempt waits for
marks of other answers: nothing has followed from it yet. Two who differ do not: a third decides, whose mark alone is then corrected.

Rounds. An answer that is marked again gets all its slots anew, for people who have given it no mark in any round before. What they
give is settled by the same rule, and no mark of an earlier round is among it; until then the mark of the round before counts.

Verdict. One marker: the mark that was given. Two: their mean, if they differ by no more than the tolerance; else the
adjudicator's mark alone counts, and until it is there the answer is disputed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from lms.questions.content import PLACES

ADJUDICATOR = 3
#: From here on marks are kept without counting.
SPARE = 4
DEFAULT_TOLERANCE = 20

State = Literal["open", "disputed", "settled"]


@dataclass(frozen=True)
class Rule:
    """markers: how many people mark each answer. tolerance: by how many per cent of the maximum two may differ."""

    markers: int = 1
    tolerance: Decimal = Decimal(DEFAULT_TOLERANCE)


@dataclass(frozen=True)
class Settlement:
    """Where the marks of one answer stand. mark: None until it is settled."""

    state: State
    mark: Decimal | None = None


def rule_of(blueprint: Mapping[str, Any]) -> Rule:
    """The rule that a blueprint's content states."""
    said = blueprint.get("marking")
    if said is None:
        return Rule()
    return Rule(said["markers"], Decimal(str(said.get("tolerance", DEFAULT_TOLERANCE))))


def settle(rule: Rule, maximum: Decimal, marks: Mapping[int, Decimal]) -> Settlement:
    """marks: slot → the mark that stands in it."""
    if any(slot not in marks for slot in range(1, rule.markers + 1)):
        return Settlement("open")
    if rule.markers == 1:
        return Settlement("settled", marks[1])
    if is_within(rule, maximum, marks[1], marks[2]):
        return Settlement("settled", ((marks[1] + marks[2]) / 2).quantize(PLACES, ROUND_HALF_UP))
    if ADJUDICATOR not in marks:
        return Settlement("disputed")
    return Settlement("settled", marks[ADJUDICATOR])


def is_within(rule: Rule, maximum: Decimal, one: Decimal, other: Decimal) -> bool:
    """Whether two marks differ by no more than the tolerance. A difference of exactly the tolerance is within it."""
    return abs(one - other) * 100 <= rule.tolerance * maximum


def wanted_slot(rule: Rule, state: State, taken: Iterable[int]) -> int | None:
    """The slot that the next person may fill; None when nothing is wanted any more."""
    taken = set(taken)
    if state == "disputed":
        return ADJUDICATOR
    if state == "settled":
        return None
    return next((slot for slot in range(1, rule.markers + 1) if slot not in taken), None)


def is_correctable(state: State, own: int, taken: Iterable[int], *, others_wait: bool) -> bool:
    """Whether the mark in slot `own` may be corrected by its giver. others_wait: other answers of the attempt wait for marks.

    One that never counted may always be: it changes nothing.
    """
    if own >= SPARE or state == "open":
        return True
    return state == "settled" and others_wait and (own == ADJUDICATOR or ADJUDICATOR not in taken)

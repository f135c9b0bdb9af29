"""Marks by people as an archive keeps them, settled again by the blueprint's rule. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from lms.exams.marking import rules
from lms.exams.papers import Item
from lms.questions.kinds import TABLE, rubrics


@dataclass(frozen=True)
class Given:
    """One mark. at: ISO 8601. marker: a number that holds within one archive."""

    item: int
    slot: int
    number: int
    marker: int
    points: tuple[Decimal, ...]
    mark: Decimal
    at: str


def read(rows: Sequence[Sequence[Any]]) -> list[Given]:
    """The rows of an archive. Raises TypeError, ValueError and ArithmeticError."""
    return [
        Given(int(item), int(slot), int(number), int(marker), tuple(map(Decimal, points)), Decimal(mark), str(at))
        for item, slot, number, marker, points, mark, at in rows
    ]


def wrong(log: Sequence[Given], items: Sequence[Item]) -> list[tuple[str, Any, Any]]:
    """(what, stated, found) of each mark that is not what its points give, and of each pair of marks by one person."""
    found: list[tuple[str, Any, Any]] = []
    people: dict[tuple[int, int], int] = {}
    for given in log:
        mark = rubrics.mark(items[given.item - 1].content, given.points)
        if mark != given.mark:
            found.append((f"marking {given.item}/{given.slot}/{given.number}", str(given.mark), str(mark)))
        if given.slot < rules.SPARE:
            before = people.setdefault((given.item, given.marker), given.slot)
            if before != given.slot:
                found.append((f"marking {given.item}: marker", before, given.slot))
    return found


def given_before(log: Sequence[Given], stated: Mapping[str, Any]) -> Sequence[Given]:
    """The marks that had been given when a result was recorded: all, for what the last of them brought."""
    if stated["cause"] == "marked":
        return log
    until = datetime.fromisoformat(stated["recorded_at"])
    return [given for given in log if datetime.fromisoformat(given.at) <= until]


def settled(log: Sequence[Given], items: Sequence[Item], blueprint: Mapping[str, Any]) -> dict[int, Decimal]:
    """Item → the mark that counts, by these marks."""
    marks: defaultdict[int, dict[int, Given]] = defaultdict(dict)
    for given in log:
        before = marks[given.item].get(given.slot)
        if before is None or given.number > before.number:
            marks[given.item][given.slot] = given
    rule = rules.rule_of(blueprint)
    found = {}
    for item, slots in marks.items():
        asked = items[item - 1]
        maximum = TABLE[asked.kind].maximum(asked.content)
        mark = rules.settle(rule, maximum, {slot: one.mark for slot, one in slots.items()}).mark
        if mark is not None:
            found[item] = mark
    return found


def counted(marks: Mapping[int, Decimal], stated: Mapping[str, Any]) -> Mapping[int, Decimal]:
    """Which of the settled marks a result was made with: none at closing, all after the last of them.

    A regrade in between, or answers that were admitted, had those that were settled by then.
    """
    if stated["cause"] == "closed":
        return {}
    waiting = {row["item"] for row in stated["marks"] if row["mark"] is None}
    return {item: mark for item, mark in marks.items() if stated["cause"] == "marked" or item not in waiting}

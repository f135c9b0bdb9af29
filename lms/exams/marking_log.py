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
    """One mark. at: ISO 8601. marker: a number that holds within one archive. round: of the answer."""

    item: int
    slot: int
    number: int
    marker: int
    points: tuple[Decimal, ...]
    mark: Decimal
    at: str
    round: int = 1


@dataclass(frozen=True)
class Remark:
    """An answer that was marked again. at: when it was given out. first: the number of the first result that has what this round
    brought, None while it has brought nothing."""

    item: int
    round: int
    regrade: str
    at: str
    first: int | None


@dataclass(frozen=True)
class Log:
    """All marks of one attempt, in the order in which they were given, and what was marked again."""

    given: Sequence[Given] = ()
    remarks: Sequence[Remark] = ()

    def round_in(self, item: int, number: int) -> int:
        """The round of an answer whose mark a result has. number: of the result."""
        came = [one.round for one in self.remarks if one.item == item and one.first is not None and one.first <= number]
        return max(came, default=1)


def read(markings: Sequence[Sequence[Any]], remarks: Sequence[Sequence[Any]] = ()) -> Log:
    """The rows of an archive; before format 4 there was one round. Raises TypeError, ValueError and ArithmeticError."""
    given = [
        Given(
            int(item),
            int(slot),
            int(number),
            int(marker),
            tuple(map(Decimal, points)),
            Decimal(mark),
            str(at),
            *map(int, of),
        )
        for item, slot, number, marker, points, mark, at, *of in markings
    ]
    again = [
        Remark(int(item), int(of), str(regrade), str(at), None if first is None else int(first))
        for item, of, regrade, at, first in remarks
    ]
    return Log(given, again)


def wrong(log: Log, items: Sequence[Item]) -> list[tuple[str, Any, Any]]:
    """(what, stated, found) of each mark that is not what its points give, of each pair of marks by one person, and of rounds that
    nobody opened."""
    found: list[tuple[str, Any, Any]] = []
    people: dict[tuple[int, int], tuple[int, int]] = {}
    opened = {(one.item, one.round) for one in log.remarks}
    for given in log.given:
        name = f"{given.item}/{given.slot}/{given.number}" + (f" ({given.round})" if given.round > 1 else "")
        mark = rubrics.mark(items[given.item - 1].content, given.points)
        if mark != given.mark:
            found.append((f"marking {name}", str(given.mark), str(mark)))
        if given.slot < rules.SPARE:
            place = (given.round, given.slot)
            before = people.setdefault((given.item, given.marker), place)
            if before != place:
                found.append((f"marking {given.item}: marker", before, place))
        if given.round != 1 and (given.item, given.round) not in opened:
            found.append((f"marking {name}: round", given.round, None))
    for one in log.remarks:
        if one.round != 2 and (one.item, one.round - 1) not in opened:
            found.append((f"remark {one.item}: round", one.round, one.round - 1))
    return found


def standing(
    log: Log, stated: Mapping[str, Any], items: Sequence[Item], blueprint: Mapping[str, Any]
) -> dict[int, Decimal]:
    """Item → the mark that a result was made with: none at closing; else what was settled by then, of the round of then."""
    if stated["cause"] == "closed":
        return {}
    before = _given_before(log, stated)
    of_then = [one for one in before if one.round == log.round_in(one.item, stated["number"])]
    waiting = {row["item"] for row in stated["marks"] if row["mark"] is None}
    marks = settled(of_then, items, blueprint)
    return {item: mark for item, mark in marks.items() if stated["cause"] == "marked" or item not in waiting}


def _given_before(log: Log, stated: Mapping[str, Any]) -> Sequence[Given]:
    """The marks that had been given when a result was recorded: all, for what the last of them brought. A later round has brought
    its mark before the result that names it, whatever the clocks of two machines say."""
    if stated["cause"] == "marked":
        return log.given
    until = datetime.fromisoformat(stated["recorded_at"])
    return [one for one in log.given if one.round > 1 or datetime.fromisoformat(one.at) <= until]


def settled(log: Sequence[Given], items: Sequence[Item], blueprint: Mapping[str, Any]) -> dict[int, Decimal]:
    """Item → the mark that counts, by these marks of one round of each."""
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

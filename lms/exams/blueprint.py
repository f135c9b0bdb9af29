"""Blueprints: how the questions of a paper are drawn from a bank, and what is missing when they cannot be."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple


class Candidate(NamedTuple):
    """A question that could be drawn: the key of its current version and its tags."""

    version: int
    competency: str
    level: int
    difficulty: str


class Drawn(NamedTuple):
    """A question that was drawn, and for which section (counted from 0)."""

    version: int
    section: int


@dataclass(frozen=True)
class Shortfall:
    """What a bank lacks. difficulty: None where any would do."""

    section: str
    competency: str
    level: int
    difficulty: str | None
    wanted: int
    available: int


class Infeasible(ValueError):
    """The bank cannot fill the blueprint; `shortfalls` says what is missing."""

    def __init__(self, shortfalls: Sequence[Shortfall]) -> None:
        super().__init__(
            "; ".join(
                f"{gap.section}, {gap.competency} tingkat {gap.level}, {gap.difficulty or 'bebas'}:"
                f" perlu {gap.wanted}, ada {gap.available}"
                for gap in shortfalls
            )
        )
        self.shortfalls = tuple(shortfalls)


class _Want(NamedTuple):
    section: int
    title: str
    competency: str
    level: int
    difficulty: str | None
    number: int


def draw(pool: Sequence[Candidate], content: Mapping[str, Any], *, seed: int) -> list[Drawn]:
    """The questions of one paper: section after section, in a random order within each. No question comes twice.

    The same pool, blueprint and seed give the same paper. Raises Infeasible.
    """
    chance = Random(seed)  # noqa: S311 - repeatable on purpose; the seed is what must not be guessed
    picked, missing = _pick(pool, content, chance)
    if missing:
        raise Infeasible(missing)
    paper = []
    for section in sorted(picked):
        versions = picked[section]
        chance.shuffle(versions)
        paper += [Drawn(version, section) for version in versions]
    return paper


def shortfalls(pool: Sequence[Candidate], content: Mapping[str, Any]) -> list[Shortfall]:
    """What the bank lacks for one paper; empty when it can be drawn."""
    return _pick(pool, content, Random(0))[1]  # noqa: S311 - nothing is kept of this draw


def _pick(
    pool: Sequence[Candidate], content: Mapping[str, Any], chance: Random
) -> tuple[dict[int, list[int]], list[Shortfall]]:
    """Wishes for a difficulty are met before those for any: cells do not overlap, so this fails only if all would."""
    left: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
    for one in sorted(pool):
        left[one.competency, one.level].append(one)
    picked: dict[int, list[int]] = defaultdict(list)
    missing = []
    for want in _wants(content):
        cell = left[want.competency, want.level]
        fitting = [one for one in cell if want.difficulty in {None, one.difficulty}]
        if len(fitting) < want.number:
            gap = (want.title, want.competency, want.level, want.difficulty, want.number, len(fitting))
            missing.append(Shortfall(*gap))
        taken = set(chance.sample(fitting, min(want.number, len(fitting))))
        picked[want.section] += sorted(one.version for one in taken)
        left[want.competency, want.level] = [one for one in cell if one not in taken]
    return picked, missing


def _wants(content: Mapping[str, Any]) -> Iterator[_Want]:
    """The cells of all sections: those with a difficulty first, then what is left of each section's `draw`."""
    sections = list(enumerate(content["sections"]))
    for place, section in sections:
        for difficulty, count in section.get("difficulty", {}).items():
            if count:
                yield _Want(place, section["title"], section["competency"], section["level"], difficulty, count)
    for place, section in sections:
        rest = section["draw"] - sum(section.get("difficulty", {}).values())
        if rest > 0:
            yield _Want(place, section["title"], section["competency"], section["level"], None, rest)

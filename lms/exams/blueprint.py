"""How the questions of a paper are drawn from a bank by a blueprint, and what is missing when they cannot be.

No question comes twice, and no two enemies come together. What is drawn follows from pool, blueprint and seed alone.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property
from math import ceil, floor
from random import Random
from typing import Any, NamedTuple

from lms.exams import balance, matching
from lms.exams.blueprint_rows import Candidate, Drawn, Infeasible, Row, Shortfall, Why, rows

#: Papers that are drawn anew before a blueprint's difficulty is given up.
MOST_DRAWS = 20
#: A bank that suffices for so many papers more lacks nothing: by then the first have left the days of the exposure cap.
MOST_AHEAD = 1000
#: Papers that are drawn for a look ahead: caps of round per cent have shown by then what chance makes of them.
MOST_PLAYED = 20


def draw(pool: Sequence[Candidate], content: Mapping[str, Any], *, seed: int) -> list[Drawn]:
    """The questions of one paper: section after section, in a random order within each. Raises Infeasible."""
    chance = Random(seed)  # noqa: S311 - repeatable on purpose; the seed is what must not be guessed
    made = _Draw(pool, content)
    if missing := made.shortfalls(chance):
        raise Infeasible(missing)
    drawn = made.settled(chance)
    paper: list[Drawn] = []
    for section in range(len(content["sections"])):
        ours = [one for one in drawn if one.section == section]
        chance.shuffle(ours)
        paper += ours
    return paper


def shortfalls(pool: Sequence[Candidate], content: Mapping[str, Any]) -> list[Shortfall]:
    """What the bank lacks for one paper now, and for MOST_AHEAD papers under the exposure cap; empty = they can be drawn."""
    chance = Random(0)  # noqa: S311 - nothing is kept of this draw
    made = _Draw(pool, content)
    missing = made.shortfalls(chance)
    if missing:
        return missing
    try:
        made.settled(chance)
    except Infeasible as nearest:
        return list(nearest.shortfalls)
    return made.worn_out()


def shortfalls_ahead(pool: Sequence[Candidate], content: Mapping[str, Any]) -> list[Shortfall]:
    """What the bank lacks under the exposure cap once papers have followed each other, found by drawing MOST_PLAYED of them.

    It shows what a flow does not see: enemies, an equal difficulty, a row that takes what another one needs. Another chance
    may lack it sooner or later, so that `lasts` is no bound.
    """
    if "exposure" not in content:
        return []
    percent, ahead = content["exposure"]["percent"], list(pool)
    for number in range(MOST_PLAYED):
        try:
            asked = {one.version for one in draw(ahead, content, seed=number)}
        except Infeasible as met:
            return [replace(one, lasts=number) for one in met.shortfalls]
        ahead = [one.after(is_asked=one.version in asked, percent=percent) for one in ahead]
    return []


def supply(pool: Sequence[Candidate], content: Mapping[str, Any]) -> list[tuple[Row, int]]:
    """Each row with how many live questions fit it, however often they were used: what the bank holds of it."""
    made = _Draw(pool, content)
    return [(row, len(fitting)) for row, fitting in zip(made.rows, made.fits, strict=True)]


def fitting(pool: Sequence[Candidate], content: Mapping[str, Any]) -> list[tuple[Row, list[int], list[int]]]:
    """Each row with the versions that always stand in it, and those of which it draws what is left."""
    made, placed = _Draw(pool, content), set[int]()
    found = []
    for row, fits in zip(made.rows, made.fits, strict=True):
        always = [key for key in fits if key in made.fixed and key not in placed][: row.number]
        placed.update(always)
        found.append((row, always, [key for key in fits if key not in made.fixed]))
    return found


class _Alike(NamedTuple):
    """What makes questions wear out alike: the rows that they fit, whether they stand on every paper, and on how many of how many
    papers they stood.
    """

    rows: frozenset[int]
    is_fixed: bool
    seen: int
    papers: int


class _Draw:
    """A pool beside the rows of a blueprint. taken: row → versions that it takes; fits: those of them that are no enemies of what
    is fixed; fresh: those of these below the exposure cap.
    """

    def __init__(self, pool: Sequence[Candidate], content: Mapping[str, Any]) -> None:
        self.content = content
        self.live = {one.version: one for one in sorted(pool, key=_version) if not one.is_trial}
        self.trial = [one for one in sorted(pool, key=_version) if one.is_trial]
        self.enemies = {one.version: one.enemies for one in pool if one.enemies}
        self.rows = list(rows(content))
        self.demands = [row.number for row in self.rows]
        self.fixed, self.lost = self._fixed()
        self.taken = [[one.version for one in self.live.values() if self._takes(row, one)] for row in self.rows]
        barred = {enemy for key in self.fixed for enemy in self.live[key].enemies}
        self.fits = [[key for key in row if key not in barred] for row in self.taken]
        self.fresh = [[key for key in row if key in self.fixed or not self.live[key].is_spent] for row in self.fits]
        self.behind = self._behind()
        self.chosen: list[list[int]] = []

    def shortfalls(self, chance: Random) -> list[Shortfall]:
        """What is missing for one paper. Afterwards `chosen` is the choice that was made."""
        if self.lost:
            return self.lost
        self.chosen = self._assign(self.fresh, self.enemies, chance)
        if unplaced := self.fixed.keys() - {key for row in self.chosen for key in row}:
            return [self._unfixed(self.fixed[key], self.live[key].uuid) for key in sorted(unplaced)]
        short = [n for n, row in enumerate(self.rows) if len(self.chosen[n]) < row.number]
        why = self._why(chance) if short else "bank"
        return [self._short(n, len(self.chosen[n]), why) for n in short]

    def settled(self, chance: Random) -> list[Drawn]:
        """The choice, exchanged until it has the blueprint's difficulty, with questions on trial. Raises Infeasible."""
        asked = self.content.get("balance")
        chosen = self._balanced(asked, chance) if asked else self.chosen
        drawn = [Drawn(key, row.section) for row, keys in zip(self.rows, chosen, strict=True) for key in sorted(keys)]
        return drawn + self._on_trial({one.version for one in drawn}, chance)

    def worn_out(self) -> list[Shortfall]:
        """What lacks if paper follows paper: a question may stand on so many per cent of them, so each is worth that much."""
        cap = self.content.get("exposure", {}).get("percent", 100)
        got = self._flow(100, lambda alike: 100 if alike.is_fixed else cap)
        short = [n for n, amount in enumerate(got) if amount < 100 * self.rows[n].number]
        lasts = self._lasts(cap) if short else MOST_AHEAD
        return [replace(self._short(n, got[n] // 100, "wear"), lasts=lasts) for n in short if lasts < MOST_AHEAD]

    def _lasts(self, cap: int) -> int:
        """For how many papers more the bank suffices at most: as if the draws spared one another, and no day passed."""
        for more in range(1, MOST_AHEAD + 1):

            def worth(alike: _Alike, more: int = more) -> int:
                left = -(-cap * (alike.papers + more) // 100) - alike.seen
                return more if alike.is_fixed else max(0, min(more, left))

            if sum(self._flow(more, worth)) < more * sum(self.demands):
                return more - 1
        return MOST_AHEAD

    def _flow(self, papers: int, worth: Callable[[_Alike], int]) -> list[int]:
        """Row → for how many of its places on so many papers there is a question. worth: on how many of them one may stand."""
        classes: dict[frozenset[int], int] = {}
        for alike, number in self._alike.items():
            classes[alike.rows] = classes.get(alike.rows, 0) + number * worth(alike)
        return matching.flow([papers * demand for demand in self.demands], classes)

    @cached_property
    def _alike(self) -> Counter[_Alike]:
        """How many questions are alike, of those that fit any row: thousands of a bank are few kinds."""
        members = [set(row) for row in self.fits]
        rows_of = {
            key: frozenset(n for n, row in enumerate(members) if key in row) for key in sorted(set().union(*members))
        }
        return Counter(
            _Alike(fitted, key in self.fixed, self.live[key].seen, self.live[key].papers)
            for key, fitted in rows_of.items()
        )

    def _fixed(self) -> tuple[dict[int, int], list[Shortfall]]:
        """Version → its section, and the places that stay empty: no such question is live, or its enemy is fixed, too."""
        by_uuid = {one.uuid: one for one in self.live.values() if one.uuid}
        found: dict[int, int] = {}
        lost = []
        for place, section in enumerate(self.content["sections"]):
            for uuid in section.get("fixed", ()):
                one = by_uuid.get(uuid)
                if one is None or one.version in found or one.enemies & found.keys():
                    lost.append(self._unfixed(place, uuid))
                else:
                    found[one.version] = place
        return found, lost

    def _unfixed(self, place: int, uuid: str) -> Shortfall:
        section = self.content["sections"][place]
        about = (section["title"], section["competency"], section["level"])
        return Shortfall(*about, None, 1, 0, why="fixed", question=uuid)

    def _takes(self, row: Row, one: Candidate) -> bool:
        """A fixed question fits its own section alone, whatever tags that asks."""
        if one.version in self.fixed:
            return self.fixed[one.version] == row.section and replace(row, tags=frozenset()).takes(one)
        return row.takes(one)

    def _assign(self, fits: list[list[int]], enemies: matching.Enemies, chance: Random) -> list[list[int]]:
        return matching.assign(self.demands, fits, enemies, chance, must=tuple(self.fixed), first=self.behind)

    def _behind(self) -> frozenset[int]:
        """Questions of rows that have to ask them now: they stood on fewer papers than the exposure cap lets them, in whole papers
        rounded down, and are no more than the row asks. Else chance uses up the others, and papers lack what the bank holds.
        """
        cap = self.content.get("exposure", {}).get("percent", 0)
        behind = {key for key, one in self.live.items() if one.seen < cap * (one.papers + 1) // 100}
        of_rows = [behind.intersection(row) for row in self.fresh]
        return frozenset().union(
            *(keys for row, keys in zip(self.rows, of_rows, strict=True) if len(keys) <= row.number)
        )

    def _why(self, chance: Random) -> Why:
        """What the shortage comes from: gone without the cap, gone without enemies, or there in any case."""
        wanted = sum(self.demands)
        if sum(map(len, self._assign(self.taken, {}, chance))) < wanted:
            return "bank"
        if sum(map(len, self._assign(self.fits, self.enemies, chance))) < wanted:
            return "enemies"
        return "exposure"

    def _short(self, n: int, available: int, why: Why) -> Shortfall:
        row = self.rows[n]
        about = (row.title, row.competency, row.level, row.difficulty, row.number, available)
        return Shortfall(*about, tag=row.tag, why=why, held=len(self.taken[n]))

    def _balanced(self, asked: Mapping[str, Any], chance: Random) -> list[list[int]]:
        target, tolerance = float(asked["facility"]), float(asked["tolerance"])
        facility = {key: one.expected for key, one in self.live.items()}
        chosen, nearest = self.chosen, None
        for _ in range(MOST_DRAWS):
            made, mean = balance.settle(
                chosen,
                self.fresh,
                self.enemies,
                facility,
                fixed=self.fixed.keys(),
                target=target,
                tolerance=tolerance,
                chance=chance,
            )
            if abs(mean - target) <= tolerance + balance.EPSILON:
                return made
            nearest = mean if nearest is None or abs(mean - target) < abs(nearest - target) else nearest
            chosen = self._assign(self.fresh, self.enemies, chance)
        # Away from the target: rounded to it, what just misses the tolerance would read as if it did not.
        percent = round((nearest or 0) * 100, 6)
        found = floor(percent) if percent < target * 100 else ceil(percent)
        raise Infeasible([Shortfall("", "", 0, None, round(target * 100), found, why="balance")])

    def _on_trial(self, asked: AbstractSet[int], chance: Random) -> list[Drawn]:
        """As many as the blueprint says, or as there are: an exam does not wait for questions that count nothing."""
        sections = [Row(*_about(n, one), 1) for n, one in enumerate(self.content["sections"])]
        used, made = set(asked), list[Drawn]()
        for one in chance.sample(self.trial, len(self.trial)):
            if len(made) == self.content.get("trial", 0):
                break
            places = [row.section for row in sections if row.takes(one)]
            if places and not one.enemies & used:
                used.add(one.version)
                made.append(Drawn(one.version, chance.choice(places), scored=False))
        return made


def _version(one: Candidate) -> int:
    return one.version


def _about(n: int, section: Mapping[str, Any]) -> tuple[int, str, str, int]:
    return n, section["title"], section["competency"], section["level"]

"""What a blueprint asks for, as rows of places that the same questions fit, and what a bank lacks for them.

A section draws `draw` questions of its competency and level. It may say more:

    difficulty: {"mudah": 2}   at least so many of a difficulty
    tagged: {"surel": 2}       at least so many with a tag (not beside difficulty: a question fills one place)
    tags: ["jabar"]            all of the section's questions bear these tags
    fixed: [uuid]              these stand on every paper, and count among `draw`

and the blueprint as a whole:

    exposure: {"percent": 40, "days": 90}          a question that reached this share of the exam's papers is passed over
    balance: {"facility": "0.62", "tolerance": "0.03"}     the mean expected facility of every paper (balance.py)
    trial: 2                                       so many questions on trial are asked, too; they count nothing
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from lms.exams import balance

#: bank: too few that fit · enemies: too few that may stand together · exposure: too few that were not used too often ·
#: wear: enough for now, and too few under the exposure cap once paper has followed paper ·
#: fixed: a question that must stand there is missing, or its enemy must, too · balance: no paper of that difficulty was found.
Why = Literal["bank", "enemies", "exposure", "wear", "fixed", "balance"]


class Candidate(NamedTuple):
    """A question that could be drawn: the key of its current version, its tags, and what bears on drawing it.

    enemies: versions with which it never stands. facility: measured, None = never. is_spent: it reached the exposure cap.
    seen, papers: on how many of how many papers it stood in the days of the cap.
    is_trial: it is on trial, so drawn for places that do not count.
    """

    version: int
    competency: str
    level: int
    difficulty: str
    uuid: str = ""
    tags: frozenset[str] = frozenset()
    enemies: frozenset[int] = frozenset()
    facility: float | None = None
    is_spent: bool = False
    is_trial: bool = False
    question: int = 0
    seen: int = 0
    papers: int = 0

    @property
    def expected(self) -> float:
        """Its measured facility, or what its difficulty stands for."""
        return balance.NOMINAL[self.difficulty] if self.facility is None else self.facility

    def after(self, *, is_asked: bool, percent: int) -> "Candidate":
        """As it will be when one more paper is drawn, with it or without. percent: the exposure cap."""
        seen, drawn = self.seen + is_asked, self.papers + 1
        return self._replace(seen=seen, papers=drawn, is_spent=is_spent(seen, drawn, percent))


def is_spent(seen: int, drawn: int, percent: int) -> bool:
    """Whether one more paper would put a question on more than its share, in whole papers rounded up.

    seen: papers with it; drawn: all papers. At 40 per cent: 1 of the first 2, 2 of 5, 3 of 6. Papers drawn in the same
    moment do not see each other, and may go beyond by their number.
    """
    return seen + 1 > -(-percent * (drawn + 1) // 100)


class Drawn(NamedTuple):
    """A question that was drawn, for which section (counted from 0), and whether it counts."""

    version: int
    section: int
    scored: bool = True


@dataclass(frozen=True)
class Shortfall:
    """What a bank lacks. difficulty: None where any would do; tag: empty where none is asked.

    available: how many of `wanted` can be drawn. held: how many fit at all. why = balance: both in per cent of the facility.
    question: why = fixed: which. lasts: it will lack that after so many papers more, at most where why = wear; 0: it does now.
    """

    section: str
    competency: str
    level: int
    difficulty: str | None
    wanted: int
    available: int
    tag: str = ""
    why: Why = "bank"
    held: int = field(default=0, compare=False)
    question: str = field(default="", compare=False)
    lasts: int = 0

    def __str__(self) -> str:
        cell = f"{self.section}, {self.competency} tingkat {self.level}, {self.question or self.difficulty or self.tag or 'bebas'}"
        return f"{cell}: perlu {self.wanted}, ada {self.available} ({self.why})"


class Infeasible(ValueError):
    """The bank cannot fill the blueprint; `shortfalls` says what is missing."""

    def __init__(self, shortfalls: Sequence[Shortfall]) -> None:
        super().__init__("; ".join(map(str, shortfalls)))
        self.shortfalls = tuple(shortfalls)


@dataclass(frozen=True)
class Row:
    """Places of a section that the same questions fit."""

    section: int
    title: str
    competency: str
    level: int
    number: int
    difficulty: str | None = None
    tag: str = ""
    tags: frozenset[str] = frozenset()

    def takes(self, one: Candidate) -> bool:
        """Whether a question may stand here."""
        return (
            (one.competency, one.level) == (self.competency, self.level)
            and self.difficulty in {None, one.difficulty}
            and (not self.tag or self.tag in one.tags)
            and self.tags <= one.tags
        )


def rows(content: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of all sections: those with a difficulty or a tag, then what is left of each `draw`."""
    loose: list[Row] = []
    for place, section in enumerate(content["sections"]):
        about = (place, section["title"], section["competency"], section["level"])
        tags = frozenset(section.get("tags", ()))
        wanted = section.get("difficulty", {})
        yield from (Row(*about, count, difficulty, tags=tags) for difficulty, count in wanted.items() if count)
        tagged = section.get("tagged", {})
        yield from (Row(*about, count, tag=tag, tags=tags) for tag, count in tagged.items() if count)
        loose.append(Row(*about, section["draw"] - sum(wanted.values()) - sum(tagged.values()), tags=tags))
    yield from (row for row in loose if row.number > 0)

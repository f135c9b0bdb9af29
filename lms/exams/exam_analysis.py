"""What the results of an exam say about its questions: figures, choices, flags, and how often each was shown. Pure.

Candidates may have had different papers. An item is then analysed over those who had it, against the rest of each one's
own paper; reliability is told only where all had the same questions, since otherwise there is no one table of marks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import lcm
from typing import Any, Literal

from lms.exams import item_analysis
from lms.exams.item_analysis import ItemFigures
from lms.questions.content import share_of

#: Below this many candidates figures are shown but nothing is concluded from them.
FEWEST = 30
HARD, EASY, WEAK = 0.2, 0.9, 0.2
#: Share of candidates in the top and in the bottom group. Source: Kelley 1939, upper and lower 27 per cent.
GROUP = 0.27

#: few: too few candidates to say · negative: the weak do better · weak: hardly tells them apart · unused: a wrong option
#: that nobody took · void: it counts for nobody, so it has no figures.
Flag = Literal["few", "negative", "weak", "hard", "easy", "unused", "void"]


@dataclass(frozen=True)
class Taken:
    """One attempt. month: "2026-11". marks: version → (mark, maximum). answers: version → answer, where there is one.

    A maximum of 0: a regrade voided the item, and it counts for nobody.
    unscored: versions that were asked on trial: they have figures of their own and are in nobody's total.
    """

    month: str
    marks: Mapping[int, tuple[Decimal, Decimal]]
    answers: Mapping[int, object]
    unscored: frozenset[int] = frozenset()

    @property
    def scored(self) -> list[tuple[Decimal, Decimal]]:
        """(mark, maximum) of what counted."""
        return [row for version, row in self.marks.items() if version not in self.unscored]

    @property
    def counted(self) -> frozenset[int]:
        """The versions that are in its total."""
        return frozenset(version for version, (_mark, maximum) in self.marks.items() if maximum) - self.unscored


#: An attempt with the sum of its marks.
_Ranked = tuple[Taken, Decimal]


@dataclass(frozen=True)
class Choice:
    """How many took an option: of all, of the top group and of the bottom group. place: in the author's order, from 0."""

    place: int
    is_best: bool
    count: int
    top: int
    bottom: int


@dataclass(frozen=True)
class ItemResult:
    """One version of a question. n: who had it. group: size of the top group and of the bottom group.

    blank: who did not answer. shown: month → on how many papers. exposure: share of all papers in [0, 1].
    is_penal: somebody lost marks by it, so its facility is no chance of being right.
    """

    version: int
    n: int
    figures: ItemFigures
    flags: tuple[Flag, ...]
    choices: tuple[Choice, ...]
    group: int
    blank: int
    shown: Mapping[str, int]
    exposure: float
    is_penal: bool

    @property
    def is_void(self) -> bool:
        """Whether it counts for nobody any more."""
        return self.flags == ("void",)


@dataclass(frozen=True)
class ExamResult:
    """papers: month → how many. one_paper: whether all had the same questions; else alpha and sem are None.

    sem: in marks, of a sum of at most `maximum`, as people read it; the command line tells it as a fraction of that.
    """

    n: int
    one_paper: bool
    alpha: float | None
    sem: float | None
    maximum: Decimal
    papers: Mapping[str, int]
    items: tuple[ItemResult, ...]


def analyse(taken: Sequence[Taken], contents: Mapping[int, Sequence[Mapping[str, Any]]]) -> ExamResult:
    """Analyse all attempts. contents: version → by what its answers are marked, as corrections have left it. Items in the
    order of versions."""
    ranked = sorted(taken, key=_share, reverse=True)
    alpha, sem, maximum, one_paper = _reliability(taken)
    having: dict[int, list[_Ranked]] = {}
    for one in ranked:
        entry = one, _total(one)
        for version in one.marks:
            having.setdefault(version, []).append(entry)
    return ExamResult(
        n=len(taken),
        one_paper=one_paper,
        alpha=alpha,
        sem=sem,
        maximum=maximum,
        papers=dict(sorted(Counter(one.month for one in taken).items())),
        items=tuple(
            _item(version, having[version], contents.get(version, ()), len(taken)) for version in sorted(having)
        ),
    )


def flags(n: int, figures: ItemFigures, choices: Sequence[Choice]) -> tuple[Flag, ...]:
    """What a person should look at; where there are too few candidates, that alone."""
    if n < FEWEST:
        return ("few",)
    found: list[Flag] = []
    if figures.discrimination is not None and figures.discrimination < WEAK:
        found.append("negative" if figures.discrimination < 0 else "weak")
    if figures.facility is not None and not HARD <= figures.facility <= EASY:
        found.append("hard" if figures.facility < HARD else "easy")
    if any(not choice.is_best and not choice.count for choice in choices):
        found.append("unused")
    return tuple(found)


def _item(version: int, ranked: Sequence[_Ranked], contents: Sequence[Mapping[str, Any]], papers: int) -> ItemResult:
    """ranked: those with the item, the best paper first."""
    # While a regrade that voids it is under way, it still counts for some.
    ranked = [entry for entry in ranked if entry[0].marks[version][1]] or ranked
    having = [one for one, _ in ranked]
    marks = [one.marks[version][0] for one in having]
    rests = [total - (0 if version in one.unscored else mark) for (one, total), mark in zip(ranked, marks, strict=True)]
    levelled, maximum = _levelled([one.marks[version] for one in having])
    figures = item_analysis.item_figures(str(version), levelled, rests, maximum)
    group = _group(len(having))
    choices = _choices(version, having, contents, group)
    return ItemResult(
        version=version,
        n=len(having),
        figures=figures,
        flags=flags(len(having), figures, choices) if maximum else ("void",),
        choices=choices,
        group=group,
        blank=sum(version not in one.answers for one in having),
        shown=dict(sorted(Counter(one.month for one in having).items())),
        exposure=len(having) / papers,
        is_penal=any(mark < 0 for mark in marks),
    )


def _levelled(marks: Sequence[tuple[Decimal, Decimal]]) -> tuple[list[Decimal], Decimal]:
    """(marks, the maximum of all of them): an item may have counted more by one blueprint than by another. Exact."""
    maxima = {maximum for _mark, maximum in marks}
    if len(maxima) == 1:
        return [mark for mark, _maximum in marks], maxima.pop()
    places = item_analysis.places_of(list(maxima))
    units = {maximum: item_analysis.units(maximum, places) for maximum in maxima}
    whole = lcm(*units.values())
    return [mark * (whole // units[maximum]) for mark, maximum in marks], Decimal(whole).scaleb(-places)


def _choices(
    version: int, having: Sequence[Taken], contents: Sequence[Mapping[str, Any]], group: int
) -> tuple[Choice, ...]:
    best: frozenset[int] = frozenset().union(*(_best(content.get("options", ())) for content in contents))
    picked = [_picked(one.answers.get(version)) for one in having]
    top, bottom = picked[:group], picked[len(picked) - group :]
    return tuple(
        Choice(
            place=place,
            is_best=place in best,
            count=sum(str(place) in one for one in picked),
            top=sum(str(place) in one for one in top),
            bottom=sum(str(place) in one for one in bottom),
        )
        for place in range(len(contents[0].get("options", ())) if contents else 0)
    )


def _best(options: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """The places of the best options: those that give most where one gives all, else all that give something."""
    given = [Decimal(row["points"]) if "points" in row else share_of(row) for row in options]
    most = max(given, default=Decimal(0))
    return frozenset(place for place, one in enumerate(given) if one > 0 and (one == most or most < 1))


def _picked(answer: object) -> frozenset[str]:
    """The ids of the options that an answer names; one given with its certainty is opened first."""
    if isinstance(answer, Mapping):
        answer = answer.get("answer")
    if isinstance(answer, str):
        return frozenset({answer})
    return frozenset(one for one in answer if isinstance(one, str)) if isinstance(answer, list) else frozenset()


def _group(n: int) -> int:
    """Size of the top group and of the bottom one: 27 per cent, at least one, never the same person in both."""
    return min(max(1, round(GROUP * n)), n // 2)


def _reliability(taken: Sequence[Taken]) -> tuple[float | None, float | None, Decimal, bool]:
    """(alpha, sem in marks, the largest sum of marks, whether all had the same questions)."""
    papers = {one.counted for one in taken}
    if len(papers) != 1:
        return None, None, Decimal(0), False
    versions = sorted(papers.pop())
    maxima = [taken[0].marks[version][1] for version in versions]
    rows = [[one.marks[version][0] for version in versions] for one in taken]
    whole = item_analysis.analyse([str(version) for version in versions], maxima, rows)
    most = sum(maxima, Decimal(0))
    return whole.alpha, None if whole.sem is None else whole.sem * float(most), most, True


def _total(one: Taken) -> Decimal:
    return sum((mark for mark, _ in one.scored), Decimal(0))


def _share(one: Taken) -> Decimal:
    maximum = sum((maximum for _, maximum in one.scored), Decimal(0))
    return _total(one) / maximum if maximum else Decimal(0)

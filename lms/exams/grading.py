"""Grading: a pure function from a paper and its latest answers to marks, section results and a verdict.

Rounding. A mark has at most four decimals (its kind sees to that) and marks are added exactly. Percentages and scores
are cut, not rounded, to two decimals; and whether a threshold is reached is decided on the exact marks. So a printed
percentage reaches a threshold (itself of two decimals at most) exactly when the verdict says so: 69.999 prints 69.99.

Verdict. Passed when the total and every section reach their thresholds. A section without one cannot fail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from lms.exams.papers import Item
from lms.questions.kinds import TABLE

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Mark:
    """What one item came to. item: its number on the paper, from 1."""

    item: int
    version: int
    mark: Decimal
    maximum: Decimal


@dataclass(frozen=True)
class SectionResult:
    """What one section came to. threshold: in percent, None where it has none."""

    title: str
    competency: str
    level: int
    mark: Decimal
    maximum: Decimal
    percent: Decimal
    threshold: Decimal | None
    passed: bool


@dataclass(frozen=True)
class Graded:
    """What a whole paper came to."""

    marks: tuple[Mark, ...]
    sections: tuple[SectionResult, ...]
    score: Decimal
    maximum: Decimal
    percent: Decimal
    threshold: Decimal | None
    passed: bool


def grade(items: Sequence[Item], blueprint: Mapping[str, Any], answers: Mapping[int, object]) -> Graded:
    """Mark every item and judge sections and total. answers: item number → value; an item without one gets 0."""
    marks = tuple(_mark(number, item, answers.get(number)) for number, item in enumerate(items, 1))
    sections = tuple(
        _section(content, [mark for mark, item in zip(marks, items, strict=True) if item.section == place])
        for place, content in enumerate(blueprint["sections"])
    )
    score, maximum = _sums(marks)
    threshold = _threshold(blueprint.get("pass_total"))
    return Graded(
        marks=marks,
        sections=sections,
        score=score.quantize(CENT, ROUND_DOWN),
        maximum=maximum,
        percent=percent_of(score, maximum),
        threshold=threshold,
        passed=reaches(score, maximum, threshold) and all(section.passed for section in sections),
    )


def percent_of(mark: Decimal, maximum: Decimal) -> Decimal:
    """Per cent of the maximum, cut to two decimals; 0 of nothing is 0."""
    return (mark * 100 / maximum).quantize(CENT, ROUND_DOWN) if maximum else Decimal("0.00")


def reaches(mark: Decimal, maximum: Decimal, threshold: Decimal | None) -> bool:
    """Whether the exact mark is at or above `threshold` per cent of the maximum."""
    return threshold is None or mark * 100 >= threshold * maximum


def _mark(number: int, item: Item, answer: object) -> Mark:
    kind = TABLE[item.kind]
    value = Decimal(0) if answer is None else kind.mark(item.content, answer)
    return Mark(number, item.version, value, kind.maximum(item.content))


def _section(content: Mapping[str, Any], marks: Sequence[Mark]) -> SectionResult:
    mark, maximum = _sums(marks)
    threshold = _threshold(content.get("pass"))
    return SectionResult(
        title=content["title"],
        competency=content["competency"],
        level=content["level"],
        mark=mark,
        maximum=maximum,
        percent=percent_of(mark, maximum),
        threshold=threshold,
        passed=reaches(mark, maximum, threshold),
    )


def _sums(marks: Sequence[Mark]) -> tuple[Decimal, Decimal]:
    return sum((mark.mark for mark in marks), Decimal(0)), sum((mark.maximum for mark in marks), Decimal(0))


def _threshold(percent: object) -> Decimal | None:
    return None if percent is None else Decimal(str(percent))

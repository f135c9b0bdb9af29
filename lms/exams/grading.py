"""Grading: a pure function from a paper and its latest answers to marks, section results and a verdict.

Rounding. A mark has at most four decimals (its kind sees to that) and marks are added exactly. Percentages and scores
are cut down, not rounded, to two decimals; and whether a threshold is reached is decided on the exact marks. So a printed
percentage reaches a threshold (itself of two decimals at most) exactly when the verdict says so: 69.999 prints 69.99.

Verdict. Passed when the total and every section reach their thresholds. A section without one cannot fail. What a
blueprint may say beyond that (points, groups, sections that offset each other, weights) is in pass_rules.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from lms.exams import pass_rules
from lms.exams.journal import Latest
from lms.exams.papers import Item
from lms.exams.pass_rules import Threshold, Verdict
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
    """What one section came to. threshold: in percent, or threshold_points; both None where it has none."""

    title: str
    competency: str
    level: int
    mark: Decimal
    maximum: Decimal
    percent: Decimal
    threshold: Decimal | None
    passed: bool
    threshold_points: Decimal | None = None


@dataclass(frozen=True)
class Graded:
    """What a whole paper came to. threshold: in percent, also where the rule is in points. verdict: see pass_rules."""

    marks: tuple[Mark, ...]
    sections: tuple[SectionResult, ...]
    score: Decimal
    maximum: Decimal
    percent: Decimal
    threshold: Decimal | None
    passed: bool
    verdict: Verdict | None = None


def grade(
    items: Sequence[Item], blueprint: Mapping[str, Any], answers: Mapping[int, object], *, group: str = ""
) -> Graded:
    """Mark every item and judge sections and total.

    answers: item number → value; an item without one gets 0, or what its section gives for a blank.
    group: the candidate's, whose thresholds may differ; empty for none.
    """
    rules = pass_rules.rules_for(blueprint, group)
    parts = blueprint["sections"]
    marks = tuple(_mark(number, item, answers.get(number), parts[item.section]) for number, item in enumerate(items, 1))
    sections = tuple(
        _section(content, [mark for mark, item in zip(marks, items, strict=True) if item.section == place], threshold)
        for place, (content, threshold) in enumerate(zip(parts, rules.sections, strict=True))
    )
    score, maximum = _sums(marks)
    percent = percent_of(score, maximum)
    passed = pass_rules.passes(rules, [(section.mark, section.maximum) for section in sections])
    return Graded(
        marks=marks,
        sections=sections,
        score=score.quantize(CENT, ROUND_FLOOR),
        maximum=maximum,
        percent=percent,
        threshold=rules.total.in_percent(maximum),
        passed=passed,
        verdict=pass_rules.verdict(blueprint, rules, percent, passed=passed),
    )


def percent_of(mark: Decimal, maximum: Decimal) -> Decimal:
    """Per cent of the maximum, cut down to two decimals; 0 of nothing is 0."""
    return (mark * 100 / maximum).quantize(CENT, ROUND_FLOOR) if maximum else Decimal("0.00")


def reaches(mark: Decimal, maximum: Decimal, threshold: Decimal | None) -> bool:
    """Whether the exact mark is at or above `threshold` per cent of the maximum."""
    return Threshold(percent=threshold).is_reached(mark, maximum)


def _mark(number: int, item: Item, answer: object, section: Mapping[str, Any]) -> Mark:
    kind = TABLE[item.kind]
    is_answered = Latest(answer).is_answered
    value = kind.mark(item.content, answer) if is_answered else Decimal(0)
    maximum = kind.maximum(item.content)
    weighed = pass_rules.weigh(value, maximum, section, item.kind, is_answered=is_answered)
    return Mark(number, item.version, *weighed)


def _section(content: Mapping[str, Any], marks: Sequence[Mark], threshold: Threshold) -> SectionResult:
    mark, maximum = _sums(marks)
    return SectionResult(
        title=content["title"],
        competency=content["competency"],
        level=content["level"],
        mark=mark,
        maximum=maximum,
        percent=percent_of(mark, maximum),
        threshold=threshold.percent,
        passed=threshold.is_reached(mark, maximum),
        threshold_points=threshold.points,
    )


def _sums(marks: Sequence[Mark]) -> tuple[Decimal, Decimal]:
    return sum((mark.mark for mark in marks), Decimal(0)), sum((mark.maximum for mark in marks), Decimal(0))

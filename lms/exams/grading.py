"""Grading: a pure function from a paper and its latest answers to marks, section results and a verdict.

Rounding. Marks are fractions and are added as such: three thirds are 1. They are written to four places; sums of sections are
cut down to four, percentages and scores to two; and whether a threshold is reached is decided on the exact sum. So a printed
percentage reaches a threshold (itself of two decimals at most) exactly when the verdict says so: 69.999 prints 69.99. A person's
mark is what was written down, to four places. `by_places` says how it was before: each mark was rounded first.

Verdict. Passed when the total and every section reach their thresholds. A section without one cannot fail. While a mark is
waited for, what has been marked counts, the rest is 0 of its maximum, and nothing is passed. What a blueprint may say
beyond that (points, groups, sections that offset each other, weights) is in pass_rules.py.

Trial. Questions on trial are asked unscored: their marks stand in the result, for their figures, and count in no sum.

Certainty. Where the blueprint says `certainty`, an answer comes with how certain the candidate is, 1 to 3, and its mark is
weighed by that (`weighed`) and by nothing else. Marks, and so sums of them, can then be below 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from lms.exams import pass_rules
from lms.exams.corrections import Correction
from lms.exams.journal import Latest
from lms.exams.papers import Item
from lms.exams.pass_rules import Threshold, Verdict
from lms.questions.content import to_places
from lms.questions.kinds import BY_HAND, TABLE

#: Certainty → (what a right answer gives, what a wrong one gives), of what the question counts.
CERTAINTY = {
    1: (Fraction(1, 3), Fraction(0)),
    2: (Fraction(2, 3), Fraction(-2, 3)),
    3: (Fraction(1), Fraction(-2)),
}


@dataclass(frozen=True)
class Mark:
    """What one item came to. item: its number on the paper, from 1. mark: None while a person has yet to give it.

    scored: False = it was on trial: marked for its own figures, and left out of every sum.
    """

    item: int
    version: int
    mark: Decimal | None
    maximum: Decimal
    scored: bool = True


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

    @property
    def waiting(self) -> tuple[int, ...]:
        """Numbers of the items that a person has yet to mark."""
        return tuple(mark.item for mark in self.marks if mark.mark is None)


def grade(
    items: Sequence[Item],
    blueprint: Mapping[str, Any],
    answers: Mapping[int, object],
    by_hand: Mapping[int, Decimal] | None = None,
    *,
    group: str = "",
    corrections: Mapping[int, Correction] | None = None,
    by_places: bool = False,
) -> Graded:
    """Mark every item and judge sections and total.

    answers: item number → value; an item without one gets 0, or what its section gives for a blank.
    by_hand: item number → the mark that a person gave, for work of the kinds that people mark.
    group: the candidate's, whose thresholds may differ; empty for none.
    corrections: question version → what was corrected in it since it was asked.
    by_places: every mark is rounded to four places before it is weighed or added, as results were made at first.
    """
    rules = pass_rules.rules_for(blueprint, group)
    parts = blueprint["sections"]
    is_weighed = bool(blueprint.get("certainty"))
    given, corrected = by_hand or {}, corrections or {}
    asked = [
        _Asked(n, item, answers.get(n), given.get(n), corrected.get(item.version), _rounded if by_places else _exact)
        for n, item in enumerate(items, 1)
    ]
    came = [_weighed_by_certainty(one) if is_weighed else _mark(one, parts[one.item.section]) for one in asked]
    of_parts = [[one for one in came if one.item.section == place] for place in range(len(parts))]
    is_whole = all(one.mark is not None for one in came)
    sections = tuple(map(_section, parts, of_parts, rules.sections))
    score, maximum = _sums(came)
    percent = percent_of(score, maximum)
    passed = is_whole and pass_rules.passes(rules, [_sums(of_part) for of_part in of_parts])
    return Graded(
        marks=tuple(one.written for one in came),
        sections=sections,
        score=cut(score),
        maximum=maximum,
        percent=percent,
        threshold=rules.total.in_percent(maximum),
        passed=passed,
        verdict=pass_rules.verdict(blueprint, rules, percent, passed=passed),
    )


def percent_of(mark: Fraction, maximum: Decimal) -> Decimal:
    """Per cent of the maximum, cut down to two decimals; 0 of nothing is 0."""
    return cut(mark * 100 / Fraction(maximum)) if maximum else Decimal("0.00")


def cut(number: Fraction | Decimal, places: int = 2) -> Decimal:
    """A sum of marks as it is printed: cut down to two decimals."""
    return Decimal(floor(Fraction(number) * 10**places)).scaleb(-places)


def weighed(mark: Fraction, maximum: Decimal, certainty: int) -> Fraction:
    """A mark weighed by certainty. Part of a mark lies in between, in proportion.

    Of a question that counts 1: right ⅓, ⅔ or 1; wrong 0, −⅔ or −2; half right with certainty 3: ½ × 1 + ½ × (−2) = −½.
    """
    right, wrong = CERTAINTY[certainty]
    share = mark / Fraction(maximum)
    return (share * right + (1 - share) * wrong) * Fraction(maximum)


class _Asked(NamedTuple):
    """One item with all that marking it takes. given: by a person. keep: what is kept of a mark's fraction."""

    number: int
    item: Item
    answer: object
    given: Decimal | None
    correction: Correction | None
    keep: Callable[[Fraction], Fraction]


class _Marked(NamedTuple):
    """What an item came to, exactly."""

    number: int
    item: Item
    mark: Fraction | None
    maximum: Decimal

    @property
    def written(self) -> Mark:
        """As results keep it."""
        mark = None if self.mark is None else to_places(self.mark)
        return Mark(self.number, self.item.version, mark, self.maximum, self.item.scored)


def _exact(mark: Fraction) -> Fraction:
    return mark


def _rounded(mark: Fraction) -> Fraction:
    return Fraction(to_places(mark))


def _mark(asked: _Asked, section: Mapping[str, Any]) -> _Marked:
    is_answered = Latest(asked.answer).is_answered
    value, maximum = _own_mark(asked, asked.answer if is_answered else None)
    mark, most = pass_rules.weigh(value or Fraction(0), maximum, section, asked.item.kind, is_answered=is_answered)
    return _corrected(asked, None if value is None else asked.keep(mark), most)


def _weighed_by_certainty(asked: _Asked) -> _Marked:
    answer, certainty = asked.answer, None
    if asked.item.kind not in BY_HAND:
        answer, certainty = _opened(answer)
    value, maximum = _own_mark(asked, answer)
    if value is not None and certainty is not None:
        value = asked.keep(weighed(value, maximum, certainty))
    return _corrected(asked, value, maximum)


def _corrected(asked: _Asked, mark: Fraction | None, maximum: Decimal) -> _Marked:
    if asked.correction is not None:
        mark, maximum = asked.correction.applied(mark, maximum)
    return _Marked(asked.number, asked.item, mark, maximum)


def _own_mark(asked: _Asked, answer: object) -> tuple[Fraction | None, Decimal]:
    """(mark, maximum) by the item's kind, before anything is weighed; no mark while a person has not given it."""
    kind, content = TABLE[asked.item.kind], asked.item.content
    maximum = kind.maximum(content)
    if answer is None:
        return Fraction(0), maximum
    contents = asked.correction.contents_for(content) if asked.correction else (content,)
    found = [kind.mark(one, answer) for one in contents]
    marks = [mark for mark in found if mark is not None]
    if len(marks) == len(found):
        return min(asked.keep(max(marks)), Fraction(maximum)), maximum
    return (None if asked.given is None else Fraction(min(max(asked.given, Decimal(0)), maximum))), maximum


def _opened(answer: object) -> tuple[object, int | None]:
    """(answer, certainty) of what the journal keeps; nothing where it holds anything else."""
    if not isinstance(answer, Mapping) or answer.get("answer") is None or not _is_certainty(answer.get("certainty")):
        return None, None
    return answer["answer"], answer["certainty"]


def _is_certainty(value: object) -> bool:
    return type(value) is int and value in CERTAINTY


def _section(content: Mapping[str, Any], came: Sequence[_Marked], threshold: Threshold) -> SectionResult:
    mark, maximum = _sums(came)
    return SectionResult(
        title=content["title"],
        competency=content["competency"],
        level=content["level"],
        mark=cut(mark, 4),
        maximum=maximum,
        percent=percent_of(mark, maximum),
        threshold=threshold.percent,
        passed=threshold.is_reached(mark, maximum) and all(one.mark is not None for one in came),
        threshold_points=threshold.points,
    )


def _sums(came: Sequence[_Marked]) -> tuple[Fraction, Decimal]:
    counted = [one for one in came if one.item.scored]
    got = sum((one.mark or Fraction(0) for one in counted), Fraction(0))
    return got, sum((one.maximum for one in counted), Decimal(0))

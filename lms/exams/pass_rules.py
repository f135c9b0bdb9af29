"""Pass rules: how an answer is weighed, which thresholds hold for whom, and what a passed result is called. Pure.

All of it is data in a blueprint's content; what is absent means what it meant before there were such rules:

    pass_total          per cent of the maximum          pass_total_points   or points; one of the two at most
    compensation        true: sections may offset each other
    predicates          [{"title", "from": per cent}]    the highest that is reached names a passed result
    groups              [{"code", "title", "pass_total", "pass_total_points", "compensation",
                          "sections": [{"title", "pass", "pass_points"}]}]
    sections[]
      pass, pass_points per cent of the section's maximum, or points
      scoring           {"right", "wrong", "blank", "kinds": {kind: {"right", "wrong", "blank"}}}: points for a question

A group's thresholds stand in place of all general ones: a section it does not name has none for its candidates, and
without a total of its own it has none. Somebody in a group that the blueprint does not name falls under the general rules.

Scoring. A full mark counts `right`, none `wrong`, no answer `blank`, and a part mark that share of `right`. So "5 for right,
0 for wrong" is {"right": 5}, and situational options of 1 to 5 points are {"right": 5} as well: their mark is points ÷ 5.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

_BEYOND = ("pass_total_points", "compensation", "predicates", "groups")
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Threshold:
    """What must be reached: per cent of the maximum, or points. Never both; neither = nothing need be reached."""

    percent: Decimal | None = None
    points: Decimal | None = None

    def is_reached(self, mark: Fraction, maximum: Decimal) -> bool:
        """Decided on the exact mark."""
        if self.points is not None:
            return mark >= Fraction(self.points)
        return self.percent is None or mark * 100 >= Fraction(self.percent * maximum)

    def in_points(self, maximum: Decimal) -> Decimal | None:
        """The same in points of a given maximum; None where nothing need be reached."""
        if self.points is not None or self.percent is None:
            return self.points
        return self.percent * maximum / 100

    def in_percent(self, maximum: Decimal) -> Decimal | None:
        """The same in per cent, cut up to two decimals, so that a percentage cut down reaches it only if the mark does."""
        if self.points is None or not maximum:
            return self.percent
        return (self.points * 100 / maximum).quantize(Decimal("0.01"), ROUND_CEILING)


@dataclass(frozen=True)
class Rules:
    """What holds for one candidate. sections: a threshold for each section of the blueprint, in its order."""

    total: Threshold
    sections: tuple[Threshold, ...]
    compensation: bool
    group: str
    group_title: str


@dataclass(frozen=True)
class Verdict:
    """How the rules were applied, as a result keeps it. total_points: None where the total is in per cent or has none."""

    group: str
    group_title: str
    total_points: Decimal | None
    compensation: bool
    predicate: str | None


def rules_for(blueprint: Mapping[str, Any], group: str = "") -> Rules:
    """The rules that hold for a candidate of `group`; empty: of none."""
    special = next((one for one in blueprint.get("groups", ()) if one["code"] == group), None)
    if special is None:
        thresholds = tuple(_threshold(section, "pass") for section in blueprint["sections"])
        return Rules(_threshold(blueprint, "pass_total"), thresholds, bool(blueprint.get("compensation")), "", "")
    own = {section["title"]: _threshold(section, "pass") for section in special.get("sections", ())}
    return Rules(
        total=_threshold(special, "pass_total"),
        sections=tuple(own.get(section["title"], Threshold()) for section in blueprint["sections"]),
        compensation=bool(special.get("compensation", blueprint.get("compensation"))),
        group=special["code"],
        group_title=special["title"],
    )


def weigh(
    mark: Fraction, maximum: Decimal, section: Mapping[str, Any], kind: str, *, is_answered: bool
) -> tuple[Fraction, Decimal]:
    """(mark, maximum) of one answer under the section's scoring; as they are where it has none.

    The maximum is `right`. A mark may be negative where wrong answers cost something.
    """
    scoring = section.get("scoring")
    if scoring is None:
        return mark, maximum
    scoring = {**scoring, **scoring.get("kinds", {}).get(kind, {})}
    right, wrong, blank = (Decimal(str(scoring.get(word, 0))) for word in ("right", "wrong", "blank"))
    if not is_answered:
        return Fraction(blank), right
    if not mark or not maximum:
        return Fraction(wrong), right
    return Fraction(right) * mark / Fraction(maximum), right


@dataclass(frozen=True)
class Points:
    """What an answer counts in a section of that title, or there in questions of a kind alone; kind: empty for all others."""

    title: str
    kind: str
    right: Decimal
    wrong: Decimal
    blank: Decimal

    @property
    def least(self) -> Decimal:
        """What the least of situational options gives: it is worth 1 of 5."""
        return self.right / 5


def points_of(content: Mapping[str, Any], situational: Collection[str] = ()) -> Iterator[Points]:
    """What sections say of points; those that say nothing count by the points of their questions.

    situational: titles of the sections that ask nothing else, whose points are said under that kind.
    """
    for section in content["sections"]:
        scoring = section.get("scoring", {})
        own = {word: value for word, value in scoring.items() if word != "kinds"}
        by_kind = {"": own, **scoring.get("kinds", {})}
        if own and section["title"] in situational:
            by_kind = {"situational": {**own, **by_kind.get("situational", {})}}
        for kind, weights in ((kind, weights) for kind, weights in by_kind.items() if weights):
            said = {**own, **weights}
            yield Points(
                section["title"], kind, *(Decimal(str(said.get(word, 0))) for word in ("right", "wrong", "blank"))
            )


def blank_of(content: Mapping[str, Any]) -> Decimal | None:
    """What a question without an answer counts; None where that is not the same in all of the paper."""
    found = {one.blank for one in points_of(content)}
    if any("scoring" not in section for section in content["sections"]):
        found.add(_ZERO)
    return found.pop() if len(found) == 1 else None


def maximum(content: Mapping[str, Any]) -> tuple[Decimal, bool]:
    """(the most that a paper can come to, whether that is certain): a section without scoring counts by the points of its
    questions, which are taken for one each."""
    mosts = [_most_of(section) for section in content["sections"]]
    return sum((most for most, _is_certain in mosts), _ZERO), all(is_certain for _most, is_certain in mosts)


def beyond_reach(content: Mapping[str, Any]) -> list[tuple[str, str, Decimal]]:
    """(code of a group or "", title of a section or "", the most that can be reached) of each threshold that nobody can reach:
    more points than there are, where it is certain how many there are.
    """
    mosts = {one["title"]: _most_of(one) for one in content["sections"]}
    most = {title: reach for title, (reach, is_certain) in mosts.items() if is_certain}
    if len(most) == len(content["sections"]):
        most[""] = sum(most.values(), _ZERO)
    found = []
    for code in ("", *(one["code"] for one in content.get("groups", ()))):
        rules = rules_for(content, code)
        titles = [section["title"] for section in content["sections"]]
        for title, asked in [("", rules.total), *zip(titles, rules.sections, strict=True)]:
            if asked.points is not None and title in most and asked.points > most[title]:
                found.append((code, title, most[title]))
    return found


def _most_of(section: Mapping[str, Any]) -> tuple[Decimal, bool]:
    """As maximum(), of one section."""
    scoring = section.get("scoring", {})
    return section["draw"] * Decimal(str(scoring.get("right", 1))), "right" in scoring and "kinds" not in scoring


def passes(rules: Rules, sections: Sequence[tuple[Fraction, Decimal]]) -> bool:
    """Whether (mark, maximum) of each section satisfy the rules.

    With compensation the sections that have thresholds are judged together: their marks must reach the sum of their
    thresholds, so that a surplus in one makes up for what is missing in another. The total is judged either way.
    """
    score = sum((mark for mark, _ in sections), Fraction(0))
    maximum = sum((most for _, most in sections), _ZERO)
    if not rules.total.is_reached(score, maximum):
        return False
    pairs = list(zip(rules.sections, sections, strict=True))
    if not rules.compensation:
        return all(threshold.is_reached(*section) for threshold, section in pairs)
    asked = [(threshold.in_points(most), mark) for threshold, (mark, most) in pairs]
    counted = [(least, mark) for least, mark in asked if least is not None]
    return sum((mark for _, mark in counted), Fraction(0)) >= Fraction(sum((least for least, _ in counted), _ZERO))


def verdict(blueprint: Mapping[str, Any], rules: Rules, percent: Decimal, *, passed: bool) -> Verdict | None:
    """What a result keeps of the rules; None where the blueprint has none beyond per cent. percent: cut, as printed."""
    if not any(blueprint.get(field) for field in _BEYOND):
        return None
    name = predicate(blueprint, percent) if passed else None
    return Verdict(rules.group, rules.group_title, rules.total.points, rules.compensation, name)


def predicate(blueprint: Mapping[str, Any], percent: Decimal) -> str | None:
    """The name of the highest band that the percentage reaches; None below all, or where there are none."""
    return next((title for title, least in bands(blueprint) if percent >= least), None)


def bands(blueprint: Mapping[str, Any]) -> tuple[tuple[str, Decimal], ...]:
    """(name of a passed result, from which per cent on), the highest first."""
    said = [(band["title"], Decimal(str(band["from"]))) for band in blueprint.get("predicates", ())]
    return tuple(sorted(said, key=lambda band: (band[1], band[0]), reverse=True))


def as_row(verdict: Verdict | None) -> dict[str, Any] | None:
    """A verdict for the column `result.verdict`: decimals as texts."""
    if verdict is None:
        return None
    points = None if verdict.total_points is None else str(verdict.total_points)
    return {**asdict(verdict), "total_points": points}


def of_row(row: Mapping[str, Any] | None) -> Verdict | None:
    """A verdict as the column keeps it."""
    if row is None:
        return None
    points = row["total_points"]
    return Verdict(**{**row, "total_points": None if points is None else Decimal(points)})


def _threshold(holder: Mapping[str, Any], field: str) -> Threshold:
    percent, points = holder.get(field), holder.get(f"{field}_points")
    if points is not None:
        return Threshold(points=Decimal(str(points)))
    return Threshold(percent=None if percent is None else Decimal(str(percent)))

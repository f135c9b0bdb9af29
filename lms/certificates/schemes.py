"""Certification schemes as data: what each asks for, and whether a person meets it. Pure; `scheme_files` loads them.

What cannot be known here (a training that no register holds) is open: whoever verifies confirms it by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

#: How a standard grades what it asks for (PermenPANRB 38/2017): without a mutlak one nobody is proposed.
GRADES = ("mutlak", "penting", "perlu")
KINDS = ("exam", "level", "course", "rank", "tier", "training")
_GROUPS = ("I", "II", "III", "IV")


class Outcome(StrEnum):
    """What a look at one requirement came to."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"  # not known here: confirmed by hand


@dataclass(frozen=True)
class Passed:
    """A pass of an exam: by whom it is known, with how many per cent."""

    percent: Decimal
    supervised: bool


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What is known of a person on a day. levels: competency code → level; exams and courses: by code."""

    grade: str
    tier: str
    levels: Mapping[str, int | None] = field(default_factory=dict)
    exams: Mapping[str, Passed] = field(default_factory=dict)
    courses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Check:
    """A requirement with what was found. asked and found: as numbers and codes; the words stand at the edge."""

    kind: str
    grade: str
    subject: str
    asked: str
    found: str
    outcome: Outcome

    @property
    def blocks(self) -> bool:
        """Whether it alone keeps a person from the certificate."""
        return self.grade == "mutlak" and self.outcome is Outcome.UNMET

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the proposal."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Check":
        """The check that to_json wrote."""
        return cls(**{**values, "outcome": Outcome(values["outcome"])})


def checks(requires: Iterable[Mapping[str, Any]], candidate: Candidate) -> list[Check]:
    """Each requirement of a scheme against what is known of a person, in the scheme's order."""
    return [_check(requirement, candidate) for requirement in requires]


def is_earned(found: Iterable[Check]) -> bool:
    """Whether all that must be met is met, as far as it can be known here."""
    return not any(check.blocks for check in found)


def rank_order(grade: str) -> int | None:
    """The place of a PNS rank in its order, from "Penata, III/c" or "III/c"; None for any other text."""
    group, _, letter = grade.rpartition(", ")[2].partition("/")
    if group not in _GROUPS or letter not in "abcde" or len(letter) != 1:
        return None
    return _GROUPS.index(group) * 5 + "abcde".index(letter)


def _check(asked: Mapping[str, Any], candidate: Candidate) -> Check:
    kind, grade = asked["kind"], asked["grade"]
    match kind:
        case "level":
            held = candidate.levels.get(asked["competency"])
            met = held is not None and held >= asked["level"]
            return _said(kind, grade, asked["competency"], str(asked["level"]), str(held or ""), met)
        case "exam":
            best, least = candidate.exams.get(asked["exam"]), Decimal(str(asked.get("percent", 0)))
            met = best is not None and best.percent >= least and (best.supervised or not asked.get("supervised", False))
            shown = f"{best.percent.normalize():f}" if best else ""
            return _said(kind, grade, asked["exam"], f"{least.normalize():f}" if least else "", shown, met)
        case "course":
            met = asked["course"] in candidate.courses
            return _said(kind, grade, asked["course"], "", "", met)
        case "rank":
            held, least_rank = rank_order(candidate.grade), rank_order(asked["least"])
            assert least_rank is not None, asked["least"]
            return _said(kind, grade, "", asked["least"], candidate.grade, held is not None and held >= least_rank)
        case "tier":
            return _said(kind, grade, "", ",".join(asked["tiers"]), candidate.tier, candidate.tier in asked["tiers"])
        case _:
            return Check(kind, grade, asked["name"], "", "", Outcome.OPEN)


def _said(kind: str, grade: str, subject: str, asked: str, found: str, met: bool) -> Check:
    return Check(kind, grade, subject, asked, found, Outcome.MET if met else Outcome.UNMET)

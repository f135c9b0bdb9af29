"""What was corrected in a question after it was asked, and how it changes the mark of an answer. Pure.

remedy:
    "key"     the question is marked by another key; without contents by its own, as if nothing had been corrected:
              so a correction that was a mistake is taken back
    "accept"  other answers are right as well: the best mark of all keys counts
    "drop"    the item counts for nobody: 0 of 0
    "full"    whoever had the item on their paper gets its full mark, also for a blank

A correction holds for one version of a question in one exam; of several on the same version the last holds alone. It says
by which contents the answer is marked, so that an answer can be marked again from the correction by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Remedy = Literal["key", "accept", "drop", "full"]
REMEDIES: tuple[Remedy, ...] = ("key", "accept", "drop", "full")


@dataclass(frozen=True)
class Correction:
    """code: of the regrade that made it. contents: by which the answer is marked; empty for drop, full and what is taken back."""

    code: str
    version: int
    remedy: Remedy
    contents: tuple[Mapping[str, Any], ...] = ()

    @property
    def restores(self) -> bool:
        """Whether it takes back what was corrected before: the question counts as it stands on the paper."""
        return what(self.remedy, self.contents) == "restore"

    def contents_for(self, content: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """By what an answer to the question is marked. content: as it stands on the paper."""
        return self.contents or (content,)

    def applied(self, mark: Fraction | None, maximum: Decimal) -> tuple[Fraction | None, Decimal]:
        """(mark, maximum), after all weighing, as the correction leaves them."""
        if self.remedy == "drop":
            return Fraction(0), Decimal(0)
        return (Fraction(maximum), maximum) if self.remedy == "full" else (mark, maximum)


def what(remedy: str, contents: Sequence[Any]) -> str:
    """A remedy as people tell it: "restore" where it takes back what was corrected before."""
    return "restore" if remedy == "key" and not contents else remedy


def in_force(made: Sequence[Correction]) -> dict[int, Correction]:
    """Version → the correction that holds. made: in the order in which they were applied."""
    return {one.version: one for one in made}


def used(corrections: Mapping[int, Correction], versions: Sequence[int]) -> list[str]:
    """The codes of the corrections that touch a paper, sorted."""
    return sorted(corrections[version].code for version in versions if version in corrections)


def as_row(correction: Correction) -> dict[str, Any]:
    """A correction for an archive."""
    return {
        "code": correction.code,
        "version": correction.version,
        "remedy": correction.remedy,
        "contents": [dict(content) for content in correction.contents],
    }


def of_row(row: Mapping[str, Any]) -> Correction:
    """A correction as an archive keeps it. Raises KeyError and ValueError."""
    if row["remedy"] not in REMEDIES:
        raise ValueError(row["remedy"])
    return Correction(row["code"], row["version"], row["remedy"], tuple(row["contents"]))

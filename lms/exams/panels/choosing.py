"""Which questions a panel rates, and for how many marks of a paper each of them stands. Pure.

A paper draws so many questions for each row of its blueprint. So each row is worth its number of questions, shared out evenly
among those of its questions that are rated: what is rated may be a sample, and easy questions weigh as they do on a paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from lms.exams import blueprint
from lms.exams.blueprint_rows import Candidate


@dataclass(frozen=True)
class Chosen:
    """A question version to rate. places: section → how many places of a paper it stands for."""

    version: int
    question: int
    places: Mapping[int, Fraction]


def choose(pool: Sequence[Candidate], content: Mapping[str, Any], *, most: int, chance: Random) -> list[Chosen]:
    """At most `most` questions of each row at random, and all that always stand on a paper; section after section."""
    found: dict[int, dict[int, Fraction]] = {}
    for row, always, rest in blueprint.fitting(pool, content):
        picked = chance.sample(rest, min(most, len(rest))) if row.number > len(always) else []
        shares = dict.fromkeys(always, Fraction(1))
        shares |= {key: Fraction(row.number - len(always), len(picked)) for key in picked}
        for key, share in shares.items():
            places = found.setdefault(key, {})
            places[row.section] = places.get(row.section, Fraction(0)) + share
    question_of = {one.version: one.question for one in pool}
    order = sorted(found, key=lambda key: (min(found[key]), key))
    return [Chosen(key, question_of[key], found[key]) for key in order]

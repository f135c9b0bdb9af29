"""Fractions as other systems write them, and choices as weights where a format knows nothing else."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lms.questions.content import meant
from lms.questions.exchange.drafted import percent


def in_percent(value: Any) -> str:
    """A kept fraction in per cent: "0.5" → "50", "0.3333" → "33.33333"."""
    exact = meant(Decimal(str(value)))
    return percent(Decimal(exact.numerator) / exact.denominator)


def of_options(raw: Mapping[str, Any]) -> list[Any]:
    """What each option of a choice gives, 0 to 1 or below: its fraction, its points ÷ 5, or its part of what is right.

    Under the rule `net` a wrong one takes as much as a right one gives; under `all_or_nothing` all that there is, or who ticks
    everything would have everything.
    """
    rows = raw["options"]
    if "points" in rows[0]:
        return [Decimal(row["points"]) / 5 for row in rows]
    if any("fraction" in row for row in rows):
        return [row.get("fraction", 0) for row in rows]
    right = sum(row["correct"] for row in rows)
    if raw["kind"] == "single_choice":
        return [int(row["correct"]) for row in rows]
    wrong = Decimal(-1) if raw.get("scoring") == "all_or_nothing" else -Decimal(1) / right
    return [Decimal(1) / right if row["correct"] else wrong for row in rows]

"""Limits and default levels, kept as dated data in reference.yaml."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Purpose = Literal["placement", "mapping"]


class NotYetSet(LookupError):
    """No entry of the reference data had begun on that day."""


@dataclass(frozen=True)
class Category:
    """A band of the Job Person Match: from `lower` per cent to below `upper` (None: the top band)."""

    label: str
    lower: Decimal
    upper: Decimal | None


def category(share: Decimal, purpose: Purpose, *, on: date) -> Category:
    """The band that a share (per cent, not rounded) falls in. Filling a position and mapping have bands of their own."""
    upper: Decimal | None = None
    for band in _in_force("match_categories", on)[purpose]:
        lower = Decimal(band["from"])
        if share >= lower:
            return Category(band["label"], lower, upper)
        upper = lower
    raise ValueError(f"a share below zero: {share}")


def default_levels(tier: str, *, on: date) -> dict[str, int]:
    """Competency code → the level that a tier asks for where its standard says nothing else. Raises KeyError on an unknown tier."""
    entry = _in_force("default_levels", on)
    level = int(entry["tiers"][tier])
    return dict.fromkeys(entry["competencies"], level)


def _in_force(table: str, on: date) -> dict[str, Any]:
    begun = [entry for entry in _data()[table] if entry["effective_from"] <= on]
    if not begun:
        raise NotYetSet(f"{table} on {on}")
    newest: dict[str, Any] = max(begun, key=lambda entry: entry["effective_from"])
    return newest


@cache
def _data() -> dict[str, list[dict[str, Any]]]:
    text = Path(__file__).with_name("reference.yaml").read_text(encoding="utf-8")
    data: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return data

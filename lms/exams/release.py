"""What a candidate may see of a graded paper, and how long an item can be appealed. Pure.

A blueprint says it; without it a candidate sees figures alone and there are no appeals:

    release    "score": figures · "items": also each question, one's own answer and its mark · "key": also the best answer
    appeals    {"days": how long after the first graded result, "ruling_days": how long a ruling may take after filing}

Under "score" an appeal names an item by its number and shows nothing of it. The best answer stays back for as long as
somebody may still sit the same sitting: whoever hands in first would tell the others, or try again with the key in hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

LEVELS = ("score", "items", "key")


@dataclass(frozen=True)
class Release:
    """shows_items: question, own answer and mark. shows_key: the best answer. days: of the window, None for no appeals."""

    shows_items: bool
    shows_key: bool
    days: int | None
    ruling_days: int

    def closes_at(self, graded_at: datetime) -> datetime | None:
        """When filing ends. graded_at: when the first result with a verdict was recorded."""
        return None if self.days is None else graded_at + timedelta(days=self.days)

    def while_others_sit(self) -> "Release":
        """What may be seen of it while the sitting goes on."""
        return replace(self, shows_key=False)

    def ruling_due(self, filed_at: datetime) -> datetime:
        """When a ruling is due."""
        return filed_at + timedelta(days=self.ruling_days)


#: What a blueprint that says nothing allows.
NOTHING = Release(shows_items=False, shows_key=False, days=None, ruling_days=0)


def release_of(blueprint: Mapping[str, Any]) -> Release:
    """What a blueprint's content allows."""
    level = LEVELS.index(blueprint.get("release", "score"))
    appeals = blueprint.get("appeals")
    return Release(
        shows_items=level >= 1,
        shows_key=level >= 2,
        days=appeals["days"] if appeals else None,
        ruling_days=appeals["ruling_days"] if appeals else 0,
    )

"""What a candidate may see of a graded paper, from when, and how long an item can be appealed. Pure.

A blueprint says it; without it a candidate sees figures alone and there are no appeals:

    release          "score": figures · "items": also each question, one's own answer and its mark · "key": also the best answer
    release_after    "result": questions, answers and marks at once · "sitting": once the sitting is over; without it, at once
    appeals          {"days": how long after they begin, "ruling_days": how long a ruling may take after filing}

Figures and verdict never wait. The best answer always stays back for as long as somebody may still sit the same sitting, and
under "sitting" all the rest does, too: whoever hands in first would tell the others, or try again with it in hand. released.py
reckons when that is. Appeals begin with the first graded result; where questions wait, not before they can be read. Under
"score" an appeal names an item by its number and shows nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LEVELS = ("score", "items", "key")
#: After what questions, answers and marks are shown: the result, or the end of the sitting.
MOMENTS = ("result", "sitting")


@dataclass(frozen=True)
class Release:
    """shows_items: question, own answer and mark. shows_key: the best answer. days: of the window, None for no appeals.

    waits: whether the items are shown once the sitting is over, and not before.
    """

    shows_items: bool
    shows_key: bool
    days: int | None
    ruling_days: int
    waits: bool = False

    def closes_at(self, opens_at: datetime) -> datetime | None:
        """When filing ends. opens_at: when it began."""
        return None if self.days is None else opens_at + timedelta(days=self.days)

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
        waits=level >= 1 and blueprint.get("release_after") == "sitting",
    )

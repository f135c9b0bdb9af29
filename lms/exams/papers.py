"""A paper: the questions of one candidate, frozen whole, so that nothing that changes later changes what was asked.

It carries the questions' content and not only their keys: an attempt can be shown, graded and checked from its paper
and its journal alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from lms.db import canonical_json
from lms.exams.blueprint_rows import Drawn
from lms.questions.content import Presented
from lms.questions.kinds import TABLE


@dataclass(frozen=True)
class Item:
    """One question of a paper. version, hash: which version it is; order: places of what its kind shuffles.

    scored: False = on trial, asked among the others and counted nowhere.
    """

    version: int
    hash: str
    section: int
    order: list[int]
    kind: str
    content: dict[str, Any]
    scored: bool = True

    @property
    def shape(self) -> str:
        """The shape of its answers, without certainty."""
        return TABLE[self.kind].SHAPE

    def present(self) -> Presented:
        """What a page shows of it."""
        return TABLE[self.kind].present(self.content, self.order)


@dataclass(frozen=True)
class Version:
    """What a paper takes over from a question version. content: as text, since the same few questions stand on all papers."""

    hash: str
    kind: str
    content: str


def freeze(drawn: Sequence[Drawn], versions: Mapping[int, Version], *, seed: int) -> list[Item]:
    """The items of a paper, options in an order of its own. The same seed gives the same paper."""
    chance = Random(seed)  # noqa: S311 - repeatable on purpose; the seed is what must not be guessed
    return [_item(one, versions[one.version], chance) for one in drawn]


def items_of(rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    """The items as the column `paper.items` keeps them."""
    return [Item(**row) for row in rows]


def read(written: str) -> tuple[Item, ...]:
    """The items out of the text of `paper.items`."""
    return tuple(items_of(json.loads(written)))


def rows_of(items: Sequence[Item]) -> list[dict[str, Any]]:
    """The items for the column `paper.items`. What counts says nothing of it, as in papers of before."""
    return [{name: value for name, value in vars(item).items() if name != "scored" or not value} for item in items]


def written(items: Sequence[Item]) -> str:
    """The items as text: what is kept, and what the digest is over."""
    return canonical_json(rows_of(items))


def digest(blueprint_hash: str, text: str) -> str:
    """SHA-256 over the blueprint's hash and all items. text: of `written`, as it stands in the canonical JSON of both."""
    whole = f'{{"blueprint":{canonical_json(blueprint_hash)},"items":{text}}}'
    return hashlib.sha256(whole.encode()).hexdigest()


def _item(drawn: Drawn, version: Version, chance: Random) -> Item:
    size, asked = _asked(version.kind, version.content)
    order = list(range(size))
    chance.shuffle(order)
    return Item(drawn.version, version.hash, drawn.section, order, version.kind, asked, drawn.scored)


@lru_cache(maxsize=2048)
def _asked(kind: str, written: str) -> tuple[int, dict[str, Any]]:
    """How many options there are to shuffle, and the content without its explanation."""
    content = json.loads(written)
    return TABLE[kind].size(content), {field: value for field, value in content.items() if field != "explanation"}

"""Questions that say nearly the same: the Jaccard index of their word pairs, over stems.

share = |A ∩ B| ÷ |A ∪ B|, where A and B are the sets of stems and of pairs of neighbouring stems.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

Stems = Callable[[str], Sequence[str]]
K = TypeVar("K", bound=Hashable)
#: From here on two questions are worth comparing by eye.
ALIKE = 0.7
#: Shorter texts are alike by chance.
FEWEST_STEMS = 4


@dataclass(frozen=True)
class Likeness(Generic[K]):
    """The nearest of the texts that are known, and how near: share in [0, 1]."""

    key: K
    share: float


def shingles(stems: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """The stems of a text and the pairs of neighbours among them."""
    return frozenset([(stem,) for stem in stems] + list(pairwise(stems)))


def jaccard(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    """Shared ÷ all; 0 for two empty sets."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


class Known(Generic[K]):
    """Texts by key, to be compared with others."""

    def __init__(self, stems: Stems) -> None:
        self._stems = stems
        self._of: dict[K, frozenset[tuple[str, ...]]] = {}
        self._where: dict[tuple[str, ...], list[K]] = defaultdict(list)

    def add(self, key: K, text: str) -> None:
        """Remember a text. One that is too short is not compared."""
        stems = self._stems(text)
        if len(stems) < FEWEST_STEMS or key in self._of:
            return
        self._of[key] = shingles(stems)
        for shingle in self._of[key]:
            self._where[shingle].append(key)

    def nearest(self, text: str) -> Likeness[K] | None:
        """The most alike of what is known, if it is ALIKE; the earliest of equals."""
        stems = self._stems(text)
        if len(stems) < FEWEST_STEMS:
            return None
        wanted = shingles(stems)
        # Two texts that are alike share pairs of words; single words would compare everything with everything.
        shared = Counter(key for shingle in wanted if len(shingle) == 2 for key in self._where.get(shingle, ()))
        order = {key: place for place, key in enumerate(self._of)}
        best = max(shared, key=lambda key: (jaccard(wanted, self._of[key]), -order[key]), default=None)
        share = jaccard(wanted, self._of[best]) if best is not None else 0.0
        return Likeness(best, share) if best is not None and share >= ALIKE else None

"""Questions that say nearly the same: the Jaccard index of their word pairs, over stems.

share = |A ∩ B| ÷ |A ∪ B|, where A and B are the sets of stems and of pairs of neighbouring stems.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice, pairwise
from typing import Any, Generic, TypeVar

_WORD = re.compile(r"\w+")
Stems = Callable[[str], Sequence[str]]
K = TypeVar("K", bound=Hashable)
#: From here on two questions are worth comparing by eye.
ALIKE = 0.7
#: Shorter texts are alike by chance.
FEWEST_STEMS = 4
#: So many texts are remembered for a pair of words, and compared with one: thousands that differ in a word would all be, each with each.
MOST_COMPARED = 20
#: Pairs of a text that are looked up, and stems of it that are compared.
MOST_PAIRS = 200
MOST_STEMS = 300
#: Words of a text that are reduced to stems, which takes a millisecond each for words of no language. Half may be stop words.
MOST_WORDS = 2 * MOST_STEMS


@dataclass(frozen=True)
class Likeness(Generic[K]):
    """The nearest of the texts that are known, and how near: share in [0, 1]."""

    key: K
    share: float


def words(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation: quick, where stems would take too long."""
    return _WORD.findall(text.casefold())


def compared(content: Mapping[str, Any]) -> str:
    """What is compared of a question: what it asks and what it offers, without weights."""
    offered = [row["text"] for row in content.get("options", ())] + list(content.get("items", ()))
    offered += [f"{pair['left']} {pair['right']}" for pair in content.get("pairs", ())]
    return " ".join([content["stem"], content.get("text", ""), *offered])


def shingles(stems: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """The stems of a text and the pairs of neighbours among them."""
    return frozenset([(stem,) for stem in stems] + list(pairwise(stems)))


def jaccard(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    """Shared ÷ all; 0 for two empty sets."""
    shared = len(first & second)
    union = len(first) + len(second) - shared
    return shared / union if union else 0.0


def _head(text: str) -> str:
    """The first MOST_WORDS words of a text."""
    last = next(islice(_WORD.finditer(text), MOST_WORDS - 1, None), None)
    return text[: last.end()] if last else text


def alike(text: str, others: Iterable[tuple[K, str]], stems: Stems, *, most: int) -> list[Likeness[K]]:
    """Which of the others are ALIKE to a text, the most alike first, the earliest of equals. One against many needs no index."""
    own = stems(_head(text))[:MOST_STEMS]
    if len(own) < FEWEST_STEMS:
        return []
    wanted, singles = shingles(own), frozenset(own)
    # Even if all pairs were shared, this many words must be: of thousands of texts most are passed over by that.
    least = ALIKE * len(wanted) - (len(wanted) - len(singles))
    found = []
    for place, (key, other) in enumerate(others):
        theirs = stems(_head(other))[:MOST_STEMS]
        if len(theirs) >= FEWEST_STEMS and len(singles.intersection(theirs)) >= least:
            found.append((jaccard(wanted, shingles(theirs)), -place, key))
    best = nlargest(most, (one for one in found if one[0] >= ALIKE), key=lambda one: one[:2])
    return [Likeness(key, share) for share, _place, key in best]


class Known(Generic[K]):
    """Texts by key, to be compared with others."""

    def __init__(self, stems: Stems) -> None:
        self._stems = stems
        self._of: dict[K, frozenset[tuple[str, ...]]] = {}
        self._order: dict[K, int] = {}
        self._where: dict[tuple[str, ...], list[K]] = defaultdict(list)
        self._first: dict[frozenset[tuple[str, ...]], K] = {}

    def add(self, key: K, text: str) -> None:
        """Remember a text. One that is too short is not compared."""
        stems = self._stems(_head(text))
        if len(stems) < FEWEST_STEMS or key in self._of:
            return
        self._of[key], self._order[key] = shingles(stems[:MOST_STEMS]), len(self._order)
        self._first.setdefault(self._of[key], key)
        for shingle in self._of[key]:
            if len(self._where[shingle]) < MOST_COMPARED:
                self._where[shingle].append(key)

    def nearest(self, text: str) -> Likeness[K] | None:
        """The most alike of what is known, if it is ALIKE; the earliest of equals."""
        return next(iter(self.alike(text, most=1)), None)

    def alike(self, text: str, *, most: int) -> list[Likeness[K]]:
        """What is known and ALIKE, the most alike first, the earliest of equals."""
        stems = self._stems(_head(text))
        if len(stems) < FEWEST_STEMS:
            return []
        wanted = shingles(stems[:MOST_STEMS])
        # Two texts that are alike share pairs of words; single words would compare everything with everything.
        pairs = list(pairwise(stems[:MOST_STEMS]))
        looked_up = pairs[:: len(pairs) // MOST_PAIRS + 1]  # of two that are ALIKE most pairs are the same
        # In the order of the text, which decides between equals: the same texts are found each time.
        shared = Counter(key for pair in dict.fromkeys(looked_up) for key in self._where.get(pair, ()))
        near = {key for key, _count in shared.most_common(MOST_COMPARED)}
        if (
            wanted in self._first
        ):  # among thousands that differ in a word it may share no more pairs that are remembered than they
            near.add(self._first[wanted])
        found = ((jaccard(wanted, self._of[key]), -self._order[key], key) for key in near)
        best = nlargest(most, (one for one in found if one[0] >= ALIKE), key=lambda one: one[:2])
        return [Likeness(key, share) for share, _place, key in best]

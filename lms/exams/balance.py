"""Forms of equal difficulty: a paper's questions are exchanged until its expected facility is what the blueprint says. Pure.

The expected facility of a question is its measured one (mean mark ÷ maximum), or where it was never measured what its
difficulty stands for. A paper's is the mean over its scored questions. Two papers that both lie within the tolerance of the
same value differ by twice the tolerance at most, which is what makes them parallel.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from random import Random

#: What a difficulty stands for while nothing was measured.
NOMINAL = {"mudah": 0.8, "sedang": 0.6, "sulit": 0.4}
MOST_EXCHANGES = 200
#: Neighbours in difficulty that are tried where the nearest has an enemy on the paper.
NEAR = 16
#: Floating-point sums of a few hundred numbers are exact to far less than this.
EPSILON = 1e-9
NONE = -1


def settle(
    chosen: Sequence[Sequence[int]],
    fits: Sequence[Sequence[int]],
    enemies: Mapping[int, AbstractSet[int]],
    facility: Mapping[int, float],
    *,
    fixed: AbstractSet[int],
    target: float,
    tolerance: float,
    chance: Random,
) -> tuple[list[list[int]], float]:
    """(row → items, their mean facility) after exchanging items of a row for others that fit it, while that comes nearer.

    chosen: an enemy-free choice with as many items as it keeps. fixed: items that stay. The caller looks whether the mean is
    within the tolerance; every exchange is the best one of a step, so that the walk ends.
    """
    rows = [list(row) for row in chosen]
    used = {item for row in rows for item in row}
    ranked = [sorted(row, key=lambda item: (facility[item], item)) for row in fits]
    keys = [[facility[item] for item in row] for row in ranked]
    for _ in range(MOST_EXCHANGES):
        off = target * len(used) - sum(facility[item] for item in used)
        if abs(off) <= tolerance * len(used) + EPSILON:
            break
        best = (abs(off) - EPSILON, 0, 0, NONE)
        places = [(row, place) for row, items in enumerate(rows) for place in range(len(items))]
        for row, place in chance.sample(places, len(places)):
            old = rows[row][place]
            if old in fixed:
                continue
            for new in _near(ranked[row], keys[row], facility[old] + off):
                left = abs(off - facility[new] + facility[old])
                if left < best[0] and new not in used and not (enemies.get(new, frozenset()) & (used - {old})):
                    best = (left, row, place, new)
        if best[3] == NONE:
            break
        _left, row, place, new = best
        used = used - {rows[row][place]} | {new}
        rows[row][place] = new
    mean = sum(facility[item] for item in used) / len(used) if used else target
    return rows, mean


def _near(items: Sequence[int], keys: Sequence[float], wanted: float) -> Sequence[int]:
    """The items whose facility is nearest to what is wanted, on both sides."""
    at = bisect_left(keys, wanted)
    return items[max(0, at - NEAR) : at + NEAR]

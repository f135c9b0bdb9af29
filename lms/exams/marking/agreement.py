"""How far two markers agree on the same answers. Pure; statistics are floats.

Exact agreement: the share of answers to which both gave the same mark.

Mean difference: the mean of (second − first), and of its absolute value, in the marks' own unit.

Weighted kappa: Cohen, J. (1968), "Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
credit", Psychological Bulletin 70(4), 213–220, with quadratic weights:

    κ = 1 − Σ (xᵢ − yᵢ)² ÷ (1/n · Σᵢ Σⱼ (xᵢ − yⱼ)²)

The numerator is the disagreement that was seen, the denominator what two markers with the same marks would show by chance.
1 = always the same, 0 = no better than chance. With these weights it needs no categories: it is computed on the marks
themselves (Fleiss, J. L., and Cohen, J. (1973), Educational and Psychological Measurement 33(3), 613–619).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: Below so many answers the shares and differences say only what was seen, and kappa is not told: a single answer moves it
#: from one end of its scale to the other.
FEWEST = 30


@dataclass(frozen=True)
class Agreement:
    """n: answers that two people marked. kappa: None below FEWEST answers, and where everybody gave everything the
    same mark. Shares are fractions."""

    n: int
    exact: float | None
    within: float | None
    mean_difference: float | None
    mean_absolute: float | None
    kappa: float | None


def of(pairs: Sequence[tuple[Decimal, Decimal, bool]]) -> Agreement:
    """pairs: (first mark, second mark, within the tolerance) of each answer."""
    n = len(pairs)
    if not n:
        return Agreement(0, None, None, None, None, None)
    differences = [second - first for first, second, _ in pairs]
    return Agreement(
        n=n,
        exact=sum(not one for one in differences) / n,
        within=sum(is_within for *_, is_within in pairs) / n,
        mean_difference=float(sum(differences) / n),
        mean_absolute=float(sum(map(abs, differences)) / n),
        kappa=weighted_kappa([(first, second) for first, second, _ in pairs]) if n >= FEWEST else None,
    )


def weighted_kappa(pairs: Sequence[tuple[Decimal, Decimal]]) -> float | None:
    """Quadratic weights; None where chance alone would show no disagreement. Sums are exact."""
    n = len(pairs)
    seen = sum((first - second) ** 2 for first, second in pairs)
    xs, ys = [first for first, _ in pairs], [second for _, second in pairs]
    # Σᵢ Σⱼ (xᵢ − yⱼ)² = n Σ x² + n Σ y² − 2 Σ x Σ y
    chance = n * (sum(x * x for x in xs) + sum(y * y for y in ys)) - 2 * sum(xs) * sum(ys)
    return float(1 - n * seen / chance) if chance else None

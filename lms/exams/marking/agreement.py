"""How far two markers agree on the same answers. Pure; statistics are floats.

Exact agreement: the share of answers to which both gave the same mark.

Mean difference: the mean of (second − first), and of its absolute value, in the marks' own unit.

Weighted kappa: Cohen, J. (1968), "Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
credit", Psychological Bulletin 70(4), 213–220, with quadratic weights:

    κ = 1 − Σ (xᵢ − yᵢ)² ÷ (1/n · Σᵢ Σⱼ (xᵢ − yⱼ)²)

The numerator is the disagreement that was seen, the denominator what two markers with the same marks would show by chance.
1 = always the same, 0 = no better than chance. With these weights it needs no categories: it is computed on the marks
themselves (Fleiss, J. L., and Cohen, J. (1973), Educational and Psychological Measurement 33(3), 613–619).

Of several questions together chance is what it is within each of them: taken across, a question of many points beside one
of few would look like agreement. Marks count as shares of what their question counts, and both sums run over the questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

#: First mark, second mark, whether they lie within the tolerance.
Pair = tuple[Decimal, Decimal, bool]
#: Below so many answers the shares and differences say only what was seen, and kappa is not told: a single answer moves it
#: from one end of its scale to the other.
FEWEST = 30


@dataclass(frozen=True)
class Agreement:
    """n: answers that two people marked. kappa: None below FEWEST answers, and where everybody gave everything the
    same mark. Shares are fractions. Differences are None of questions together that do not count the same."""

    n: int
    exact: float | None
    within: float | None
    mean_difference: float | None
    mean_absolute: float | None
    kappa: float | None


def of(pairs: Sequence[Pair]) -> Agreement:
    """Of the answers to one question."""
    return of_all([(Decimal(1), pairs)])


def of_all(questions: Sequence[tuple[Decimal, Sequence[Pair]]]) -> Agreement:
    """Of several questions together; questions: (what it counts, its answers) of each."""
    pairs = [pair for _, of_one in questions for pair in of_one]
    n = len(pairs)
    if not n:
        return Agreement(0, None, None, None, None, None)
    differences = [second - first for first, second, _ in pairs]
    count_the_same = len({maximum for maximum, _ in questions}) == 1
    return Agreement(
        n=n,
        exact=sum(not one for one in differences) / n,
        within=sum(is_within for *_, is_within in pairs) / n,
        mean_difference=float(sum(differences) / n) if count_the_same else None,
        mean_absolute=float(sum(map(abs, differences)) / n) if count_the_same else None,
        kappa=weighted_kappa(questions) if n >= FEWEST else None,
    )


def weighted_kappa(questions: Sequence[tuple[Decimal, Sequence[Pair]]]) -> float | None:
    """Quadratic weights; None where chance alone would show no disagreement. Arguments as of_all; sums are exact."""
    sums = [(maximum * maximum, *_disagreement(pairs)) for maximum, pairs in questions if pairs]
    chance = sum(by_chance / Fraction(unit) for unit, _, by_chance in sums)
    seen = sum(really / Fraction(unit) for unit, really, _ in sums)
    return float(1 - seen / chance) if chance else None


def _disagreement(pairs: Sequence[Pair]) -> tuple[Fraction, Fraction]:
    """What was seen of one question, and what chance would show."""
    n = len(pairs)
    seen = sum((first - second) ** 2 for first, second, _ in pairs)
    xs, ys = [first for first, *_ in pairs], [second for _, second, _ in pairs]
    # Σᵢ Σⱼ (xᵢ − yⱼ)² = n Σ x² + n Σ y² − 2 Σ x Σ y
    by_chance = n * (sum(x * x for x in xs) + sum(y * y for y in ys)) - 2 * sum(xs) * sum(ys)
    return Fraction(seen), Fraction(by_chance) / n

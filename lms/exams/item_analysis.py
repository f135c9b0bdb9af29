"""Item analysis: how hard each question was, how well it told the strong from the weak, and how reliable the whole was.

All figures are fractions, never per cent. Marks are decimals, so they are counted in whole units of their smallest
place: sums, variances and covariances are exact, "constant" means constant, and only a finished figure becomes a float.
Figures that need what there is not (two candidates, a second item, any spread) are None.

A mark lies in [0, maximum]; where answers are weighed by certainty, in [−2 × maximum, maximum]. Every formula holds for both.

Sources are named at each formula. Variances and covariances are those of a sample, with n − 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import copysign, sqrt
from operator import mul


@dataclass(frozen=True)
class ItemFigures:
    """One item. facility, sd: in [0, 1] and [0, 0.71] of its maximum, with certainty in [−2, 1] and [0, 2.13];
    discrimination in [−1, 1]; efficiency at most 1.
    """

    name: str
    facility: float | None
    sd: float | None
    discrimination: float | None
    efficiency: float | None


@dataclass(frozen=True)
class Analysis:
    """A whole table of marks. n: candidates. sem: of the largest sum that there could be, in [0, 1], with certainty in [0, 3]."""

    n: int
    alpha: float | None
    sem: float | None
    items: tuple[ItemFigures, ...]


def analyse(names: Sequence[str], maxima: Sequence[Decimal], rows: Sequence[Sequence[Decimal]]) -> Analysis:
    """Analyse candidates × items. rows: one a candidate, a mark for each name, not answered = 0; may be empty.

    Raises ValueError if a row or the maxima are not as long as the names.
    """
    if any(len(row) != len(names) for row in (maxima, *rows)):
        raise ValueError("each row has one mark for each item")
    places = places_of([*maxima, *(mark for row in rows for mark in row)])
    table = [[units(mark, places) for mark in row] for row in rows]
    totals = [sum(row) for row in table]
    columns = [[row[place] for row in table] for place in range(len(names))]
    items = tuple(
        _figures(name, column, [total - mark for total, mark in zip(totals, column, strict=True)], units(best, places))
        for name, best, column in zip(names, maxima, columns, strict=True)
    )
    return Analysis(
        len(rows), alpha(columns, totals), sem(columns, totals, sum(units(best, places) for best in maxima)), items
    )


def item_figures(name: str, marks: Sequence[Decimal], rests: Sequence[Decimal], maximum: Decimal) -> ItemFigures:
    """One item whose candidates need not have had the same other items.

    rests: same length and order; each candidate's marks on all *other* items of their own paper.
    """
    places = places_of([*marks, *rests, maximum])
    own, other = ([units(one, places) for one in column] for column in (marks, rests))
    return _figures(name, own, other, units(maximum, places))


def facility(marks: Sequence[int], maximum: int) -> float | None:
    """Mean mark ÷ maximum mark: the share of what could be had, for 0/1 items the share who were right.

    In [0, 1], with certainty in [−2, 1]; None without candidates or maximum. Source: Allen & Yen 1979, ch. 6, item difficulty p, for marks.
    """
    return sum(marks) / (len(marks) * maximum) if marks and maximum else None


def spread(marks: Sequence[int], maximum: int) -> float | None:
    """Standard deviation of mark ÷ maximum, with n − 1. At least 0; None below two candidates.

    Source: the sample standard deviation, s² = Σ(x − x̄)² ÷ (n − 1) = (nΣx² − (Σx)²) ÷ (n(n − 1)).
    """
    n = len(marks)
    return sqrt(_scatter(marks, marks) / (n * (n - 1) * maximum**2)) if n > 1 and maximum else None


def discrimination(marks: Sequence[int], rests: Sequence[int]) -> float | None:
    """Corrected item–total correlation: Pearson's r of the mark with the marks on all other items.

    In [−1, 1]; None if either is constant. For 0/1 items this is the point-biserial correlation with the rest.
    Source: Pearson 1896 (product-moment r); Henrysson 1963, correction of item–total correlations, without the item.
    """
    own, other = _scatter(marks, marks), _scatter(rests, rests)
    if not own or not other:
        return None
    both = _scatter(marks, rests)
    # One exact fraction before the root: the same figure in whatever unit marks are counted, and exactly 1 where one follows the other.
    return copysign(sqrt(both**2 / (own * other)), both)


def efficiency(marks: Sequence[int], rests: Sequence[int]) -> float | None:
    """Discriminative efficiency: the covariance of mark and rest ÷ the largest that the same numbers could have.

    The largest is had when both stand in the same order. At most 1, with the sign of the discrimination, and not
    bounded by −1: the least covariance may be larger in size. None if either is constant.
    Source: Moodle, quiz statistics calculations, discriminative efficiency = C(x, X̃) ÷ C_max(x, X̃); that the sorted
    pairing is the largest: Hardy, Littlewood & Pólya 1934, rearrangement inequality (theorem 368).
    """
    best = _scatter(sorted(marks), sorted(rests))
    return _scatter(marks, rests) / best if best else None


def alpha(columns: Sequence[Sequence[int]], totals: Sequence[int]) -> float | None:
    """Cronbach's alpha: k ÷ (k − 1) · (1 − Σ s²ᵢ ÷ s²ₜ). For 0/1 items this is KR-20.

    At most 1, and may be negative; None below two items or two candidates, or when all totals are equal.
    Source: Cronbach 1951, eq. 2; Kuder & Richardson 1937, eq. 20. With n − 1 above and below, the n − 1 cancels.
    """
    k, whole = len(columns), _scatter(totals, totals)
    if k < 2 or not whole:
        return None
    parts = sum(_scatter(column, column) for column in columns)
    return k * (whole - parts) / ((k - 1) * whole)


def sem(columns: Sequence[Sequence[int]], totals: Sequence[int], maximum: int) -> float | None:
    """Standard error of measurement: sₜ · √(1 − alpha) ÷ maximum. maximum: the largest sum that there could be. None where alpha is.

    With alpha put in, its square is (kΣs²ᵢ − s²ₜ) ÷ (k − 1), which is never negative and needs no subtraction of floats.
    Source: Lord & Novick 1968, ch. 3 (σ_E = σ_X √(1 − ρ)), with alpha for the reliability.
    """
    k, n, whole = len(columns), len(totals), _scatter(totals, totals)
    if k < 2 or not whole or not maximum:
        return None
    error = k * sum(_scatter(column, column) for column in columns) - whole
    return sqrt(error / ((k - 1) * n * (n - 1) * maximum**2))


def places_of(marks: Sequence[Decimal]) -> int:
    """How many decimal places the finest of the marks has."""
    return max([0, *(-int(mark.as_tuple().exponent) for mark in set(marks))])


def units(mark: Decimal, places: int) -> int:
    """A mark as a whole number of units; places: at least as many as it has. Exact at any length, which no context of decimals is."""
    above, below = mark.as_integer_ratio()
    scale: int = 10**places
    return above * scale // below


def _figures(name: str, marks: Sequence[int], rests: Sequence[int], maximum: int) -> ItemFigures:
    return ItemFigures(
        name=name,
        facility=facility(marks, maximum),
        sd=spread(marks, maximum),
        discrimination=discrimination(marks, rests),
        efficiency=efficiency(marks, rests),
    )


def _scatter(x: Sequence[int], y: Sequence[int]) -> int:
    """n(n − 1) times the sample covariance, exactly: nΣxy − ΣxΣy."""
    products: int = sum(map(mul, x, y))
    return len(x) * products - sum(x) * sum(y)

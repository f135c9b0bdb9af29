"""A cut score by a panel, after Angoff: each judge says how likely a just competent candidate is to answer each item right.

Source: Angoff 1971, Scales, norms, and equivalent scores, in Thorndike (ed.), Educational Measurement, 2nd ed., p. 515:
the sum of the probabilities over items is a judge's cut score; the panel's is the mean over judges. The standard error
of the panel's mean is s ÷ √J, with s the sample standard deviation (n − 1) of the J judges' cut scores.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt


@dataclass(frozen=True)
class CutScore:
    """What a panel came to. cut, judges, sd and se: in marks, of which there are `most`; share: cut ÷ most, in [0, 1].

    items: mean rating of each item. spreads: the sample standard deviation of each item's ratings · ranges: the lowest and
    the highest. percent: the share in whole per cent, half up. sd, se, spreads: None below two judges.
    """

    n: int
    items: dict[str, float]
    judges: dict[str, float]
    cut: float
    share: float
    sd: float | None
    se: float | None
    most: float
    percent: int
    spreads: dict[str, float | None]
    ranges: dict[str, tuple[float, float]]


def cut_score(
    items: Sequence[str], ratings: Mapping[str, Sequence[Decimal]], weights: Sequence[Fraction] | None = None
) -> CutScore:
    """ratings: judge → a rating in [0, 1] for each item. Sums are exact; only finished figures become floats.

    weights: marks that each item stands for; 1 where there are none.
    Raises ValueError without items or judges, or where a judge did not rate every item with 0 to 1.
    """
    if not items or not ratings:
        raise ValueError("a panel needs a judge and an item")
    if any(len(row) != len(items) or not all(0 <= one <= 1 for one in row) for row in ratings.values()):
        raise ValueError("each judge rates each item from 0 to 1")
    marks = weights or [Fraction(1)] * len(items)
    rows = {judge: [Fraction(one) for one in row] for judge, row in ratings.items()}
    sums = {judge: _sum(one * mark for one, mark in zip(row, marks, strict=True)) for judge, row in rows.items()}
    columns = dict(zip(items, zip(*rows.values(), strict=True), strict=True))
    n, most = len(rows), _sum(marks)
    cut = _sum(sums.values()) / n
    variance = _variance(list(sums.values()))
    return CutScore(
        n=n,
        items={name: float(_sum(column) / n) for name, column in columns.items()},
        judges={judge: float(one) for judge, one in sums.items()},
        cut=float(cut),
        share=float(cut / most),
        sd=None if variance is None else sqrt(variance),
        se=None if variance is None else sqrt(variance / n),
        most=float(most),
        percent=floor(cut * 100 / most + Fraction(1, 2)),
        spreads={name: None if n < 2 else sqrt(_variance(column) or 0) for name, column in columns.items()},
        ranges={name: (float(min(column)), float(max(column))) for name, column in columns.items()},
    )


def _variance(values: Sequence[Fraction]) -> Fraction | None:
    """With n − 1; None below two values."""
    n = len(values)
    mean = _sum(values) / n
    return _sum((one - mean) ** 2 for one in values) / (n - 1) if n > 1 else None


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))

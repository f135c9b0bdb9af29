"""A cut score by a panel, after Angoff: each judge says how likely a just competent candidate is to answer each item right.

Source: Angoff 1971, Scales, norms, and equivalent scores, in Thorndike (ed.), Educational Measurement, 2nd ed., p. 515:
the sum of the probabilities over items is a judge's cut score; the panel's is the mean over judges. The standard error
of the panel's mean is s ÷ √J, with s the sample standard deviation (n − 1) of the J judges' cut scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt


@dataclass(frozen=True)
class CutScore:
    """What a panel came to. cut, judges, sd and se: in marks of 1 an item; share: cut ÷ number of items, in [0, 1].

    items: mean rating of each item. sd, se: None below two judges.
    """

    n: int
    items: dict[str, float]
    judges: dict[str, float]
    cut: float
    share: float
    sd: float | None
    se: float | None


def cut_score(items: Sequence[str], ratings: Mapping[str, Sequence[Decimal]]) -> CutScore:
    """ratings: judge → a rating in [0, 1] for each item. Sums are exact; only finished figures become floats.

    Raises ValueError without items or judges, or where a judge did not rate every item with 0 to 1.
    """
    if not items or not ratings:
        raise ValueError("a panel needs a judge and an item")
    if any(len(row) != len(items) or not all(0 <= one <= 1 for one in row) for row in ratings.values()):
        raise ValueError("each judge rates each item from 0 to 1")
    rows = {judge: [Fraction(one) for one in row] for judge, row in ratings.items()}
    sums = {judge: sum(row, Fraction(0)) for judge, row in rows.items()}
    n = len(rows)
    cut = sum(sums.values(), Fraction(0)) / n
    variance = sum(((one - cut) ** 2 for one in sums.values()), Fraction(0)) / (n - 1) if n > 1 else None
    return CutScore(
        n=n,
        items={
            name: float(sum((row[place] for row in rows.values()), Fraction(0)) / n) for place, name in enumerate(items)
        },
        judges={judge: float(one) for judge, one in sums.items()},
        cut=float(cut),
        share=float(cut / len(items)),
        sd=None if variance is None else sqrt(variance),
        se=None if variance is None else sqrt(variance / n),
    )

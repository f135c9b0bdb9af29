"""What a round of a panel came to, from its ratings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.exams.angoff import CutScore, cut_score

#: From so many points of 100 between the lowest and the highest rating on, the judges see an item differently.
WIDE = 40

#: judge → item → per cent.
Ratings = Mapping[int, Mapping[int, int]]


@dataclass(frozen=True)
class Line:
    """An item over all judges, in per cent: mean, sample standard deviation (None below two judges), lowest and highest."""

    item: int
    mean: float
    sd: float | None
    low: int
    high: int

    @property
    def is_wide(self) -> bool:
        """Whether the judges should talk about it."""
        return self.high - self.low >= WIDE


@dataclass(frozen=True)
class Figures:
    """A round. lines: the items, those on which judges differ most first. cuts: judge → cut. absent: who did not finish."""

    score: CutScore
    lines: tuple[Line, ...]
    cuts: dict[int, float]
    absent: tuple[int, ...]

    def as_record(self) -> dict[str, Any]:
        """What a closed round keeps (PanelRound)."""
        one = self.score
        return {
            "n": one.n, "absent": len(self.absent), "items": len(self.lines), "cut": one.cut, "most": one.most,
            "share": one.share, "percent": one.percent, "sd": one.sd, "se": one.se,
        }  # fmt: skip


def latest(rows: Iterable[tuple[int, int, int]]) -> dict[int, dict[int, int]]:
    """rows: (judge, item, per cent) in the order in which they were given; a later one takes the place of an earlier."""
    found: dict[int, dict[int, int]] = {}
    for judge, item, percent in rows:
        found.setdefault(judge, {})[item] = percent
    return found


def finished(items: Iterable[int], judges: Sequence[int], ratings: Ratings) -> list[int]:
    """The judges who rated every item."""
    wanted = set(items)
    return [judge for judge in judges if wanted <= ratings.get(judge, {}).keys()]


def of_round(weights: Mapping[int, Fraction], judges: Sequence[int], ratings: Ratings) -> Figures | None:
    """The figures over the judges who rated every item; None where nobody did. weights: item → marks, not empty."""
    present = finished(weights, judges, ratings)
    if not present:
        return None
    shares = {str(judge): [Decimal(ratings[judge][item]) / 100 for item in weights] for judge in present}
    score = cut_score([str(item) for item in weights], shares, list(weights.values()))
    lines = [_line(item, score) for item in weights]
    return Figures(
        score=score,
        lines=tuple(sorted(lines, key=lambda line: line.low - line.high)),
        cuts={judge: score.judges[str(judge)] for judge in present},
        absent=tuple(judge for judge in judges if judge not in set(present)),
    )


def _line(item: int, score: CutScore) -> Line:
    spread, (low, high) = score.spreads[str(item)], score.ranges[str(item)]
    return Line(
        item,
        score.items[str(item)] * 100,
        None if spread is None else spread * 100,
        round(low * 100),
        round(high * 100),
    )

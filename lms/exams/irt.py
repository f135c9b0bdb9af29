"""The two-parameter logistic model of an exam's questions: who can be asked of, and what comes out.

P(right | θ) = 1 ÷ (1 + exp(−a(θ − b))), ability θ standard normal; a and b are in this logistic metric (without the factor 1.7).
Source of the model: Birnbaum 1968, in Lord & Novick, Statistical Theories of Mental Test Scores, ch. 17.

Needs numpy, the optional dependency `irt`; whoever has not installed it is told so instead of being given figures.
"""

import importlib
import importlib.util
import os
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from lms.exams.irt_estimation import Fit

#: Fewer candidates than this settle no slopes. Source: Drasgow 1989, marginal maximum likelihood for the 2PL model: 200.
FEWEST = 200
#: Two items have three probabilities for four parameters.
FEWEST_ITEMS = 3

K = TypeVar("K", bound=Hashable)

#: part: marks between nothing and all · constant: all were right, or all wrong · few: fewer than FEWEST had it · unsettled: its
#: parameters ran away.
WhyItem = Literal["part", "constant", "few", "unsettled"]
#: extra: numpy is not installed · few: too few candidates · items: fewer than FEWEST_ITEMS are left · converged: no end was reached.
Why = Literal["extra", "few", "items", "converged"]


@dataclass(frozen=True)
class Parameters:
    """Of one item. n: who had it. a: slope where it is steepest; b: ability at which half are right. a_se, b_se: standard errors."""

    n: int
    a: float
    a_se: float
    b: float
    b_se: float


@dataclass(frozen=True)
class Calibration(Generic[K]):
    """n: candidates. cycles: until it stood still. left_out: items without parameters."""

    n: int
    cycles: int
    items: Mapping[K, Parameters]
    left_out: Mapping[K, WhyItem]


@dataclass(frozen=True)
class Refusal(Generic[K]):
    """Why there is no calibration. n: candidates there are."""

    why: Why
    n: int
    left_out: Mapping[K, WhyItem]


def is_installed() -> bool:
    """Whether the optional dependency is there."""
    return importlib.util.find_spec("numpy") is not None


def calibrate(marks: Sequence[Mapping[K, tuple[Decimal, Decimal]]]) -> Calibration[K] | Refusal[K]:
    """Fit the model. marks: one a candidate, item → (mark, maximum); what was not on the paper is missing and counts for nothing."""
    n = len(marks)
    if not is_installed():
        return Refusal("extra", n, {})
    if n < FEWEST:
        return Refusal("few", n, {})
    left_out = _unfit(marks)
    names = sorted({name for row in marks for name in row} - left_out.keys(), key=str)
    if len(names) < FEWEST_ITEMS:
        return Refusal("items", n, left_out)
    rights = [[_right(row.get(name)) for name in names] for row in marks]
    fit = _fit(rights)
    if fit is None:
        return Refusal("converged", n, left_out)
    left_out |= {name: "unsettled" for name, found in zip(names, fit.items, strict=True) if found is None}
    items = {name: Parameters(*found) for name, found in zip(names, fit.items, strict=True) if found is not None}
    return Calibration(n, fit.cycles, items, left_out)


def _unfit(marks: Sequence[Mapping[K, tuple[Decimal, Decimal]]]) -> dict[K, WhyItem]:
    """The items of which the model says nothing."""
    seen: defaultdict[K, Counter[bool | None]] = defaultdict(Counter)
    for row in marks:
        for name, pair in row.items():
            seen[name][_is_whole(*pair)] += 1
    found: dict[K, WhyItem] = {}
    for name, counts in seen.items():
        if counts[None]:
            found[name] = "part"
        elif counts.total() < FEWEST:
            found[name] = "few"
        elif not counts[True] or not counts[False]:
            found[name] = "constant"
    return found


def _is_whole(mark: Decimal, maximum: Decimal) -> bool | None:
    """True for all of the mark, False for nothing of it, None for anything else."""
    if mark == maximum:
        return True
    return None if mark else False


def _right(pair: tuple[Decimal, Decimal] | None) -> float | None:
    return None if pair is None else float(pair[0] == pair[1])


def _fit(rights: Sequence[Sequence[float | None]]) -> "Fit | None":
    """The estimation is loaded when it is first used: numpy takes a tenth of a second and 30 MB, which no other page should pay.

    One thread: those of several web processes would wait for each other, which made it eight times slower on two cores.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    made: Fit | None = importlib.import_module("lms.exams.irt_estimation").fit(rights)
    return made

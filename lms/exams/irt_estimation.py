"""Marginal maximum likelihood for the two-parameter logistic model. Imported only where numpy is installed.

Sources: Bock & Aitkin 1981, Psychometrika 46, 443–459 (the EM cycle); Louis 1982, JRSS B 44, 226–233 (the observed information);
Baker & Kim 2004, Item Response Theory, ch. 6 (both steps written out).

Inside, an item is a slope a and an intercept d, with logit P = aθ + d and b = −d ÷ a.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Abilities at which the standard normal distribution is looked at.
POINTS = np.linspace(-6.0, 6.0, 61)
_WEIGHTS = np.exp(-(POINTS**2) / 2)
_WEIGHTS /= _WEIGHTS.sum()
#: No slope or intercept moves by more in the last cycle.
TOLERANCE = 1e-4
MOST_CYCLES = 500
#: Newton steps within a cycle; the next cycle goes on from there.
STEPS = 3
#: Slopes and intercepts beyond these have no end: the data can be told apart perfectly.
STEEPEST, FARTHEST = 8.0, 20.0


class Estimate(NamedTuple):
    """n, a, its standard error, b, its standard error."""

    n: int
    a: float
    a_se: float
    b: float
    b_se: float


@dataclass(frozen=True)
class Fit:
    """items: in the order given, None where the parameters ran away or nothing tells how sure they are."""

    cycles: int
    items: tuple[Estimate | None, ...]


@dataclass(frozen=True)
class _Data:
    """candidates × items. asked: 1 where the item was on the paper, else 0; right: 1 where it was right."""

    asked: Array
    right: Array


def fit(rights: Sequence[Sequence[float | None]]) -> Fit | None:
    """Fit candidates × items: 1 right, 0 wrong, None not on the paper. None where the cycles do not come to rest."""
    given = np.array([[np.nan if one is None else one for one in row] for row in rights], dtype=np.float64)
    data = _Data((~np.isnan(given)).astype(np.float64), np.nan_to_num(given))
    share = data.right.sum(axis=0) / data.asked.sum(axis=0)
    items = np.stack([np.ones_like(share), np.log(share / (1 - share))], axis=1)  # a = 1, d = logit of the share
    for cycle in range(1, MOST_CYCLES + 1):
        before = items
        posterior = _posterior(data, items)
        items = _maximised(items, data.asked.T @ posterior, data.right.T @ posterior)
        if np.abs(items - before).max() < TOLERANCE:
            return Fit(cycle, _estimates(data, items))
    return None


def _probability(items: Array) -> Array:
    """items × points."""
    return 1 / (1 + np.exp(-(items[:, :1] * POINTS + items[:, 1:])))


def _posterior(data: _Data, items: Array) -> Array:
    """Each candidate's distribution of ability, given what they had right: candidates × points. Bock & Aitkin, eq. 8."""
    logit = items[:, :1] * POINTS + items[:, 1:]
    log_right, log_wrong = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
    log = data.right @ log_right + (data.asked - data.right) @ log_wrong + np.log(_WEIGHTS)
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    made: Array = weight / weight.sum(axis=1, keepdims=True)
    return made


def _maximised(items: Array, asked: Array, right: Array) -> Array:
    """Slopes and intercepts by Newton, from how many at each point were expected to be asked and to be right (items × points)."""
    for _ in range(STEPS):
        chance = _probability(items)
        rest, spread = right - asked * chance, asked * chance * (1 - chance)
        gradient = np.stack([rest @ POINTS, rest.sum(axis=1)], axis=1)
        steep, mixed, flat = spread @ POINTS**2, spread @ POINTS, spread.sum(axis=1)
        determinant = np.maximum(steep * flat - mixed**2, 1e-10)
        step: Array = np.stack(
            [flat * gradient[:, 0] - mixed * gradient[:, 1], steep * gradient[:, 1] - mixed * gradient[:, 0]], axis=1
        )
        items = items + np.clip(step / determinant[:, None], -1, 1)
        items = np.clip(items, np.array([-STEEPEST, -FARTHEST]), np.array([STEEPEST, FARTHEST]))
    return items


def _estimates(data: _Data, items: Array) -> tuple[Estimate | None, ...]:
    """a and b with standard errors; that of b by the delta method."""
    within = (np.abs(items[:, 0]) < STEEPEST) & (np.abs(items[:, 1]) < FARTHEST)
    kept = _Data(data.asked[:, within], data.right[:, within])
    covariance = _covariance(kept, items[within]) if within.any() else None
    found: list[Estimate | None] = []
    place = iter(range(int(within.sum())))
    for item, (is_within, (a, d)) in enumerate(zip(within, items, strict=True)):
        at = 2 * next(place) if is_within else None
        if at is None or covariance is None or not a:
            found.append(None)
            continue
        own = covariance[at : at + 2, at : at + 2]
        b = -d / a
        a_variance, b_variance = own[0, 0], (own[1, 1] + b * b * own[0, 0] + 2 * b * own[0, 1]) / a**2
        n = int(data.asked[:, item].sum())
        found.append(Estimate(n, float(a), float(a_variance**0.5), float(b), float(b_variance**0.5)))
    return tuple(found)


def _covariance(data: _Data, items: Array) -> Array | None:
    """Of all slopes and intercepts, (a₁, d₁, a₂, d₂, …): the observed information inverted; None where it is no maximum.

    Louis 1982, eq. 3.1: what complete data would tell, less what is missing because ability is not seen:
    Σ candidates (E[B] − E[SSᵀ] + E[S]E[S]ᵀ), S and B the score and information of complete data.
    """
    posterior, chance, size = _posterior(data, items), _probability(items), len(items)
    information: Array = np.zeros((size, 2, size, 2))
    mean = np.zeros((len(posterior), size, 2))
    for point, weight in enumerate(posterior.T):
        design = np.array([POINTS[point], 1.0])
        rest = data.right - data.asked * chance[:, point]
        mean += weight[:, None, None] * rest[:, :, None] * design
        lost = -(rest * weight[:, None]).T @ rest
        complete = (data.asked.T @ weight) * chance[:, point] * (1 - chance[:, point])
        lost[np.diag_indices(size)] += complete
        information += lost[:, None, :, None] * np.outer(design, design)[None, :, None, :]
    flat = mean.reshape(len(posterior), 2 * size)
    whole = information.reshape(2 * size, 2 * size) + flat.T @ flat
    try:
        np.linalg.cholesky(whole)
    except np.linalg.LinAlgError:
        return None
    made: Array = np.linalg.inv(whole).astype(np.float64)
    return made

"""The 2PL model: known parameters come back, the maximum is one, its errors are those of its curvature, and refusals say why."""

import importlib.util
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import exp, log
from random import Random

import pytest

from lms.exams import irt, irt_estimation
from lms.exams.irt import Calibration, Parameters, Refusal

Marks = list[dict[str, tuple[Decimal, Decimal]]]
RIGHT, WRONG = (Decimal(2), Decimal(2)), (Decimal(0), Decimal(2))


def simulated(truth: Mapping[str, tuple[float, float]], n: int, *, left_out: float = 0.0) -> Marks:
    """Candidates of standard normal ability; each item is missing from a paper with probability left_out."""
    chance = Random(7)
    rows: Marks = []
    for _ in range(n):
        ability = chance.gauss(0, 1)
        drawn = {name: chance.random() < 1 / (1 + exp(-a * (ability - b))) for name, (a, b) in truth.items()}
        rows.append({name: RIGHT if one else WRONG for name, one in drawn.items() if chance.random() >= left_out})
    return rows


def calibrated(marks: Marks) -> Mapping[str, Parameters]:
    found = irt.calibrate(marks)
    assert isinstance(found, Calibration)
    assert found.left_out == {}
    return found.items


TRUTH = {f"s{n:02}": (0.6 + 0.1 * (n % 10), -2 + 0.2 * n) for n in range(4, 16)}


@pytest.mark.parametrize("left_out", [0.0, 0.5])
def test_known_parameters_come_back_from_a_thousand_candidates(left_out: float) -> None:
    found = calibrated(simulated(TRUTH, 1000, left_out=left_out))

    for name, (a, b) in TRUTH.items():
        assert found[name].a == pytest.approx(a, abs=0.5), name
        assert found[name].b == pytest.approx(b, abs=0.5), name
        assert abs(found[name].a - a) < 3 * found[name].a_se < 1
        assert abs(found[name].b - b) < 3 * found[name].b_se
        assert (found[name].n == 1000) == (left_out == 0)
    away = [(found[name].a - a) / found[name].a_se for name, (a, b) in TRUTH.items()]
    away += [(found[name].b - b) / found[name].b_se for name, (a, b) in TRUTH.items()]
    assert 0.6 < (sum(one**2 for one in away) / len(away)) ** 0.5 < 1.4  # as far off as the errors say; 24 figures


#: How often each pattern of three answers was given, by 500 candidates.
PATTERNS = {
    (1, 1, 1): 140, (1, 1, 0): 70, (1, 0, 1): 55, (0, 1, 1): 35, (1, 0, 0): 60, (0, 1, 0): 40, (0, 0, 1): 30, (0, 0, 0): 70,
}  # fmt: skip


def likelihood(flat: Sequence[float]) -> float:
    """Marginal log-likelihood of the patterns at (a₁, d₁, a₂, d₂, a₃, d₃), summed without numpy."""
    points = [-6 + 0.2 * n for n in range(61)]
    weights = [exp(-(one**2) / 2) for one in points]
    whole = 0.0
    for pattern, count in PATTERNS.items():
        total = 0.0
        for point, share in zip(points, weights, strict=True):
            weight = share
            for place, is_right in enumerate(pattern):
                chance = 1 / (1 + exp(-(flat[2 * place] * point + flat[2 * place + 1])))
                weight *= chance if is_right else 1 - chance
            total += weight
        whole += count * log(total / sum(weights))
    return whole


def moved(flat: Sequence[float], *steps: tuple[int, float]) -> float:
    changed = list(flat)
    for place, step in steps:
        changed[place] += step
    return likelihood(changed)


def mixed(flat: Sequence[float], i: int, j: int, step: float) -> float:
    """The second derivative by places i and j, by central differences."""
    ups = moved(flat, (i, step), (j, step)) + moved(flat, (i, -step), (j, -step))
    return (ups - moved(flat, (i, step), (j, -step)) - moved(flat, (i, -step), (j, step))) / (4 * step**2)


def test_the_estimate_is_a_maximum_and_its_errors_are_those_of_its_curvature() -> None:
    found = irt_estimation.fit([[float(one) for one in pattern] for pattern, n in PATTERNS.items() for _ in range(n)])
    assert found is not None
    items = [one for one in found.items if one is not None]
    flat = [value for one in items for value in (one.a, -one.a * one.b)]

    step = 1e-3
    for place in range(6):
        assert abs(moved(flat, (place, step)) - moved(flat, (place, -step))) / (2 * step) < 0.05
        assert moved(flat, (place, 0.1)) < likelihood(flat) > moved(flat, (place, -0.1))
    curvature = [[-mixed(flat, i, j, step) for j in range(6)] for i in range(6)]
    covariance = inverted(curvature)
    for place, one in enumerate(items):
        at = 2 * place
        assert one.a_se == pytest.approx(covariance[at][at] ** 0.5, rel=0.01)
        b = covariance[at + 1][at + 1] + one.b**2 * covariance[at][at] + 2 * one.b * covariance[at][at + 1]
        assert one.b_se == pytest.approx(b**0.5 / one.a, rel=0.01)


def inverted(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """By Gauss and Jordan; the matrix is positive definite."""
    size = len(matrix)
    rows = [[*row, *(float(n == at) for n in range(size))] for at, row in enumerate(matrix)]
    for at in range(size):
        rows[at] = [one / rows[at][at] for one in rows[at]]
        for other in range(size):
            if other != at:
                factor = rows[other][at]
                rows[other] = [x - factor * y for x, y in zip(rows[other], rows[at], strict=True)]
    return [row[size:] for row in rows]


def test_what_the_model_says_nothing_of_is_left_out_with_the_reason() -> None:
    marks = simulated({name: TRUTH[name] for name in ("s08", "s10", "s12", "s14")}, 400)
    for n, row in enumerate(marks):
        row.update({"bagian": (Decimal(n % 3), Decimal(2)), "mudah": RIGHT} | ({"jarang": RIGHT} if n < 199 else {}))

    found = irt.calibrate(marks)

    assert isinstance(found, Calibration)
    assert found.left_out == {"bagian": "part", "mudah": "constant", "jarang": "few"}
    assert sorted(found.items) == ["s08", "s10", "s12", "s14"]


def test_two_items_that_always_agree_have_no_slopes() -> None:
    marks = [
        row | {"sama": row["s10"]} for row in simulated({name: TRUTH[name] for name in ("s05", "s10", "s15")}, 400)
    ]

    found = irt.calibrate(marks)

    assert isinstance(found, Refusal) or {"s10", "sama"} <= found.left_out.keys()


def test_fewer_than_two_hundred_candidates_are_refused() -> None:
    assert irt.calibrate(simulated(TRUTH, 199)) == Refusal("few", 199, {})
    assert irt.calibrate([]) == Refusal("few", 0, {})


def test_fewer_than_three_items_are_refused() -> None:
    assert irt.calibrate(simulated({"s10": (1, 0), "s11": (1, 0)}, 200)) == Refusal("items", 200, {})


def test_cycles_that_do_not_come_to_rest_are_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(irt_estimation, "MOST_CYCLES", 3)

    assert irt.calibrate(simulated(TRUTH, 200)) == Refusal("converged", 200, {})


def test_without_the_extra_there_is_a_refusal_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert irt.calibrate(simulated(TRUTH, 200)) == Refusal("extra", 200, {})

"""Item characteristic curves as drawings: ability from −4 to 4 to the right, the chance of being right from 0 to 1 upwards."""

from math import exp

FROM, TO = -4.0, 4.0
STEPS = 40


def path(a: float, b: float, *, width: int, height: int) -> str:
    """The curve of an item as an SVG path in a box of this size, its origin above left."""
    points = (FROM + (TO - FROM) * n / STEPS for n in range(STEPS + 1))
    places = [(at_x(theta, width), height * (1 - chance(a, b, theta))) for theta in points]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def at_x(theta: float, width: int) -> float:
    """Where an ability stands; those beyond the ends stand at them."""
    return width * (min(max(theta, FROM), TO) - FROM) / (TO - FROM)


def chance(a: float, b: float, theta: float) -> float:
    """P(right | θ) of the two-parameter logistic model."""
    return 1 / (1 + exp(-a * (theta - b)))

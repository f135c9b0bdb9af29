"""How long item analysis takes: a table of marks like a real one, analysed some times, the middle time told."""

from decimal import Decimal
from random import Random
from statistics import median
from time import perf_counter

from lms.exams.item_analysis import analyse

ROUNDS = 5


def run(*, attempts: int, items: int) -> dict[str, float]:
    """{"attempts", "items", "seconds"}: the median of ROUNDS runs over marks of 0, 0.5 and 1."""
    chance = Random(7)  # noqa: S311 - the same table each time
    names = [f"soal-{n}" for n in range(1, items + 1)]
    able = [chance.gauss(0, 1) for _ in range(attempts)]
    rows = [[Decimal(chance.gauss(skill, 1) > n / items) for n in range(items - 1)] for skill in able]
    for row in rows:
        row.append(Decimal(chance.choice(("0", "0.5", "1"))))
    seconds = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        analyse(names, [Decimal(1)] * items, rows)
        seconds.append(perf_counter() - begun)
    return {"attempts": attempts, "items": items, "seconds": round(median(seconds), 5)}

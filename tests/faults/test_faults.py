"""Nothing acknowledged is lost, nothing counts twice, no one's time is wrong, whatever is killed."""

from collections.abc import Callable

import pytest

from tests.faults import harm
from tests.faults.machine import Machine
from tests.faults.run import Outcome, Plan, run

Note = Callable[[str, object], None]
SMALL = Plan(
    candidates=10,
    harms=(harm.kill_a_web_process, harm.fill_the_disk, harm.move_the_clock),
    times=3,
    pause=0.1,
    short_seconds=3,
    seed=11,
)
LARGE = Plan(candidates=300, harms=harm.EVERY, times=40, pause=1.5, short_seconds=30, seed=28)


def on_a_machine(kind: str, plan: Plan, *, workers: int) -> Outcome:
    """Go through the plan; nothing is left running."""
    machine = Machine(kind, workers=workers)
    try:
        return run(machine, plan)
    finally:
        machine.end()


def test_ten_candidates_lose_nothing(record_property: Note) -> None:
    done = on_a_machine("sqlite", SMALL, workers=1)
    record_property("told", str(done))
    assert done.reckoning.wrong == [], str(done)
    assert done.reckoning.acknowledged > SMALL.candidates
    assert done.reckoning.results == SMALL.candidates


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_three_hundred_candidates_lose_nothing(kind: str, record_property: Note) -> None:
    done = on_a_machine(kind, LARGE, workers=2)
    record_property("told", str(done))
    assert done.reckoning.wrong == [], str(done)
    assert done.reckoning.results == LARGE.candidates

"""One run: candidates at work, harm after harm, the end, and the reckoning."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from sqlalchemy import func, select

from lms.db import Database
from lms.exams.models import Attempt, Result
from tests.faults import hall, harm
from tests.faults.candidate import Candidate
from tests.faults.harm import Harm
from tests.faults.machine import Machine
from tests.faults.reckoning import Reckoning, reckon

#: Beyond every deadline and its grace.
LATER = 3 * 3600


@dataclass(frozen=True)
class Plan:
    """How large a run is.

    times: how many harms are done, drawn in turns from `harms` · pause: seconds between two changes of a candidate ·
    short_seconds: all the time that each tenth candidate has.
    """

    candidates: int
    harms: tuple[Harm, ...]
    times: int
    pause: float
    short_seconds: int
    seed: int

    @property
    def has_worker(self) -> bool:
        """The job worker runs too: some candidates leave without handing in, and time closes for them."""
        return harm.kill_the_worker in self.harms


@dataclass(frozen=True)
class Outcome:
    """What was done and what came of it."""

    harms: Counter[str]
    seconds: float
    reckoning: Reckoning

    def __str__(self) -> str:
        done = ", ".join(f"{name.replace('_', ' ')} {times}×" for name, times in sorted(self.harms.items()))
        return f"{self.harms.total()} harms in {self.seconds:.0f} s ({done}); {self.reckoning}"


def run(machine: Machine, plan: Plan) -> Outcome:
    """Go through it on a machine that has not been started."""
    seats = hall.fill(machine.url, plan.candidates)
    machine.start()
    if plan.has_worker:
        machine.start_worker()
    over = threading.Event()
    people = [
        Candidate(machine.port, seat, over, number=number, seed=plan.seed, pause=plan.pause)
        for number, seat in enumerate(seats)
    ]
    for one in people:
        one.leaves = one.leaves and plan.has_worker
        one.begin()
    hall.shorten(machine.url, [one.told.code for one in people[::10]], plan.short_seconds)
    started = time.monotonic()
    for one in people:
        one.start()
    harms = _harm(machine, plan, people)
    over.set()
    for one in people:
        while one.is_alive():
            machine.keep_up()
            one.join(0.2)
    stuck = [one.gave_up for one in people if one.gave_up]
    assert not stuck, f"{len(stuck)} candidates could not end: {stuck[:3]}; {machine.log()}"
    if plan.has_worker:
        harms += _let_time_end(machine, people)
    return Outcome(harms, time.monotonic() - started, reckon(machine.url, [one.told for one in people]))


def _harm(machine: Machine, plan: Plan, people: Sequence[Candidate]) -> Counter[str]:
    chance = random.Random(plan.seed)
    done: Counter[str] = Counter()
    harms = harm.fitting(machine, plan.harms)
    chance.shuffle(harms)
    for act in islice(cycle(harms), plan.times):
        _wait_for(machine, people, _stored(people) + plan.candidates // 2)
        act(machine, chance)
        done[act.__name__] += 1
    _wait_for(machine, people, _stored(people) + plan.candidates // 2)
    return done


def _stored(people: Sequence[Candidate]) -> int:
    return sum(len(one.told.stored) for one in people)


def _wait_for(machine: Machine, people: Sequence[Candidate], stored: int) -> None:
    """Until so many events are acknowledged: harm meets a machine at work."""
    while _stored(people) < stored:
        machine.keep_up()
        assert any(one.is_alive() for one in people), "all candidates gave up"
        time.sleep(0.05)


def _let_time_end(machine: Machine, people: Sequence[Candidate]) -> Counter[str]:
    """Whoever left is closed by the worker's sweep, which is killed over it again and again."""
    database, kills = Database(machine.url), 0
    machine.set_clock(LATER)
    while True:
        time.sleep(1)
        with database.reader() as session:
            is_open = session.scalar(select(func.count()).where(Attempt.state == "open"))
            graded = session.scalar(select(func.count(Result.id)))
            waiting = session.scalar(select(func.count()).where(Result.followed_at.is_(None)))
        if graded == len(people) and not is_open and not waiting:
            break
        if kills < 3 and graded:
            kills += 1
            machine.kill("worker")
            machine.start_worker()
    database.engine.dispose()
    return Counter({harm.kill_the_worker.__name__: kills})

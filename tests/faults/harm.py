"""What is done to the machine while candidates save. Each harm ends with everything running again."""

import random
import time
from collections.abc import Callable, Sequence

from tests.faults.machine import Machine

Harm = Callable[[Machine, random.Random], None]
#: Seconds: the longest that a part stays away.
LONGEST = 2.0


def kill_a_web_process(machine: Machine, chance: random.Random) -> None:
    """One of the processes that answer requests; the master starts another."""
    machine.kill_one_of_web(chance.randrange(2))


def kill_the_web_server(machine: Machine, chance: random.Random) -> None:
    """All of it; on SQLite that is the database, too."""
    machine.kill("web")
    time.sleep(chance.uniform(0, LONGEST))
    machine.start()


def kill_the_master(machine: Machine, chance: random.Random) -> None:
    """The process that others hang on."""
    del chance
    machine.kill_master()
    machine.start()


def kill_the_worker(machine: Machine, chance: random.Random) -> None:
    """The process that closes attempts whose time is over."""
    machine.kill("worker")
    time.sleep(chance.uniform(0, LONGEST))
    machine.start_worker()


def stop_the_database(machine: Machine, chance: random.Random) -> None:
    """PostgreSQL's immediate stop."""
    assert machine.postgres is not None
    machine.postgres.stop_at_once()
    time.sleep(chance.uniform(0, LONGEST))
    machine.postgres.start()


def kill_the_database(machine: Machine, chance: random.Random) -> None:
    """kill -9 of PostgreSQL and its sessions."""
    assert machine.postgres is not None
    machine.postgres.kill()
    time.sleep(chance.uniform(0, LONGEST))
    machine.postgres.start()


def fill_the_disk(machine: Machine, chance: random.Random) -> None:
    """No room for a while; a database that gave up over it is started again."""
    machine.disk.fill()
    time.sleep(chance.uniform(LONGEST / 2, LONGEST))
    machine.disk.empty()
    if machine.postgres is not None:
        machine.postgres.start()


def move_the_clock(machine: Machine, chance: random.Random) -> None:
    """Ahead, behind, and back to where it belongs."""
    for seconds in (90, -60, 0):
        machine.set_clock(seconds)
        time.sleep(chance.uniform(0, LONGEST / 2))


EVERY: tuple[Harm, ...] = (
    kill_a_web_process,
    kill_the_web_server,
    kill_the_master,
    kill_the_worker,
    stop_the_database,
    kill_the_database,
    fill_the_disk,
    move_the_clock,
)


def fitting(machine: Machine, harms: Sequence[Harm]) -> list[Harm]:
    """Those of the harms that can be done to this machine."""
    without: set[Harm] = set()
    if machine.postgres is None:
        without |= {stop_the_database, kill_the_database}
    if not machine.disk.is_own:
        without.add(fill_the_disk)
    return [harm for harm in harms if harm not in without]

"""The supervisor: restarts what dies, stops in reverse order, leaves nobody behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import wait_until

# Runs NAME=SHELL programs from the command line, with short waits; "!" before a name: it must start.
DRIVER = """
import os, sys
from pathlib import Path
from _supervise import Patience, Program, Supervisor

def program(word):
    name, _, script = word.partition("=")
    return Program(name.removeprefix("!"), ("/bin/sh", "-c", script), must_start=name.startswith("!"))

supervisor = Supervisor(
    [program(word) for word in sys.argv[1:]],
    cwd=Path.cwd(),
    env=dict(os.environ),
    say=lambda text: print(text, flush=True),
    patience=Patience(first_delay=0.05, longest_delay=0.2, to_stop=0.5, between_looks=0.02),
)
sys.exit(supervisor.run(lambda: Path("ready").exists(), lambda: print("siap", flush=True)))
"""

# Notes its start and its leaving, and waits to be told to leave.
POLITE = """
echo "$$" >> {name}.pids; trap 'echo {name} >> left; exit 0' TERM; touch ready
while :; do sleep 0.02; done
"""


class Run:
    """A supervisor at work in a folder."""

    def __init__(self, folder: Path, *programs: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, *programs],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=(folder / "said").open("w"),
        )

    def pids(self, name: str, least: int = 1) -> list[int]:
        """Process ids of all starts of a program, once there are as many."""
        wait_until(lambda: len(self._noted(name)) >= least)
        return self._noted(name)

    def _noted(self, name: str) -> list[int]:
        file = self.folder / f"{name}.pids"
        return [int(pid) for pid in file.read_text().split()] if file.exists() else []

    def said(self) -> list[str]:
        return (self.folder / "said").read_text().splitlines()

    def wait_for(self, line: str) -> None:
        wait_until(lambda: line in self.said())


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[list[Run]]:
    """Supervisors started by a test; whatever happens, they end with it."""
    started: list[Run] = []
    yield started
    for run in started:
        run.process.terminate()
        run.process.wait()


def start(runs: list[Run], folder: Path, *programs: str) -> Run:
    runs.append(Run(folder, *programs))
    return runs[-1]


def polite(name: str) -> str:
    return f"{name}={POLITE.format(name=name)}"


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> None:
    wait_until(lambda: not is_alive(pid))


def test_a_program_that_dies_is_started_again_and_the_others_stay(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path, polite("web"), polite("pekerja"))
    (web,), (worker,) = run.pids("web"), run.pids("pekerja")
    os.kill(worker, signal.SIGKILL)
    assert run.pids("pekerja", least=2)[1] != worker
    assert run.pids("web") == [web]
    assert is_alive(web)
    assert "pekerja berhenti (sinyal 9); dimulai lagi dalam 0.05 detik." in run.said()


def test_each_restart_waits_longer_up_to_a_limit(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path, "pekerja=exit 3")
    wait_until(lambda: len(run.said()) >= 4)
    waits = [line.split()[-2] for line in run.said()[:4]]
    assert waits == ["0.05", "0.1", "0.2", "0.2"]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_stops_all_in_reverse_order(runs: list[Run], tmp_path: Path, sent: signal.Signals) -> None:
    run = start(runs, tmp_path, polite("kotak"), polite("pekerja"), polite("web"))
    pids = [run.pids(name)[0] for name in ("kotak", "pekerja", "web")]
    run.process.send_signal(sent)
    assert run.process.wait() == 0
    assert (tmp_path / "left").read_text().split() == ["web", "pekerja", "kotak"]
    assert not any(is_alive(pid) for pid in pids)


def test_a_program_that_will_not_leave_is_ended(runs: list[Run], tmp_path: Path) -> None:
    deaf = "trap '' TERM; echo $$ >> deaf.pids; while :; do sleep 0.02; done"
    run = start(runs, tmp_path, f"deaf={deaf}")
    (pid,) = run.pids("deaf")
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait() == 0
    assert not is_alive(pid)


def test_what_a_program_started_goes_with_it(runs: list[Run], tmp_path: Path) -> None:
    parent = "sleep 600 & echo $! >> grandchild.pids; trap 'exit 0' TERM; while :; do sleep 0.02; done"
    run = start(runs, tmp_path, f"web={parent}")
    (grandchild,) = run.pids("grandchild")
    run.process.send_signal(signal.SIGTERM)
    run.process.wait()
    wait_until_gone(grandchild)


def test_what_a_crashed_program_started_is_gone_before_it_starts_again(runs: list[Run], tmp_path: Path) -> None:
    parent = "sleep 600 & echo $! >> grandchild.pids; echo $$ >> web.pids; while :; do sleep 0.02; done"
    run = start(runs, tmp_path, f"web={parent}")
    (grandchild,) = run.pids("grandchild")
    os.kill(run.pids("web")[0], signal.SIGKILL)
    run.pids("web", least=2)
    wait_until_gone(grandchild)


def test_the_programs_end_when_the_supervisor_is_killed(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path, polite("web"), polite("pekerja"))
    pids = [run.pids("web")[0], run.pids("pekerja")[0]]
    run.process.kill()
    for pid in pids:
        wait_until_gone(pid)


def test_readiness_is_announced_once(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path, polite("web"))
    run.wait_for("siap")
    os.kill(run.pids("web")[0], signal.SIGKILL)
    run.pids("web", least=2)
    assert run.said().count("siap") == 1


def test_a_program_that_must_start_and_cannot_ends_the_whole(runs: list[Run], tmp_path: Path) -> None:
    pekerja = "echo $$ >> pekerja.pids; while :; do sleep 0.02; done"
    failing = "while [ ! -e pekerja.pids ]; do sleep 0.02; done; exit 3"
    run = start(runs, tmp_path, f"pekerja={pekerja}", f"!web={failing}")
    assert run.process.wait() == 1
    assert run.said() == ["web tidak dapat dimulai (kode 3)."]
    assert not is_alive(run.pids("pekerja")[0])


def test_a_program_that_had_to_start_is_restarted_once_all_is_ready(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path, f"!{polite('web')}")
    run.wait_for("siap")
    os.kill(run.pids("web")[0], signal.SIGKILL)
    assert len(run.pids("web", least=2)) == 2

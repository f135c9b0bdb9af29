"""Keep a few programs running: start in order, restart what dies, stop in reverse, leave none behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Program:
    """A program to keep running.

    stop_signal: what asks it to finish what it is doing and leave.
    must_start:  its death before the whole is ready ends the whole; later it is restarted like any other.
    """

    name: str
    command: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM
    must_start: bool = False


@dataclass(frozen=True)
class Patience:
    """Seconds: before the first restart, the longest wait between restarts, and for a program to leave."""

    first_delay: float = 1.0
    longest_delay: float = 30.0
    to_stop: float = 15.0
    between_looks: float = 0.2


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = 0.0
    due: float = field(default=0.0)


class Supervisor:
    """Runs programs until a stop signal. `say` gets one line per event."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        cwd: Path,
        env: Mapping[str, str],
        say: Callable[[str], None],
        patience: Patience | None = None,
    ) -> None:
        self._children = [_Child(program) for program in programs]
        self._cwd, self._env, self._say = cwd, env, say
        self._patience = patience or Patience()
        self._stop = threading.Event()
        self._hurry = False

    def run(self, is_ready: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Run until told to stop. Calls `announce` when `is_ready` first holds. Returns the exit code."""
        ready = False
        with self._heeding_signals():
            try:
                while not self._stop.is_set():
                    if not self._look(ready):
                        return 1
                    if not ready and is_ready():
                        ready = True
                        announce()
                    self._stop.wait(self._patience.between_looks)
                return 0
            finally:
                self._stop_all()

    def _look(self, ready: bool) -> bool:
        """Start what is due and notice what has died. False when the whole cannot start."""
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.due:
                    self._start(child)
            elif child.process.poll() is not None:
                _kill_group(child.process)
                if child.program.must_start and not ready:
                    self._say(f"{child.program.name} tidak dapat dimulai ({_how(child.process)}).")
                    return False
                self._plan_restart(child)
        return True

    def _start(self, child: _Child) -> None:
        child.started = time.monotonic()
        # A session of its own: Ctrl-C reaches only us, and we stop the programs in order.
        child.process = subprocess.Popen(
            child.program.command,
            cwd=self._cwd,
            env=self._env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (we have one thread)
        )

    def _plan_restart(self, child: _Child) -> None:
        assert child.process is not None
        now, patience = time.monotonic(), self._patience
        if now - child.started > patience.longest_delay:
            child.delay = 0.0
        child.delay = min(child.delay * 2 or patience.first_delay, patience.longest_delay)
        child.due = now + child.delay
        again = f"dimulai lagi dalam {child.delay:g} detik"
        self._say(f"{child.program.name} berhenti ({_how(child.process)}); {again}.")
        child.process = None

    def _stop_all(self) -> None:
        """Stop in reverse order of starting, each after the one before has left."""
        for child in reversed(self._children):
            if child.process is not None:
                self._stop_one(child.process, child.program.stop_signal)

    def _stop_one(self, process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
        if process.poll() is None:
            process.send_signal(stop_signal)
        end = time.monotonic() + self._patience.to_stop
        while process.poll() is None and time.monotonic() < end and not self._hurry:
            time.sleep(0.02)
        _kill_group(process)
        process.wait()

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._heed) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heed(self, _number: int, _frame: FrameType | None) -> None:
        """The first signal stops in order; a second one does not wait."""
        self._hurry = self._stop.is_set()
        self._stop.set()


def _end_with_parent() -> None:
    """In the child, before its program: ask Linux to end it if we are killed without a chance to stop it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what a program leaves behind, and the program itself if it is still there."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _how(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"sinyal {-code}" if code < 0 else f"kode {code}"

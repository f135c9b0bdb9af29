"""The machine that takes the exam: web server, job worker and database over one disk, each of which can be killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from lms.config import ROOT
from tests.browser.installation import SECRET, free_port
from tests.faults.disk import Disk
from tests.faults.postgres import Postgres


class Machine:
    """Started by `start`, gone after `end`. kind: "sqlite" or "postgres". workers: processes that answer requests."""

    def __init__(self, kind: str, *, workers: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="faults-"))
        self._folder.chmod(0o755)  # PostgreSQL refuses root, and has to come through
        self.disk = Disk(self._folder / "disk")
        self.postgres = Postgres(self.disk.folder / "pg") if kind == "postgres" else None
        self.url = self.postgres.url if self.postgres else f"sqlite:///{self.disk.folder / 'teruji.db'}"
        self.port = free_port()
        self._clock = self._folder / "clock"
        self.set_clock(0)
        self._environment = os.environ | {
            "TERUJI_MODE": "demo",
            "TERUJI_VAR": str(self.disk.folder),
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "DATABASE_URL": self.url,
            "CLOCK_FILE": str(self._clock),
        }
        self._workers = str(workers)
        self._log = (self._folder / "log").open("ab")
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def set_clock(self, seconds: int) -> None:
        """The server's clock goes so many seconds before or behind from now on."""
        written = self._clock.with_suffix(".new")
        written.write_text(str(seconds))
        written.replace(self._clock)

    def start(self) -> None:
        """Start the web server on its port and wait until it answers."""
        self._start("web", "tests.faults.shifted", "web", "--workers", self._workers, "--port", str(self.port))
        while not self._answers():
            assert self._running["web"].poll() is None, self.log()
            time.sleep(0.05)

    def keep_up(self) -> None:
        """As the supervisor does: a web server that ended, because one of its processes died again and again, is started anew."""
        if self._running["web"].poll() is not None:
            self.kill("web")
            self.start()

    def start_worker(self) -> None:
        """Start the job worker, with its sweeps."""
        self._start("worker", "tests.faults.shifted", "worker")

    def kill(self, name: str) -> None:
        """kill -9 of "web" or "worker", the process and all its children."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)  # not yet waited for: the number is still its own
        process.wait()

    def kill_master(self) -> None:
        """kill -9 of the web server's first process alone; those that it leaves behind are killed a moment later."""
        self._running["web"].kill()
        time.sleep(0.2)
        self.kill("web")

    def kill_one_of_web(self, place: int) -> None:
        """kill -9 of one of the processes that answer requests."""
        found = subprocess.run(
            ["pgrep", "-P", str(self._running["web"].pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        if found:
            os.kill(int(found[place % len(found)]), signal.SIGKILL)

    def log(self) -> str:
        """The end of what its processes said."""
        return (self._folder / "log").read_text()[-2000:]

    def end(self) -> None:
        """Nothing of it is left running or lying about."""
        for name in list(self._running):
            self.kill(name)
        if self.postgres is not None:
            self.postgres.kill()
        self._log.close()
        self.disk.end()
        shutil.rmtree(self._folder)

    def _start(self, name: str, *module: str) -> None:
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
            stdout=self._log,
            stderr=self._log,
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status", timeout=5):
                return True
        except urllib.error.HTTPError:  # it answers, if only to report a fault
            return True
        except OSError:  # nobody listens yet
            return False

"""A whole installation over a fresh folder: migrated, with the demo, served by the same processes as `bin/serve` starts."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from lms.config import ROOT
from lms.db import Database

SECRET = "kunci untuk uji, tidak untuk apa pun lainnya"


class Installation:
    """The web server with two processes, the job worker and the PDF sandbox, all on SQLite. `database` looks into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | {
            "TERUJI_MODE": "demo",
            "TERUJI_VAR": str(folder),
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": self.base_url,
            "DATABASE_URL": "",
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.database = Database(f"sqlite:///{folder / 'teruji.db'}")

    def set_up(self) -> None:
        """Migrate and load the demo."""
        for words in (("db", "upgrade"), ("demo", "load")):
            subprocess.run([sys.executable, "-m", "lms", *words], cwd=ROOT, env=self._environment, check=True)

    def start_web(self) -> None:
        """Start the web server on its port and wait until it answers."""
        self._start("web", "lms", "web", "--port", str(self.port))
        while not self._answers():
            assert self._running["web"].poll() is None, "the web server did not start"
            time.sleep(0.05)

    def start_worker(self) -> None:
        """Start the job worker."""
        self._start("worker", "lms", "worker")

    def start_sandbox(self) -> None:
        """Start the process that opens uploaded PDFs, and wait for its socket."""
        self._start("sandbox", "lms", "sandbox")
        while not (self.folder / "sandbox.sock").exists():
            assert self._running["sandbox"].poll() is None, "the sandbox did not start"
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """kill -9: the process and all its children are gone at once, whatever they were doing."""
        process = self._running.pop(name, None)
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)  # not yet waited for: the number is still its own
            process.wait()

    def end(self) -> None:
        """Nothing of it is left running."""
        for name in list(self._running):
            self.kill(name)
        self.database.engine.dispose()

    def _start(self, name: str, *module: str) -> None:
        assert name not in self._running, f"{name} is running already"
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", *module], cwd=ROOT, env=self._environment, start_new_session=True
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/status", timeout=5):
                return True
        except urllib.error.HTTPError:  # it answers, if only to report a fault
            return True
        except OSError:  # nobody listens yet, or its processes are still loading
            return False


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

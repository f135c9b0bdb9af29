"""A PostgreSQL server that may be killed and started again over the same data, and keeps what it has acknowledged."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from _debian import postgres_programs

from tests.postgres_keeper import USER, server_owner

#: As in production, what is committed is in the log; without fsync, since no test here takes the power away.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "on",
    "shared_buffers": "64MB",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "max_connections": "80",
}


class Postgres:
    """The server over `folder`, which also holds its socket and its log."""

    def __init__(self, folder: Path) -> None:
        programs = postgres_programs()
        assert programs is not None, "PostgreSQL is not installed"
        self._programs, self._folder, self._owner = programs, folder, server_owner()
        folder.mkdir()
        if self._owner is not None:
            shutil.chown(folder, self._owner)
        made = self._run(
            "initdb", "-D", "data", "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"
        )
        assert made.wait() == 0, (folder / "log").read_text()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()
        with psycopg.connect(host=str(folder), user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE exam")

    @property
    def url(self) -> str:
        """SQLAlchemy's URL."""
        return f"postgresql+psycopg://{USER}@/exam?host={self._folder}"

    def start(self) -> None:
        """Start it, unless it runs, and wait until it has recovered."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                self._process = self._run("postgres", "-D", "data", "-k", str(self._folder), *settings)
            time.sleep(0.1)

    def stop_at_once(self) -> None:
        """PostgreSQL's own immediate stop: every session breaks off, nothing is written down."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()

    def kill(self) -> None:
        """kill -9 of the server and all its sessions."""
        if self._process is not None and self._process.poll() is None:
            # Each session is a process group of its own: the stop takes those along that the kill does not reach.
            children = subprocess.run(
                ["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False
            )
            self._process.kill()
            for child in children.stdout.split():
                _kill(int(child))
            self._process.wait()

    def _answers(self) -> bool:
        try:
            psycopg.connect(host=str(self._folder), user=USER, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(self._programs / program), *words],
                cwd=self._folder,
                user=self._owner,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:  # it ended by itself meanwhile
        return

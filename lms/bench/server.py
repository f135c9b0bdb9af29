"""The system under the benchmark: the web server over a database made for the run, and the CPU time that both use."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from lms.config import ROOT
from lms.db import Database


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, and the process ids whose CPU time counts."""

    port: int
    master: int
    database_master: int | None

    def cpu_seconds(self) -> tuple[float, float]:
        """(server, database) CPU seconds so far, all processes of each; a database inside the server counts there."""
        return _cpu(self.master), _cpu(self.database_master) if self.database_master else 0.0


@contextmanager
def serve(var: Path, database: Database, *, workers: int) -> Iterator[Served]:
    """Start the web server on a free port of the loopback address and stop it at the end."""
    port = _free_port()
    environment = os.environ | {
        "TERUJI_MODE": "demo",
        "TERUJI_VAR": str(var),
        "TERUJI_COUNT_SQL": "1",
        "SECRET_KEY": "kunci tetap untuk pengukuran saja, bukan rahasia",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
    }
    command = [sys.executable, "-m", "lms", "web", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 - our own words
    try:
        _wait_for(port, process)
        yield Served(port, process.pid, _database_master(database))
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")


def _database_master(database: Database) -> int | None:
    if database.engine.dialect.name != "postgresql":
        return None
    with database.engine.connect() as connection:
        backend = int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
    stat = Path(f"/proc/{backend}/stat")
    return _family(stat)[1] if stat.exists() else None


def _cpu(master: int) -> float:
    """CPU seconds of a process and its living children, all threads, to the nanosecond."""
    spent = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = _family(status)
            if master in {pid, parent}:
                spent += sum(int(task.read_text().split()[0]) for task in status.parent.glob("task/*/schedstat"))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return spent / 1e9


def _family(status: Path) -> tuple[int, int]:
    """(pid, parent); the name between them, in brackets, may hold blanks."""
    content = status.read_text()
    return int(content.split(" ", 1)[0]), int(content.rpartition(")")[2].split()[1])

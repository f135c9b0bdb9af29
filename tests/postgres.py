"""A real PostgreSQL for the tests: the machine's own server, on a private socket, without fsync, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

_numbers = count(1)


class Server:
    """A running server. Databases are made from a template by cloning."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def url(self, name: str) -> str:
        """The address of a database on this server."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket}"

    def create(self, name: str, *, template: str = "template0") -> str:
        """Make a database and return its address. Nobody may be connected to the template."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        engine.dispose()
        return self.url(name)

    def clone(self, template: str) -> str:
        """A fresh copy of a template under a name of its own."""
        return self.create(f"test_{os.getpid()}_{next(_numbers)}", template=template)


@contextmanager
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a server and stop it at the end. A socket's path must be short, so it lies in a folder of its own."""
    del tmp_path_factory
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data = folder / "data"
    account = _account()
    if account:
        shutil.chown(folder, account)
    _run(account, "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    log = str(folder / "log")
    try:
        _run(account, "pg_ctl", "-D", str(data), "-o", options, "-l", log, "-w", "-s", "start")
        yield Server(folder)
    finally:
        _run(account, "pg_ctl", "-D", str(data), "-m", "immediate", "-s", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings the account `postgres`."""
    return "postgres" if os.geteuid() == 0 else None


def _run(account: str | None, program: str, *arguments: str) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    command = [str(found[-1]) if found else program, *arguments]
    if account:
        command = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")

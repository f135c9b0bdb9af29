"""A real PostgreSQL for the tests: the machine's own programs, on a private socket, gone when the tests end.

One server per test process. Its keeper is a process of its own that waits on a pipe from us: when we end, in
whatever way, the pipe closes, and the keeper stops the server and removes its folder.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
import pytest
from _debian import postgres_programs

from tests.postgres_keeper import USER

KEEPER = Path(__file__).with_name("postgres_keeper.py")


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `folder` holds its socket, its data and its log."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's URL of a database."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def create_database(self, template: str = "template1") -> str:
        """Create a database that is a copy of another, which nobody may be connected to; return its name."""
        name = f"test_{next(self._numbers)}"
        # Copying the template's files takes a third of the time that writing them to the log again takes.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop_database(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a fresh database, dropped afterwards."""
        name = self.create_database(template)
        try:
            yield self.url(name)
        finally:
            self.drop_database(name)

    @cached_property
    def _standing(self) -> psycopg.Connection:
        """A connection that stays: to open one for each statement took a third of the time of a test's database."""
        return self.connect()

    def close(self) -> None:
        """Ask it nothing any more."""
        if "_standing" in self.__dict__:
            self._standing.close()

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A bare connection that commits each statement."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def _execute(self, statement: str) -> None:
        self._standing.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The test process's own server, started at the first test that wants it."""
    with run_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    with postgres_server.database() as url:
        yield url


@contextmanager
def run_server() -> Iterator[PostgresServer]:
    """Start a server and stop it afterwards. Raises FileNotFoundError where PostgreSQL is not installed."""
    programs = postgres_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL's server programs: sudo apt-get install -y postgresql")
    # Where bin/test puts all scratch files; pytest's own folders are too deep for a socket's path of 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    keeper = subprocess.Popen([sys.executable, KEEPER, programs, folder], stdin=subprocess.PIPE, start_new_session=True)
    try:
        server = PostgresServer(folder)
        _wait_until_it_answers(server, keeper)
        yield server
        server.close()
    finally:
        assert keeper.stdin is not None
        keeper.stdin.write(b"stop")
        keeper.stdin.close()
        keeper.wait()


def _wait_until_it_answers(server: PostgresServer, keeper: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if keeper.poll() is not None:
                raise
            time.sleep(0.02)
        else:
            return

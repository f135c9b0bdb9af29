"""Fixtures for all tests: a database of each kind, the cast, the application, a stopped clock, a browser of HTTP."""

import asyncio
import gc
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as examples
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from lms import clock
from lms.app import create_app, create_platform
from lms.config import Settings
from lms.db import Database
from lms.tables import metadata
from lms.web.request import COOKIE
from tests.cast import START, Cast, Person, assemble
from tests.pages import CheckedClient, Counter

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

pytest_plugins = ("tests.postgres", "tests.once")

# How long an example takes says something of the machine, and nothing of what is tested.
examples.register_profile("teruji", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("teruji")


class Clock:
    """The time of a test: it stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        """Let time pass: forward(minutes=5)."""
        self.at += timedelta(**amount)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A stopped clock for the whole application, at START."""
    stopped = Clock(START)
    monkeypatch.setattr(clock, "now", stopped)
    return stopped


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a page's test that has variants only the first goes to PostgreSQL as well: the others ask the same statements.

    The long fault runs are left out unless -m asks for them.
    """
    met: set[tuple[Path, str]] = set()
    asked = "faults" in config.option.markexpr
    left_out = [item for item in items if item.get_closest_marker("faults") and not asked]
    for item in items:
        if isinstance(item, pytest.Function) and "web" in item.path.parts and item.get_closest_marker("postgres"):
            name = item.path, item.originalname
            if name in met:
                left_out.append(item)
            met.add(name)
    config.hook.pytest_deselected(items=left_out)
    gone = set(map(id, left_out))
    items[:] = [item for item in items if id(item) not in gone]
    if hasattr(config, "workerinput"):
        items[:] = spread(items)


def spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """For workers that take file after file: files with many tests first, those of pages evenly among the others.

    A page's test waits for much of its time; two beside each other leave a core idle that a test of the others fills.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    placed: list[tuple[float, list[pytest.Item]]] = []
    for with_pages in (True, False):
        kind = [one for one in files.values() if (one[0].get_closest_marker("browser") is not None) is with_pages]
        kind.sort(key=len, reverse=True)
        before, total = accumulate(map(len, kind), initial=0), sum(map(len, kind))
        placed += [(done / total, file) for done, file in zip(before, kind, strict=False)]
    placed.sort(key=itemgetter(0))
    return [item for _, file in placed for item in file]


def pytest_collection_finish() -> None:
    """What all tests share stays to the end: to look through it for rubbish again took an eighth of the time of short tests."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have to tell, such as how many events the fault runs acknowledged and found."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, words in report.user_properties:
            if name == "told" and report.when == "call":
                terminalreporter.write_line(f"{report.nodeid}: {words}")


@contextmanager
def _beside_playwright(item: pytest.Item) -> Iterator[None]:
    """Playwright's loop stays set for the thread once a browser test has run; other tests may start loops of their own."""
    loop = asyncio._get_running_loop()
    if loop is None or item.get_closest_marker("browser"):
        yield
        return
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Also for what a test sets up."""
    with _beside_playwright(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test in pages' company or without."""
    with _beside_playwright(item):
        return (yield)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A SQLite file with all tables and the cast; each test works on a copy."""
    file = tmp_path_factory.mktemp("template") / "teruji.db"
    return file, _fill(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: "PostgresServer") -> tuple[str, Cast]:
    """A PostgreSQL database with all tables and the cast; each test works on a clone."""
    name = postgres_server.create_database()
    return name, _fill(postgres_server.url(name))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Cast]]:
    """A database with the cast in it, of each kind in turn: (URL, cast)."""
    if request.param == "sqlite":
        file, cast = request.getfixturevalue("sqlite_template")
        shutil.copy(file, tmp_path / "teruji.db")
        yield f"sqlite:///{tmp_path / 'teruji.db'}", cast
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template, cast = request.getfixturevalue("postgres_template")
    with server.database(template) as url:
        yield url, cast


@pytest.fixture
def cast(stage: tuple[str, Cast]) -> Cast:
    """Everyone who plays a part."""
    return stage[1]


@pytest.fixture
def settings(stage: tuple[str, Cast], tmp_path: Path) -> Settings:
    """Settings of an installation that lives in the test's own folder."""
    return Settings(
        mode="test",
        var=tmp_path,
        database_url=stage[0],
        public_url="http://localhost",
        secret_key="kunci untuk uji, tidak untuk apa pun lainnya",
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as compiled by the first test that shows them: each test has an application of its own."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, time: Clock, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application. Forgery tokens are off here; one test file turns them on."""
    made = create_app(settings)
    made.jinja_env.bytecode_cache = compiled_templates
    made.config["WTF_CSRF_ENABLED"] = False
    counter = Counter(made.extensions["platform"].database)
    made.test_client_class = type("Client", (CheckedClient,), {"counter": counter})
    yield made
    made.extensions["platform"].database.engine.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, settings: Settings, time: Clock) -> Iterator[Database]:
    """The application's database; of an installation without its pages where a test asks for none, in a tenth of the time."""
    if "app" in request.fixturenames:
        yield request.getfixturevalue("app").extensions["platform"].database
        return
    made = create_platform(settings).database
    yield made
    made.engine.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session for arranging and for rules below the web. Commit it before a request is to see it."""
    with database.writer() as opened:
        yield opened


@pytest.fixture
def browser(app: Flask) -> Callable[[Person | None], FlaskClient]:
    """browser(cast.learner): an HTTP client in which that person is signed in; browser(None): nobody."""

    def sign_in(person: Person | None = None) -> FlaskClient:
        client = app.test_client()
        if person is not None:
            client.set_cookie(COOKIE, person.token)
        return client

    return sign_in


def _fill(url: str) -> Cast:
    database = Database(url)
    metadata.create_all(database.engine)
    with database.transaction() as session:
        cast = assemble(session)
    database.engine.dispose()
    return cast

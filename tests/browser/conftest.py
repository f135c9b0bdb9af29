"""A running server and a real browser: the application served over a SQLite file, and Chromium to look at it.

`live` is the server with the cast in its database; `page_of(cast.learner)` opens a page in which that person is signed in.
`story` is a whole installation with the demo: web, worker and sandbox, for tests that go through all of it in order.
"""

import os
import shutil
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import _debian
import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from lms import clock
from lms.config import ROOT
from lms.db import Database
from lms.tables import metadata
from lms.web.request import COOKIE
from tests.browser import serving
from tests.browser.exam_page import begin
from tests.browser.installation import SECRET, Installation, free_port
from tests.browser.story import Story
from tests.cast import Cast, Person, assemble
from tests.exams import factory

#: How long a page may take on a machine that does other things too; only a test that fails ever waits as long.
expect.set_options(timeout=30_000)
CHROMIUM = os.environ.get("CHROMIUM") or _debian.chromium()
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PageOf = Callable[..., Page]
HEIGHT = {360: 640, 1280: 800}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Live:
    """A running server. `database` looks into, and arranges, what it works on. name: the test's; starts: how many it had."""

    name: str
    folder: Path
    port: int
    cast: Cast
    database: Database
    process: BaseProcess | None = field(default=None)
    starts: int = 0

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.starts += 1
        settings = {"TERUJI_MODE": "demo", "SECRET_KEY": SECRET, "TERUJI_VAR": str(self.folder)}
        self.process = serving.start(self.port, settings, lots=f"{self.name} {self.starts}")
        while not self._answers():
            assert self.process.is_alive(), "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9: the server and all its children are gone at once, whatever they were doing."""
        if self.process is not None and self.process.pid and self.process.is_alive():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/status", timeout=5):
                return True
        except OSError:  # nobody listens yet, or the worker is still loading
            return False


@pytest.fixture(scope="session")
def live_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A SQLite file with the cast in it, signed in today; each test works on a copy."""
    file = tmp_path_factory.mktemp("live") / "teruji.db"
    (file.parent / "templates").mkdir()
    database = Database(f"sqlite:///{file}")
    metadata.create_all(database.engine)
    with database.transaction() as session:
        cast = assemble(session, now=clock.now())
    database.engine.dispose()
    return file, cast


@pytest.fixture
def live(request: pytest.FixtureRequest, live_template: tuple[Path, Cast], tmp_path: Path) -> Iterator[Live]:
    """The application, running."""
    assert (ROOT / "build" / "static" / "manifest.json").exists(), "the assets are not built: run bin/test"
    template, cast = live_template
    shutil.copy(template, tmp_path / "teruji.db")
    (tmp_path / "templates").symlink_to(template.parent / "templates")  # compiled once, by the first server
    database = Database(f"sqlite:///{tmp_path / 'teruji.db'}")
    server = Live(request.node.nodeid, tmp_path, free_port(), cast, database)
    server.start()
    yield server
    server.kill()
    server.database.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test gets contexts of its own."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def story(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The demo, served whole, and its people in front of their browsers; one for all tests of a module."""
    assert (ROOT / "build" / "static" / "manifest.json").exists(), "the assets are not built: run bin/test"
    installation = Installation(tmp_path_factory.mktemp("cerita"))
    try:
        installation.set_up()
        installation.start_sandbox()
        installation.start_worker()
        installation.start_web()
        told = Story(chromium, installation)
        yield told
        told.close()
    finally:
        installation.end()


@pytest.fixture
def page_of(chromium: Browser, live: Live) -> Iterator[PageOf]:
    """page_of(person, width=360 or 1280, dark=False, js=True): a page of a new browser in which the person is signed in.

    person None: nobody is. An uncaught error of a script fails the test.
    """
    contexts = []
    errors: list[str] = []

    def open_page(person: Person | None, *, width: int = 1280, dark: bool = False, js: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live.base_url,
            viewport={"width": width, "height": HEIGHT[width]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=js,
            locale="id-ID",
        )
        contexts.append(context)
        if person is not None:
            context.add_cookies([{"name": COOKIE, "value": person.token, "url": live.base_url}])
        context.on("weberror", lambda error: errors.append(str(error.error)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def hall(live: Live) -> factory.Hall:
    """The exam, with a sitting that is open."""
    with live.database.writer() as session:
        return factory.build(session, live.cast, now=clock.now())


@pytest.fixture
def begun(live: Live, hall: factory.Hall, page_of: PageOf) -> Page:
    """The learner's page at question 1, its script ready."""
    return begin(page_of(live.cast.learner))


def violations(page: Page) -> list[str]:
    """What axe finds on a page by WCAG A and AA and its best practices: one line each, empty when nothing.

    Where a click still leads on while axe looks, it looks again at the page that came.
    """
    try:
        return _violations(page)
    except Error:
        page.wait_for_load_state("networkidle")
        return _violations(page)


def _violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # What it is content with is most of what it has to say: to bring that here took four times as long as to look.
    found: list[dict[str, Any]] = page.evaluate(
        "tags => axe.run({runOnly: tags, resultTypes: ['violations']}).then((result) => result.violations)", tags
    )
    return [f"{rule['id']}: {node['html']} – {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def violations_light_and_dark(page: Page) -> list[str]:
    """What axe finds on a page in the light theme and in the dark one, which take turns without a motion between them."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"{theme}: {fault}" for fault in violations(page)]
    return found

"""Work outside the request: one queue behind one function, and sweepers that run on a beat.

The queue is a convenience and may lose a job when a process dies. What must happen is derived from
the database by a sweeper; a job only makes it happen sooner.
"""

import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.api import Huey
from huey.signals import SIGNAL_ERROR
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

#: Job name → dotted name of a function that takes the platform and the job's arguments. Resolved by the worker alone.
JobTable = Mapping[str, str]


def enqueue(session: Session, name: str, **arguments: Any) -> None:
    """Ask for job `name` once the session's transaction has committed. Arguments are plain values."""
    session.info.setdefault("jobs", []).append((name, arguments))


class Queue:
    """The jobs of one installation, kept in `var/jobs.db`."""

    def __init__(self, folder: Path, *, table: JobTable) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.huey: Huey = SqliteHuey("teruji", filename=str(folder / "jobs.db"), fsync=False)
        self._platform: object = None
        self._table = table
        self._task = self.huey.task(retries=3, retry_delay=5, name="run")(self.do)
        self.huey.signal(SIGNAL_ERROR)(_log_error)

    def serves(self, platform: object) -> None:
        """Name the installation that is handed to each job as its first argument."""
        self._platform = platform

    def put(self, name: str, arguments: dict[str, Any]) -> None:
        """Hand a job to the workers. A queue that cannot be written is logged: a sweeper will do the work."""
        if name not in self._table:
            raise KeyError(f"no job is called {name!r}")
        try:
            self._task(name, arguments)
        except OSError:
            log.exception("job %s could not be queued; its sweeper will find it", name)

    def do(self, name: str, arguments: dict[str, Any]) -> None:
        """Do a job now, in this process."""
        resolve(self._table[name])(self._platform, **arguments)


def resolve(dotted: str) -> Callable[..., None]:
    """The function behind a dotted name such as `lms.completion.issue_due`."""
    module, _, name = dotted.rpartition(".")
    function: Callable[..., None] = getattr(import_module(module), name)
    return function


def _log_error(_signal: str, task: object, exc: BaseException | None = None) -> None:
    log.error("job failed: %s", task, exc_info=exc)

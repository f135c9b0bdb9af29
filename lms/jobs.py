"""Work outside the request: one queue behind one function, and sweepers that run on a beat.

The queue is a convenience and may lose a job when a process dies. What must happen is derived from
the database by a sweeper; a job only makes it happen sooner.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from huey import SqliteHuey
from huey.api import Huey
from huey.signals import SIGNAL_ERROR
from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import clock
from lms.db import Base, Database

log = logging.getLogger(__name__)

#: Job name → dotted name of a function that takes the platform and the job's arguments. Resolved by the worker alone.
JobTable = Mapping[str, str]


#: The sweep that asks for a sign of life, and the job that gives it.
HEARTBEAT, SIGN_OF_LIFE = "heartbeat", "sign_of_life"
#: The pulses: that jobs are done, and that sweeps are.
JOBS, SWEEPS = "jobs", "sweeps"
NOTED_EVERY = timedelta(seconds=30)


class Served(Protocol):
    """The installation that jobs work on, as far as the queue must know it."""

    @property
    def database(self) -> Database: ...

    @property
    def queue(self) -> "Queue": ...


class Pulse(Base):
    """When something that goes on in the background last did."""

    __tablename__ = "pulse"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime]


def enqueue(session: Session, name: str, **arguments: Any) -> None:
    """Ask for job `name` once the session's transaction has committed. Arguments are plain values."""
    session.info.setdefault("jobs", []).append((name, arguments))


class Queue:
    """The jobs of one installation, kept in `var/jobs.db`."""

    def __init__(self, folder: Path, *, table: JobTable, sweeps: Mapping[str, int] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.huey: Huey = SqliteHuey("teruji", filename=str(folder / "jobs.db"), fsync=False)
        self._platform: Served | None = None
        self._table = table
        #: What the worker does on a beat: job name → seconds between two runs.
        self.sweeps: Mapping[str, int] = sweeps or {}
        self._noted: datetime | None = None
        self._task = self.huey.task(retries=3, retry_delay=5, name="run")(self.do)
        self.huey.signal(SIGNAL_ERROR)(_log_error)

    def serves(self, platform: Served) -> None:
        """Name the installation that is handed to each job as its first argument."""
        self._platform = platform

    def rest(self) -> None:
        """Let go of the file; the next job opens it again."""
        self.huey.storage.close()

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
        if name in self.sweeps:
            self._note_sweep()

    def _note_sweep(self) -> None:
        """Some sweeps run every few seconds: that they do is written down less often."""
        now = clock.now()
        if self._platform is not None and (self._noted is None or self._noted + NOTED_EVERY <= now):
            self._noted = now
            with self._platform.database.transaction() as session:
                note_pulse(session, SWEEPS, now=now)


def beat(platform: Served) -> None:
    """Sweep: ask the jobs for a sign of life."""
    platform.queue.put(SIGN_OF_LIFE, {})


def give_sign_of_life(platform: Served) -> None:
    """Job: note that jobs are done."""
    with platform.database.transaction() as session:
        note_pulse(session, JOBS, now=clock.now())


def note_pulse(session: Session, name: str, *, now: datetime) -> None:
    """Note that something in the background has just gone on."""
    noted = update(Pulse).where(Pulse.name == name).values(at=now).returning(Pulse.name)
    if session.scalar(noted) is None:
        session.add(Pulse(name=name, at=now))


def pulses(session: Session) -> dict[str, datetime]:
    """When each thing in the background last went on."""
    return {pulse.name: pulse.at for pulse in session.scalars(select(Pulse))}


def resolve(dotted: str) -> Callable[..., None]:
    """The function behind a dotted name such as `lms.completion.issue_due`."""
    module, _, name = dotted.rpartition(".")
    function: Callable[..., None] = getattr(import_module(module), name)
    return function


def _log_error(_signal: str, task: object, exc: BaseException | None = None) -> None:
    log.error("job failed: %s", task, exc_info=exc)

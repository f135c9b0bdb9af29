"""Whether the parts of an installation work, each with the time when that was last seen."""

import logging
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from lms import jobs
from lms.platform import Platform

log = logging.getLogger(__name__)
#: Jobs and sweeps give a sign every half minute, a long job apart: after this long they are taken for stopped.
SILENCE = timedelta(minutes=3)
SANDBOX_PATIENCE_SECONDS = 0.5


class State(StrEnum):
    """Of a part: works, stands still, or was never seen."""

    WORKS = "works"
    STOPPED = "stopped"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Part:
    """One part. name: database, worker, sandbox or sweeps; seen_at: when it last gave a sign."""

    name: str
    state: State
    seen_at: datetime | None


@dataclass(frozen=True)
class Health:
    """All parts, as they were at one moment."""

    parts: tuple[Part, ...]
    at: datetime

    @property
    def is_up(self) -> bool:
        """Whether people can work: without the others they wait for what comes later."""
        return all(part.state is State.WORKS for part in self.parts if part.name == "database")

    @property
    def is_whole(self) -> bool:
        """Whether every part works."""
        return all(part.state is State.WORKS for part in self.parts)


def look(platform: Platform, *, now: datetime) -> Health:
    """Ask each part. A part that fails is a finding, not an error."""
    pulses = _pulses(platform)
    sandbox = _sandbox_answers(platform)
    seen = pulses or {}
    parts = (
        Part("database", State.STOPPED if pulses is None else State.WORKS, None if pulses is None else now),
        _recent("worker", seen.get(jobs.JOBS), SILENCE, now),
        Part("sandbox", State.WORKS if sandbox else State.STOPPED, now if sandbox else None),
        _recent("sweeps", seen.get(jobs.SWEEPS), SILENCE, now),
    )
    return Health(parts, now)


def _recent(name: str, at: datetime | None, silence: timedelta, now: datetime) -> Part:
    if at is None:
        return Part(name, State.UNSEEN, None)
    return Part(name, State.WORKS if at + silence >= now else State.STOPPED, at)


def _pulses(platform: Platform) -> dict[str, datetime] | None:
    try:
        with platform.database.reader() as session:
            return jobs.pulses(session)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return None


def _sandbox_answers(platform: Platform) -> bool:
    """Whether somebody listens where uploaded PDFs are opened."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(SANDBOX_PATIENCE_SECONDS)
        try:
            caller.connect(str(platform.settings.sandbox_socket))
        except OSError:
            return False
    return True

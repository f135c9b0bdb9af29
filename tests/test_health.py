"""Whether the parts work."""

import socket
from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from lms import app as parts
from lms import health, jobs
from lms.db import Database
from lms.health import Health, State
from tests.cast import START
from tests.conftest import Clock


def states(found: Health) -> dict[str, State]:
    return {part.name: part.state for part in found.parts}


def test_what_never_gave_a_sign_is_told_apart_from_what_stopped(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        jobs.note_pulse(session, jobs.JOBS, now=START - timedelta(minutes=4))

    found = health.look(app.extensions["platform"], now=START)

    assert states(found) == {
        "database": State.WORKS,
        "worker": State.STOPPED,
        "sandbox": State.STOPPED,
        "sweeps": State.UNSEEN,
    }
    assert found.is_up
    assert not found.is_whole


def test_a_worker_that_does_its_jobs_and_sweeps_is_seen(app: Flask, time: Clock) -> None:
    platform = app.extensions["platform"]

    platform.queue.do(jobs.HEARTBEAT, {})
    platform.queue.huey.execute(platform.queue.huey.dequeue())

    found = {part.name: part for part in health.look(platform, now=START + timedelta(minutes=1)).parts}
    assert (found["worker"].state, found["worker"].seen_at) == (State.WORKS, START)
    assert (found["sweeps"].state, found["sweeps"].seen_at) == (State.WORKS, START)


def test_frequent_sweeps_are_noted_every_half_minute(app: Flask, database: Database, time: Clock) -> None:
    platform = app.extensions["platform"]
    platform.queue.do("throttle.forget_old", {})
    time.forward(seconds=29)
    platform.queue.do("throttle.forget_old", {})
    with database.reader() as session:
        assert jobs.pulses(session)[jobs.SWEEPS] == START

    time.forward(seconds=1)
    platform.queue.do("throttle.forget_old", {})
    with database.reader() as session:
        assert jobs.pulses(session)[jobs.SWEEPS] == START + timedelta(seconds=30)


def test_the_sandbox_is_seen_when_somebody_listens(app: Flask) -> None:
    platform = app.extensions["platform"]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(platform.settings.sandbox_socket))
        listener.listen()

        assert states(health.look(platform, now=START))["sandbox"] is State.WORKS


def test_a_database_that_fails_is_a_finding_and_not_an_error(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("DROP TABLE pulse"))

    found = health.look(app.extensions["platform"], now=START)

    assert states(found)["database"] is State.STOPPED
    assert not found.is_up


def test_every_job_of_this_area_can_be_resolved() -> None:
    for name in (jobs.HEARTBEAT, jobs.SIGN_OF_LIFE, "password_reset.send", "throttle.forget_old"):
        assert callable(jobs.resolve(parts.JOBS[name]))

"""Joins the parts: settings, database, jobs, files and pages make one application."""

import logging
import os
from typing import TYPE_CHECKING

from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from lms import config, jobs, outbox
from lms.certificates import check_models, editions, renewals
from lms.config import ROOT, Settings
from lms.db import Database
from lms.exams import minutes, preparing_all, shortage
from lms.exams.panels import letters
from lms.jobs import Queue
from lms.people import accounts
from lms.people.models import User
from lms.platform import Platform
from lms.questions import sent_files
from lms.storage import DiskFiles

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

#: Jobs that the worker can do: name → dotted function taking the platform and the job's arguments.
JOBS: dict[str, str] = {
    jobs.HEARTBEAT: "lms.jobs.beat",
    jobs.SIGN_OF_LIFE: "lms.jobs.give_sign_of_life",
    "password_reset.send": "lms.people.password_reset.send",
    "throttle.forget_old": "lms.people.throttle.forget_old",
    sent_files.SWEEP: "lms.questions.sent_files.forget_old",
    sent_files.JOB: "lms.reading.read_apart",
    sent_files.READ_SWEEP: "lms.reading.read_overdue",
    outbox.DRAIN: "lms.search.draining.drain",
    preparing_all.JOB: "lms.exams.preparing_all.prepare_papers",
    shortage.SWEEP: "lms.exams.shortage.ask",
    shortage.JOB: "lms.exams.shortage.look_at_all",
    "close_due": "lms.completion.close_due",
    "follow_result": "lms.completion.follow_result",
    "follow_results": "lms.completion.follow_results",
    "regrade.plan": "lms.exams.regrading.applying.plan",
    "regrade.plan_all": "lms.exams.regrading.applying.plan_all",
    "regrade.apply": "lms.exams.regrading.applying.apply",
    "regrade.apply_all": "lms.exams.regrading.applying.apply_all",
    "issue_certificate": "lms.worker.issue_certificate",
    "issue_overdue": "lms.worker.issue_overdue",
    "keep_log": "lms.worker.keep_log",
    renewals.JOB: "lms.certificates.renewals.remind",
    letters.JOB: "lms.exams.panels.letters.write",
    check_models.SWEEP: "lms.certificates.check_models.forget_old",
    minutes.JOB: "lms.worker.make_minutes",
    minutes.SWEEP: "lms.worker.make_overdue_minutes",
    editions.JOB: "lms.worker.look_at_draft",
    editions.SWEEP: "lms.worker.look_at_drafts",
    "refresh_revocation_list": "lms.worker.refresh_revocation_list",
}

#: What the worker does on a beat, in seconds: name of a job without arguments → period.
SWEEPS: dict[str, int] = {
    jobs.HEARTBEAT: 30,
    "throttle.forget_old": 3600,
    sent_files.SWEEP: 3600,
    sent_files.READ_SWEEP: 20,
    outbox.DRAIN: 60,
    shortage.SWEEP: 1800,
    "close_due": 5,
    "follow_results": 10,
    "regrade.plan_all": 60,
    "regrade.apply_all": 20,
    minutes.SWEEP: 60,
    editions.SWEEP: 60,
    "issue_overdue": 20,
    "keep_log": 30,
    renewals.JOB: 3600,
    letters.JOB: 600,
    check_models.SWEEP: 3600,
    "refresh_revocation_list": 3600,
}


def create_platform(settings: Settings) -> Platform:
    """Open the database, the queue and the files of an installation; enough for the command line and the worker."""
    settings.var.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    files = DiskFiles(settings.var / "files")
    queue = Queue(settings.var, table=JOBS, sweeps=SWEEPS)
    platform = Platform(settings, database, queue, files)
    queue.serves(platform)
    database.job_sink = queue.put
    return platform


def create_app(settings: Settings | None = None) -> "Flask":
    """The web application. Raises config.BadSetting when half-configured."""
    # The command line and the worker show no pages, which are half of what there is to load.
    from lms.web import Site, pages_of  # noqa: PLC0415

    platform = create_platform(settings or config.read(os.environ))
    refuse_demo_in_production(platform)
    app = Site("lms", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.extensions["platform"] = platform
    pages_of(app, platform)
    return app


def refuse_demo_in_production(platform: Platform) -> None:
    """Demo accounts have known passwords. Raises config.BadSetting where they would be open to the world.

    A database that does not answer yet stops nobody: signing in refuses demo accounts in production by itself.
    """
    if platform.settings.admits_demo:
        return
    try:
        with platform.database.reader() as session:
            found = inspect(session.connection()).has_table(User.__tablename__) and accounts.demo_exists(session)
    except OperationalError as error:
        log.warning("the database does not answer yet: %s", error)
        return
    if found:
        raise config.BadSetting(
            "This database holds demo accounts, whose passwords are known: production does not start with them. "
            "Give production a database of its own in DATABASE_URL, or set TERUJI_MODE=demo."
        )


def main(arguments: list[str] | None = None) -> int:
    """The command line `lms`."""
    from lms.cli import run  # noqa: PLC0415 - the command line imports what a web process must not load

    return run(arguments, open_platform=lambda: create_platform(config.read(os.environ)))

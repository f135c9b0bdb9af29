"""Joins the parts: settings, database, jobs, files and pages make one application."""

import os

from flask import Flask

from lms import config
from lms.config import ROOT, Settings
from lms.db import Database
from lms.jobs import Queue
from lms.platform import Platform
from lms.storage import DiskFiles
from lms.web import pages_of

#: Jobs that the worker can do: name → dotted function taking the platform and the job's arguments.
JOBS: dict[str, str] = {
    "drain_search": "lms.search.draining.drain",
    "close_due": "lms.completion.close_due",
}

#: What the worker does on a beat, in seconds: name of a job without arguments → period.
SWEEPS: dict[str, int] = {
    "drain_search": 60,
    "close_due": 5,
}


def create_platform(settings: Settings) -> Platform:
    """Open the database, the queue and the files of an installation; enough for the command line and the worker."""
    settings.var.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    files = DiskFiles(settings.var / "files")
    queue = Queue(settings.var, table=JOBS)
    platform = Platform(settings, database, queue, files)
    queue.serves(platform)
    database.job_sink = queue.put
    return platform


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Raises config.BadSetting when half-configured."""
    platform = create_platform(settings or config.read(os.environ))
    app = Flask("lms", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.extensions["platform"] = platform
    pages_of(app, platform)
    return app


def main(arguments: list[str] | None = None) -> int:
    """The command line `lms`."""
    from lms.cli import run  # noqa: PLC0415 - the command line imports what a web process must not load

    return run(arguments, open_platform=lambda: create_platform(config.read(os.environ)))

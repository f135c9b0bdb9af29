"""Starts gunicorn from a process that has loaded and used the application before: both take seconds of each test otherwise."""

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess

from lms.config import ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.browser.warmth", "gunicorn.app.wsgiapp"])


def start(arguments: list[str], environment: dict[str, str]) -> BaseProcess:
    """Gunicorn with these arguments, at the head of a process group of its own."""
    process = _FORKS.Process(target=_serve, args=(arguments, environment))
    process.start()
    return process


def _serve(arguments: list[str], environment: dict[str, str]) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.update(environment)
    sys.argv = ["gunicorn", *arguments]
    from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]  # noqa: PLC0415 - in the child alone: loaded there already

    run()

"""Starts the web server from a process that has loaded and used the application before: both take seconds of each test otherwise."""

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess

from lms.app import main
from lms.config import ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.browser.warmth", "lms.cli", "lms.serving"])


def start(port: int, environment: dict[str, str]) -> BaseProcess:
    """`lms web` with one process that answers, at the head of a process group of its own."""
    process = _FORKS.Process(target=_serve, args=(port, environment))
    process.start()
    return process


def _serve(port: int, environment: dict[str, str]) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.update(environment)
    sys.exit(main(["web", "--port", str(port), "--workers", "1"]))

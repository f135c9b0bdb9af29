"""Starts the web server from a process that has loaded and used the application before: both take seconds of each test otherwise."""

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess

import pytest

from lms.app import main
from lms.config import ROOT
from tests.once import draw_from

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.browser.warmth", "lms.cli", "lms.serving"])


def start(port: int, environment: dict[str, str], lots: str) -> BaseProcess:
    """`lms web` with one process that answers, at the head of a process group of its own. lots: what it draws lots from."""
    process = _FORKS.Process(target=_serve, args=(port, environment, lots))
    process.start()
    return process


def _serve(port: int, environment: dict[str, str], lots: str) -> None:
    draw_from(lots, pytest.MonkeyPatch())
    os.setsid()
    os.chdir(ROOT)
    os.environ.update(environment)
    sys.exit(main(["web", "--port", str(port), "--workers", "1"]))

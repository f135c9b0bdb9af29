"""The web server: processes of granian that part from one which has loaded the application, and share what it loaded."""

import ctypes
import multiprocessing
import os
import signal
import socket
import sys
import time
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from lms.config import THREADS

#: The module that holds the application as `app`; whoever imports it has it made.
MODULE = "wsgi"
#: Seconds: for requests under way when the server is told to stop · for the head of a request to arrive.
_TO_FINISH, _FOR_A_HEAD = 10, 20
#: Seconds that a port may stay taken.
_TO_LET_GO = 2
_LARGEST_HEAD = 64 * 1024
_PR_SET_PDEATHSIG = 1


class PortTaken(RuntimeError):
    """Somebody listens there already."""


def serve(host: str, port: int, *, processes: int) -> None:
    """Serve until told to stop by SIGTERM or SIGINT; a process that dies is replaced. Raises PortTaken."""
    _claim(host, port)
    # Made here once: whoever is half-configured is told before anything listens, and a replaced process is there at once.
    platform = import_module(MODULE).app.extensions["platform"]
    platform.database.engine.dispose()  # connections are not shared between processes
    platform.queue.rest()
    multiprocessing.set_start_method("fork", force=True)
    Granian(
        MODULE,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_FOR_A_HEAD * 1000, max_buffer_size=_LARGEST_HEAD),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=_TO_FINISH,
        log_level=LogLevels.error,
    ).serve(target_loader=_application, wrap_loader=False)


def _claim(host: str, port: int) -> None:
    """granian's processes share their port with whoever asks for it, another server too; so it is seen to be free first.

    Who was killed a moment ago may not have let go of it yet.
    """
    end = time.monotonic() + _TO_LET_GO
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                return probe.bind((host, port))
            except OSError as error:
                if time.monotonic() > end:
                    raise PortTaken(error.strerror) from None
        time.sleep(0.05)


def _application() -> Any:
    """In a process of its own: the application, and an end of it when the first process ends without a word."""
    first = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != first:
        sys.exit("the server has ended")
    return import_module(MODULE).app

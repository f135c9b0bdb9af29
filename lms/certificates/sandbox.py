"""Hostile files are parsed here: a small server forks a child per upload, and limits what it may take.

The server is single-threaded and has made all that parsers make once, so a child starts in no time and
shares nothing that matters. A child reads one request from its connection and answers on it. What it
may not: use more than its memory, time or any file. The server speaks for a child that was killed.
Uploads are never stored.
"""

import gc
import json
import logging
import os
import resource
import selectors
import signal
import socket
import struct
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from lms import clock
from lms.certificates import carried
from lms.certificates.file_report import MAX_BYTES, FileReport, first_look
from lms.certificates.inspection import inspect
from lms.certificates.rehearsal import rehearse
from lms.certificates.sandbox_client import (
    EXHAUSTED,
    WALL_SECONDS,
    ask,
    receive_exactly,
    send_framed,
)
from lms.certificates.signing import shortcuts
from lms.certificates.signing.checking import parsed
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.trust import Trust

log = logging.getLogger(__name__)

MAX_CHILDREN = 4

_EXTRA_MEMORY = 400 * 1024 * 1024
_CPU_SECONDS = 5
_MAX_REQUEST_HEAD = 4096


@dataclass(frozen=True)
class _Child:
    """One upload being looked at; the server keeps the connection to answer for a killed child."""

    pid: int
    connection: socket.socket
    killed_at: float


def serve(socket_path: Path, pki_folder: Path) -> None:
    """Answers on a unix socket until the process is ended. Trust is read anew for each upload."""
    socket_path.unlink(missing_ok=True)
    make_ready()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(os.fspath(socket_path))
        socket_path.chmod(0o600)
        listener.listen(64)
        _Server(listener, Pki(pki_folder)).run()


def make_ready() -> None:
    """Makes in this process, once, what each child would make again, and lets the collector leave it alone."""
    shortcuts.take()
    rehearse(clock.now())
    gc.collect()
    gc.freeze()


def inspect_in_child(data: bytes, *, trust: Trust, now: datetime, is_issued: bool = False) -> FileReport:
    """The report on one file without a server: for a single-threaded command line only. is_issued: as for `inspect`."""
    here, there = socket.socketpair()
    with here, there:
        child = _fork(there, trust, leave=[here])
        there.close()
        here.settimeout(WALL_SECONDS)
        try:
            report = ask(here, data, now=now, is_issued=is_issued)
        except (TimeoutError, EOFError, ConnectionError):  # killed by a limit, or about to be
            report = None
        finally:
            _end(child.pid)
    return report or replace(first_look(data), too_complex=True, reasons=("limits_exceeded",))


class _Server:
    """The accept loop: connections wait in the backlog while MAX_CHILDREN are at work."""

    def __init__(self, listener: socket.socket, pki: Pki) -> None:
        self._listener, self._pki = listener, pki
        self._events = selectors.DefaultSelector()
        self._children: dict[int, _Child] = {}  # by the descriptor that tells of a child's end

    def run(self) -> None:
        """Never returns."""
        self._events.register(self._listener, selectors.EVENT_READ)
        while True:
            for key, _ in self._events.select(timeout=self._until_next_deadline()):
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    self._reap(key.fd)
            self._kill_overdue()

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        leave = [self._listener, *(child.connection for child in self._children.values())]
        child = _fork(connection, self._pki.trust, leave=leave)
        watch = os.pidfd_open(child.pid)
        self._children[watch] = child
        self._events.register(watch, selectors.EVENT_READ)
        if len(self._children) == MAX_CHILDREN:
            self._events.unregister(self._listener)

    def _reap(self, watch: int) -> None:
        """Takes leave of a child; if it did not answer, answers for it."""
        if len(self._children) == MAX_CHILDREN:
            self._events.register(self._listener, selectors.EVENT_READ)
        self._events.unregister(watch)
        os.close(watch)
        child = self._children.pop(watch)
        _, status = os.waitpid(child.pid, 0)
        with child.connection:
            if code := os.waitstatus_to_exitcode(status):
                log.warning("an inspection ended with %d", code)
                _answer_exhausted(child.connection)

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for child in self._children.values():
            if child.killed_at <= now:
                os.kill(child.pid, signal.SIGKILL)

    def _until_next_deadline(self) -> float | None:
        deadlines = [child.killed_at for child in self._children.values()]
        return max(0.05, min(deadlines) - time.monotonic()) if deadlines else None


def _fork(connection: socket.socket, trust: Trust, *, leave: list[socket.socket]) -> _Child:
    """A child at work on this connection; it lets go of the others it inherited."""
    parsed(trust), carried.known(trust)  # here, once, and not in each child
    killed_at = time.monotonic() + WALL_SECONDS
    pid = os.fork()
    if pid:
        return _Child(pid, connection, killed_at)
    status = 1
    try:
        gc.disable()  # it would write to every page that is shared, and the child lives too short to need it
        for other in leave:
            other.close()
        _confine()
        status = _work(connection, trust)
    except Exception:
        log.exception("the inspection itself failed")
    finally:
        os._exit(status)


def _confine() -> None:
    """Bounds this process for good. The alarm is for a server that dies before its child."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.alarm(WALL_SECONDS + 2)
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[0])
    memory = pages * resource.getpagesize() + _EXTRA_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(connection: socket.socket, trust: Trust) -> int:
    """Reads one request, answers it; the exit status. A client that went away is nobody's loss."""
    try:
        length = struct.unpack(">I", receive_exactly(connection, 4))[0]
        head = json.loads(receive_exactly(connection, min(length, _MAX_REQUEST_HEAD)))
        data = receive_exactly(connection, min(int(head["size"]), MAX_BYTES + 1))
        report = inspect(data, trust=trust, now=datetime.fromisoformat(head["now"]), is_issued=bool(head["is_issued"]))
        send_framed(connection, json.dumps(report.to_json()).encode())
    except (ConnectionError, EOFError):
        return 0
    except MemoryError:
        return 1
    return 0


def _answer_exhausted(connection: socket.socket) -> None:
    try:
        send_framed(connection, json.dumps(EXHAUSTED).encode())
    except ConnectionError:
        return  # the client has gone as well


def _end(pid: int) -> None:
    """Ends a child that may have ended already, and takes its status."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

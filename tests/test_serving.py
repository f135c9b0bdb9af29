"""`lms web`, as real processes: what they do when some of them are killed, when they are told to stop, and when they cannot start."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lms import serving
from lms.config import ROOT
from tests.browser.installation import SECRET, free_port
from tests.waiting import wait_until


class Web:
    """A server over an empty folder."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.output = folder / "said"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lms", "web", "--port", str(self.port), "--workers", "2"],
            cwd=ROOT,
            env=os.environ | {"TERUJI_MODE": "demo", "TERUJI_VAR": str(folder), "SECRET_KEY": SECRET} | environment,
            stderr=self.output.open("w"),
        )

    def children(self) -> set[int]:
        """The processes that answer."""
        pid = self.process.pid
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    def ask(self) -> bytes:
        """The first line of what it answers; nothing while it does not."""
        with suppress(OSError), self.connect() as connection:
            connection.sendall(b"GET /status.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(4096).split(b"\r\n")[0]
        return b""

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    served = Web(tmp_path)
    wait_until(lambda: served.ask() != b"" and len(served.children()) == 2)
    yield served
    served.process.kill()
    served.process.wait()


def is_there(pid: int) -> bool:
    """Whether a process lives; one that has ended may still be listed."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_killed_process_is_replaced_and_none_outlives_the_first(web: Web) -> None:
    before = web.children()
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(web.children() - before) == 1 and not is_there(killed))
    assert web.ask() != b""
    left = web.children()
    web.process.kill()
    web.process.wait()
    wait_until(lambda: not any(is_there(child) for child in left))


def test_a_request_at_hand_is_answered_before_the_server_ends(web: Web) -> None:
    with web.connect() as connection:
        head = b"POST /masuk HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n"
        connection.sendall(head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\nnip=1")
        wait_until(lambda: web.ask() != b"")  # the other request has been taken up by then
        web.process.send_signal(signal.SIGTERM)
        connection.sendall(b"&sandi")
        assert connection.recv(4096).startswith(b"HTTP/1.1 ")
    assert web.process.wait() == 0
    assert web.ask() == b""


def test_a_port_that_is_taken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_TO_LET_GO", 0)
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(serving.PortTaken):
        serving.serve("127.0.0.1", other.getsockname()[1], processes=1)


def test_whoever_is_half_configured_is_told_what_is_missing(tmp_path: Path) -> None:
    web = Web(tmp_path, TERUJI_MODE="production", SECRET_KEY="")
    assert web.process.wait() == 3
    assert web.output.read_text().startswith("teruji: ")

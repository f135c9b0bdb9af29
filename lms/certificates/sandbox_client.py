"""Asking the sandbox. Light and safe to import in a web process: it parses nothing."""

import json
import socket
import struct
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.certificates.file_report import FileReport, first_look
from lms.certificates.verification import InspectionUnavailable

WALL_SECONDS = 8
EXHAUSTED = {"exhausted": True}

_MAX_ANSWER = 1_000_000
_WAIT_SECONDS = 3 * WALL_SECONDS  # its own time, and that of those before it in the queue


class SandboxUnavailable(InspectionUnavailable):
    """The sandbox does not answer; this says nothing about the file."""


class SandboxClient:
    """The sandbox behind one socket. Keeps nothing open between files."""

    def __init__(self, socket_path: Path) -> None:
        self._path = socket_path

    def inspect(self, data: bytes, *, now: datetime, is_issued: bool = False) -> FileReport:
        """The report on a file. is_issued: as for `inspection.inspect`. Raises SandboxUnavailable."""
        report = first_look(data)
        if report.too_large:
            return report
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(_WAIT_SECONDS)
                connection.connect(str(self._path))
                found = ask(connection, data, now=now, is_issued=is_issued)
        except (OSError, EOFError, ValueError, KeyError, TypeError) as fault:
            raise SandboxUnavailable(f"{type(fault).__name__}: {fault}") from fault
        return found or replace(report, too_complex=True, reasons=("limits_exceeded",))


def ask(connection: socket.socket, data: bytes, *, now: datetime, is_issued: bool) -> FileReport | None:
    """One question and its answer; None where the file was too much for the limits."""
    head = json.dumps({"size": len(data), "now": now.isoformat(), "is_issued": is_issued}).encode()
    with suppress(ConnectionError):  # killed while reading: the answer that says so may be there
        send_framed(connection, head)
        connection.sendall(data)
    length = struct.unpack(">I", receive_exactly(connection, 4))[0]
    if length > _MAX_ANSWER:
        raise ValueError(f"an answer of {length} bytes")
    answer: dict[str, Any] = json.loads(receive_exactly(connection, length))
    return None if answer == EXHAUSTED else FileReport.from_json(answer)


def send_framed(connection: socket.socket, message: bytes) -> None:
    """A message after its length."""
    connection.sendall(struct.pack(">I", len(message)) + message)


def receive_exactly(connection: socket.socket, length: int) -> bytes:
    """That many bytes. Raises EOFError where the other side ends before."""
    received = bytearray()
    while len(received) < length:
        part = connection.recv(min(65536, length - len(received)))
        if not part:
            raise EOFError(f"{len(received)} of {length} bytes")
        received += part
    return bytes(received)

"""HTTP as the benchmark speaks it: whole requests are written, and of an answer only what is asked for is read.

The client shares the processor with the server that it measures, so it takes as little of it as it can: reading the head of an
answer with the standard library costs more than some of the server's own answers.
"""

import socket

HOST = "127.0.0.1"
#: Seconds that an answer may take.
PATIENCE = 60
_END_OF_HEAD = b"\r\n\r\n"
_CHUNK = 65536

#: Names of headers in small letters, and their values in the order in which they came.
Headers = list[tuple[str, str]]


def connect(port: int) -> socket.socket:
    """A connection to the server on that port of this machine."""
    connection = socket.create_connection((HOST, port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request(port: int, method: str, address: str, headers: dict[str, str], body: bytes | None) -> bytes:
    """The bytes of a whole request."""
    lines = [f"{method} {address} HTTP/1.1", f"Host: {HOST}:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def split(came: bytes) -> tuple[bytes, bytes] | None:
    """(head, body) of an answer, or None while some of it is still under way. Raises RuntimeError where it has no length."""
    head, found, body = came.partition(_END_OF_HEAD)
    if not found or len(body) < _length(head):
        return None
    return head, body


def receive(connection: socket.socket) -> tuple[int, Headers, bytes]:
    """(status, headers, body) of the next answer. Raises RuntimeError when the server closes before it is whole."""
    came = b""
    while not (whole := split(came)):
        more = connection.recv(_CHUNK)
        if not more:
            raise RuntimeError("the server closed a connection before its answer was whole")
        came += more
    head, body = whole
    status, *lines = head.decode("latin-1").split("\r\n")
    parts = [line.partition(":") for line in lines]
    return int(status.split(" ", 2)[1]), [(name.lower(), value.strip()) for name, _, value in parts], body


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    raise RuntimeError(f"an answer came without its length: {head[:80]!r}")

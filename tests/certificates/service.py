"""A service on this machine that answers over HTTP as a test says, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """One question. headers: by lower-case name."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """status None: the connection is closed without a word. parts: sent one after another; length: announced."""

    status: int | None = 200
    parts: Iterable[bytes] = ()
    length: int | None = None


@dataclass
class Service:
    """Where it is, what it was asked, and how it answers."""

    url: str
    answers: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


@contextmanager
def serving(answers: Callable[[Asked], Reply]) -> Iterator[Service]:
    """The service for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            service.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            service.asked.append(asked)
            self._send(service.answers(asked))

        def do_GET(self) -> None:
            self.do_POST()

        def _send(self, reply: Reply) -> None:
            self.close_connection = reply.status is None or reply.length is not None
            if reply.status is None:
                return
            parts = reply.parts if reply.length else list(reply.parts)
            length = reply.length or sum(map(len, parts))
            self.send_response(reply.status)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            try:
                for part in parts:
                    self.wfile.write(part)
                    self.wfile.flush()
            except OSError:
                return  # who asked waits no longer

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        service = Service(f"http://127.0.0.1:{server.server_address[1]}", answers)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()

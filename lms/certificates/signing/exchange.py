"""Asking a service over HTTP within a time that is kept, over one connection as long as it holds."""

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lms.certificates.signing.errors import BadAnswer, RateLimited, Unreachable

_CONNECT_SECONDS = 10
_MOST_BYTES = 20_000_000
_PART = 65536
_TOO_MANY = 429


_Question = tuple[str, str, bytes, Mapping[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class Service:
    """One address. seconds: for a whole question, from connecting to the last byte of the answer.

    A question is sent once: whoever does not hear the answer cannot know whether it was acted on. Only where a
    connection that was kept from the question before turns out to be closed is it sent again on a new one. Whom
    that would harm takes a Service for each question.
    """

    def __init__(self, url: str, *, seconds: float) -> None:
        parts = urlsplit(url)
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._path, self._seconds = parts.path.rstrip("/"), seconds
        self._query = f"?{parts.query}" if parts.query else ""
        self._open: http.client.HTTPConnection | None = None

    def get(self) -> Answer:
        """What is at the address; raises as post."""
        return self._answer("GET", "", b"", {})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer. Raises Unreachable, RateLimited (429) or BadAnswer (too much of it); no message tells the body."""
        return self._answer("POST", path, body, headers)

    def _answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        until = time.monotonic() + self._seconds
        kept, self._open = self._open, None
        if kept is not None:
            try:
                return self._ask(kept, (method, path, body, headers), until)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                kept.close()
        return self._ask(self._connected(), (method, path, body, headers), until)

    def _ask(self, connection: http.client.HTTPConnection, question: _Question, until: float) -> Answer:
        method, path, body, headers = question
        is_new = connection.sock is None
        try:
            if is_new:
                connection.connect()
            self._patience(connection, until)
            connection.request(method, f"{self._path}{path}{self._query}" or "/", body or None, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, self._body(connection, response, until))
        except (OSError, http.client.HTTPException, ValueError) as fault:
            connection.close()
            if not is_new and isinstance(
                fault, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError
            ):
                raise
            raise Unreachable(f"{self._host} tidak menjawab ({type(fault).__name__}).") from fault
        if response.will_close:
            connection.close()
        else:
            self._open = connection
        if answer.status == _TOO_MANY:
            raise RateLimited(f"{self._host} meminta menunggu.")
        return answer

    def _body(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, until: float) -> bytes:
        """All of it. A service that sends byte after byte is not waited for longer than one that is silent."""
        body, announced = bytearray(), response.length
        while (announced is None or len(body) < announced) and (part := response.read1(_PART)):
            body += part
            if len(body) > _MOST_BYTES:
                connection.close()
                raise BadAnswer(f"{self._host} menjawab dengan lebih dari {_MOST_BYTES} bita.")
            self._patience(connection, until)
        if announced is not None and len(body) < announced:
            raise http.client.IncompleteRead(bytes(body), announced - len(body))
        response.close()  # else an older Python takes it for unread when the connection is used again
        return bytes(body)

    def _connected(self) -> http.client.HTTPConnection:
        patience = min(_CONNECT_SECONDS, self._seconds)
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=patience, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=patience)

    @staticmethod
    def _patience(connection: http.client.HTTPConnection, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)

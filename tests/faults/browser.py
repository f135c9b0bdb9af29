"""One device's way of speaking HTTP: it keeps its cookies and a connection, which it may break off on purpose."""

import gzip
import http.client
import json
import re
import socket
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from lms.web.request import COOKIE

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
#: What happens to a connection whose other end was killed, or that was cut.
BROKEN = (OSError, http.client.HTTPException)


class Browser:
    """A device that is signed in. Each method may raise one of BROKEN, a fault of the server included; then it may be asked again."""

    def __init__(self, port: int, session_token: str) -> None:
        self._port = port
        self._cookies = {COOKIE: session_token}
        self._connection = self._open()

    def page(self, address: str) -> tuple[int, str, str]:
        """(status, body, where it leads)."""
        return self._ask("GET", address, None, {})

    def form(self, page: str, address: str, values: dict[str, str]) -> tuple[int, str]:
        """Send a form that stands on a page. Returns (status, where it leads)."""
        token = _CSRF.search(self.page(page)[1])
        body = urlencode(values | {"csrf_token": token.group(1) if token else ""})
        status, _, location = self._ask("POST", address, body, {"Content-Type": "application/x-www-form-urlencoded"})
        return status, location

    def put(self, address: str, content: Any, token: str) -> tuple[int, dict[str, Any]]:
        """Send JSON under an attempt's token. Returns (status, what it says)."""
        headers = {"X-Attempt-Token": token, "Content-Type": "application/json"}
        status, body, _ = self._ask("PUT", address, json.dumps(content), headers)
        return status, json.loads(body) if body.startswith("{") else {}

    def put_and_cut(self, address: str, content: Any, token: str, *, part: float) -> None:
        """Send so much of the request and break off before an answer comes. part: 1.0 for all of it."""
        body = json.dumps(content).encode()
        head = (
            f"PUT {address} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nX-Attempt-Token: {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        whole = head + body
        with socket.create_connection(("127.0.0.1", self._port), timeout=10) as connection:
            connection.sendall(whole[: int(len(whole) * part)])

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._connection.request(method, address, body, headers | {"Cookie": cookie, "Accept-Encoding": "gzip"})
            response = self._connection.getresponse()
            sent = response.read()
        except BROKEN:
            self._connection.close()
            self._connection = self._open()
            raise
        if response.status >= 500:
            raise ConnectionError(response.status)
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        packed = response.headers.get("Content-Encoding") == "gzip"
        text = (gzip.decompress(sent) if packed else sent).decode()
        return response.status, text, response.headers.get("Location", "")

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

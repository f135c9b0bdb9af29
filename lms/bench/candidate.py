"""A candidate of the benchmark: signs in, starts, answers, hands in and looks at the result, over one connection."""

import gzip
import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from lms.bench import wire

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_STATEMENTS = re.compile(r'sql;desc="(\d+)"')
ZERO = "0" * 64
#: The cookie that holds a session's token.
COOKIE = "sesi"


@dataclass(frozen=True)
class Answer:
    """What came back: the status, where it leads, its body, its bytes on the wire, and the statements it took."""

    status: int
    location: str
    body: str
    size: int
    statements: int


#: Called after each request with the step's name.
Note = Callable[[str, Answer], None]


@dataclass
class Candidate:
    """One person at one device."""

    port: int
    nip: str
    password: str
    exam: str
    note: Note
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = wire.connect(self.port)

    def whole_exam(self, *, saves: int) -> None:
        """Everything from the sign-in page to the result, with all questions answered in so many saves."""
        self.sign_in()
        code = self.start()
        token, items = self.load(code)
        self.save_all(code, token, items, saves)
        self.finish(code)

    def sign_in(self) -> None:
        """GET and POST /masuk, and the page behind it."""
        page = self._get("sign-in page", "/masuk")
        self._post("sign-in", "/masuk", {"nip": self.nip, "sandi": self.password}, page)
        self._get("home", "/beranda")

    def start(self) -> str:
        """Read the rules and start. Returns the attempt's code."""
        return self.begin(self.read_rules())

    def read_rules(self) -> Answer:
        """The rules page, behind which a paper lies ready."""
        return self._get("rules page", f"/ujian/{self.exam}")

    def begin(self, page: Answer) -> str:
        """Start from the rules page and see the first question. Returns the attempt's code."""
        started = self._post("start", f"/ujian/{self.exam}/pengerjaan", {}, page)
        code = started.location.split("/pengerjaan/")[1].split("/")[0]
        self._get("first question", f"/pengerjaan/{code}/1")
        return code

    def load(self, code: str) -> tuple[str, list[tuple[int, str]]]:
        """All questions at once, as the page's script does. Returns the token and (number, kind) of each."""
        sent = json.loads(self._get("questions", f"/pengerjaan/{code}/soal").body)
        return sent["token"], [(item["n"], item["kind"]) for item in sent["items"]]

    def save_all(self, code: str, token: str, items: list[tuple[int, str]], saves: int) -> None:
        """Answer every question, in `saves` batches of events of this writer's chain."""
        previous, size = ZERO, -(-len(items) // saves)
        for first in range(0, len(items), size):
            events = []
            for seq, (number, kind) in enumerate(items[first : first + size], first + 1):
                events.append(_event(code, seq, number, value_of(kind), previous))
                previous = events[-1]["hash"]
            body = json.dumps({"writer": "bench", "events": events})
            headers = {"X-Attempt-Token": token, "Content-Type": "application/json"}
            answer = self._send("save", "PUT", f"/pengerjaan/{code}/jawaban", body, headers)
            if json.loads(answer.body)["stored"] != [event["seq"] for event in events]:
                raise RuntimeError(f"answers were not stored: {answer.body[:200]}")

    def finish(self, code: str) -> None:
        """Look over the answers, hand in, see the result."""
        page = self._get("check page", f"/pengerjaan/{code}/periksa")
        self._post("finish", f"/pengerjaan/{code}/pengumpulan", {}, page)
        self._get("result", f"/pengerjaan/{code}/hasil")

    def _get(self, step: str, address: str) -> Answer:
        return self._send(step, "GET", address, None, {})

    def _post(self, step: str, address: str, values: dict[str, str], page: Answer) -> Answer:
        token = _CSRF.search(page.body)
        body = urlencode(values | {"csrf_token": token.group(1) if token else ""})
        answer = self._send(step, "POST", address, body, {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status not in {302, 303}:
            raise RuntimeError(f"{step}: {answer.status} {answer.body[:300]}")
        return answer

    def _send(self, step: str, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = None if body is None else body.encode()
        asked = {"Cookie": cookie, "Accept-Encoding": "gzip"} | headers
        self._connection.sendall(wire.request(self.port, method, address, asked, sent))
        status, told, came = wire.receive(self._connection)
        heads = dict(told)
        if status == 503 and (pause := heads.get("retry-after")):
            # The server has its hands full of passwords: what a person does, too.
            time.sleep(int(pause))
            return self._send(step, method, address, body, headers)
        for name, value in told:
            if name == "set-cookie":
                self.cookies |= {crumb: morsel.value for crumb, morsel in SimpleCookie(value).items()}
        content = gzip.decompress(came) if heads.get("content-encoding") == "gzip" else came
        counted = _STATEMENTS.search(heads.get("server-timing", ""))
        answer = Answer(
            status,
            heads.get("location", ""),
            content.decode("utf-8", "replace"),
            len(came),
            int(counted.group(1)) if counted else 0,
        )
        if answer.status >= 400:
            raise RuntimeError(f"{step}: {answer.status} at {address}: {answer.body[:300]}")
        self.note(step, answer)
        return answer


#: An answer of each kind, right or wrong: marking it takes the same.
_VALUES = {
    "single_choice": '"1"',
    "multiple_choice": '["0","2"]',
    "true_false": "true",
    "situational": '"2"',
    "numeric": '"12"',
    "short_text": '"sandi"',
    "matching": '{"0":"1","1":"0"}',
    "ordering": '["1","0"]',
    "cloze": '{"1":"sandi"}',
    "essay": '"Isi telaah."',
}


def value_of(kind: str) -> str:
    """The JSON text of some answer to a question of that kind."""
    return _VALUES[kind]


def _event(code: str, seq: int, item: int, value: str, previous: str) -> dict[str, Any]:
    device_at = "2026-01-01T00:00:00.000Z"
    chained = "\n".join([code, "bench", str(seq), str(item), "answer", value, device_at, previous])
    return {
        "seq": seq,
        "item": item,
        "kind": "answer",
        "value": value,
        "device_at": device_at,
        "previous": previous,
        "hash": hashlib.sha256(chained.encode()).hexdigest(),
    }

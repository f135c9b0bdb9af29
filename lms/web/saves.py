"""Saving answers, before Flask: the one address that every device of an exam asks all the time.

A save is authorised by its token alone and costs one statement; Flask's way to a view costs twice as much as all of that.
What it answers is in docs/architecture.md.
"""

import json
import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from lms import clock
from lms.exams import journal, saving, token
from lms.exams.saving import Accepted
from lms.platform import Platform
from lms.web.answers import HEADER, moment
from lms.web.outpour import Outpour
from lms.web.security import HEADERS

log = logging.getLogger(__name__)
LARGEST = 256 * 1024
_ADDRESS = re.compile(r"/pengerjaan/([^/]+)/jawaban")
_LENGTH = re.compile(r"[0-9]{1,18}")
#: What the device is told when the attempt does not take its events.
_STATUS = {"open": 200, "paused": 200, "closed": 409, "moved": 423, "signed_out": 401}

Said = tuple[int, dict[str, Any]]


class Saves:
    """Answers `PUT /pengerjaan/<kode>/jawaban` and hands every other request on."""

    def __init__(self, application: WSGIApplication, platform: Platform) -> None:
        self._application, self._platform, self._outpour = application, platform, Outpour()
        secure = [("Strict-Transport-Security", "max-age=31536000")] if platform.settings.is_secure else []
        self._headers = [("Content-Type", "application/json"), *HEADERS.items(), *secure]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request, as WSGI has it."""
        asked = _ADDRESS.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "PUT" else None
        if asked is None:
            return self._application(environ, start)
        try:
            status, said = self._store(asked[1], environ)
        except Exception:
            log.exception("answers could not be stored")  # the device keeps them and sends them again
            status, said = 500, {"error": "server"}
        body = json.dumps(said, separators=(",", ":")).encode()
        start(f"{status} {HTTPStatus(status).phrase}", [*self._headers, ("Content-Length", str(len(body)))])
        return [body]

    def _store(self, code: str, environ: WSGIEnvironment) -> Said:
        """Keep a batch of events; tells by number what was stored, held and refused."""
        ticket = _ticket(self._platform.settings.secret_key, code, environ)
        if ticket is None:
            return 401, {"error": "lease"}
        sent = environ["wsgi.input"].read(_most(environ))
        if len(sent) > LARGEST:
            return 413, {"error": "too_large"}
        try:
            batch = journal.read_batch(json.loads(sent))
        except (journal.BadBatch, ValueError, RecursionError):
            return 400, {"error": "shape"}
        now = clock.now()
        if self._outpour.is_over(code, size=len(sent), events=len(batch.events), now=now):
            return 429, {"error": "too_many"}
        with self._platform.database.statement() as connection:
            done = saving.accept(connection, ticket=ticket, batch=batch, now=now)
        said = {
            "stored": done.stored,
            "held": done.held,
            "refused": [{"seq": seq, "why": why} for seq, why in sorted(done.refused.items())],
            "now": moment(now),
            "state": done.state,
        }
        return _STATUS[done.state], said | _trouble(done, f"{environ.get('SCRIPT_NAME', '')}/pengerjaan/{code}")


def _most(environ: WSGIEnvironment) -> int:
    """How many bytes to read: one more than is taken, or what the request says it brings. A length that is none says nothing."""
    told = environ.get("CONTENT_LENGTH") or ""
    return min(int(told), LARGEST) + 1 if _LENGTH.fullmatch(told) else LARGEST + 1


def _ticket(secret: str, code: str, environ: WSGIEnvironment) -> token.Ticket | None:
    """What the token in the header says, if it was made here and for this attempt."""
    try:
        ticket = token.read(secret, environ.get(_FIELD, ""))
    except token.BadToken:
        return None
    return ticket if ticket.code == code else None


_FIELD = "HTTP_" + HEADER.upper().replace("-", "_")


def _trouble(done: Accepted, attempt: str) -> dict[str, str]:
    """What else the device needs to know when its events were not simply taken. attempt: the address of its pages."""
    match done.state:
        case "closed":
            return {"error": "closed", "result_url": f"{attempt}/hasil"}
        case "moved":
            return {"error": "lease_moved", "move_url": f"{attempt}/perangkat"}
        case "signed_out":
            return {"error": "signed_out"}
    return {}

"""The recovery file: what a device could not send, sealed for this installation alone. The last resort when time is up off-line.

The page makes it (js/lib/exam/recovery.js): a P-256 key of its own agrees with ours (ECDH), HKDF-SHA256 makes an AES-256 key of
that, and AES-GCM seals {"token", "events", "files"} with the attempt's code beside it. Whoever finds the file reads no answer in it.
Opened, its events go the way of all others: what comes too late is held for a proctor. Files stand beside the events that name
them, each as {"item", "name", "content" in base64url}; those of the first format hold none.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from lms.exams import journal, saving, token
from lms.exams.journal import Batch, Event
from lms.exams.uploads import BadUpload
from lms.questions import shapes

FORMATS = ("teruji-pemulihan-1", "teruji-pemulihan-2")
#: An exam of essays, written twice over, is about 1 MB; files, as many bytes as one answer may have, are written in base64 twice.
LARGEST = 4 * 1024 * 1024 + shapes.LARGEST_FILE * 16 // 9
#: Keeps a file for an item, by its name and content. Raises BadUpload.
Keep = Callable[[int, str, bytes], object]
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class BadRecovery(ValueError):
    """why: "shape" (no recovery file, or a part of one), "attempt" (of another attempt), "sealed" (altered, or for another
    installation)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Recovered:
    """How many events were stored (or there already), are held for a proctor, were refused, and are left in the file: the attempt
    stands still, or nobody works on it just now.
    """

    stored: int
    held: int
    refused: int
    left: int


def public_key(secret: str) -> str:
    """What pages seal with: the uncompressed point, base64url. secret: the installation's."""
    return _text(_private(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def opened(secret: str, code: str, data: bytes) -> dict[str, Any]:
    """What the file of this attempt holds. Raises BadRecovery."""
    try:
        file = json.loads(data)
        if file["format"] not in FORMATS:
            raise BadRecovery("shape")
        if file["attempt"] != code:
            raise BadRecovery("attempt")
        point, nonce, sealed = (_bytes(file[part]) for part in ("key", "nonce", "sealed"))
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as fault:
        raise fault if isinstance(fault, BadRecovery) else BadRecovery("shape") from fault
    key = _key(_private(secret).exchange(ec.ECDH(), theirs), file["format"], code)
    try:
        content = json.loads(AESGCM(key).decrypt(nonce, sealed, code.encode()))
    except (InvalidTag, ValueError, RecursionError) as fault:
        raise BadRecovery("sealed") from fault
    if not isinstance(content, dict) or not isinstance(content.get("events"), list):
        raise BadRecovery("shape")
    return content


def take(session: Session, secret: str, code: str, data: bytes, *, keep: Keep, now: datetime) -> Recovered:
    """Bring the events of a file into the journal, or among what is held, and the files that they name to where files are kept.

    An event whose file is not taken is refused. Again changes nothing. Raises BadRecovery.
    """
    content = opened(secret, code, data)
    try:
        ticket = token.read(secret, str(content.get("token")))
        if ticket.code != code:
            raise BadRecovery("attempt")
        batches = [journal.read_batch(batch) for batch in _batches(content["events"])]
        files = [_file(one) for one in content.get("files", [])]
    except (token.BadToken, journal.BadBatch, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise fault if isinstance(fault, BadRecovery) else BadRecovery("shape") from fault
    missing = {digest for item, name, body in files if (digest := _not_kept(keep, item, name, body))}
    stored = held = refused = left = 0
    for whole in batches:
        batch = Batch(whole.writer, [event for event in whole.events if _digest(event) not in missing])
        refused += len(whole.events) - len(batch.events)
        if not batch.events:
            continue
        done = saving.accept(session, ticket=ticket, batch=batch, now=now)
        stored, held, refused = stored + len(done.stored), held + len(done.held), refused + len(done.refused)
        left += len({event.seq for event in batch.events}.difference(done.stored, done.held, done.refused))
    return Recovered(stored, held, refused, left)


def _file(one: Any) -> tuple[int, str, bytes]:
    item, name, body = one["item"], one["name"], _bytes(one["content"])
    if type(item) is not int or not isinstance(name, str):
        raise BadRecovery("shape")
    return item, name, body


def _not_kept(keep: Keep, item: int, name: str, body: bytes) -> str | None:
    """The hash of a file that is not taken; None of one that is."""
    try:
        keep(item, name, body)
    except BadUpload:
        return hashlib.sha256(body).hexdigest()
    return None


def _digest(event: Event) -> str | None:
    """The hash of the file that an event names, if it does."""
    try:
        value = json.loads(event.value)
    except (ValueError, RecursionError):  # refused with all that has no sense
        return None
    digest = value.get("sha256") if isinstance(value, dict) else None
    return digest if isinstance(digest, str) else None


def _batches(events: list[Any]) -> Iterator[dict[str, Any]]:
    """Each writer's events in requests as a device sends them."""
    writers: dict[Any, list[Any]] = {}
    for event in events:
        writer = event.get("writer") if isinstance(event, dict) else None
        writers.setdefault(writer if isinstance(writer, str) else None, []).append(event)
    for writer, own in writers.items():
        for start in range(0, len(own), journal.MOST_EVENTS):
            yield {"writer": writer, "events": own[start : start + journal.MOST_EVENTS]}


@cache
def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    """Made of the installation's secret, like the tokens: nothing more to keep, and a new secret ends both."""
    number = int.from_bytes(_derived(secret.encode(), b"teruji pemulihan", 48))
    return ec.derive_private_key(number % (_ORDER - 1) + 1, _CURVE)


def _key(shared: bytes, form: str, code: str) -> bytes:
    return _derived(shared, f"{form} {code}".encode(), 32)


def _derived(material: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=purpose).derive(material)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

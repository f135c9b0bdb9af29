"""A browser's side of the journal: it numbers its events and chains them by its own reckoning of the hash."""

import hashlib
import json
from datetime import datetime
from typing import Any

from lms.exams.journal import Batch, Event
from tests.cast import START

ZEROS = "0" * 64


class Device:
    """One tab. It computes hashes from the words of the contract, not with the code under test."""

    def __init__(self, code: str, writer: str = "tab-1") -> None:
        self.code = code
        self.writer = writer
        self.seq = 0
        self.previous = ZEROS

    def event(self, item: int, value: Any, *, kind: str = "answer", at: datetime = START) -> Event:
        """The next event of this tab."""
        self.seq += 1
        made = sealed(self.code, self.writer, (self.seq, item, kind, json.dumps(value), stamp(at), self.previous))
        self.previous = made.hash
        return made

    def batch(self, *events: Event) -> Batch:
        """Events as one request brings them."""
        return Batch(self.writer, list(events))

    def body(self, *events: Event) -> dict[str, Any]:
        """Events as the JSON of one request."""
        return {"writer": self.writer, "events": [event._asdict() for event in events]}


def sealed(code: str, writer: str, fields: tuple[int, int, str, str, str, str]) -> Event:
    """An event with the hash that belongs to its other fields."""
    text = "\n".join([code, writer, *(str(field) for field in fields)])
    return Event(*fields, hashlib.sha256(text.encode("utf-8")).hexdigest())


def stamp(at: datetime) -> str:
    """2026-11-23T02:00:00.000Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

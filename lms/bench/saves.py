"""Saving at saturation: every candidate sends one changed answer after another over a connection of its own.

Requests are made beforehand and sent by a loop without a library, so that the client takes as little as it can of the
processor that it shares with the server.
"""

import hashlib
import json
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lms.bench import wire
from lms.bench.candidate import Candidate, value_of

DEVICE_AT = "2026-01-01T00:00:00.000Z"


@dataclass
class _Sender:
    """One connection: what it still has to send, and what it has of the answer that is under way."""

    requests: Iterator[bytes]
    answer: bytes = b""


def measure(candidates: Sequence[Candidate], codes: Sequence[str], *, saves: int, batch: int) -> dict[str, Any]:
    """Save `saves` times for each candidate, `batch` changed answers at a time. Raises RuntimeError when one is not stored."""
    port = candidates[0].port
    requests = []
    for candidate, code in zip(candidates, codes, strict=True):
        token, items = candidate.load(code)
        requests.append(list(_requests(port, code, token, items, saves, batch)))
    start = time.perf_counter()
    _send_all(port, requests)
    took = time.perf_counter() - start
    total = saves * len(codes)
    return {
        "candidates": len(codes),
        "answers_a_save": batch,
        "saves": total,
        "saves_per_second": round(total / took),
        "answers_per_second": round(total * batch / took),
    }


def _requests(
    port: int, code: str, token: str, items: Sequence[tuple[int, str]], saves: int, batch: int
) -> Iterator[bytes]:
    writer, previous, seq = f"bench-{batch}", "0" * 64, 0
    for _save in range(saves):
        events = []
        for _event in range(batch):
            seq += 1
            item, kind = items[seq % len(items)]
            value = value_of(kind)
            lines = [code, writer, str(seq), str(item), "answer", value, DEVICE_AT, previous]
            digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
            events.append(
                {
                    "seq": seq,
                    "item": item,
                    "kind": "answer",
                    "value": value,
                    "device_at": DEVICE_AT,
                    "previous": previous,
                    "hash": digest,
                }
            )
            previous = digest
        body = json.dumps({"writer": writer, "events": events}).encode()
        headers = {"X-Attempt-Token": token, "Content-Type": "application/json"}
        yield wire.request(port, "PUT", f"/pengerjaan/{code}/jawaban", headers, body)


def _send_all(port: int, requests: Sequence[Sequence[bytes]]) -> None:
    """Keep one request of every connection under way until all are answered."""
    with selectors.DefaultSelector() as selector:
        for mine in requests:
            connection = wire.connect(port)
            sender = _Sender(iter(mine))
            connection.sendall(next(sender.requests))
            selector.register(connection, selectors.EVENT_READ, sender)
        while selector.get_map():
            ready = selector.select(timeout=wire.PATIENCE)
            if not ready:
                raise RuntimeError("no save was answered for a minute")
            for key, _events in ready:
                assert isinstance(key.fileobj, socket.socket)
                connection, sender = key.fileobj, key.data
                if not _is_answered(connection, sender):
                    continue
                following = next(sender.requests, None)
                if following is None:
                    selector.unregister(connection)
                    connection.close()
                else:
                    connection.sendall(following)


def _is_answered(connection: socket.socket, sender: _Sender) -> bool:
    """Read what has come; whether an answer is whole. Raises RuntimeError when the answer is not «stored»."""
    came = connection.recv(65536)
    if not came:
        raise RuntimeError("the server closed a connection while it was saving")
    sender.answer += came
    whole = wire.split(sender.answer)
    if not whole:
        return False
    head, body = whole
    if not head.startswith(b"HTTP/1.1 200") or b'"refused":[]' not in body or b'"held":[]' not in body:
        raise RuntimeError(f"an answer was not stored: {head[:40]!r} {body[:200]!r}")
    sender.answer = b""
    return True

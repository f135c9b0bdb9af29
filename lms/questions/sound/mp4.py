"""M4A: MP4 with AAC and nothing to see. Boxes that say who recorded it, when and where become empty ones of the same size,
since the places of the sound are counted from the beginning of the file.

Source: ISO/IEC 14496-12 §4.2 (boxes), §8 (movie and tracks); §6.2 of 14496-14 (`mp4a`).
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from lms.questions.sound.recording import Broken, Recording

_HOLDERS = {b"trak", b"mdia", b"minf", b"stbl"}
_BESIDE = {b"udta", b"meta", b"uuid", b"skip", b"free"}
MOST_BOXES = 10_000


class _Box(NamedTuple):
    """start, body, end: places in the file; body: behind its head."""

    name: bytes
    start: int
    body: int
    end: int


def read(data: bytes) -> Recording:
    """The file without what stands beside the sound. Raises Broken."""
    made = bytearray(data)
    outer = list(_boxes(data, 0, len(data)))
    movies = [box for box in outer if box.name == b"moov"]
    if len(movies) != 1 or outer[0].name != b"ftyp" or not any(box.name == b"mdat" for box in outer):
        raise Broken
    inside = list(_below(data, movies[0]))
    handlers = {data[box.body + 8 : box.body + 12] for box in inside if box.name == b"hdlr"}
    codecs = {data[box.body + 12 : box.body + 16] for box in inside if box.name == b"stsd"}
    if handlers != {b"soun"} or codecs != {b"mp4a"}:
        raise Broken
    for box in [*outer, *inside]:
        if box.name in _BESIDE:
            made[box.start + 4 : box.start + 8] = b"free"
            made[box.body : box.end] = bytes(box.end - box.body)
    header = next((box for box in inside if box.name == b"mvhd"), None)
    return Recording("m4a", bytes(made), _seconds(data[header.body : header.end]) if header else None)


def _below(data: bytes, holder: _Box) -> Iterator[_Box]:
    for box in _boxes(data, holder.body, holder.end):
        yield box
        if box.name in _HOLDERS:
            yield from _below(data, box)


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    """The boxes that fill a stretch of the file. Raises Broken."""
    for _ in range(MOST_BOXES):
        if at == end:
            return
        if at + 8 > end:
            break
        size, name = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1 and at + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            body = at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            break
        yield _Box(name, at, body, at + size)
        at += size
    raise Broken


def _seconds(header: bytes) -> float | None:
    """Of a movie header; a recording that was written while it lasted says 0."""
    form, at = (">IQ", 20) if header[:1] == b"\x01" else (">II", 12)
    if len(header) < at + struct.calcsize(form):
        return None
    scale, length = struct.unpack_from(form, header, at)
    return length / scale if scale and length else None

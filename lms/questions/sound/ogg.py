"""Ogg with one stream of Opus or Vorbis; its comments (names, places, covers) are overwritten with blanks where they stand.

Sources: RFC 3533 §6 (pages), RFC 7845 §5 (Opus), Vorbis I specification §4.2 and §5 (headers and comments).
"""

import struct
from dataclasses import dataclass

from lms.questions.sound.recording import Broken, Recording

_HEAD = struct.Struct("<4sBBqIIIB")
#: The clock of Opus, whatever was recorded.
_OPUS_RATE = 48_000
_TAGS = (b"OpusTags", b"\x03vorbis")
MOST_COMMENTS = 1024 * 1024


@dataclass(frozen=True)
class _Page:
    """start, end: in the file. body: where its content begins. lacing: sizes of its segments. granule: samples up to its end."""

    start: int
    body: int
    end: int
    granule: int
    serial: int
    lacing: bytes


def read(data: bytes) -> Recording:
    """The stream. Raises Broken."""
    pages = _pages(data)
    if len({page.serial for page in pages}) != 1:
        raise Broken
    first = data[pages[0].body : pages[0].end]
    if first.startswith(b"OpusHead") and len(first) >= 19:
        before, rate = int.from_bytes(first[10:12], "little"), _OPUS_RATE
    elif first.startswith(b"\x01vorbis") and len(first) >= 30:
        before, rate = 0, int.from_bytes(first[12:16], "little")
    else:
        raise Broken
    last = max(page.granule for page in pages)
    if last <= before or not rate:
        raise Broken
    return Recording("ogg", _without_comments(data, pages), (last - before) / rate)


def _pages(data: bytes) -> list[_Page]:
    """All pages; they fill the file. Raises Broken."""
    pages = []
    at = 0
    while at < len(data):
        if at + _HEAD.size > len(data):
            raise Broken
        mark, version, _flags, granule, serial, _number, _sum, segments = _HEAD.unpack_from(data, at)
        body = at + _HEAD.size + segments
        lacing = data[at + _HEAD.size : body]
        end = body + sum(lacing)
        if mark != b"OggS" or version or len(lacing) < segments or end > len(data):
            raise Broken
        pages.append(_Page(at, body, end, granule, serial, lacing))
        at = end
    return pages


def _without_comments(data: bytes, pages: list[_Page]) -> bytes:
    places = _second_packet(pages)
    packet = bytes(data[place] for place in places)
    made = bytearray(data)
    for start, end in _comments(packet):
        for n in range(start, end):
            made[places[n]] = b"X="[n - start] if n - start < 2 else b" "[0]
    for page in pages:
        if places and page.body <= places[-1] and page.end > places[0]:
            made[page.start + 22 : page.start + 26] = bytes(4)
            made[page.start + 22 : page.start + 26] = _checksum(made[page.start : page.end]).to_bytes(4, "little")
    return bytes(made)


def _second_packet(pages: list[_Page]) -> list[int]:
    """Where each byte of the second packet stands; a segment shorter than 255 ends a packet."""
    places: list[int] = []
    packet = 0
    for page in pages:
        at = page.body
        for size in page.lacing:
            if packet == 1:
                places += range(at, at + size)
            at += size
            packet += size < 255
            if packet > 1:
                return places
            if len(places) > MOST_COMMENTS:
                raise Broken
    raise Broken


def _comments(packet: bytes) -> list[tuple[int, int]]:
    """(start, end) of each comment in the packet. Raises Broken."""
    mark = next((mark for mark in _TAGS if packet.startswith(mark)), None)
    if mark is None:
        raise Broken
    found: list[tuple[int, int]] = []
    try:
        at = len(mark) + 4 + struct.unpack_from("<I", packet, len(mark))[0]
        (count,) = struct.unpack_from("<I", packet, at)
        at += 4
        for _ in range(count):
            (size,) = struct.unpack_from("<I", packet, at)
            found.append((at + 4, at + 4 + size))
            at += 4 + size
    except struct.error as error:
        raise Broken from error
    if at > len(packet):
        raise Broken
    return found


def _table() -> list[int]:
    table = []
    for byte in range(256):
        rest = byte << 24
        for _ in range(8):
            rest = rest << 1 ^ (0x04C11DB7 if rest & 0x80000000 else 0)
        table.append(rest & 0xFFFFFFFF)
    return table


_TABLE = _table()


def _checksum(page: bytes | bytearray) -> int:
    """The CRC of RFC 3533: not reflected, begun with 0, unlike that of zlib."""
    rest = 0
    for byte in page:
        rest = (rest << 8 & 0xFFFFFFFF) ^ _TABLE[rest >> 24 ^ byte]
    return rest

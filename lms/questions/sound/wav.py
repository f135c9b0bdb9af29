"""WAV: what the sound is, and the sound; other chunks, such as who recorded it and when, stay behind.

Source: Microsoft and IBM 1991, "Multimedia Programming Interface and Data Specifications 1.0", ch. 3 (RIFF WAVE).
"""

import struct

from lms.questions.sound.recording import Broken, Recording

_WHOLE, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_BITS = {_WHOLE: (8, 16, 24, 32), _FLOAT: (32,)}


def read(data: bytes) -> Recording:
    """Format and samples, written anew. Raises Broken."""
    chunks = _chunks(data)
    described, samples = chunks.get(b"fmt ", b""), chunks.get(b"data", b"")
    if len(described) < 16:
        raise Broken
    kind, channels, rate, _bytes, _block, bits = struct.unpack("<HHIIHH", described[:16])
    if kind == _EXTENSIBLE and len(described) >= 26:
        kind = int.from_bytes(described[24:26], "little")
    if bits not in _BITS.get(kind, ()) or channels not in {1, 2} or not 4_000 <= rate <= 192_000:
        raise Broken
    block = channels * bits // 8
    samples = samples[: len(samples) // block * block]
    if not samples:
        raise Broken
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, kind, channels, rate, rate * block, block, bits)
    body = form + struct.pack("<4sI", b"data", len(samples)) + samples + b"\0" * (len(samples) % 2)
    return Recording("wav", struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body, len(samples) / block / rate)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Name → content, the first of each name. Whoever streams writes the last size as too large: it ends with the file."""
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        found.setdefault(name, data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found

"""Recordings made by hand, as small as their formats allow: silence, with something private beside it."""

import io
import struct
import wave
from math import pi, sin

from lms.questions.sound.ogg import _checksum

PRIVATE = b"Jalan Rahasia 1"
#: MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 144 · 128000 ÷ 44100 = 417 bytes of 1152 samples.
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
#: ADTS, 44.1 kHz, 32 bytes of 1024 samples.
AAC_FRAME = b"\xff\xf1\x50\x80\x04\x1f\xfc" + bytes(25)


def wav(seconds: float = 0.5, rate: int = 8000) -> bytes:
    """A tone, with a chunk that says who recorded it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(
            b"".join(
                struct.pack("<h", round(9000 * sin(2 * pi * 440 * n / rate))) for n in range(round(seconds * rate))
            )
        )
    return made.getvalue() + b"LIST" + struct.pack("<I", len(PRIVATE) + 1) + PRIVATE + b"\0"


def mp3(frames: int = 49) -> bytes:
    """Frames between a tag before and a tag behind."""
    return b"ID3\x04\x00\x00\x00\x00\x00\x0f" + PRIVATE + MP3_FRAME * frames + b"TAG" + PRIVATE.ljust(125)


def aac(frames: int = 43) -> bytes:
    return AAC_FRAME * frames


def box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), name) + body


def m4a(handler: bytes = b"soun", codec: bytes = b"mp4a") -> bytes:
    """Three seconds by its header; the place where it was recorded stands in it."""
    header = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 3000))
    told = box(b"hdlr", bytes(8), handler, bytes(12))
    described = box(b"stsd", bytes(8), struct.pack(">I", 16), codec)
    track = box(b"trak", box(b"mdia", told, box(b"minf", box(b"stbl", described))))
    return (
        box(b"ftyp", b"M4A ", bytes(4)) + box(b"moov", header, track, box(b"udta", PRIVATE)) + box(b"mdat", bytes(64))
    )


def page(number: int, granule: int, *packets: bytes) -> bytes:
    """A page of Ogg whose packets all end in it."""
    lacing = b"".join(b"\xff" * (len(one) // 255) + bytes([len(one) % 255]) for one in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 2 * (number == 0), granule, 7, number, 0, len(lacing)) + lacing
    made = bytearray(head + b"".join(packets))
    made[22:26] = _checksum(made).to_bytes(4, "little")
    return bytes(made)


def ogg(codec: bytes = b"OpusHead") -> bytes:
    """Two seconds of Opus by its granules, 312 samples to be dropped first."""
    head = codec + struct.pack("<BBHIHB", 1, 1, 312, 48_000, 0, 0)
    comment = b"LOCATION=" + PRIVATE
    tags = b"OpusTags" + struct.pack("<I", 4) + b"alat" + struct.pack("<II", 1, len(comment)) + comment
    return page(0, 0, head) + page(1, 0, tags) + page(2, 96_312, bytes(300))

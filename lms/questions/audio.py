"""Recordings in questions: told by what they are and not by their name, kept without what was written beside the sound.

MP3, AAC (bare or as M4A), Ogg with Opus or Vorbis, and WAV. They are not encoded again, which would cost quality and a codec;
each format's reader follows the file from its first byte to its last and keeps the sound only.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Literal

from lms.questions import media
from lms.questions.sound import mp4, mpeg, ogg, wav
from lms.questions.sound.recording import Broken, Recording
from lms.storage import Files

#: Some ten minutes of speech as MP3, or one minute as WAV of a CD's quality.
MOST_BYTES = 10 * 1024 * 1024
LONGEST_TRANSCRIPT = 5_000

Why = Literal["large", "type"]

#: How each begins → its reader; bare MPEG frames have no mark of their own and come last.
_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Recording]], ...] = (
    (lambda data: data[:4] == b"RIFF" and data[8:12] == b"WAVE", wav.read),
    (lambda data: data[:4] == b"OggS", ogg.read),
    (lambda data: data[4:8] == b"ftyp", mp4.read),
    (lambda data: data[:3] == b"ID3" or data[:1] == b"\xff", mpeg.read),
)


class BadAudio(ValueError):
    """A recording cannot be taken. why: large, or type: it is none of the formats, or broken, or has more in it than sound."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def checked(data: bytes) -> tuple[str, Recording]:
    """(name, recording) as it is kept. Raises BadAudio."""
    if len(data) > MOST_BYTES:
        raise BadAudio("large")
    try:
        read = next(read for begins, read in _READERS if begins(data))
        found = read(data)
    except (StopIteration, Broken) as error:
        raise BadAudio("type") from error
    return f"{hashlib.sha256(found.content).hexdigest()}.{found.ending}", found


def keep(files: Files, data: bytes) -> tuple[str, float | None]:
    """Keep a recording; its name, and how long it is in seconds if the file says so. Raises BadAudio."""
    name, found = checked(data)
    files.put(media.key(name), found.content)
    return name, found.seconds


def reference(name: str, description: str, transcript: str = "") -> str:
    """The Markdown of a recording. description: what it is; transcript: what is said in it, empty for none."""
    said = " ".join(transcript.split())
    escaped = re.sub(r'[\\"]|&(?=#?\w+;)', lambda found: f"\\{found[0]}", said)
    title = f' "{escaped}"' if said else ""
    return f"![{media.one_line(description)}](audio:{name}{title})"

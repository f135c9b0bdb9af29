"""Pictures and recordings of questions: how they are named in Markdown, where they are kept, and as what they are served.

`![words](gambar:<sha256>.png)` stands for a picture, `![words](audio:<sha256>.mp3 "transcript")` for a recording. The name is
the hash of the content: a paper that names it always shows the same.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lms.storage import FileMissing, Files

PICTURES = {"png": "image/png", "jpg": "image/jpeg"}
AUDIO = {"mp3": "audio/mpeg", "aac": "audio/aac", "m4a": "audio/mp4", "ogg": "audio/ogg", "wav": "audio/wav"}
MIMETYPES = PICTURES | AUDIO
NAME = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(MIMETYPES)})")
_REFERENCE = re.compile(
    rf"(?:gambar:([0-9a-f]{{64}}\.(?:{'|'.join(PICTURES)}))|audio:([0-9a-f]{{64}}\.(?:{'|'.join(AUDIO)})))\b"
)


def ending(name: str) -> str:
    """ "png" of a name. Raises FileMissing for what is no name."""
    found = NAME.fullmatch(name)
    if not found:
        raise FileMissing(name)
    return found[1]


def is_audio(name: str) -> bool:
    """Whether a name is that of a recording."""
    return name.rpartition(".")[2] in AUDIO


def key(name: str) -> str:
    """Where a picture or a recording is kept. Raises FileMissing for what is no name of one."""
    return f"question-{'images' if ending(name) in PICTURES else 'audio'}/{name}"


def mimetype(name: str) -> str:
    """As what it is served. Raises FileMissing for what is no name."""
    return MIMETYPES[ending(name)]


def named(value: Any) -> Iterator[str]:
    """The names of all pictures and recordings in a text, or in what holds texts."""
    if isinstance(value, str):
        yield from (picture or recording for picture, recording in _REFERENCE.findall(value))
    elif isinstance(value, dict):
        for part in value.values():
            yield from named(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from named(part)


def load(files: Files, names: Iterable[str]) -> dict[str, bytes]:
    """Name → content of those that are kept; those that are not are missing."""
    found = {}
    for name in dict.fromkeys(names):
        try:
            found[name] = files.get(key(name))
        except FileMissing:
            continue
    return found


def one_line(words: str) -> str:
    """Words for the brackets of a reference."""
    return " ".join(words.replace("[", "(").replace("]", ")").replace("\\", "").split())

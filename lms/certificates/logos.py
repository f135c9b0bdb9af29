"""Logos of agencies: decoded and written anew, small, on the colour of the paper, and kept by the hash of what they are.

A certificate carries its logo, and is to stay below 60 KB: so a logo takes at most MOST_KEPT bytes of it.
"""

import hashlib
import io
import re
from typing import Literal

from PIL import Image

from lms.questions import images
from lms.questions.images import BadImage
from lms.storage import FileMissing, Files

#: What may be sent.
MOST_BYTES = 2 * 1024 * 1024
#: What is kept: the heaviest design, of two pages with thirteen units, leaves as much.
MOST_KEPT = 4 * 1024
#: Pixels of the longest side: fewer than LEAST look coarse in print; LONGEST are 330 dpi at 20 mm.
LEAST, LONGEST = 120, 260
MIMETYPE = "image/jpeg"
_NAME = re.compile(r"[0-9a-f]{64}\.jpg")
#: Tried in turn, (longest side, quality), until a logo is light enough. A PDF holds JPEG as it is; PNG would grow in it.
_STEPS = ((LONGEST, 85), (LONGEST, 72), (LONGEST, 60), (200, 66), (200, 55), (160, 60), (160, 48))

Why = Literal["large", "type", "small", "busy"]


class BadLogo(ValueError):
    """A logo cannot be taken. why: large (bytes or pixels), type (neither PNG nor JPEG, or broken), small, or busy: it has
    so much detail that it cannot be made light enough."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def encoded(data: bytes, *, paper: str) -> tuple[str, bytes]:
    """(name, content) of a logo as certificates carry it: at most LONGEST wide and high, without transparency or metadata.

    paper: the colour that shows through. Raises BadLogo.
    """
    if len(data) > MOST_BYTES:
        raise BadLogo("large")
    if not data.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff")):
        raise BadLogo("type")
    try:
        _, sound = images.encoded(data)
    except BadImage as fault:
        raise BadLogo(fault.why) from fault
    with Image.open(io.BytesIO(sound)) as found:
        if max(found.size) < LEAST:
            raise BadLogo("small")
        seen = found.convert("RGBA")
    opaque = Image.alpha_composite(Image.new("RGBA", seen.size, paper), seen).convert("RGB")
    for side, quality in _STEPS:
        content = _written(opaque, side, quality)
        if len(content) <= MOST_KEPT:
            return f"{hashlib.sha256(content).hexdigest()}.jpg", content
    raise BadLogo("busy")


def keep(files: Files, data: bytes, *, paper: str) -> str:
    """Keep a logo; its name. Raises BadLogo."""
    name, content = encoded(data, paper=paper)
    files.put(_key(name), content)
    return name


def load(files: Files, name: str) -> bytes:
    """A logo that was kept; nothing where none is named. Raises FileMissing."""
    return files.get(_key(name)) if name else b""


def _written(picture: Image.Image, side: int, quality: int) -> bytes:
    smaller, buffer = picture.copy(), io.BytesIO()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    smaller.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise FileMissing(name)
    return f"certificate-logos/{name}"

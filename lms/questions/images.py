"""Pictures in questions: checked by content, written anew, and kept by the hash of what they are.

They are decoded and encoded again, without their metadata, so that what is kept is a picture and nothing else. `media` says
how they are named.
"""

import hashlib
import io
from typing import Literal

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from lms.questions import media
from lms.storage import Files

MOST_BYTES = 5 * 1024 * 1024
#: Pixels of a picture that is opened at all; larger ones may be made to exhaust memory.
MOST_PIXELS = 24_000_000
#: The longest side that is kept.
LONGEST_SIDE = 1600
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")

Why = Literal["large", "type"]


class BadImage(ValueError):
    """A picture cannot be taken. why: large (bytes or pixels), or type: it is none of PNG, JPEG, GIF, WebP, or broken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def encoded(data: bytes) -> tuple[str, bytes]:
    """(name, content) of a picture as it is kept: upright, at most LONGEST_SIDE, first frame only. Raises BadImage."""
    if len(data) > MOST_BYTES:
        raise BadImage("large")
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, where it is loaded, lets half a picture pass
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise BadImage("large")
            picture = ImageOps.exif_transpose(found)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            is_photo = found.format == "JPEG"
            content = _written(picture, is_photo=is_photo)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        if isinstance(error, BadImage):
            raise
        raise BadImage("large" if isinstance(error, Image.DecompressionBombError) else "type") from error
    return f"{hashlib.sha256(content).hexdigest()}.{'jpg' if is_photo else 'png'}", content


def keep(files: Files, data: bytes) -> str:
    """Keep a picture; its name. Raises BadImage."""
    name, content = encoded(data)
    files.put(media.key(name), content)
    return name


def reference(name: str, alternative: str) -> str:
    """The Markdown of a picture."""
    return f"![{media.one_line(alternative)}](gambar:{name})"


def _written(picture: Image.Image, *, is_photo: bool) -> bytes:
    buffer = io.BytesIO()
    if is_photo:
        picture.convert("RGB").save(buffer, "JPEG", quality=85, optimize=True)
    else:
        picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB").save(
            buffer, "PNG", optimize=True
        )
    return buffer.getvalue()

"""A certificate's badge as PNG, with the credential baked in (Open Badges 3.0, section 5.3.1)."""

import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from lms.certificates.credential_files import BLUE, GOLD, PAPER
from lms.certificates.facts import CertificateFacts

_KEYWORD = b"openbadgecredential"
_SIDE, _FINER = 512, 4  # pixels; drawn at four times the size, so that edges are smooth
_UNIT = _SIDE * _FINER / 256  # pixels of one unit of the drawing, which is that of the SVG badge
_AFTER_HEADER = 8 + 25  # bytes: the signature and IHDR, which come first (PNG, 5.2 and 5.6)
#: A petal: where each of its two curves begins, its two handles, and where it ends.
_CURVES = (
    ((124, 124), (60, 124), (12, 76), (12, 12)),
    ((12, 12), (76, 12), (124, 60), (124, 124)),
)


def badge_png(jwt: str, facts: CertificateFacts) -> bytes:
    """The picture of `credential_files.badge`, as pixels. The credential stands in it as it is, uncompressed."""
    png = _drawn(facts.level)
    text = (
        _KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + jwt.encode()
    )  # no compression, no language, no translated keyword
    return png[:_AFTER_HEADER] + _chunk(b"iTXt", text) + png[_AFTER_HEADER:]


@lru_cache(maxsize=6)
def _drawn(level: int) -> bytes:
    picture = Image.new("RGBA", (_SIDE * _FINER,) * 2)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, 256 * _UNIT - 1, 256 * _UNIT - 1), 28 * _UNIT, fill=BLUE)
    for turn in range(4):
        pen.polygon(list(_petal(turn)), fill=GOLD if turn < level else PAPER)
    heart = tuple(edge * _UNIT for edge in (81, 81, 175, 175))
    pen.ellipse(heart, fill=GOLD if level > 4 else BLUE, outline=PAPER, width=round(6 * _UNIT))
    if level:
        font = ImageFont.load_default(52 * _UNIT)
        pen.text((128 * _UNIT, 128 * _UNIT), str(level), fill=PAPER, font=font, anchor="mm", stroke_width=_UNIT)
    drawn = BytesIO()
    picture.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _petal(turn: int) -> Iterator[tuple[float, float]]:
    """The outline of a petal after so many quarter turns about the middle, clockwise."""
    for begin, one, two, end in _CURVES:
        for step in range(33):
            t = step / 32
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
            points = (begin, one, two, end)
            x, y = (sum(w * point[axis] for w, point in zip(weights, points, strict=True)) for axis in (0, 1))
            for _ in range(turn):
                x, y = 256 - y, x
            yield x * _UNIT, y * _UNIT


def _chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG: its length, kind, data and check sum (PNG, 5.3)."""
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

"""Does a text have its glyphs, and at which size does it fit? Answered from the font files alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from lms.certificates.designs import Design, Field

_MM_PER_PT = 25.4 / 72
_STEP = 0.1
_SAFETY = 1.005  # features such as tabular figures move an advance by a hair


class CannotFill(ValueError):
    """The facts cannot be printed in this design: refused before anything is issued."""

    field: str


class MissingGlyph(CannotFill):
    """The font of a field has no glyph for a character."""

    def __init__(self, field: str, character: str, font: str) -> None:
        self.field, self.character, self.font = field, character, font
        super().__init__(
            f"{field}: the font {font} has no glyph for “{character}” (U+{ord(character):04X}); "
            "write the text without this character, or ask for a design whose font has it"
        )


class DoesNotFit(CannotFill):
    """The text is too long for its field even at the smallest size."""

    def __init__(self, field: str, text: str, room: Field) -> None:
        self.field, self.text = field, text
        super().__init__(
            f"{field}: “{text}” does not fit {room.lines} line(s) of {room.width:g} mm at {room.least:g} pt; "
            "shorten it, or ask for a design with more room"
        )


@dataclass(frozen=True)
class Face:
    """The measures of one font file."""

    path: Path

    @cached_property
    def advances(self) -> Mapping[int, float]:
        """Advance width in em of each character the font has."""
        with TTFont(self.path) as font:
            metrics, unit = font["hmtx"], font["head"].unitsPerEm
            return {code: metrics[name][0] / unit for code, name in font.getBestCmap().items()}

    def width(self, text: str, size: float, tracking: float) -> float:
        """The text's width in mm; kerning left out, which only makes it narrower."""
        ems = sum(self.advances[ord(character)] + tracking for character in text)
        return ems * size * _MM_PER_PT * _SAFETY


@lru_cache(maxsize=32)
def face(path: Path) -> Face:
    """The face in a font file; read once."""
    return Face(path)


def fitted_sizes(design: Design, texts: Mapping[str, str], fonts_dir: Path) -> dict[str, float]:
    """The size in pt at which each text fits its field.

    Raises MissingGlyph for the first character without a glyph, in any field, before DoesNotFit.
    """
    for name, text in texts.items():
        _require_glyphs(design, name, text, fonts_dir)
    return {name: _fitted_size(design, name, text, fonts_dir) for name, text in texts.items()}


def _require_glyphs(design: Design, name: str, text: str, fonts_dir: Path) -> None:
    room = design.fields[name]
    known = face(fonts_dir / design.fonts[room.font].file).advances
    for character in _shown(text, room).replace("\n", ""):
        if ord(character) not in known:
            raise MissingGlyph(name, character, room.font)


def _fitted_size(design: Design, name: str, text: str, fonts_dir: Path) -> float:
    room = design.fields[name]
    measures = face(fonts_dir / design.fonts[room.font].file)
    size = room.size
    while _lines_needed(_shown(text, room), measures, size, room) > room.lines:
        size = round(size - _STEP, 1)
        if size < room.least:
            raise DoesNotFit(name, text, room)
    return size


def _lines_needed(text: str, measures: Face, size: float, room: Field) -> int:
    """Lines when broken at spaces as a browser would; a word wider than the field needs endless ones."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, line = lines + 1, ""
        for word in paragraph.split(" "):
            if measures.width(word, size, room.tracking) > room.width:
                return room.lines + 1
            longer = f"{line} {word}" if line else word
            if measures.width(longer, size, room.tracking) <= room.width:
                line = longer
            else:
                lines, line = lines + 1, word
    return lines


def _shown(text: str, room: Field) -> str:
    return text.upper() if room.upper else text

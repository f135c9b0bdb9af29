"""Does a text have its glyphs, and at which size and in which lines does it fit? Measured as it will be set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lms.certificates.designs import Design, Field
from lms.certificates.shaping import Face, face

_MM_PER_PT = 25.4 / 72
_STEP = 0.1
_ROUNDING = 1e-6  # mm, so that a text as wide as its field fits


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


class TooManyRows(CannotFill):
    """There are more units of competency than the annex has rows."""

    def __init__(self, count: int, most: int) -> None:
        self.field = "units"
        super().__init__(
            f"units: the annex has room for {most} units of competency, not {count}; "
            "choose fewer for the scheme, or ask for a design with more rows"
        )


@dataclass(frozen=True)
class Fit:
    """How a text fills its field: at which size in pt, and in which lines."""

    size: float
    lines: tuple[str, ...]


def fitted(design: Design, texts: Mapping[str, str], fonts_dir: Path) -> dict[str, Fit]:
    """How each text fits its field: at the largest size, in steps of 0.1 pt, at which its lines are few enough.

    Raises MissingGlyph for the first character without a glyph, in any field, before DoesNotFit.
    """
    faces = {family: face(fonts_dir / font.file) for family, font in design.fonts.items()}
    for name, text in texts.items():
        _require_glyphs(name, text, design.fields[name], faces[design.fields[name].font])
    return {
        name: _fit(name, text, design.fields[name], faces[design.fields[name].font], design.features)
        for name, text in texts.items()
    }


def shown(text: str, room: Field) -> str:
    """The text as the page shows it."""
    return text.upper() if room.upper else text


def _require_glyphs(name: str, text: str, room: Field, measures: Face) -> None:
    wanted = shown(text, room).replace("\n", "")
    if not measures.characters.issuperset(wanted):
        missing = next(character for character in wanted if character not in measures.characters)
        raise MissingGlyph(name, missing, room.font)


@lru_cache(maxsize=2048)
def _fit(name: str, text: str, room: Field, measures: Face, features: tuple[str, ...]) -> Fit:
    size, wanted = room.size, shown(text, room)
    while len(lines := _lines(wanted, room, measures, features, size)) > room.lines:
        size = round(size - _STEP, 1)
        if size < room.least:
            raise DoesNotFit(name, text, room)
    return Fit(size, lines)


def _lines(text: str, room: Field, measures: Face, features: tuple[str, ...], size: float) -> tuple[str, ...]:
    """Broken at spaces as a browser would; more lines than there may be where a word is wider than the field."""
    most = (room.width + _ROUNDING) / (size * _MM_PER_PT)
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if measures.ems(word, features, room.tracking) > most:
                return ("",) * (room.lines + 1)
            longer = f"{line} {word}" if line else word
            if measures.ems(longer, features, room.tracking) <= most:
                line = longer
            else:
                lines.append(line)
                line = word
        lines.append(line)
    return tuple(lines)

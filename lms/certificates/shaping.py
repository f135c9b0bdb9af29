"""Texts as glyphs, by the HarfBuzz library that WeasyPrint sets type with: so both set a text alike.

Loaded at the first text and not before: the web has no need of it. Safe in several threads: a font does not change
once it is made, and each text has a buffer of its own.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.ttLib import TTFont

_NAMES = ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll")
_READONLY = 1  # HB_MEMORY_MODE_READONLY
#: Letter-spaced text has no ligatures (CSS Text 3, section 8.2), as Pango does it.
_LIGATURES = ("liga", "clig", "dlig")
_WHOLE_TEXT = 0xFFFFFFFF
#: hb_glyph_info_t and hb_glyph_position_t: five fields of 32 bits each, and where in them stands what is read.
_FIELDS, _BYTES = 5, 20
_GLYPH, _CLUSTER = 0, 2
_ADVANCE, _RIGHT, _UP = 0, 2, 3


class _Feature(ctypes.Structure):
    _fields_ = (("tag", ctypes.c_uint32), ("value", ctypes.c_uint32), ("start", ctypes.c_uint), ("end", ctypes.c_uint))


class Glyph(NamedTuple):
    """One glyph of a text: its number in the font, the text that it stands for, and its place, in font units.

    text: empty for all but the first glyph of several that stand for one text.
    """

    number: int
    text: str
    advance: int
    right: int = 0
    up: int = 0


@dataclass(frozen=True, eq=False)
class Face:
    """One font file, measured and shaped. Known by identity: `face` gives the same one for the same content."""

    path: Path

    @cached_property
    def content(self) -> bytes:
        """The font as TrueType tables, unpacked; its glyphs keep their numbers."""
        with TTFont(self.path) as font:
            font.flavor = None
            saved = BytesIO()
            font.save(saved, reorderTables=None)
        return saved.getvalue()

    @cached_property
    def characters(self) -> frozenset[str]:
        """The characters that the font has a glyph for."""
        with TTFont(self.path) as font:
            return frozenset(map(chr, font.getBestCmap()))

    @cached_property
    def _widths(self) -> list[int]:
        with TTFont(BytesIO(self.content)) as font:
            return [font["hmtx"][name][0] for name in font.getGlyphOrder()]

    def width(self, number: int) -> int:
        """The width of a glyph by itself, in thousandths of an em, as a PDF states it."""
        return round(self._widths[number] * 1000 / self.units)

    @cached_property
    def units(self) -> int:
        """Font units in an em."""
        return int(_library().hb_face_get_upem(_library().hb_font_get_face(self._font)))

    @cached_property
    def _font(self) -> Any:
        library, content = _library(), self.content
        blob = library.hb_blob_create(content, len(content), _READONLY, None, None)
        face = library.hb_face_create(blob, 0)
        font = library.hb_font_create(face)
        library.hb_font_make_immutable(font)
        return font

    def glyphs(self, text: str, features: Sequence[str] = (), *, spaced: bool = False) -> tuple[Glyph, ...]:
        """The text in glyphs. features: OpenType ones to switch on. spaced: letter-spaced, so without ligatures.

        A character that the font lacks becomes glyph 0: look in `characters` first.
        """
        return _shaped(self, text, tuple(features), spaced)

    def ems(self, text: str, features: Sequence[str] = (), tracking: float = 0.0) -> float:
        """The width of the text in em. tracking: between letters, in em."""
        glyphs = self.glyphs(text, features, spaced=bool(tracking))
        return sum(glyph.advance for glyph in glyphs) / self.units + tracking * max(0, len(glyphs) - 1)


def face(path: Path) -> Face:
    """The face in a font file, read once; a file that was changed is read anew."""
    found = path.stat()
    return _face(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=32)
def _face(path: Path, _changed: int, _size: int) -> Face:
    return Face(path)


@lru_cache(maxsize=4096)
def _shaped(face: Face, text: str, features: tuple[str, ...], spaced: bool) -> tuple[Glyph, ...]:
    library, raw = _library(), text.encode("utf-32-le")
    buffer = library.hb_buffer_create()
    try:
        library.hb_buffer_add_utf32(buffer, raw, len(text), 0, len(text))
        library.hb_buffer_guess_segment_properties(buffer)
        wanted = _features(features, spaced)
        library.hb_shape(face._font, buffer, wanted, len(wanted))
        count = ctypes.c_uint()
        infos = library.hb_buffer_get_glyph_infos(buffer, ctypes.byref(count))
        places = library.hb_buffer_get_glyph_positions(buffer, None)
        glyphs = memoryview(ctypes.string_at(infos, count.value * _BYTES)).cast("I")
        moves = memoryview(ctypes.string_at(places, count.value * _BYTES)).cast("i")
    finally:
        library.hb_buffer_destroy(buffer)
    numbers, starts = glyphs[_GLYPH::_FIELDS].tolist(), glyphs[_CLUSTER::_FIELDS].tolist()
    ends = dict(pairwise(sorted({*starts, len(text)})))
    texts = [text[start : ends.pop(start)] if start in ends else "" for start in starts]
    advances, rights, ups = (moves[at::_FIELDS].tolist() for at in (_ADVANCE, _RIGHT, _UP))
    return tuple(map(Glyph, numbers, texts, advances, rights, ups))


@cache
def _features(names: tuple[str, ...], spaced: bool) -> Any:
    values = dict.fromkeys(names, 1) | (dict.fromkeys(_LIGATURES, 0) if spaced else {})
    tags = ((int.from_bytes(name.encode("ascii"), "big"), value) for name, value in values.items())
    return (_Feature * len(values))(*(_Feature(tag, value, 0, _WHOLE_TEXT) for tag, value in tags))


@cache
def _library() -> Any:
    """HarfBuzz. Raises OSError where it is not installed, as WeasyPrint would."""
    for name in _NAMES[:-1]:
        try:
            return _declared(ctypes.CDLL(name))
        except OSError:
            continue
    return _declared(ctypes.CDLL(_NAMES[-1]))


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    handle, number = ctypes.c_void_p, ctypes.c_uint
    for name, result, arguments in (
        ("hb_blob_create", handle, [ctypes.c_char_p, number, ctypes.c_int, handle, handle]),
        ("hb_face_create", handle, [handle, number]),
        ("hb_font_create", handle, [handle]),
        ("hb_font_make_immutable", None, [handle]),
        ("hb_font_get_face", handle, [handle]),
        ("hb_face_get_upem", number, [handle]),
        ("hb_buffer_create", handle, []),
        ("hb_buffer_destroy", None, [handle]),
        ("hb_buffer_add_utf32", None, [handle, ctypes.c_char_p, ctypes.c_int, number, ctypes.c_int]),
        ("hb_buffer_guess_segment_properties", None, [handle]),
        ("hb_shape", None, [handle, handle, handle, number]),
        ("hb_buffer_get_glyph_infos", handle, [handle, handle]),
        ("hb_buffer_get_glyph_positions", handle, [handle, handle]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library

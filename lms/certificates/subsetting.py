"""The part of a font that goes into a file: the glyphs of every usual text, and those that this file needs beside them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from string import ascii_letters

from fontTools import subset
from fontTools.ttLib import TTFont

from lms.certificates.shaping import Face

#: What names, offices and titles are written with, and what fonts draw as one glyph.
_USUAL = (*" !&'(),-./0123456789:;", *ascii_letters, *"\u00a0·–—’‘“”", "fi", "fl", "ff", "ffi", "ffl", "fj", "ft", "tt")
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{entries}endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_MOST_ENTRIES = 100  # of one block


@dataclass(frozen=True)
class FontPart:
    """A font file cut down, and what a PDF says about it. widths: as the /W of a CIDFont; both streams compressed."""

    content: bytes
    length: int
    widths: str
    to_unicode: bytes
    widest: int


@lru_cache(maxsize=64)
def usual(face: Face, features: tuple[str, ...], characters: str = "") -> Mapping[int, str]:
    """The glyphs of usual texts, with the text that each stands for. characters: where these alone are usual."""
    found: dict[int, str] = {}
    for text in characters or _USUAL:
        if face.characters.issuperset(text):
            for spaced in (False, True):
                for glyph in face.glyphs(text, features, spaced=spaced):
                    found.setdefault(glyph.number, glyph.text)
    return found


@lru_cache(maxsize=64)
def cut(face: Face, glyphs: frozenset[tuple[int, str]]) -> FontPart:
    """The font with these glyphs alone, under the numbers that they have. glyphs: with the text that each stands for."""
    options = subset.Options(
        retain_gids=True, hinting=False, layout_features=[], notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "OS/2", "name", "post", "cmap", "gasp", "STAT"]
    with TTFont(BytesIO(face.content)) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(gids=[number for number, _ in glyphs])
        cutter.subset(font)
        saved = BytesIO()
        font.save(saved)
    widths = {number: face.width(number) for number, _ in sorted(glyphs)}
    content = saved.getvalue()
    return FontPart(
        zlib.compress(content, 9),
        len(content),
        " ".join(f"{number} [{width}]" for number, width in widths.items()),
        zlib.compress(_character_map(glyphs).encode("ascii"), 9),
        max(widths.values()),
    )


def _character_map(glyphs: frozenset[tuple[int, str]]) -> str:
    """Glyph to text, so that what is shown can be searched and read out (ISO 32000-1, 9.10.3)."""
    lines = [f"<{number:04x}> <{text.encode('utf-16-be').hex()}>" for number, text in sorted(glyphs) if text]
    blocks = (lines[start : start + _MOST_ENTRIES] for start in range(0, len(lines), _MOST_ENTRIES))
    entries = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return _CMAP.format(entries=entries)

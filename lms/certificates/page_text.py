"""The text of pages, as far as a check code and the facts of a certificate can be found in it again.

For changed files, and for copies that were printed: metadata and links may be gone, the words are not. Reads the
character maps that fonts carry (ToUnicode) and takes what is shown, in the order of the file.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_MAX_FORMS = 4  # forms within forms
_HEX = rb"<([0-9A-Fa-f]{1,8})>"
_ENTRY = re.compile(_HEX + rb"\s*" + _HEX)
_RANGE = re.compile(_HEX + rb"\s*" + _HEX + rb"\s*(?:" + _HEX + rb"|\[([^\]]{0,8000})\])")
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf(?:char|range)", re.DOTALL)
_SHOWING = (b"Tj", b"TJ", b"'", b'"', b"Do")
_SHOWN = re.compile(rb"<([0-9a-f]*)>")
_MAX_MAP = 200_000


@dataclass(frozen=True)
class _Font:
    """How the bytes of a shown string become characters."""

    width: int
    characters: dict[int, str]

    def read(self, shown: bytes) -> str:
        if not self.characters:
            return shown.decode("latin-1")
        codes = struct.unpack(f">{len(shown) // 2}H", shown[: len(shown) & ~1]) if self.width == 2 else shown
        return "".join([self.characters.get(code, "") for code in codes])


def page_text(page: pikepdf.Page) -> str:
    """What a page shows, a line for each run. Raises whatever pikepdf raises for a malformed one."""
    return "\n".join(_shown(page.obj, page.obj.get("/Resources", pikepdf.Dictionary()), _MAX_FORMS))


def _shown(content: pikepdf.Object, resources: pikepdf.Object, depth: int) -> Iterator[str]:
    fonts: dict[str, _Font] = {}
    font = _Font(1, {})
    for instruction in pikepdf.parse_content_stream(content, "Tf Tj TJ ' \" Do"):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "Tf":
                name = str(operands[0])
                fonts[name] = font = fonts.get(name) or _font(_named(resources, "/Font", name))
            case "TJ":
                yield font.read(_strings(operands[0]))
            case "Tj" | "'" | '"':
                yield font.read(bytes(operands[-1]))
            case "Do" if depth:
                form = _named(resources, "/XObject", str(operands[0]))
                if isinstance(form, pikepdf.Stream) and form.get("/Subtype") == "/Form" and _may_show(form):
                    yield from _shown(form, form.get("/Resources", resources), depth - 1)


def _may_show(form: pikepdf.Stream) -> bool:
    """Whether it has an operator that shows text or another form: ornament is long, and has none."""
    content = form.read_bytes()
    return any(operator in content for operator in _SHOWING)


def _named(resources: pikepdf.Object, kind: str, name: str) -> Any:
    """A resource, or None."""
    return resources[kind].get(name) if kind in resources else None


def _strings(array: pikepdf.Object) -> bytes:
    """The strings of an array, one after another. Where qpdf writes all of them in hex, as glyph numbers, it does so at once."""
    written = array.unparse().replace(b"()", b"")
    if b"(" in written:
        return b"".join([bytes(part) for part in array if isinstance(part, pikepdf.String)])
    return bytes.fromhex(b"".join(_SHOWN.findall(written)).decode("ascii"))


def _font(font: Any) -> _Font:
    if not isinstance(font, pikepdf.Dictionary):
        return _Font(1, {})
    width = 2 if font.get("/Subtype") == "/Type0" else 1
    table = font.get("/ToUnicode")
    return _Font(width, _character_map(table.read_bytes()) if isinstance(table, pikepdf.Stream) else {})


def _character_map(table: bytes) -> dict[int, str]:
    """Code to text, from the bfchar and bfrange blocks of a ToUnicode table (ISO 32000-1, 9.10.3)."""
    characters: dict[int, str] = {}
    for kind, block in _BLOCK.findall(table[:_MAX_MAP]):
        if kind == b"bfchar":
            characters |= {int(code, 16): _text(to) for code, to in _ENTRY.findall(block)}
            continue
        for first, last, start, listed in _RANGE.findall(block):
            low, high = int(first, 16), min(int(last, 16), int(first, 16) + 255)
            targets = re.findall(_HEX, listed)
            for offset in range(high - low + 1):
                if start:
                    characters[low + offset] = chr((int(start, 16) + offset) & 0xFFFF)
                elif offset < len(targets):
                    characters[low + offset] = _text(targets[offset])
    return characters


def _text(target: bytes) -> str:
    return bytes.fromhex(target.decode("ascii").rjust(4, "0")).decode("utf-16-be", "replace")

"""A laid-out PDF taken apart into its objects: those that all certificates share, and those that hold stand-ins."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from lms.certificates.designs import BrokenDesign
from lms.certificates.pdf_writing import Frozen, freeze, stream
from lms.certificates.subsetting import FontPart

_TOKEN = re.compile(rb"\(@@(\d+)@@\)")
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>")
_WIDTHS, _WIDEST = b"/@@widths", b"/@@widest"
#: Stands between the contents of two pages; no content of ours has such a comment.
PAGE_BREAK = b"\n%@@page@@\n"
_COMPRESSED = b"/Filter /FlateDecode"


@dataclass(frozen=True)
class Pattern:
    """A text with stand-ins. parts: in turn what stands there and the name of what is filled in."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str, standing: Mapping[str, str]) -> "Pattern":
        """The text, cut at its stand-ins. standing: them, by name."""
        names = {stand_in: name for name, stand_in in standing.items()}
        longest_first = sorted(names, key=len, reverse=True)
        parts = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text)
        return cls(tuple(names[part] if at % 2 else part for at, part in enumerate(parts)))

    def filled(self, values: Mapping[str, str], written: Callable[[str], str] = str) -> str:
        """The text with the values in it, each as `written` writes it."""
        return "".join(written(values[part]) if at % 2 else part for at, part in enumerate(self.parts))


@dataclass(frozen=True)
class FontPlace:
    """The objects of one font of the page, and the glyphs of its own texts with what they stand for."""

    family: str
    file: int
    to_unicode: int
    glyphs: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class Skeleton:
    """The objects of a file with stand-ins, by number. catalog: without its end, so that entries can be added.

    contents: of each page, in order; content: theirs, parted by PAGE_BREAK.
    changing: objects with stand-ins; between the bytes that stay, the patterns of their strings.
    """

    root: int
    info: int
    metadata: int
    contents: tuple[int, ...]
    size: int
    content: bytes
    xmp: Pattern
    catalog: bytes
    streams: Mapping[int, bytes]
    others: Mapping[int, bytes]
    changing: Mapping[int, tuple[bytes | Pattern, ...]]
    fonts: Mapping[str, FontPlace]

    def frozen(self, parts: Mapping[str, FontPart]) -> Frozen:
        """What all files with these fonts begin with."""
        streams, others = dict(self.streams), dict(self.others)
        for name, place in self.fonts.items():
            part = parts[name]
            streams[place.file] = stream(part.content, b"%b /Length1 %d" % (_COMPRESSED, part.length))
            streams[place.to_unicode] = stream(part.to_unicode, _COMPRESSED)
            mark = name.encode()
            for number, body in others.items():
                widths = body.replace(_WIDTHS + mark, f"[{part.widths}]".encode())
                others[number] = widths.replace(_WIDEST + mark, b"%d" % part.widest)
        return freeze(streams, others, number=self.size)


def dissected(pdf: bytes, *, standing: Mapping[str, str]) -> Skeleton:
    """The parts of a PDF. standing: its stand-ins by name. Raises BrokenDesign where it is not as expected."""
    with pikepdf.open(BytesIO(_renumbered(pdf))) as opened:
        if "/Names" in opened.Root:
            raise BrokenDesign("a design is without attachments and anchors of its own")
        page, root = opened.pages[0], opened.Root
        contents = [each.Contents for each in opened.pages]
        own = {opened.trailer.Info.objgen[0], root.Metadata.objgen[0], root.objgen[0]}
        own |= {content.objgen[0] for content in contents}
        shared = {name: font for each in opened.pages for name, font in each.Resources.Font.items()}
        fonts = {name[1:]: _font(name[1:], font) for name, font in shared.items()}
        own |= {number for place in fonts.values() for number in (place.file, place.to_unicode)}
        strings: list[Pattern] = []
        page.obj.Annots = pikepdf.Array(page.obj.get("/Annots", ()))
        for thing in opened.objects:
            _mark_strings(thing, standing, strings)
        bodies = {thing.objgen[0]: thing for thing in opened.objects}
        streams = {n: _stream(thing) for n, thing in bodies.items() if isinstance(thing, pikepdf.Stream)}
        others = {n: thing.unparse(resolved=True) for n, thing in bodies.items() if n not in streams}
        plain = {page.obj.objgen[0], root.Pages.objgen[0]}  # read again when the file is signed
        changing = {n: _cut(body, strings) for n, body in others.items() if n in plain or _TOKEN.search(body)}
        return Skeleton(
            root=root.objgen[0],
            info=opened.trailer.Info.objgen[0],
            metadata=root.Metadata.objgen[0],
            contents=tuple(content.objgen[0] for content in contents),
            size=max(bodies) + 1,
            content=PAGE_BREAK.join(content.read_bytes() for content in contents),
            xmp=Pattern.of(root.Metadata.read_bytes().decode("utf-8"), standing),
            catalog=others[root.objgen[0]].rstrip().removesuffix(b">>"),
            streams={n: body for n, body in streams.items() if n not in own},
            others={n: body for n, body in others.items() if n not in own and n not in changing},
            changing=changing,
            fonts=fonts,
        )


def _renumbered(pdf: bytes) -> bytes:
    """The file with its objects numbered from 1 without gaps, and none that nothing refers to."""
    saved = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(
            saved,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return saved.getvalue()


def _font(name: str, font: Any) -> FontPlace:
    """The places of a font's streams; in its dictionaries, marks stand for what depends on its glyphs."""
    drawn = font.DescendantFonts[0]
    drawn.W = pikepdf.Name(f"{_WIDTHS.decode()}{name}")
    drawn.FontDescriptor.FontBBox[2] = pikepdf.Name(f"{_WIDEST.decode()}{name}")
    table = font.ToUnicode.read_bytes()
    glyphs = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in _MAPPED.findall(table)}
    file = drawn.FontDescriptor.FontFile2.objgen[0]
    return FontPlace(str(font.BaseFont).partition("+")[2], file, font.ToUnicode.objgen[0], glyphs)


def _mark_strings(thing: Any, standing: Mapping[str, str], strings: list[Pattern]) -> None:
    """Puts a numbered token in the place of each string with a stand-in that is directly in this object."""
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    if isinstance(thing, pikepdf.Dictionary):
        places: list[Any] = list(thing.keys())
    elif isinstance(thing, pikepdf.Array):
        places = list(range(len(thing)))
    else:
        return
    for place in places:
        value = thing[place]
        if isinstance(value, pikepdf.String):
            pattern = Pattern.of(str(value), standing)
            if len(pattern.parts) > 1:
                thing[place] = pikepdf.String(f"@@{len(strings)}@@")
                strings.append(pattern)
        elif isinstance(value, pikepdf.Object) and not value.is_indirect:
            _mark_strings(value, standing, strings)


def _stream(thing: pikepdf.Stream) -> bytes:
    raw = thing.read_raw_bytes()
    return b"%b\nstream\n%b\nendstream" % (thing.stream_dict.unparse(resolved=True), raw)


def _cut(body: bytes, strings: list[Pattern]) -> tuple[bytes | Pattern, ...]:
    pieces = _TOKEN.split(body)
    return tuple(strings[int(piece)] if at % 2 else piece for at, piece in enumerate(pieces))

"""A design compiled: laid out once by WeasyPrint with stand-ins, then taken apart where the texts of a certificate go.

Texts that break into lines make another page for each size and number of lines; one-line texts are only put in their
places. Two pages with stand-ins of different widths are laid out: where they differ elsewhere than in these places, a
text would move its neighbours, and the design is refused. The same two tell how each text is ranged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from lms.certificates.designs import BrokenDesign, Design
from lms.certificates.facts import SignatureKind
from lms.certificates.fitting import Fit, shown
from lms.certificates.shaping import Face, face
from lms.certificates.skeleton import Skeleton, dissected
from lms.certificates.subsetting import usual
from lms.certificates.typesetting import Filling, rows_of, typeset

#: Stand-ins of what is no text of the page, by the name under which it is filled in.
STANDING = {
    "created": "1901-02-03",
    "created:pdf": "D:19010203",
    "code": "Q9QQQQQQQQQQ",
    "link": "https://q9.invalid/q9",
}
_PX_PER_PT, _MM_PER_PT = 4 / 3, 25.4 / 72
_CORNER = "9.0625"
_SQUARE = f"M0 0h{_CORNER}v{_CORNER}h-{_CORNER}z"
_SQUARE_SET = f"0 0 m\n0 0 m\n{_CORNER} 0 l\n{_CORNER} {_CORNER} l\n0 {_CORNER} l\nh\n".encode()
_TEXT = re.compile(
    rb"BT\n1 0 0 -1 (?P<x>[-\d.]+) (?P<y>[-\d.]+) Tm\n/(?P<font>\w+) (?P<size>[\d.]+) Tf\n\[(?P<shown>.*?)\] TJ\nET\n"
)
_GLYPH = re.compile(rb"[0-9a-f]{4}")
_STAND_IN, _FIRST = re.compile(r"q(\d{3})z", re.IGNORECASE), 100
_BAR = re.compile(rb"0 -1\.5 1(\d\d)\.0625 3 re")
_SHOWN = re.compile(rb"<([0-9a-f]*)>(-?[\d.]*)")
#: WeasyPrint rounds sizes (px) to 1/1024 and each move between glyphs (thousandths of an em) twice.
_SIZE_ROUNDING, _MOVE_ROUNDING = 0.01, 2.0
#: Padding of the two stand-ins, and the share of a line that they fill where a text has several.
_PADS, _SHARES = ("", "zz"), (0.55, 0.7)


@dataclass(frozen=True)
class Shape:
    """What makes a page another one. lines: field, size in pt and number of lines of each text that may break.

    rows: kind and required level of each row of the annex.
    """

    kind: SignatureKind
    level: int
    lines: tuple[tuple[str, float, int], ...]
    rows: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Slot:
    """The place of one line of a text, in CSS px from the top left. share: of its width that stands left of x."""

    field: str
    line: int
    font: str
    x: float
    y: float
    share: float


@dataclass(frozen=True)
class Symbol:
    """The place of the QR symbol; its unit is a millimetre."""


@dataclass(frozen=True)
class Bar:
    """The place of the bar that shows the attained level in a row of the annex, counted from 0."""

    row: int


@dataclass(frozen=True, eq=False)
class Page:
    """A compiled page. parts: the page's content, in order, with its places. fonts: the face behind each font's name;
    usual: by the same names, the glyphs that every file carries."""

    design: Design
    parts: tuple[bytes | Slot | Symbol | Bar, ...]
    fonts: Mapping[str, Face]
    usual: Mapping[str, Mapping[int, str]]
    skeleton: Skeleton


def shape_of(
    design: Design, fits: Mapping[str, Fit], *, kind: SignatureKind, level: int, rows: Sequence[tuple[str, int]] = ()
) -> Shape:
    """The shape of the page for these texts. rows: kind and required level of each row of the annex."""
    broken = ((name, fits[name].size, len(fits[name].lines)) for name, room in design.fields.items() if room.lines > 1)
    return Shape(kind, level, tuple(broken), tuple(rows))


def compiled(design: Design, shape: Shape, fonts_dir: Path) -> Page:
    """The page of a shape, made once. Another content of design or fonts is another page.

    Raises BrokenDesign where page.css does not set the texts as design.yaml says.
    """
    faces = tuple((family, face(fonts_dir / font.file)) for family, font in design.fonts.items())
    return _compiled(design, shape, fonts_dir, faces)


@lru_cache(maxsize=64)
def _compiled(design: Design, shape: Shape, fonts_dir: Path, known: tuple[tuple[str, Face], ...]) -> Page:
    faces = dict(known)
    laid = [_Laid(design, shape, faces, turn, fonts_dir) for turn in range(2)]
    parts = tuple(_joined(design, laid[0].parts(), laid[1].parts()))
    families = {name: _family(place.family, faces) for name, place in laid[0].skeleton.fonts.items()}
    fonts = {name: faces[family] for name, family in families.items()}
    glyphs = {n: usual(fonts[n], design.features, design.fonts[family].usual) for n, family in families.items()}
    return Page(design, parts, fonts, glyphs, laid[0].skeleton)


def _family(base: str, faces: Mapping[str, Face]) -> str:
    """The design's name of a font that a PDF calls CertMono-Medium."""
    return next(family for family in faces if base == family or base.startswith(f"{family}-"))


@dataclass(frozen=True)
class _Found:
    """A stand-in as it was laid out. width: in CSS px."""

    field: str
    line: int
    font: str
    x: float
    y: float
    width: float


class _Laid:
    """One page with stand-ins, taken apart. turn: 0 for the narrow ones, 1 for the wide."""

    def __init__(self, design: Design, shape: Shape, faces: Mapping[str, Face], turn: int, fonts_dir: Path) -> None:
        self._design, self._faces = design, faces
        fields = design.fields_in(len(shape.rows))
        self._names = list(fields)
        self._sizes = {name: room.size for name, room in fields.items()}
        self._sizes |= {name: size for name, size, _ in shape.lines}
        counts = dict.fromkeys(fields, 1) | {name: count for name, _, count in shape.lines}
        lines = {
            name: [self._stand_in(name, f"q{number}z{line}{_PADS[turn]}", turn, count) for line in range(count)]
            for number, (name, count) in enumerate(counts.items(), start=_FIRST)
        }
        texts = {name: " ".join(words) for name, words in lines.items()}
        filling = Filling(
            texts=texts, sizes=self._sizes, kind=shape.kind, level=shape.level,
            qr=_SQUARE, qr_units=design.qr_size,
            created=STANDING["created"], code=STANDING["code"], link=STANDING["link"],
            rows=rows_of(shape.rows, [f"{_FIRST + row}.0625" for row in range(len(shape.rows))]),
        )  # fmt: skip
        pdf = typeset(design, filling, fonts_dir=fonts_dir)
        self.skeleton = dissected(pdf, standing={f"text:{name}": text for name, text in texts.items()} | STANDING)
        self._wanted = {
            self._glyphs(name, word): (name, line, self._ems(name, word))
            for name, words in lines.items()
            for line, word in enumerate(words)
        }

    def _stand_in(self, name: str, word: str, turn: int, lines: int) -> str:
        """A word that no other text has. Where there are several lines, so wide that one alone fits each."""
        most = _SHARES[turn] * self._design.fields[name].width / (self._sizes[name] * _MM_PER_PT) if lines > 1 else 0
        while self._ems(name, word) < most:
            word += "0"
        return word

    def _ems(self, name: str, word: str) -> float:
        room = self._design.fields[name]
        return self._faces[room.font].ems(shown(word, room), self._design.features, room.tracking)

    def _glyphs(self, name: str, word: str) -> bytes:
        """The glyphs of a word as the content of a page writes them."""
        room = self._design.fields[name]
        found = self._faces[room.font].glyphs(shown(word, room), self._design.features, spaced=bool(room.tracking))
        return "".join(f"{glyph.number:04x}" for glyph in found).encode()

    def parts(self) -> list[bytes | _Found | Symbol | Bar]:
        """The content of the page, cut where a stand-in was set."""
        before, *after = self.skeleton.content.split(_SQUARE_SET)
        if len(after) != 1:
            raise BrokenDesign(f"{self._design.folder}: page.html does not draw the QR symbol once")
        parts = [*self._texts(before), Symbol(), *self._texts(after[0])]
        missing = {place[:2] for place in self._wanted.values()}
        missing -= {(part.field, part.line) for part in parts if isinstance(part, _Found)}
        for name, _ in sorted(missing):
            self._fail(name, "its font, features, capitals or lines")
        return parts

    def _texts(self, content: bytes) -> Iterator[bytes | _Found | Bar]:
        done = 0
        for match in _TEXT.finditer(content):
            glyphs = b"".join(part for part, _ in _SHOWN.findall(match["shown"]))
            if glyphs in self._wanted:
                yield from _barred(content[done : match.start()])
                done = match.end()
                yield self._found(match, glyphs)
            elif strange := _STAND_IN.search(self._read(match["font"], glyphs)):
                self._fail(self._names[int(strange[1]) - _FIRST], "its font, features, capitals or lines")
        yield from _barred(content[done:])

    def _read(self, font: bytes, glyphs: bytes) -> str:
        known = self.skeleton.fonts[font.decode()].glyphs
        return "".join(known.get(int(number, 16), "") for number in _GLYPH.findall(glyphs))

    def _found(self, match: re.Match[bytes], glyphs: bytes) -> _Found:
        """A stand-in in its place. Raises BrokenDesign where it is not set as the design says."""
        name, line, width = self._wanted[glyphs]
        font, size = match["font"].decode(), float(match["size"])
        family = self._design.fields[name].font
        if _family(self.skeleton.fonts[font].family, self._faces) != family:
            self._fail(name, "its font")
        if abs(size - self._sizes[name] * _PX_PER_PT) > _SIZE_ROUNDING:
            self._fail(name, "its size")
        moved = sum(float(move or 0) for _, move in _SHOWN.findall(match["shown"]))
        widths = [self._faces[family].width(int(number, 16)) for number in _GLYPH.findall(glyphs)]
        if abs(sum(widths) - moved - width * 1000) > _MOVE_ROUNDING * len(widths):
            self._fail(name, "its tracking")
        return _Found(name, line, font, float(match["x"]), float(match["y"]), width * size)

    def _fail(self, name: str, what: str) -> None:
        raise BrokenDesign(f"{self._design.folder}: page.css does not set {name} as design.yaml says: {what}")


def _barred(content: bytes) -> Iterator[bytes | Bar]:
    """The content, cut where a bar was drawn."""
    for at, piece in enumerate(_BAR.split(content)):
        yield Bar(int(piece)) if at % 2 else piece


def _joined(
    design: Design, narrow: Sequence[bytes | _Found | Symbol | Bar], wide: Sequence[bytes | _Found | Symbol | Bar]
) -> Iterator[bytes | Slot | Symbol | Bar]:
    """The parts that both pages share, with places that tell how their texts are ranged."""
    last = "the first text"
    for one, other in zip_longest(narrow, wide):
        if isinstance(one, _Found) and isinstance(other, _Found) and (one.field, one.line) == (other.field, other.line):
            last, share = one.field, (one.x - other.x) / (other.width - one.width)
            ranged = round(share * 2) / 2
            if abs(share - ranged) > 0.05 or one.y != other.y:
                raise BrokenDesign(f"{design.folder}: page.css ranges {one.field} neither left, centred nor right")
            yield Slot(one.field, one.line, one.font, one.x + ranged * one.width, one.y, ranged)
        elif one == other and not isinstance(one, _Found):
            yield one
        else:
            raise BrokenDesign(f"{design.folder}: {last} moves what stands after it")

"""A design laid out as a page: tagged PDF/A-3a by WeasyPrint. Imported by the worker alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pydyf
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from lms.certificates.colours import painted
from lms.certificates.designs import BrokenDesign, Design
from lms.certificates.facts import SignatureKind
from lms.certificates.icc_profile import srgb
from lms.certificates.shaping import Face, face

_PETAL_PITCH, _PETAL_GAP = 9.4, 0.6  # as drawn in page.html: five petals side by side
_UNIT_PITCH = 5.8  # the same in a row of the annex


@dataclass(frozen=True)
class Row:
    """A row of the annex. first_of: how many rows its kind has, on the first of them, else 0. bar: its length, as drawn."""

    kind: str
    first_of: int
    required: int
    bar: str

    @property
    def tick(self) -> str:
        """Where the mark of the required level stands."""
        return f"{_UNIT_PITCH * (self.required - 1) + 0.5:.1f}"


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What a design's page.html is filled with. texts and sizes (pt) by field; qr: the symbol's path, in its units.

    created: the day as the metadata state it. link: where the symbol leads. code: as the metadata name it.
    """

    texts: Mapping[str, str]
    sizes: Mapping[str, float]
    kind: SignatureKind
    level: int
    created: str
    code: str
    link: str
    qr: str
    qr_units: float
    rows: tuple[Row, ...] = ()


def rows_of(kinds: Sequence[tuple[str, int]], bars: Sequence[str]) -> tuple[Row, ...]:
    """The rows of the annex: kind and required level of each, those of a kind together, and their bars."""
    counted = Counter(kind for kind, _ in kinds)
    before = ("", *(kind for kind, _ in kinds))
    return tuple(
        Row(kind, counted[kind] if kind != last else 0, required, bar)
        for (kind, required), last, bar in zip(kinds, before[:-1], bars, strict=True)
    )


def bar_width(level: int) -> str:
    """How long the bar under the five petals of a row is at a level from 0 to 5."""
    return f"{max(_UNIT_PITCH * level - 0.4, 0):.1f}"


def typeset(design: Design, filling: Filling, *, fonts_dir: Path) -> bytes:
    """The page, laid out in full. Raises BrokenDesign where the design opens what is not its own."""
    faces = tuple(face(fonts_dir.resolve() / font.file) for font in design.fonts.values())
    press = _press(design, fonts_dir.resolve(), faces)
    html = press.template.render(
        text=filling.texts,
        size=filling.sizes,
        words=design.words,
        logo=design.logo,
        kind=filling.kind,
        created=filling.created,
        link=filling.link,
        level=filling.level,
        level_width=_PETAL_PITCH * filling.level - _PETAL_GAP,
        rows=filling.rows,
        qr=_drawn(filling.qr, filling.qr_units, design.qr_size),
    )
    return press.print(html, filling.code)


def _drawn(path: str, units: float, size: float) -> Markup:
    """A path as SVG, size mm wide."""
    return Markup(  # noqa: S704 (numbers only)
        f'<svg viewBox="0 0 {units} {units}" width="{size}mm" height="{size}mm">'
        f'<title>Kode QR ke halaman periksa</title><path d="{path}" fill="#1B2430"/></svg>'
    )


class _DesignFiles(URLFetcher):  # type: ignore[misc]
    """Opens the design's own files and its fonts, and nothing else on this machine or any other."""

    def __init__(self, design: Design, fonts_dir: Path) -> None:
        super().__init__(allowed_protocols=("file",))
        self._folder, self._palette, self._logo = design.folder, design.palette, design.logo
        self._fonts = {font.file: fonts_dir / font.file for font in design.fonts.values()}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        address = urlsplit(url)
        path = Path(unquote(address.path))
        if address.scheme == "file" and path.parent == self._folder / "fonts" and path.name in self._fonts:
            return URLFetcherResponse(url, self._fonts[path.name].read_bytes())
        if self._logo is not None and address.scheme == "file" and path == self._folder / self._logo.name:
            return URLFetcherResponse(url, self._logo.content)
        if address.scheme == "file" and path.resolve().is_relative_to(self._folder):
            if path.suffix != ".svg":
                return URLFetcherResponse(url, path.read_bytes())
            drawn = painted(path.read_text("utf-8"), self._palette)
            return URLFetcherResponse(url, drawn.encode(), {"Content-Type": "image/svg+xml"})
        raise FatalURLFetchingError(f"a design may not open {url}")


@dataclass(frozen=True)
class _Press:
    """What one design needs to print, set up once: WeasyPrint ignores fonts that are not shared so."""

    template: Template
    css: CSS
    fonts: FontConfiguration
    files: _DesignFiles
    base_url: str
    images: dict[str, Any]

    def print(self, html: str, code: str) -> bytes:
        """The laid-out page as bytes; the QR is inline, so the cache holds the design's images alone."""
        document = HTML(string=html, base_url=self.base_url, url_fetcher=self.files)
        target = BytesIO()
        try:
            document.write_pdf(
                target,
                stylesheets=[self.css],
                font_config=self.fonts,
                cache=self.images,
                pdf_variant="pdf/a-3a",
                finisher=lambda _, pdf: _finished(pdf, code),
            )
        except FatalURLFetchingError as fault:  # not an Exception: it would end the worker
            raise BrokenDesign(str(fault)) from fault
        return target.getvalue()


@lru_cache(maxsize=8)
def _press(design: Design, fonts_dir: Path, _faces: tuple[Face, ...]) -> _Press:
    """faces: of the fonts, so that changed ones have another press."""
    fonts, files = FontConfiguration(), _DesignFiles(design, fonts_dir)
    base_url = f"{design.folder.as_uri()}/"
    css = CSS(string=design.css, base_url=base_url, url_fetcher=files, font_config=fonts)
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return _Press(environment.from_string(design.html), css, fonts, files, base_url, {})


def _finished(pdf: pydyf.PDF, code: str) -> None:
    _name_in_metadata(pdf, code)
    _with_small_profile(pdf)


def _name_in_metadata(pdf: pydyf.PDF, code: str) -> None:
    """Writes the code into the XMP as dc:identifier, and leaves the XMP uncompressed.

    So the code can be read out of the bare bytes of a file that no reader opens any more.
    """
    number = int(pdf.catalog["Metadata"].split()[0])
    metadata = pdf.objects[number]
    identifier = (
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="">'
        f"<dc:identifier>urn:teruji:sertifikat:{code}</dc:identifier></rdf:Description></rdf:RDF>"
    )
    metadata.stream = [part.replace(b"</rdf:RDF>", identifier.encode()) for part in metadata.stream]
    metadata.compress = False


def _with_small_profile(pdf: pydyf.PDF) -> None:
    """Writes our own profile in the place of WeasyPrint's, which says the same at length."""
    (intent,) = pdf.catalog["OutputIntents"]
    profile = pdf.objects[int(intent["DestOutputProfile"].split()[0])]
    profile.stream = [srgb()]

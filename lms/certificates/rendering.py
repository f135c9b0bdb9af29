"""From facts to an unsigned file: tagged PDF/A-3a by WeasyPrint. Imported by the worker alone."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pydyf
import segno
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from lms.certificates.designs import BrokenDesign, Design, require_fonts
from lms.certificates.facts import CertificateFacts
from lms.certificates.fitting import fitted_sizes
from lms.certificates.wording import in_words, spaced_nip, written_date

_NO_BREAK = "\u00a0"
_LEVELS = 5
_PETAL_PITCH, _PETAL_GAP = 9.4, 0.6  # as drawn in page.html: five petals side by side


def render(design: Design, facts: CertificateFacts, *, fonts_dir: Path) -> bytes:
    """The certificate's file before it is signed. The same facts and design give the same bytes.

    Raises MissingFont, MissingGlyph or DoesNotFit before anything is laid out.
    """
    require_fonts(design, fonts_dir)
    texts = field_texts(design, facts)
    sizes = fitted_sizes(design, texts, fonts_dir)
    press = _press(design, fonts_dir.resolve())
    html = press.template.render(
        text=texts,
        size=sizes,
        words=design.words,
        kind=facts.signature_kind,
        created=facts.issued_on.isoformat(),
        identifier=facts.code,
        link=facts.qr_text,
        level=facts.level,
        level_width=_PETAL_PITCH * facts.level - _PETAL_GAP,
        qr=qr_symbol(facts.qr_text, size=design.qr_size, error=design.qr_error),
    )
    return press.print(html, facts.code)


def field_texts(design: Design, facts: CertificateFacts) -> dict[str, str]:
    """What each field of the design says; dates and numbers do not break at a line's end."""
    hours = ""
    if facts.learning_hours is not None:
        hours = f", setara dengan {_unbroken(f'{facts.learning_hours} ({in_words(facts.learning_hours)})')}"
        hours += f" jam{_NO_BREAK}pelajaran"
    examined = _unbroken(written_date(facts.examined_on))
    signature = design.signatures[facts.signature_kind]
    until = written_date(facts.valid_until) if facts.valid_until else design.words["endless"]
    return {
        "government": facts.government,
        "agency_name": facts.agency_name,
        "title": design.words["title"],
        "number": f"Nomor : {facts.number}",
        "holder_name": facts.holder_name,
        "holder_nip": spaced_nip(facts.holder_nip),
        "holder_rank": facts.holder_rank,
        "holder_position": facts.holder_position,
        "holder_unit": facts.holder_unit,
        "holder_agency": facts.holder_agency,
        "exam_title": facts.exam_title,
        "statement": f"yang diselenggarakan oleh {facts.organiser} pada {examined}{hours}.",
        "statement_en": _statement_en(facts),
        "competency": facts.competency,
        "level": f"{facts.level} · {facts.level_name}",
        "level_of": f"Level {facts.level} dari {_LEVELS}",
        "score": facts.score,
        "threshold": facts.threshold,
        "code": "-".join(facts.code[start : start + 4] for start in range(0, 12, 4)),
        "valid_from": written_date(facts.valid_from),
        "valid_until": until,
        "place_and_date": f"{facts.place}, {written_date(facts.issued_on)}",
        "signatory_office": facts.signatory_office,
        "signature_heading": signature["heading"],
        "signature_detail": signature["detail"],
        "signatory_name": facts.signatory_name,
        "signatory_nip": f"NIP {spaced_nip(facts.signatory_nip)}",
        "check_url": facts.check_url,
    }


def qr_symbol(text: str, *, size: float, error: str) -> Markup:
    """The QR symbol as SVG rectangles, size mm wide, without its quiet zone."""
    matrix = segno.make_qr(text, error=error, boost_error=False).matrix
    path = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(matrix)
        for start, end in _dark_runs(row)
    )
    count = len(matrix)
    return Markup(  # noqa: S704 (numbers only)
        f'<svg viewBox="0 0 {count} {count}" width="{size}mm" height="{size}mm">'
        f'<title>Kode QR ke halaman periksa</title><path d="{path}" fill="#1B2430"/></svg>'
    )


def _dark_runs(row: bytearray) -> list[tuple[int, int]]:
    """Start and end of each run of dark modules in a row."""
    edges = [x for x in range(len(row) + 1) if (x < len(row) and row[x]) != (x > 0 and row[x - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _statement_en(facts: CertificateFacts) -> str:
    examined = f"{facts.examined_on.day} {facts.examined_on:%B %Y}"
    hours = f": {facts.learning_hours} learning hours" if facts.learning_hours is not None else ""
    return f"has passed the examination for this competency at level {facts.level} on {examined}{hours}."


def _unbroken(text: str) -> str:
    return text.replace(" ", _NO_BREAK)


class _DesignFiles(URLFetcher):  # type: ignore[misc]
    """Opens the design's own files and its fonts, and nothing else on this machine or any other."""

    def __init__(self, design: Design, fonts_dir: Path) -> None:
        super().__init__(allowed_protocols=("file",))
        self._folder = design.folder
        self._fonts = {font.file: fonts_dir / font.file for font in design.fonts.values()}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        address = urlsplit(url)
        path = Path(unquote(address.path))
        if address.scheme == "file" and path.parent == self._folder / "fonts" and path.name in self._fonts:
            return URLFetcherResponse(url, self._fonts[path.name].read_bytes())
        if address.scheme == "file" and path.resolve().is_relative_to(self._folder):
            kinds = {"Content-Type": "image/svg+xml"} if path.suffix == ".svg" else {}
            return URLFetcherResponse(url, path.read_bytes(), kinds)
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
                finisher=lambda _, pdf: _name_in_metadata(pdf, code),
            )
        except FatalURLFetchingError as fault:  # not an Exception: it would end the worker
            raise BrokenDesign(str(fault)) from fault
        return target.getvalue()


@lru_cache(maxsize=8)
def _press(design: Design, fonts_dir: Path) -> _Press:
    fonts, files = FontConfiguration(), _DesignFiles(design, fonts_dir)
    base_url = f"{design.folder.as_uri()}/"
    css = CSS(string=design.css, base_url=base_url, url_fetcher=files, font_config=fonts)
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return _Press(environment.from_string(design.html), css, fonts, files, base_url, {})


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

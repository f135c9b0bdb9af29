"""The minutes as a file: A4, black on white, by WeasyPrint. Imported by the worker alone."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from lms.clock import ZONES, local
from lms.exams.room_models import Minutes

HERE = Path(__file__).parent / "minutes_page"
FONTS = ("source-sans-3-latin-400-normal.woff2", "spectral-latin-500-normal.woff2")


class _FontsAlone(URLFetcher):  # type: ignore[misc]
    """Opens the fonts, and nothing else on this machine or any other."""

    def __init__(self, fonts_dir: Path) -> None:
        super().__init__(allowed_protocols=("file",))
        self._fonts = {name: fonts_dir / name for name in FONTS}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        font = self._fonts.get(url.rpartition("/")[2])
        if font is not None:
            return URLFetcherResponse(url, font.read_bytes())
        raise FatalURLFetchingError(f"the minutes may not open {url}")


def render(minutes: Minutes, proctor: str, organiser: str, *, fonts_dir: Path) -> bytes:
    """The file of minutes that were signed twice. proctor, organiser: names of those who signed."""
    fonts, files = FontConfiguration(), _FontsAlone(fonts_dir)
    base_url = f"{HERE.as_uri()}/"
    css = CSS(string=(HERE / "page.css").read_text(), base_url=base_url, url_fetcher=files, font_config=fonts)
    html = page(minutes, proctor, organiser)
    target = BytesIO()
    HTML(string=html, base_url=base_url, url_fetcher=files).write_pdf(
        target, stylesheets=[css], font_config=fonts, pdf_variant="pdf/a-3a"
    )
    return target.getvalue()


def page(minutes: Minutes, proctor: str, organiser: str) -> str:
    """The page that is printed."""
    facts = minutes.facts
    assert facts is not None, "the proctor's signature froze them"
    zone = facts["sitting"]["zone"]

    def moment(said: str | datetime, shape: str = "d MMMM y, HH.mm") -> str:
        at = datetime.fromisoformat(said) if isinstance(said, str) else said
        said_so = format_datetime(local(at, zone), shape, locale="id")
        return f"{said_so} {ZONES[zone]}" if "H" in shape else said_so

    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html").render(
        minutes=minutes, facts=facts, proctor=proctor, organiser=organiser, moment=moment
    )

"""A draft looked at by the renderer itself: what is wrong with it, and how its pages come out. Imported by the worker alone.

What passes here can be issued: the preview is made by `rendering.render`, as a certificate is.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from lms.certificates import adapting, printed, samples
from lms.certificates.adapting import Adaptation, Fault
from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts
from lms.certificates.fitting import CannotFill, MissingGlyph, fitted
from lms.certificates.page_text import page_text
from lms.certificates.rendering import render
from lms.certificates.samples import Sample
from lms.certificates.texts import field_texts

#: What a certificate may weigh, and what signature, credential and receipt add to the page.
MOST_BYTES, ADDED = 60_000, 9_200
#: The cases: ordinary texts, the longest that are to fit, and what is in force.
PLAIN, LONGEST, IN_FORCE = "biasa", "terpanjang", "berlaku"
DPI, _COLOURS = 96, 96
_SECONDS = 30
#: Field of a design → the agency's own that it prints. A logo narrows the names beside it.
_PRINTS = {
    "title": "title", "title_of": "title", "title_en": "title_en", "basis": "basis", "closing": "closing",
    "place_and_date": "place", "signatory_office": "signatory_office", "signatory_name": "signatory_name",
    "signatory_nip": "signatory_rank", "government": "logo", "agency_name": "logo",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What was found. files: name → content: `CASE.pdf` and `CASE-PAGE.png`, of the cases that could be made."""

    faults: list[Fault] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def look(design: Design, given: Adaptation, logo: bytes, sample: Sample, *, fonts_dir: Path) -> Look:
    """The draft judged and printed, with texts of ordinary length and with the longest. design: as it is shipped."""
    found = adapting.faults(design, given)
    if found:
        return Look(found)
    own, files = adapting.adapted(design, given, logo), dict[str, bytes]()
    plain = samples.typical(design, given, sample)
    for case, facts in ((PLAIN, plain), (LONGEST, samples.longest(design, plain))):
        unprintable = list(_unprintable(own, facts, fonts_dir))
        found += [fault for fault in unprintable if fault.field not in {known.field for known in found}]
        if not unprintable:
            made = _printed(case, own, facts, fonts_dir)
            weight = len(made[f"{case}.pdf"]) + ADDED
            found += [Fault("logo", "heavy", str(-(-weight // 1000)))] if weight > MOST_BYTES else []
            files |= made
    if not found and _read(files[f"{PLAIN}.pdf"]) != _read(render(design, plain, fonts_dir=fonts_dir)):
        found.append(Fault("title", "unreadable"))
    return Look(found, files)


def printed_now(design: Design, given: Adaptation, logo: bytes, sample: Sample, *, fonts_dir: Path) -> dict[str, bytes]:
    """What certificates look like now, to be held beside a draft: `berlaku.pdf` and its pages."""
    own = adapting.adapted(design, given, logo)
    return _printed(IN_FORCE, own, samples.typical(design, given, sample), fonts_dir)


def _printed(case: str, design: Design, facts: CertificateFacts, fonts_dir: Path) -> dict[str, bytes]:
    pdf = render(design, facts, fonts_dir=fonts_dir)
    return {f"{case}.pdf": pdf} | {f"{case}-{page}.png": one for page, one in enumerate(pictures(pdf), start=1)}


def pictures(pdf: bytes) -> list[bytes]:
    """The pages as PNG, in order; none where this machine cannot draw them (poppler-utils is not installed)."""
    if shutil.which("pdftoppm") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-r", str(DPI), "-", str(Path(folder) / "page")]
        subprocess.run(command, input=pdf, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 - our own words
        return [_lightened(path) for path in sorted(Path(folder).glob("page*.png"))]


def _lightened(path: Path) -> bytes:
    """The picture in few colours: a third of the weight, and nobody sees it."""
    buffer = BytesIO()
    with Image.open(path) as picture:
        picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _unprintable(design: Design, facts: CertificateFacts, fonts_dir: Path) -> Iterator[Fault]:
    """What of the agency's own has no glyph or no room with these facts."""
    for name, text in field_texts(design, facts).items():
        if name in _PRINTS:
            try:
                fitted(design, {name: text}, fonts_dir)
            except MissingGlyph as fault:
                yield Fault(_PRINTS[name], "glyph", fault.character)
            except CannotFill:
                yield Fault(_PRINTS[name], "room")


def _read(pdf: bytes) -> printed.Printed:
    """What whoever checks the file reads in it."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return printed.read("\n".join(page_text(page) for page in opened.pages))

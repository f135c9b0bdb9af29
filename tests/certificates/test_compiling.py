"""A page filled from a compiled design is the page that WeasyPrint lays out with the same facts, and never a stale one."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageChops, ImageFilter

from lms.certificates import designs
from lms.certificates.designs import BrokenDesign, Design
from lms.certificates.fitting import fitted
from lms.certificates.rendering import render, render_in_full
from tests.certificates.conftest import FACTS
from tests.certificates.test_rendering import picture_of, text_of

_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
LONG = "Dr. Ir. Raden Roro Anindyaswari Kusumaningtyas Wardhani, S.Ti., M.Si."
CASES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "long name, small": {"holder_name": LONG, "holder_unit": "Subbagian " * 9 + "Umum"},
    "one-line statement": {"organiser": "BPSDM", "learning_hours": None, "valid_until": None},
    "four lines, another level": {
        "competency": "Pengelolaan Barang Milik Negara dan Daerah untuk Jabatan Pimpinan",
        "level": 5,
        "level_name": "Ahli",
    },
    "another key, one line of office": {"signature_kind": "certified", "signatory_office": "Kepala,", "level": 1},
    "rare letters": {"holder_name": "José Ñúñez d’Ávila fi Čabarkapa".replace("Č", "C"), "signature_kind": "local"},
    "no rank": {"holder_rank": ""},
    "what stands in for texts": {
        "holder_name": r"q104z0 @@1@@ (a) \ <b>&</b> 1901-02-03",
        "competency": "q113z0 q113z1",
    },
}


def words(pdf: bytes) -> list[tuple[str, list[float]]]:
    """Each word with its box in pt."""
    command = ["pdftotext", "-bbox", "-", "-"]
    page = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return sorted((word, [float(edge) for edge in edges]) for *edges, word in _WORD.findall(page))


@pytest.mark.parametrize("case", CASES)
def test_every_word_stands_where_weasyprint_sets_it(design: Design, fonts_dir: Path, case: str) -> None:
    facts = replace(FACTS, **CASES[case])
    ours, whole = (make(design, facts, fonts_dir=fonts_dir) for make in (render, render_in_full))

    assert text_of(ours) == text_of(whole)
    pairs = list(zip(words(ours), words(whole), strict=True))
    assert len(pairs) > 150
    for (word, box), (same, original) in pairs:
        assert word == same
        # 0.75 pt are a pixel at 96 dpi.
        assert max(abs(edge - other) for edge, other in zip(box, original, strict=True)) < 0.75, word


def test_the_picture_at_96_dpi_is_the_same_but_for_the_edges_of_letters(
    design: Design, fonts_dir: Path, tmp_path: Path
) -> None:
    pictures = []
    for make in (render, render_in_full):
        folder = tmp_path / make.__name__
        folder.mkdir()
        picture = picture_of(make(design, FACTS, fonts_dir=fonts_dir), folder, dpi=96)
        pictures.append(picture.convert("L").filter(ImageFilter.GaussianBlur(2)))

    differences = ImageChops.difference(*pictures).histogram()

    # A letter moved by a third of a pixel changes a blurred pixel by 28 of 255 at most; one moved by a pixel by 60.
    assert sum(differences[32:]) == 0
    assert sum(pictures[0].histogram()[:64]) > 0


def test_letters_beyond_the_usual_are_embedded_and_can_be_searched(design: Design, fonts_dir: Path) -> None:
    composed, decomposed = "Zoë Þórsdóttir", "Zoe\u0308 Þo\u0301rsdo\u0301ttir"

    files = [render(design, replace(FACTS, holder_name=name), fonts_dir=fonts_dir) for name in (composed, decomposed)]

    assert files[0] == files[1]
    assert composed in text_of(files[0])


@pytest.fixture
def copied(design: Design, tmp_path: Path) -> Path:
    return Path(shutil.copytree(design.folder, tmp_path / "kompetensi"))


def test_a_changed_design_is_compiled_anew(copied: Path, fonts_dir: Path) -> None:
    before = designs.current(copied)
    first = render(before, FACTS, fonts_dir=fonts_dir)
    assert designs.current(copied) is before

    for file, old, new in (
        ("page.html", "Teruji · 1/1", "Teruji · satu"),
        ("design.yaml", "verdict: LULUS", "verdict: CAKAP"),
    ):
        path = copied / file
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        assert designs.current(copied).hash != before.hash

    text = text_of(render(designs.current(copied), FACTS, fonts_dir=fonts_dir))
    assert "Teruji · 1/1" in text_of(first)
    assert "Teruji · satu" in text
    assert "CAKAP" in text


def test_a_changed_font_is_read_anew(design: Design, fonts_dir: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(fonts_dir, tmp_path / "fonts"))
    narrow = fitted(design, {"holder_name": LONG}, folder)["holder_name"].size
    serif, mono = (folder / design.fonts[family].file for family in ("CertSerif", "CertMono"))

    shutil.copyfile(mono, serif)
    os.utime(serif, ns=(1, 1))

    assert fitted(design, {"holder_name": "Sari Wulandari Kusumaningtyas, S.A.P."}, folder)["holder_name"].size < 31
    assert narrow > 17


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("page.css", "font: 500 31pt/13mm CertSerif", "font: 400 31pt/13mm CertSans", "holder_name"),
        ("design.yaml", "features: [lnum, tnum]", "features: [pnum]", "as design.yaml says"),
        ("page.css", ".number span { letter-spacing: .03em }", "", "number as design.yaml says: its tracking"),
        ("page.html", "{{ line('score') }}", "<b style='font-size:9pt'>{{ text.score }}</b>", "its size"),
        ("page.html", "{{ line('score') }}</dd>", "</dd>", "score as design.yaml says"),
        ("page.html", "{{ line('holder_name') }}", "{{ line('holder_name') }} lulus", "holder_name moves"),
        ("page.html", "{{ qr }}", "", "QR symbol"),
        ("page.html", "{{ qr }}", "{{ qr }}{{ qr }}", "QR symbol"),
    ],
)
def test_a_design_whose_page_does_not_do_what_it_says_is_refused(
    copied: Path, fonts_dir: Path, file: str, old: str, new: str, said: str
) -> None:
    path = copied / file
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    with pytest.raises(BrokenDesign, match=said):
        render(designs.current(copied), FACTS, fonts_dir=fonts_dir)

"""The designs for a strategic position, of two pages, and for attendance: held to what the first design is held to."""

import asyncio
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from asn1crypto import x509
from PIL import Image, ImageChops, ImageFilter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.certificates import designs, printed
from lms.certificates.attaching import Attachment
from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts, Unit
from lms.certificates.fitting import TooManyRows
from lms.certificates.issuing import from_json, to_json
from lms.certificates.refusals import Why, refusal_of
from lms.certificates.rendering import render, render_in_full
from lms.certificates.signing.key_file import KeyFileSigner
from lms.certificates.signing.pki import Pki
from tests.certificates.conftest import FACTS, NOW, ROOT
from tests.certificates.test_compiling import words
from tests.certificates.test_rendering import text_of
from tests.certificates.test_signing import has_embedded_file, run

NAMES = ("", "Paham", "Dasar", "Menengah", "Mumpuni", "Ahli")


def unit(kind: str, code: str, name: str, attained: int | None) -> Unit:
    said = NAMES[attained] if attained else ""
    return Unit(kind=kind, code=code, name=name, required=3, attained=attained, attained_name=said)


UNITS = (
    unit("manajerial", "MAN.INT", "Integritas", 4),
    unit("manajerial", "MAN.KS", "Kerja Sama", 3),
    unit("sosial_kultural", "SOS.PB", "Perekat Bangsa", 3),
    unit("teknis", "TEK.KI", "Keamanan Informasi", 2),
)
POSITION = replace(
    FACTS,
    competency="Jabatan Camat",
    level=3,
    level_name="Menengah",
    exam_title="Uji Kompetensi Jabatan Camat",
    standard="Standar Kompetensi Jabatan Camat, berlaku sejak 1 Januari 2026",
    units=UNITS,
)
COURSE = replace(FACTS, exam_title="Pelayanan Publik Digital di Kelurahan")
CASES: dict[str, tuple[str, CertificateFacts]] = {
    "position": ("jabatan", POSITION),
    "other levels, long name": (
        "jabatan",
        replace(
            POSITION,
            holder_name="Dr. Ir. Raden Roro Anindyaswari Kusumaningtyas Wardhani, S.Ti., M.Si.",
            units=tuple(replace(one, attained=5 if at else None, attained_name="Ahli") for at, one in enumerate(UNITS)),
            learning_hours=None,
        ),
    ),
    "thirteen units": ("jabatan", replace(POSITION, units=(UNITS[0],) * 12 + (UNITS[2],), signature_kind="certified")),
    "attendance": ("keikutsertaan", COURSE),
    "attendance without rank": ("keikutsertaan", replace(COURSE, holder_rank="", organiser="BPSDM")),
}


def load(name: str) -> Design:
    return designs.load(ROOT / "certificates" / name)


@pytest.fixture(scope="session", params=["jabatan", "keikutsertaan"])
def file(request: pytest.FixtureRequest, fonts_dir: Path, signer: KeyFileSigner) -> bytes:
    """A signed file of each, with attachments as large as a credential and a receipt are."""
    facts = POSITION if request.param == "jabatan" else COURSE
    proof = Attachment("credential.json", bytes(range(256)) * 8, "application/json", "Kredensial")
    unsigned = render(load(request.param), facts, fonts_dir=fonts_dir, attachments=[proof], now=NOW)
    return signer.sign(unsigned, reason="Sertifikat diterbitkan", location="Jakarta", now=NOW)


@pytest.mark.parametrize("case", CASES)
def test_every_word_stands_where_weasyprint_sets_it(fonts_dir: Path, case: str) -> None:
    name, facts = CASES[case]
    ours, whole = (make(load(name), facts, fonts_dir=fonts_dir) for make in (render, render_in_full))

    assert text_of(ours) == text_of(whole)
    left = words(whole)
    assert len(left) > 100
    for word, box in words(ours):
        # Words that begin at the same edge are paired with the nearest of the same letters. 0.75 pt are a pixel at 96 dpi.
        nearest = min((one for one in left if one[0] == word), key=lambda one: apart(one[1], box))
        assert apart(nearest[1], box) < 0.75, word
        left.remove(nearest)
    assert left == []


def apart(box: list[float], other: list[float]) -> float:
    """The largest distance of two edges, in pt."""
    return max(abs(edge - same) for edge, same in zip(box, other, strict=True))


def pictures_of(pdf: bytes, folder: Path, dpi: int) -> list[Image.Image]:
    folder.mkdir()
    subprocess.run(["pdftoppm", "-png", "-r", str(dpi), "-", str(folder / "page")], input=pdf, check=True)
    return [Image.open(path) for path in sorted(folder.glob("page*.png"))]


@pytest.mark.parametrize("case", ["position", "other levels, long name"])
def test_bars_and_all_else_look_as_weasyprint_draws_them(fonts_dir: Path, tmp_path: Path, case: str) -> None:
    name, facts = CASES[case]
    drawn = [
        pictures_of(make(load(name), facts, fonts_dir=fonts_dir), tmp_path / make.__name__, 96)
        for make in (render, render_in_full)
    ]

    assert [len(pages) for pages in drawn] == [2, 2]
    for pair in zip(*drawn, strict=True):
        blurred = [page.convert("L").filter(ImageFilter.GaussianBlur(2)) for page in pair]
        # A letter moved by a third of a pixel changes a blurred pixel by 28 of 255 at most; one moved by a pixel by 60.
        assert sum(ImageChops.difference(*blurred).histogram()[32:]) == 0


def test_the_position_s_certificate_is_read_out_in_order(fonts_dir: Path) -> None:
    text = text_of(render(load("jabatan"), POSITION, fonts_dir=fonts_dir)).replace("\u00a0", " ")
    parts = [
        "BADAN PENGEMBANGAN SUMBER DAYA MANUSIA",
        "Sertifikat Uji Kompetensi Jabatan Camat",
        "Nomor : B.589/BPSDM/RSDM.510/V/2026",
        "Sari Wulandari, S.A.P.",
        "19930714 201903 2 004",
        "LULUS",
        "Uji Kompetensi Jabatan Camat, yang diselenggarakan oleh",
        "K7QD-M4XR-2TVE",
        "11 Mei 2029",
        "Jabatan Camat",
        "3 · Menengah",
        "Plt. Kepala Badan Pengembangan Sumber Daya Manusia",
        "Tanda tangan elektronik tidak tersertifikasi (UJI)",
        "Bukan sertifikat BNSP atau LSP, dan tidak menggantikan sertifikat profesi kepamongprajaan",
        "Lampiran sertifikat",
        "Menurut Standar Kompetensi Jabatan Camat, berlaku sejak 1 Januari 2026",
        "Sari Wulandari, S.A.P.",
        "B.589/BPSDM/RSDM.510/V/2026",
        "Manajerial",
        "MAN.INT",
        "Integritas",
        "4 · Mumpuni",
        "MAN.KS",
        "Sosial kultural",
        "SOS.PB",
        "TEK.KI",
        "2 · Dasar",
        "11 dari 12 level · 91,67",  # 3 + 3 + 3 + 2 of 4 × 3, what is above the standard counts no more
        "86,42",
        "Teruji · 2/2",
    ]

    at = 0
    for part in parts:
        assert part in text[at:], part
        at = text.index(part, at) + len(part)


def test_what_was_not_assessed_is_not_counted_as_nought(fonts_dir: Path) -> None:
    facts = replace(POSITION, units=(replace(UNITS[0], attained=None), *UNITS[1:]))
    text = text_of(render(load("jabatan"), facts, fonts_dir=fonts_dir))

    assert "8 dari 12 level · 1 belum dinilai" in text
    assert "belum dinilai" in text[: text.index("MAN.KS")]


def test_more_units_than_rows_are_refused_with_what_to_do(fonts_dir: Path) -> None:
    facts = replace(POSITION, units=(UNITS[0],) * 14)

    with pytest.raises(TooManyRows, match="room for 13 units of competency, not 14; choose fewer") as caught:
        render(load("jabatan"), facts, fonts_dir=fonts_dir)

    assert refusal_of(caught.value).why is Why.TOO_MANY


def test_other_levels_make_no_other_page(fonts_dir: Path) -> None:
    """What a level changes is filled in; only other kinds or required levels are compiled anew."""
    design, files = load("jabatan"), []
    for attained in (1, 5):
        units = tuple(replace(one, attained=attained, attained_name=NAMES[attained]) for one in UNITS)
        files.append(render(design, replace(POSITION, units=units), fonts_dir=fonts_dir))

    head = files[0][: len(files[0]) // 3]
    assert files[1].startswith(head)
    assert files[0] != files[1]


def test_an_attendance_certificate_says_that_it_is_no_exam(fonts_dir: Path) -> None:
    text = text_of(render(load("keikutsertaan"), COURSE, fonts_dir=fonts_dir))

    assert "TELAH MENGIKUTI" in text
    assert "bukan kelulusan uji kompetensi" in text
    for word in ("LULUS", "Batas lulus", "86,42", "Level"):
        assert word not in text


def test_the_facts_are_read_back_from_the_page(fonts_dir: Path) -> None:
    found = printed.read(text_of(render(load("jabatan"), POSITION, fonts_dir=fonts_dir)))

    assert (found.holder_name, found.title, found.level) == ("Sari Wulandari, S.A.P.", "Jabatan Camat", "3 · Menengah")
    assert (found.number, found.code) == ("B.589/BPSDM/RSDM.510/V/2026", "K7QD-M4XR-2TVE")
    assert (found.valid_from, found.valid_until, found.learning_hours) == ("12 Mei 2026", "11 Mei 2029", "6")


def test_units_survive_being_kept() -> None:
    assert from_json(to_json(POSITION)) == POSITION


def test_the_qr_symbol_of_a_96_dpi_picture_leads_to_the_check_page(file: bytes, tmp_path: Path) -> None:
    (found,) = zxingcpp.read_barcodes(pictures_of(file, tmp_path / "p", 96)[0])

    assert found.text == "https://teruji.contoh.go.id/cek/K7QDM4XR2TVE"


def test_tools_of_others_call_the_signed_file_sound(file: bytes, tmp_path: Path, pki: Pki) -> None:
    path = tmp_path / "s.pdf"
    path.write_bytes(file)

    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", path)
    said = run("pdfsig", "-nocert", path)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in pki.trust.roots],
        crls=list(pki.trust.crls),
        moment=NOW,
        revocation_mode="require",
    )
    (signature,) = PdfFileReader(BytesIO(file)).embedded_signatures
    status = asyncio.run(async_validate_pdf_signature(signature, context))
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_the_signed_file_keeps_the_rules_of_pdf_a_3(file: bytes) -> None:
    with pikepdf.open(BytesIO(file)) as pdf:
        root = pdf.Root
        (widget,) = root.AcroForm.Fields
        assert int(widget.F) == 132
        assert list(root.Perms.keys()) == ["/DocMDP"]
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "id"
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        for page in pdf.pages:
            assert all(int(annotation.F) & 4 for annotation in page.get("/Annots", ()))
            assert all(has_embedded_file(font) for font in page.Resources.Font.values())
            assert [round(float(edge)) for edge in page.MediaBox] == [0, 0, 842, 595]


def test_a_signed_file_is_at_most_60_kilobytes(file: bytes) -> None:
    assert len(file) <= 60_000

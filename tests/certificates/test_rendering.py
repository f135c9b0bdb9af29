"""The unsigned file: what it says, in which order, and that it is an archive file."""

import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from lms.certificates.designs import BrokenDesign, Design, MissingFont
from lms.certificates.fitting import DoesNotFit, MissingGlyph
from lms.certificates.rendering import render
from tests.certificates.conftest import FACTS


def text_of(pdf: bytes, *options: str) -> str:
    """The text as a reader of the file's own order gets it."""
    command = ["pdftotext", "-raw", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def picture_of(pdf: bytes, folder: Path, *, dpi: int) -> Image.Image:
    command = ["pdftoppm", "-png", "-r", str(dpi), "-", str(folder / "page")]
    subprocess.run(command, input=pdf, check=True)
    (picture,) = folder.glob("page*.png")
    return Image.open(picture)


def test_everything_a_certificate_states_is_there_in_reading_order(unsigned: bytes) -> None:
    text = text_of(unsigned)
    parts = [
        "PEMERINTAH PROVINSI DAERAH KHUSUS IBUKOTA JAKARTA",
        "BADAN PENGEMBANGAN SUMBER DAYA MANUSIA",
        "Sertifikat Uji Kompetensi",
        "Nomor : B.589/BPSDM/RSDM.510/V/2026",
        "dengan ini menyatakan bahwa",
        "Sari Wulandari, S.A.P.",
        "19930714 201903 2 004",
        "Penata Muda Tingkat I, III/b",
        "Pengelola Layanan Operasional",
        "Kecamatan Kebon Jeruk, Kota Administrasi Jakarta Barat",
        "Pemerintah Provinsi Daerah Khusus Ibukota Jakarta",
        "LULUS",
        "Uji Kompetensi Keamanan Informasi untuk ASN",
        "8 Mei 2026, setara dengan 6 (enam) jam pelajaran.",
        "Keamanan\nInformasi",
        "2 · Dasar",
        "Level 2 dari 5",
        "K7QD-M4XR-2TVE",
        "86,42",
        "70,00",
        "12 Mei 2026",
        "11 Mei 2029",
        "Jakarta, 12 Mei 2026",
        "Plt. Kepala Badan Pengembangan Sumber Daya Manusia\nProvinsi Daerah Khusus Ibukota Jakarta,",
        "Tanda tangan elektronik tidak tersertifikasi (UJI)",
        "Dr. Hj. Siti Rahmawati Puspitasari, S.H., M.Hum.",
        "NIP 19710315 199603 2 004",
        "https://teruji.contoh.go.id/cek/K7QD-M4XR-2TVE",
        "Kode QR bukan tanda tangan.",
    ]

    at = 0
    for part in parts:
        assert part in text[at:].replace("\u00a0", " "), part
        at = text.replace("\u00a0", " ").index(part, at) + len(part)


def test_the_page_is_one_a4_sheet_across(unsigned: bytes) -> None:
    with pikepdf.open(BytesIO(unsigned)) as pdf:
        (page,) = pdf.pages
        assert [round(float(side) * 25.4 / 72) for side in page.MediaBox] == [0, 0, 297, 210]


def test_the_same_facts_give_the_same_bytes(design: Design, fonts_dir: Path, unsigned: bytes) -> None:
    assert render(design, FACTS, fonts_dir=fonts_dir) == unsigned


def test_the_qr_symbol_of_a_96_dpi_picture_leads_to_the_check_page(unsigned: bytes, tmp_path: Path) -> None:
    symbols = zxingcpp.read_barcodes(picture_of(unsigned, tmp_path, dpi=96))

    assert [symbol.text for symbol in symbols] == ["https://teruji.contoh.go.id/cek/K7QDM4XR2TVE"]
    assert symbols[0].ec_level == "Q"


def test_the_qr_symbol_is_at_least_25_mm_wide(unsigned: bytes, tmp_path: Path) -> None:
    (symbol,) = zxingcpp.read_barcodes(picture_of(unsigned, tmp_path, dpi=254))

    assert symbol.position.top_right.x - symbol.position.top_left.x >= 250


def test_a_name_of_69_characters_stands_on_one_line(design: Design, fonts_dir: Path) -> None:
    name = "Dr. Ir. Raden Roro Anindyaswari Kusumaningtyas Wardhani, S.Ti., M.Si."

    text = text_of(render(design, replace(FACTS, holder_name=name), fonts_dir=fonts_dir))

    assert name in text.splitlines()


def test_a_course_without_credit_names_no_hours(design: Design, fonts_dir: Path) -> None:
    text = text_of(render(design, replace(FACTS, learning_hours=None), fonts_dir=fonts_dir))

    assert "jam pelajaran" not in text
    assert "learning hours" not in text


def test_an_endless_certificate_says_so(design: Design, fonts_dir: Path) -> None:
    assert "tidak terbatas" in text_of(render(design, replace(FACTS, valid_until=None), fonts_dir=fonts_dir))


def test_the_words_on_the_signature_follow_who_signs(design: Design, fonts_dir: Path, unsigned: bytes) -> None:
    local = text_of(render(design, replace(FACTS, signature_kind="local"), fonts_dir=fonts_dir))
    certified = text_of(render(design, replace(FACTS, signature_kind="certified"), fonts_dir=fonts_dir))

    assert "bukan untuk kedinasan" in text_of(unsigned)
    assert "Kunci milik instansi" in local
    assert "UJI" not in local.replace("UJI KOMPETENSI", "")
    assert "tidak tersertifikasi" not in certified
    assert "diterbitkan oleh BSrE" in certified


def test_markup_in_a_name_is_printed_and_not_obeyed(design: Design, fonts_dir: Path) -> None:
    name = '<b>Sari</b> & <img src="http://127.0.0.1/x">'

    assert name in text_of(render(design, replace(FACTS, holder_name=name), fonts_dir=fonts_dir))


def test_a_name_without_glyphs_or_without_room_is_refused(design: Design, fonts_dir: Path) -> None:
    with pytest.raises(MissingGlyph, match="holder_name"):
        render(design, replace(FACTS, holder_name="Nyoman \u1b13"), fonts_dir=fonts_dir)
    with pytest.raises(DoesNotFit, match="holder_name"):
        render(design, replace(FACTS, holder_name="Sari " * 40), fonts_dir=fonts_dir)


def test_without_fonts_nothing_is_rendered(design: Design, tmp_path: Path) -> None:
    with pytest.raises(MissingFont, match="source-sans-3"):
        render(design, FACTS, fonts_dir=tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x.png",
        "file:///etc/passwd",
        "file://{folder}/../../pyproject.toml",
        "file://{folder}/fonts/../../../pyproject.toml",
        "data:image/svg+xml,<svg/>",
    ],
)
def test_a_design_opens_nothing_but_its_own_files(design: Design, fonts_dir: Path, url: str) -> None:
    address = url.format(folder=design.folder)
    html = design.html.replace("<footer>", f'<footer><img src="{address}" alt="">')

    with pytest.raises(BrokenDesign, match="a design may not open"):
        render(replace(design, html=html, hash=url), FACTS, fonts_dir=fonts_dir)


def test_the_file_is_tied_to_its_code_in_plain_sight(unsigned: bytes) -> None:
    with pikepdf.open(BytesIO(unsigned)) as pdf:
        assert str(pdf.docinfo["/Keywords"]) == "K7QD-M4XR-2TVE"
        assert str(pdf.docinfo["/Title"]) == ("Sertifikat Uji Kompetensi: Keamanan Informasi, level 2 · Dasar")
        with pdf.open_metadata() as metadata:
            assert metadata["dc:identifier"] == "urn:teruji:sertifikat:K7QDM4XR2TVE"
    assert b"urn:teruji:sertifikat:K7QDM4XR2TVE" in unsigned


def test_a_nip_is_on_the_page_but_not_in_the_metadata(unsigned: bytes) -> None:
    with pikepdf.open(BytesIO(unsigned)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes() + b"".join(bytes(v) for v in pdf.docinfo.values())

    assert b"199307" not in metadata
    assert b"19930714" not in metadata


def test_the_ornament_is_no_part_of_what_is_read_out(unsigned: bytes) -> None:
    with pikepdf.open(BytesIO(unsigned)) as pdf:
        kinds = [str(thing.S) for thing in pdf.objects if is_element(thing)]
        figures = [thing for thing in pdf.objects if is_element(thing) and thing.S == "/Figure"]

    assert kinds.count("/H1") == 1
    assert len(figures) == 3  # the level, the QR symbol, the pen
    assert all("/Alt" in figure for figure in figures)


def is_element(thing: pikepdf.Object) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/StructElem" and "/S" in thing

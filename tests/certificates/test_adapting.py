"""What an agency may make of a design, and what is refused with which reason."""

import io
import zlib
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from lms.certificates import adapting, colours, designs, logos, printed, samples
from lms.certificates.adapting import Adaptation, Fault
from lms.certificates.designs import Design
from lms.certificates.fitting import fitted
from lms.certificates.logos import BadLogo
from lms.certificates.page_text import page_text
from lms.certificates.previewing import MOST_BYTES, look
from lms.certificates.rendering import render, render_in_full
from lms.certificates.samples import Sample
from lms.certificates.texts import field_texts
from tests.certificates.conftest import FACTS
from tests.certificates.test_compiling import words
from tests.certificates.test_other_designs import apart, load

PAPER = "#FDFBF6"
SAMPLE = Sample(
    agency=(FACTS.government, FACTS.agency_name), kind="test", check_page=FACTS.check_page, on=FACTS.issued_on
)
OWN = Adaptation(
    title="Sertifikat Uji Kompetensi Daerah",
    basis="Berdasarkan Peraturan Gubernur Nomor 12 Tahun 2025,",
    closing="Demikian sertifikat ini diberikan.",
    place="Jakarta",
    signatory_name="Dr. Siti Rahmawati, S.H.",
    signatory_rank="Pembina Utama Madya, IV/d",
    signatory_hold="plt",
    signatory_office="Kepala BPSDM",
    main="#5B2A6E",
    accent="#E2A93B",
    logo_alt="Lambang Provinsi",
)


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A shield on a transparent ground."""
    drawn = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    drawn.paste((18, 69, 107, 255), (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    buffer = io.BytesIO()
    (drawn.convert("RGB") if kind == "JPEG" else drawn).save(buffer, kind)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be as large as that."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    size = width.to_bytes(4) + height.to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x06\x00\x00\x00") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": "Sertifikat Uji Kompetensi BNSP"}, ("title", "posing", "bnsp")),
        ({"title": "Sertifikat Uji Kompetensi L.S.P. Pemda"}, ("title", "posing", "l.s.p")),
        ({"title": "Sertifikat Kompetensi"}, ("title", "posing", "sertifikat kompetensi")),
        ({"title": "Ｕｊｉ Kompetensi ＢＮＳＰ"}, ("title", "posing", "bnsp")),
        ({"title": "Sertifikat Kelulusan"}, ("title", "wording", "Uji Kompetensi")),
        ({"title_en": "Certificate of Competence"}, ("title_en", "posing", "certificate of competen")),
        ({"closing": "Diakui Badan Nasional Sertifikasi Profesi"}, ("closing", "posing", "sertifikasi profesi")),
        ({"title": "Uji Kompetensi" + "\u202e" + "PSNB"}, ("title", "control", "U+202E")),
        ({"place": "Jakarta\x00"}, ("place", "control", "U+0000")),
        ({"closing": "a" * 10_000}, ("closing", "long", "240")),
        (
            {"basis": "Peraturan Gubernur Nomor 12"},
            ("basis", "basis", "Berdasarkan, Menurut, Mengingat, Sesuai dengan"),
        ),
        ({"signatory_nip": "123456789012345678"}, ("signatory_nip", "nip", "")),
        ({"signatory_office": ""}, ("signatory_office", "missing", "")),
        ({"logo": "a" * 64 + ".jpg", "logo_alt": ""}, ("logo_alt", "missing", "")),
        ({"main": "red"}, ("main", "colour", "")),
        ({"main": "#E0A030", "accent": "#000000"}, ("main", "contrast", "2.20")),
        ({"main": "#12456B", "accent": "#3A6A90"}, ("accent", "faint", "1.74")),
    ],
)
def test_what_must_not_be_is_refused_with_its_reason(design: Design, change: dict[str, str], fault: Fault) -> None:
    assert adapting.faults(design, replace(OWN, **change)) == [fault]


def test_what_may_be_is_not_refused(design: Design) -> None:
    assert adapting.faults(design, OWN) == []
    assert adapting.faults(design, Adaptation()) == []
    assert adapting.faults(design, replace(OWN, title="Piagam Uji Kompetensi, hasil spesial")) == []
    assert adapting.faults(design, replace(OWN, signatory_name="Garuda Wijaya")) == []


def test_attendance_does_not_claim_competence_nor_a_pass() -> None:
    for title in ("Sertifikat Kompeten", "Tanda Lulus Pelatihan"):
        assert [fault.why for fault in adapting.faults(load("keikutsertaan"), Adaptation(title=title))] == ["posing"]
    assert adapting.faults(load("keikutsertaan"), Adaptation(title="Surat Keterangan Pelatihan")) == []


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert colours.contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.005)
    assert colours.mixed("#000000", "#FFFFFF", 0.5) == "#808080"


def test_typed_texts_are_tidied() -> None:
    typed = Adaptation(title="  Uji \n Kompetensi ", place="Bogore\u0301", signatory_nip="19710315 199603 2 004")

    assert adapting.tidied(typed) == Adaptation(
        title="Uji Kompetensi", place="Bogor\u00e9", signatory_nip="197103151996032004"
    )


@pytest.mark.parametrize("field", ["title", "closing", "place", "main", "signatory_name", "logo_alt"])
def test_another_adaptation_is_another_design(design: Design, field: str) -> None:
    assert adapting.adapted(design, Adaptation()) is design
    own = adapting.adapted(design, OWN)
    other = adapting.adapted(design, replace(OWN, **{field: getattr(OWN, field)[:-1] + "2"}))
    assert len({design.hash, own.hash, other.hash, adapting.adapted(design, OWN, picture(9, 9)).hash}) == 4


def test_a_logo_is_small_opaque_and_without_metadata() -> None:
    name, content = logos.encoded(picture(2000, 1500), paper=PAPER)

    assert len(content) <= logos.MOST_KEPT == 4096
    assert name.endswith(".jpg")
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.size == (260, 195)
        assert all(
            abs(seen - wanted) < 4
            for seen, wanted in zip(kept.convert("RGB").crop((2, 2, 3, 3)).tobytes(), (253, 251, 246), strict=True)
        )
    assert logos.encoded(picture(400, 400, "JPEG"), paper=PAPER)[1] != content


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"\x89PNG\r\n" + bytes(logos.MOST_BYTES), "large"),
        (png_header(40_000, 40_000), "large"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><!DOCTYPE a [<!ENTITY b 'c'>]></svg>", "type"),
        (b"GIF89a" + bytes(100), "type"),
        (picture(300, 300)[:200], "type"),
        (picture(100, 80), "small"),
    ],
)
def test_a_picture_that_is_no_logo_is_refused_with_its_reason(sent: bytes, why: str) -> None:
    with pytest.raises(BadLogo) as told:
        logos.encoded(sent, paper=PAPER)
    assert told.value.why == why


@pytest.mark.parametrize("name", ["kompetensi", "jabatan", "keikutsertaan"])
def test_the_longest_sample_fits_every_design_as_it_is_shipped(fonts_dir: Path, name: str) -> None:
    design = load(name)
    plain = samples.typical(design, Adaptation(), SAMPLE)
    for facts in (plain, samples.longest(design, plain)):
        assert fitted(design, field_texts(design, facts), fonts_dir)


@pytest.fixture(scope="module")
def adapted_page(design: Design, fonts_dir: Path) -> tuple[Design, bytes]:
    """The first design with everything adapted, and a file made with it."""
    name, logo = logos.encoded(picture(800, 900), paper=PAPER)
    own = adapting.adapted(design, replace(OWN, logo=name), logo)
    facts = replace(FACTS, signatory_rank=OWN.signatory_rank, place=OWN.place)
    return own, render(own, facts, fonts_dir=fonts_dir)


def test_an_adapted_page_carries_logo_texts_and_colours(adapted_page: tuple[Design, bytes]) -> None:
    _own, pdf = adapted_page
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        text = page_text(opened.pages[0])
        figures = [
            str(one.Alt) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
        images = [one for one in opened.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        drawn = opened.pages[0].Contents.read_bytes()
    assert "Lambang Provinsi" in figures
    assert [str(one.Filter) for one in images] == ["/DCTDecode"]
    for said in (OWN.title, OWN.basis, OWN.closing, f"{OWN.signatory_rank} · NIP 19710315 199603 2 004"):
        assert said in text
    assert b"0.356863 0.164706 0.431373 rg" in drawn  # #5B2A6E
    assert b"0.070588 0.270588 0.419608" not in drawn  # #12456B


def test_an_adapted_page_is_read_as_the_shipped_one(
    adapted_page: tuple[Design, bytes], design: Design, fonts_dir: Path
) -> None:
    def read(pdf: bytes) -> printed.Printed:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return printed.read("\n".join(map(page_text, opened.pages)))

    assert read(adapted_page[1]) == read(render(design, FACTS, fonts_dir=fonts_dir))
    assert read(adapted_page[1]).number == FACTS.number


def test_every_word_of_an_adapted_page_stands_where_weasyprint_sets_it(
    adapted_page: tuple[Design, bytes], fonts_dir: Path
) -> None:
    own, pdf = adapted_page
    facts = replace(FACTS, signatory_rank=OWN.signatory_rank, place=OWN.place)
    left = words(render_in_full(own, facts, fonts_dir=fonts_dir))
    for word, box in words(pdf):
        nearest = min((one for one in left if one[0] == word), key=lambda one: apart(one[1], box))
        assert apart(nearest[1], box) < 0.75, word
        left.remove(nearest)
    assert left == []


def test_the_renderer_finds_what_has_no_glyph_or_no_room(design: Design, fonts_dir: Path) -> None:
    missing = look(design, replace(OWN, closing="Salam dari 日本"), b"", SAMPLE, fonts_dir=fonts_dir)
    assert missing.faults == [Fault("closing", "glyph", "日")]

    wide = replace(OWN, title="Sertifikat Uji Kompetensi " + "Sangat " * 7, signatory_office="Kepala " * 28)
    assert [fault[:2] for fault in look(design, wide, b"", SAMPLE, fonts_dir=fonts_dir).faults] == [
        ("title", "room"),
        ("signatory_office", "room"),
    ]
    refused = look(design, replace(OWN, title="Sertifikat BNSP"), b"", SAMPLE, fonts_dir=fonts_dir)
    assert refused.faults
    assert refused.files == {}


def test_a_sound_draft_is_printed_with_both_samples_and_stays_light(fonts_dir: Path) -> None:
    design = load("jabatan")  # the heaviest
    name, logo = logos.encoded(picture(800, 900), paper=PAPER)

    seen = look(design, replace(OWN, logo=name), logo, SAMPLE, fonts_dir=fonts_dir)

    assert seen.faults == []
    pages = {"biasa.pdf", "biasa-1.png", "biasa-2.png", "terpanjang.pdf", "terpanjang-1.png", "terpanjang-2.png"}
    assert set(seen.files) == pages
    assert all(len(seen.files[name]) < MOST_BYTES - 9_000 for name in pages if name.endswith(".pdf"))


def test_every_design_says_what_may_be_adapted() -> None:
    assert {name: design.approver_signs for name, design in designs.shipped().items()} == {
        "jabatan": True,
        "keikutsertaan": False,
        "kompetensi": False,
    }
    for design in designs.shipped().values():
        assert {"paper", "nila", "kunyit"} <= set(design.colours)
        assert adapting.faults(design, Adaptation(title=design.words["title"], title_en=design.words["title_en"])) == []

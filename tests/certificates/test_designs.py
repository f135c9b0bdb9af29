"""Designs: loaded whole, known by their content, clear about what is missing."""

import shutil
from pathlib import Path

import pytest

from lms.certificates import designs
from lms.certificates.designs import BrokenDesign, Design, MissingFont
from lms.certificates.fitting import DoesNotFit, MissingGlyph, fitted

NAME_OF_69 = "Dr. Ir. Raden Roro Anindyaswari Kusumaningtyas Wardhani, S.Ti., M.Si."


@pytest.fixture
def copied(design: Design, tmp_path: Path) -> Path:
    return Path(shutil.copytree(design.folder, tmp_path / "kompetensi"))


@pytest.mark.parametrize("file", ["design.yaml", "page.html", "page.css", "panel.svg", "flower.svg"])
def test_a_change_in_any_file_is_another_design(copied: Path, design: Design, file: str) -> None:
    assert designs.load(copied).hash == design.hash

    (copied / file).write_text((copied / file).read_text("utf-8") + "\n", "utf-8")

    assert designs.load(copied).hash != design.hash


def test_a_missing_font_is_named_with_the_package_it_comes_from(design: Design, tmp_path: Path) -> None:
    with pytest.raises(MissingFont, match=r"spectral-latin-500-normal.woff2 \(from @fontsource/spectral\)"):
        designs.require_fonts(design, tmp_path)


def test_a_package_that_is_not_installed_is_named(design: Design, tmp_path: Path) -> None:
    with pytest.raises(MissingFont, match="install @fontsource/spectral"):
        designs.copy_fonts(design, node_modules=tmp_path, fonts_dir=tmp_path / "fonts")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("title: {font: CertSerif", "title: {font: Arial", "field title asks for font Arial"),
        ("size: 28", "sise: 28", "sise"),
        ("id: kompetensi", "", "id"),
        ("fields:", "fields: [", "design.yaml"),
    ],
)
def test_a_broken_design_is_refused_with_file_and_entry(copied: Path, old: str, new: str, named: str) -> None:
    path = copied / "design.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(BrokenDesign, match=named):
        designs.load(copied)


def test_a_short_name_is_set_at_full_size(design: Design, fonts_dir: Path) -> None:
    assert fitted(design, {"holder_name": "Suharto"}, fonts_dir)["holder_name"].size == 31


def test_a_name_of_69_characters_fits_one_line_at_17_points_or_more(design: Design, fonts_dir: Path) -> None:
    assert len(NAME_OF_69) == 69

    assert 17 <= fitted(design, {"holder_name": NAME_OF_69}, fonts_dir)["holder_name"].size < 19


def test_a_name_that_is_too_long_is_refused_with_what_to_do(design: Design, fonts_dir: Path) -> None:
    with pytest.raises(DoesNotFit, match=r"holder_name: .*198 mm at 17 pt; shorten it") as told:
        fitted(design, {"holder_name": NAME_OF_69 + " Panjang Sekali"}, fonts_dir)

    assert told.value.field == "holder_name"


def test_a_single_word_wider_than_its_field_does_not_fit_however_many_lines(design: Design, fonts_dir: Path) -> None:
    with pytest.raises(DoesNotFit):
        fitted(design, {"competency": "Pertanggungjawabanpertanggungjawaban"}, fonts_dir)


def test_a_second_line_in_a_field_of_one_line_is_refused(design: Design, fonts_dir: Path) -> None:
    with pytest.raises(DoesNotFit):
        fitted(design, {"holder_unit": "Kecamatan\nKebon Jeruk"}, fonts_dir)


def test_a_character_without_a_glyph_is_named_with_its_field_and_what_to_do(design: Design, fonts_dir: Path) -> None:
    with pytest.raises(MissingGlyph, match=r"holder_name: .*CertSerif.*“ḍ” \(U\+1E0D\); write") as told:
        fitted(design, {"holder_name": "Muḥammad Riḍwān".replace("ḥ", "h")}, fonts_dir)

    assert (told.value.field, told.value.character) == ("holder_name", "ḍ")


def test_a_glyph_is_missed_in_any_field_before_a_text_is_found_too_long(design: Design, fonts_dir: Path) -> None:
    texts = {"holder_name": NAME_OF_69 * 2, "holder_unit": "Kelurahan \u6e2f"}

    with pytest.raises(MissingGlyph, match="holder_unit"):
        fitted(design, texts, fonts_dir)

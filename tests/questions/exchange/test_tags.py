"""Tags and folders of a file: a bank keeps ten tags of 40 letters and a folder of 120, and whatever does not fit is said."""

from typing import Any

import pytest

from lms.questions.exchange import formats
from lms.questions.exchange.checking import Checked

LONG = "keamanan informasi bagi pegawai garis depan"  # 43 letters
CUT = "keamanan informasi bagi pegawai garis de"
TWELVE = [f"tag {n}" for n in range(1, 13)]
DEEP = "/".join(["Dasar-dasar keamanan"] * 6)  # 6 × 20 + 5 = 125 letters
DEEP_CUT = DEEP[:120]


def gift(tags: list[str], folder: str) -> bytes:
    category = f"$CATEGORY: $course$/top/{folder}\n\n" if folder else ""
    return (category + "// " + " ".join(f"[tag:{tag}]" for tag in tags) + "\n::S1:: Benarkah?{T}\n").encode()


def moodle_xml(tags: list[str], folder: str) -> bytes:
    path = f"$course$/top/{folder}"
    category = f'<question type="category"><category><text>{path}</text></category></question>' if folder else ""
    held = "".join(f"<tag><text>{tag}</text></tag>" for tag in tags)
    return (
        f'<quiz>{category}<question type="truefalse"><name><text>S1</text></name>'
        '<questiontext format="html"><text>Benarkah?</text></questiontext>'
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        f"<tags>{held}</tags></question></quiz>"
    ).encode()


def sheet(tags: list[str], folder: str) -> bytes:
    return f'Jenis;Nama;Soal;Kunci;Tag;Folder\nBS;S1;Benarkah?;benar;"{", ".join(tags)}";{folder}\n'.encode()


FORMATS = {"gift": gift, "moodle-xml": moodle_xml, "csv": sheet}


def read(format: str, tags: list[str], folder: str = "") -> Checked:
    return formats.read(format, FORMATS[format](tags, folder))


def tags_in(checked: Checked) -> dict[str, Any]:
    (one,) = checked.ready
    return dict(one.drafted.tags)


def said(checked: Checked) -> list[str]:
    return [one.message for one in checked.warnings]


@pytest.mark.parametrize("format", FORMATS)
def test_what_fits_is_kept_in_the_order_of_the_file_and_nothing_is_said(format: str) -> None:
    checked = read(format, ["Zona merah", "Awal"], "Dasar/Satu")

    assert tags_in(checked) == {"tags": ["zona merah", "awal"], "folder": "Dasar/Satu"}
    assert said(checked) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_tag_too_long_is_cut_and_said(format: str) -> None:
    checked = read(format, ["awal", LONG])

    assert tags_in(checked) == {"tags": ["awal", CUT]}
    assert said(checked) == [f"tag '{LONG}' dipotong menjadi 40 huruf"]


@pytest.mark.parametrize("format", FORMATS)
def test_the_first_ten_tags_are_kept_and_the_others_named(format: str) -> None:
    checked = read(format, TWELVE)

    assert tags_in(checked) == {"tags": TWELVE[:10]}
    assert said(checked) == ["hanya 10 tag pertama disimpan, tanpa tag 11, tag 12"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_too_deep_is_cut_and_said(format: str) -> None:
    checked = read(format, [], DEEP)

    assert tags_in(checked) == {"folder": DEEP_CUT}
    assert said(checked) == ["folder dipotong menjadi 120 huruf"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("tag", "instead"),
    [
        ("tingkat:9", "tulis satu tingkat, 1 sampai 5"),
        ("kesulitan:susah", "tulis satu kesulitan: mudah, sedang, atau sulit"),
        ("kompetensi:", "tulis satu kode kompetensi"),
    ],
)
def test_a_tag_that_names_ours_and_says_none_of_its_values_stays_a_tag(format: str, tag: str, instead: str) -> None:
    checked = read(format, [tag])

    assert tags_in(checked) == {"tags": [tag]}
    assert said(checked) == [f"'{tag}' disimpan sebagai tag biasa; {instead}"]


@pytest.mark.parametrize("format", ["gift", "moodle-xml"])
def test_of_two_levels_the_first_holds_and_the_second_is_said(format: str) -> None:
    checked = read(format, ["tingkat:2", "kesulitan:sulit", "level:2", "tingkat:3"])

    assert tags_in(checked) == {"level": 2, "difficulty": "sulit", "tags": ["tingkat:3"]}
    assert said(checked) == ["'tingkat:3' disimpan sebagai tag biasa; tulis satu tingkat, 1 sampai 5"]


def test_a_word_of_ours_without_a_value_is_a_tag_like_any_other() -> None:
    assert tags_in(read("gift", ["tingkat", "kompetensi"])) == {"tags": ["tingkat", "kompetensi"]}


def test_marks_between_tags_part_them_wherever_they_stand() -> None:
    """A tag with a comma in it would come apart where it is first edited."""
    assert tags_in(read("moodle-xml", ["merah, Putih; biru"])) == {"tags": ["merah", "putih", "biru"]}


def test_two_tags_that_are_one_once_they_are_cut_are_kept_once() -> None:
    checked = read("gift", [LONG, f"{LONG} lagi"])

    assert tags_in(checked) == {"tags": [CUT]}
    assert len(said(checked)) == 2

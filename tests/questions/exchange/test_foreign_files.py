"""Files as others write them: what their formats allow beyond the plain cases, and what is said of what is not taken."""

from typing import Any

import pytest

from lms.questions.exchange import formats, worth
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.gift_text import mask, unmask


def read(format: str, text: str) -> Checked:
    return formats.read(format, text.encode())


def answers(checked: Checked) -> list[dict[str, Any]]:
    (one,) = checked.ready
    return worth.answers(one.drafted)


def warned(checked: Checked) -> list[str]:
    return [str(one) for one in checked.warnings]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("gift", "// hanya komentar\n$CATEGORY: x\n"),
        ("moodle-xml", '<quiz><question type="category"><category><text>top/a</text></category></question></quiz>'),
        ("csv", "Soal;Kunci\n"),
    ],
)
def test_a_file_without_any_question_is_an_error(format: str, text: str) -> None:
    checked = read(format, text)

    assert [str(one) for one in checked.errors] == ["Berkas: tidak ada soal di berkas ini"]


def test_a_typed_answer_of_gift_is_without_the_prefix_of_its_format() -> None:
    assert answers(read("gift", "a{=[markdown]ya =[html] %tidak}")) == [
        {"text": "ya", "fraction": 1},
        {"text": "%tidak", "fraction": 1},
    ]


@pytest.mark.parametrize("text", [r"\\=", r"\\\=", r"\\\\n", r"a\nb\:\\", r"\x\~\{\}\#"])
def test_escapes_of_gift_are_read_from_left_to_right(text: str) -> None:
    said, at = "", 0
    while at < len(text):
        is_escape = text[at] == "\\" and text[at + 1 : at + 2] in set("~=#{}:\\n")
        said += ("\n" if text[at + 1] == "n" else text[at + 1]) if is_escape else text[at]
        at += 2 if is_escape else 1

    assert len(mask(text)) == len(text)
    assert unmask(mask(text)) == said


def test_a_category_of_gift_names_the_same_folder_as_one_of_moodle_xml() -> None:
    (one,) = read("gift", "$CATEGORY: $course$/top/Bab 1/Awal\n\na{T}").ready

    assert one.drafted.tags["folder"] == "Bab 1/Awal"


@pytest.mark.parametrize("key", ["b", "B.", "B)"])
def test_aiken_may_be_written_in_small_letters_and_its_key_with_a_mark(key: str) -> None:
    checked = read("aiken", f"Ibu kota?\na) yang mana\na) Bogor\nb) Bandung\nANSWER: {key}")

    assert (worth.stem(checked.ready[0].drafted), answers(checked)) == (
        "Ibu kota?\na) yang mana",
        [{"text": "Bogor", "fraction": 0}, {"text": "Bandung", "fraction": 1}],
    )


def test_small_letters_of_aiken_are_words_where_there_are_options() -> None:
    checked = read("aiken", "Pilih:\na. satu\nb. dua\nA. hanya a\nB. keduanya\nANSWER: B")

    assert worth.stem(checked.ready[0].drafted) == "Pilih:\na. satu\nb. dua"


def test_an_empty_line_in_the_stem_of_aiken_may_hide_a_question_and_is_said() -> None:
    assert warned(read("aiken", "Soal tanpa pilihan\n\nSoal kedua\nA. a\nB. b\nANSWER: A")) == [
        "Baris 1: ada baris kosong sebelum baris 3; bila di sana mulai soal lain, soal di atasnya tidak punya pilihan dan ANSWER"
    ]

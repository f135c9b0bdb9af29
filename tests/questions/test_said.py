"""What is wrong with a question file is said in the reader's language; Indonesian for files, logs and the command line."""

import csv
import io
import json

import pytest

from lms.questions.exchange import faults, formats, recognising
from lms.questions.exchange.drafted import Finding
from lms.questions.said import say, told

ENGLISH = {
    "Baris %(line)s, kolom Kunci": "Row %(line)s, column Kunci",
    "'%(key)s' tidak ada; pilihan hanya %(first)s–%(last)s.": "there is no '%(key)s'; the options are %(first)s–%(last)s.",
    "tanpa %(parts)s": "without %(parts)s",
    "gambar": "pictures",
    "rubrik": "rubric",
    "Tempat": "Place",
}


def english(text: str) -> str:
    return ENGLISH.get(text, text)


def test_a_finding_is_indonesian_by_itself_and_in_the_reader_s_words_when_asked() -> None:
    (fault,) = formats.read("aiken", b"Ibu kota Jawa Barat?\nA. Bandung\nB. Bogor\nANSWER: F\n").errors

    assert json.dumps([fault.where, fault.message], ensure_ascii=False) == (
        '["Baris 4, kolom Kunci", "\'F\' tidak ada; pilihan hanya A–B."]'
    )
    assert told(fault.where, english) == "Row 4, column Kunci"
    assert told(fault.message, english) == "there is no 'F'; the options are A–B."
    table = faults.table([faults.Line(fault, fault.about)], english).decode("utf-8-sig").splitlines()
    assert table[0].startswith("Place;")
    assert table[1].startswith("Row 4, column Kunci;")


def test_values_that_are_words_are_translated_too_and_what_a_file_brings_is_not() -> None:
    parts = say("tanpa %(parts)s", parts=(say("rubrik"), say("gambar"), "gambar"))

    assert parts == "tanpa rubrik, gambar, gambar"
    assert told(parts, english) == "without rubric, pictures, gambar"
    assert told("100% %(x)s", english) == "100% %(x)s"


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"Soal\tKunci\tPilihan A\nIbu kota?\tA\tBandung\n", "csv"),
        (b"Daftar soal\n\nSoal;Kunci\n", "csv"),
        ("Soal,Kunci".encode("utf-16"), "csv"),
        (b"Ibu kota?\nA. Bandung\nB. Bogor\nANSWER: A\n", "aiken"),
        (b"::satu:: Ibu kota? {=Bandung ~Bogor}", "gift"),
        (b"<?xml version='1.0'?>\n<quiz><question/></quiz>", "moodle-xml"),
        (b"<assessmentItem identifier='a'/>", "qti"),
        (b"PK\x03\x04 bukan zip", "qti"),
        (b"hanya kata-kata", None),
        (b"Apa?\nA. ya\nB. tidak\nKunci jawaban: B\n", "aiken"),
        (b"Kunci: apa itu?\n{=logam ~kayu}", "gift"),
    ],
)
def test_a_format_is_recognised_by_what_the_file_holds(data: bytes, format: str | None) -> None:
    assert recognising.format_of(data) == format


@pytest.mark.parametrize("format", ["xlsx", "qti"])
def test_packages_are_told_apart_by_their_parts(format: str) -> None:
    assert recognising.format_of(formats.WRITERS[format].write(()).data) == format


def test_no_cell_of_what_was_kept_out_is_a_formula() -> None:
    rows = [
        faults.Line(Finding("Baris 1", "x", "error"), words) for words in ("=1", " =1", "\u000a+1", "\uff1d1", "1=1")
    ]

    cells = [row[2] for row in csv.reader(io.StringIO(faults.table(rows).decode("utf-8-sig")), delimiter=";")]

    assert cells == ["Soal", "'=1", "' =1", "'\u000a+1", "'\uff1d1", "1=1"]

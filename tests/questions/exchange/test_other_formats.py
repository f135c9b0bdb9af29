"""Aiken, Moodle XML, QTI and sheets: what is understood, what is said, and what hostile files come to."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from lms.questions import kinds
from lms.questions.exchange import drafted, formats, sheet_writer, worth, zips
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.written import drafted_of

FILES = Path(__file__).parent / "files"
ITEM = (FILES / "menjodohkan.qti22.xml").read_text(encoding="utf-8")


def file(format: str, name: str) -> Checked:
    return formats.read(format, (FILES / name).read_bytes())


def said(checked: Checked) -> list[str]:
    return [str(one) for one in checked.errors]


def by_name(checked: Checked) -> dict[str, Any]:
    return {
        one.drafted.name: (one.drafted.kind, worth.stem(one.drafted), worth.answers(one.drafted))
        for one in checked.ready
    }


def packed(files: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def manifest(*names: str) -> str:
    rows = "".join(
        f'<resource identifier="{n}" type="imsqti_item_xmlv2p2" href="{name}"/>' for n, name in enumerate(names)
    )
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{rows}</resources></manifest>'


def test_aiken_reads_the_good_and_names_the_bad() -> None:
    checked = file("aiken", "satu-dua.aiken.txt")

    assert [worth.stem(one.drafted) for one in checked.ready] == ["Ibu kota Jawa Barat adalah", "Berapa 2 + 2?"]
    assert [row["fraction"] for row in worth.answers(checked.ready[0].drafted)] == [0, 1]
    assert said(checked) == [
        "Baris 12, kolom Kunci: 'F' tidak ada; pilihan hanya A–E.",
        "Baris 14: soal ini tidak punya baris ANSWER; tambahkan misalnya ANSWER: B",
    ]


def test_moodle_xml_is_read_by_type() -> None:
    checked = file("moodle-xml", "semua.moodle.xml")
    read = by_name(checked)

    assert {name: row[0] for name, row in read.items()} == {
        "A": "single_choice", "B": "multiple_choice", "C": "true_false", "D": "numeric", "E": "cloze", "F": "matching", "G": "cloze",
        "H": "essay", "I": "ordering",
    }  # fmt: skip
    assert read["A"][1] == "Ibu **kota**?"
    assert [row["fraction"] for row in read["B"][2]] == [0.3333333, 0.3333333, 0.3333333, -1]
    assert read["E"][2] == [
        {"text": "Bandung", "fraction": 0.25},
        {"text": "Bdg", "fraction": 0.125},
        {"text": "a", "fraction": 0.5},
        {"text": "3", "fraction": 0.25},
    ]
    assert said(checked) == [
        "Baris 14, karakter ke-1 (J): soal jenis calculated tidak dapat dimuat: "
        "nilainya dihitung dengan rumus dan kumpulan data; ubah menjadi soal angka"
    ]
    lost = "gambar atau media 'peta.png' tidak ikut dimuat; tambahkan lagi setelah impor"
    assert f"Baris 4, karakter ke-1 (A): {lost}" in [str(one) for one in checked.warnings]


def test_a_weight_that_is_none_is_said_at_its_answer_with_the_words_of_the_question() -> None:
    asked = "<questiontext><text>&lt;p>Apa ibu kota?&lt;/p></text></questiontext>"
    answer = "<answer fraction='x'><text>a</text></answer>"

    (fault,) = formats.read(
        "moodle-xml", f"<quiz><question type='multichoice'>{asked}\n {answer}</question></quiz>".encode()
    ).errors

    assert (fault.where, fault.about) == ("Baris 2, karakter ke-2", "Apa ibu kota?")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>', "DTD"),
        (b'<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "DTD"),
        (
            b"<quiz><question></quiz>",
            "Baris 1, karakter ke-19: XML tidak utuh di tempat ini; perbaiki lalu unggah lagi",
        ),
        (b"<a>" * 5000, "bersarang"),
        (b"<html/>", "bukan <quiz>"),
        (b"", "kosong"),
    ],
)
def test_hostile_or_broken_xml_is_refused_and_said(data: bytes, message: str) -> None:
    checked = formats.read("moodle-xml", data)

    assert checked.ready == ()
    assert message in said(checked)[0]


@pytest.mark.parametrize(
    ("name", "kind", "answers"),
    [
        ("ganda-berbobot.qti21.xml", "multiple_choice", [("a", 0.5), ("b", -1), ("c", 0.5)]),
        ("menjodohkan.qti22.xml", "matching", [("Jawa Barat -> Bandung", 0.5), ("Banten -> Serang", 0.5)]),
        ("rumpang.qti30.xml", "cloze", [("York", 0.5), ("york", 0.25), ("y", 0.5)]),
        ("gap-match.qti30.xml", "cloze", [("panas", 0.5), ("dingin", 0.5)]),
        ("kustom.qti21.xml", "single_choice", [("satu", 0), ("dua", 1)]),
    ],
)
def test_a_qti_item_of_each_version_is_read(name: str, kind: str, answers: list[tuple[str, float]]) -> None:
    checked = file("qti", name)

    assert said(checked) == []
    assert checked.ready[0].drafted.kind == kind
    assert [(row["text"], row["fraction"]) for row in worth.answers(checked.ready[0].drafted)] == answers


def test_scoring_of_its_own_is_a_warning_while_the_key_is_known_and_an_error_without() -> None:
    text = (FILES / "kustom.qti21.xml").read_text(encoding="utf-8")
    without = text.replace("<correctResponse><value>B</value></correctResponse>", "")

    assert "bobot tidak dapat dibaca" in file("qti", "kustom.qti21.xml").warnings[0].message
    assert said(formats.read("qti", without.encode())) == [
        "Item k1, Baris 3, karakter ke-13: tidak ada jawaban benar; isi correctResponse, misalnya <value>A</value>"
    ]


def test_a_package_is_read_by_its_manifest_and_says_what_is_missing() -> None:
    data = packed({"imsmanifest.xml": manifest("satu.xml", "tidak-ada.xml"), "satu.xml": ITEM, "lain.xml": ITEM})

    checked = formats.read("qti", data)

    assert len(checked.ready) == 1
    assert said(checked) == ["tidak-ada.xml: disebut di imsmanifest.xml tetapi tidak ada di paket"]


def test_one_broken_item_of_a_package_keeps_only_itself_out() -> None:
    checked = formats.read(
        "qti", packed({"imsmanifest.xml": manifest("a.xml", "b.xml"), "a.xml": "<x>", "b.xml": ITEM})
    )

    assert len(checked.ready) == 1
    assert said(checked)[0].startswith("a.xml, Baris 1")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"../imsmanifest.xml": "<x/>"}, "keluar dari paket"),
        ({"/etc/passwd": "<x/>"}, "keluar dari paket"),
        ({"a.xml": b" " * 3_000_000}, "dimampatkan"),
    ],
)
def test_a_hostile_package_is_refused(files: dict[str, str | bytes], message: str) -> None:
    assert message in said(formats.read("qti", packed(files)))[0]


def test_a_package_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_FILES", 2)

    assert "lebih dari 2 berkas" in said(formats.read("qti", packed({"a": "", "b": "", "c": ""})))[0]


def test_a_package_may_have_as_many_questions_as_any_file() -> None:
    """Each is a file of its own, beside the manifest."""
    names = [f"s{n}.xml" for n in range(drafted.MOST_QUESTIONS)]
    package = packed({"imsmanifest.xml": "<x/>", **dict.fromkeys(names, "")})

    assert not any("berkas" in one and "lebih dari" in one for one in said(formats.read("qti", package)))


def test_a_foreign_file_in_a_package_is_never_opened_and_said() -> None:
    checked = formats.read("qti", packed({"imsmanifest.xml": manifest("b.xml"), "b.xml": ITEM, "jalan.exe": "MZ"}))

    assert "jalan.exe: berkas jenis ini tidak dibuka" in [str(one) for one in checked.warnings]


def test_a_sheet_says_row_and_column_by_letter_and_heading() -> None:
    checked = file("csv", "semua.csv")

    assert len(checked.ready) == 7
    assert said(checked) == [
        "Baris 3, kolom G (Kunci): 'F' tidak ada; pilihan hanya A–B.",
        "Baris 10, kolom C (Soal): kosong; tulis soalnya",
        "Baris 11, kolom B (Jenis): 'apa' tidak dikenal; pakai Pilihan ganda, Pilihan jamak, Benar/salah, Situasional, Angka, "
        "Isian singkat, Menjodohkan, Mengurutkan, Rumpang, Esai, Berkas",
        "Baris 12, kolom J (Tingkat): '9' bukan tingkat; isi 1 sampai 5",
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_may_be_parted_by_comma_semicolon_or_tab_with_english_headings(mark: str) -> None:
    text = "\n".join(
        mark.join(row) for row in (["Question", "Option A", "Option B", "Key"], ["Which?", "one", "two", "B"])
    )

    checked = formats.read("csv", text.encode())

    assert worth.answers(checked.ready[0].drafted)[1] == {"text": "two", "fraction": 1}


def test_numbers_and_truths_of_a_workbook_are_read_as_they_look() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate(
        (["Soal", "Jenis", "Kunci"], ["Berapa?", "", 12.5], ["Benar?", "", True], ["Tahun?", "Isian singkat", 1945])
    ):
        sheet.write_row(line, 0, row)
    book.close()

    checked = formats.read("xlsx", made.getvalue())

    assert [(one.drafted.kind, worth.answers(one.drafted)[0]["text"]) for one in checked.ready] == [
        ("numeric", "12.5"),
        ("true_false", "true"),
        ("short_text", "1945"),
    ]


def test_every_example_of_the_template_is_ready() -> None:
    checked = formats.read("xlsx", sheet_writer.template())

    assert said(checked) == []
    assert {one.drafted.kind for one in checked.ready} == set(kinds.KINDS)


def test_a_cell_that_looks_like_a_formula_is_written_as_text() -> None:
    content = kinds.read({"kind": "short_text", "stem": "=1+1", "answers": [{"text": "@SUM(A1)", "fraction": 1}]})
    drafted = drafted_of("short_text", content, competency="=K", level=1, difficulty="mudah", number=1)

    data = formats.WRITERS["xlsx"].write([drafted]).data

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert "=1+1" in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Soal").to_python()[1]


@pytest.mark.parametrize("data", [b"PK\x03\x04 rusak", b"bukan zip"])
def test_a_broken_workbook_is_refused(data: bytes) -> None:
    assert "bukan XLSX" in said(formats.read("xlsx", data))[0]


def test_what_a_format_cannot_hold_is_said() -> None:
    contents: list[dict[str, Any]] = [
        {"kind": "ordering", "stem": "Urutkan.", "items": ["a", "b"], "name": "U"},
        {"kind": "essay", "stem": "Tulis.", "words_min": 10, "points": 5},
    ]
    drafts = [
        drafted_of(raw["kind"], kinds.read(raw), competency="K", level=1, difficulty="mudah", number=n)
        for n, raw in enumerate(contents, 1)
    ]

    found = formats.WRITERS["gift"].write(drafts).findings

    assert [(str(one), one.level) for one in found] == [
        ("Soal 1 (U): tidak ditulis: GIFT tidak mengenal mengurutkan", "error"),
        ("Soal 2: tanpa poin, batas jumlah kata", "warning"),
    ]

"""Sheets as people fill them: what a spreadsheet or a slip made of a row is said, and never taken for an answer."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from lms.questions.exchange import formats, worth
from lms.questions.exchange.checking import Checked

HEADINGS = ["Jenis", "Soal", "Pilihan A", "Pilihan B", "Kunci"]


def table(*rows: str) -> Checked:
    return formats.read("csv", "\n".join([";".join(HEADINGS), *rows]).encode())


def workbook(fill: Callable[[Any, Any], None]) -> Checked:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("Soal")
    sheet.write_row(0, 0, HEADINGS)
    fill(book, sheet)
    book.close()
    return formats.read("xlsx", made.getvalue())


def said(checked: Checked) -> list[str]:
    return [str(one) for one in checked.findings]


def test_a_row_that_a_mark_within_an_answer_has_parted_is_not_taken_for_another() -> None:
    checked = table("PG;Apa; ya?;ya;tidak;A", "PG;Benar?;ya;tidak;B")

    assert [worth.stem(one.drafted) for one in checked.ready] == ["Benar?"]
    assert said(checked) == [
        "Baris 2, kolom F: 'A' di luar kolom berjudul; apit isi yang memuat tanda pemisah dengan tanda kutip"
    ]


def test_a_key_of_several_that_the_mark_of_the_table_has_parted_is_refused() -> None:
    assert table("PGK;Mana?;ya;tidak;A;B").ready == ()


def test_notes_beside_a_sheet_are_said_once_and_cost_no_question() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        for line in (1, 2):
            sheet.write_row(line, 0, ["PG", f"Soal {line}?", "ya", "tidak", "A", "", "sudah dicek"])

    checked = workbook(fill)

    assert len(checked.ready) == 2
    assert said(checked) == ["Baris 2, kolom G: kolom tanpa judul tidak dibaca; beri judul bila isinya bagian soal"]


@pytest.mark.parametrize("key", ["A=5, B=1,5", "A=5, A=4, B=1", "A=5, B=1 dst", "A=5, B=-1", "A=5,5, B=1", "XA=5, B=1"])
def test_points_of_a_situation_are_read_whole_or_not_at_all(key: str) -> None:
    assert said(table(f"TKP;Anda …;bertanya;diam;{key}")) == [
        "Baris 2, kolom E (Kunci): tulis poin setiap pilihan, misalnya A=5, B=4, C=3, D=2, E=1"
    ]


@pytest.mark.parametrize("key", ["A=5, B=1", "a: 5 | b: 1", "A=5 B=1", "A=5,B=1,", "B=1\tA=5"])
def test_points_of_a_situation_may_be_parted_as_one_likes(key: str) -> None:
    checked = table(f'TKP;Anda …;bertanya;diam;"{key}"')

    assert [row["fraction"] for row in worth.answers(checked.ready[0].drafted)] == [1, 0.2]


@pytest.mark.parametrize(
    ("key", "kind"), [("1", "numeric"), ("0", "numeric"), ("Benar", "true_false"), ("ya", "true_false")]
)
def test_a_number_is_no_truth_where_nobody_names_the_kind(key: str, kind: str) -> None:
    assert [one.drafted.kind for one in table(f";Berapa?;;;{key}").ready] == [kind]


def test_a_letter_is_the_key_of_options_that_are_missing() -> None:
    assert said(table(";Mana yang benar?;;;B")) == [
        "Baris 2, kolom A (Jenis): kosong; dengan kunci 'B' isi pilihannya, atau tulis jenisnya"
    ]


def test_a_date_that_a_spreadsheet_made_is_said() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["PG", "Pasal berapa?", "", "3-4", "A"])
        sheet.write_datetime(1, 2, date(2026, 2, 1), book.add_format({"num_format": "d-mmm"}))

    assert said(workbook(fill)) == [
        "Baris 2, kolom C: sel ini tanggal atau jam, dibaca '2026-02-01'; bila bukan, jadikan sel teks lalu tulis ulang"
    ]


def test_a_number_whose_end_a_spreadsheet_has_lost_is_said() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["PG", "NIP siapa?", 198910252014021005, "lain", "A"])

    assert said(workbook(fill)) == [
        "Baris 2, kolom C: angka ini lebih dari 15 digit, jadi ujungnya sudah dibulatkan; jadikan sel teks lalu tulis ulang"
    ]


def test_a_percentage_is_read_as_its_cell_shows_it() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["PG", "Berapa bagian?", "", "", "A"])
        sheet.write_number(1, 2, 0.125, book.add_format({"num_format": "0.0%"}))
        sheet.write_number(1, 3, 0.5, book.add_format({"num_format": '0.0"%"'}))

    assert [row["text"] for row in worth.answers(workbook(fill).ready[0].drafted)] == ["12,5%", "0.5"]


def test_an_option_whose_formula_failed_is_not_left_out_without_a_word() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["PG", "Berapa?", "1", "2", "A"])
        sheet.write_row(2, 0, ["B/S", "Benar?", "", "", "Benar"])
        sheet.write_formula(2, 2, "=NA()", None, "#N/A")

    assert said(workbook(fill)) == ["Baris 3, kolom C: rumus di sel ini gagal (#N/A), jadi sel ini dibaca kosong"]


def test_the_sheet_that_is_seen_is_read_and_another_one_with_questions_is_named() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["PG", "Lama?", "ya", "tidak", "A"])
        other = book.add_worksheet("Baru")
        other.write_row(0, 0, HEADINGS)
        other.write_row(1, 0, ["PG", "Baru?", "ya", "tidak", "A"])
        other.activate()
        other.set_first_sheet()
        sheet.hide()

    checked = workbook(fill)

    assert [worth.stem(one.drafted) for one in checked.ready] == ["Baru?"]
    assert said(checked) == ["Lembar Soal: lembar ini juga punya judul kolom, tetapi hanya lembar Baru yang dibaca"]


def test_more_options_than_a_question_has_are_refused_at_their_column() -> None:
    letters = "ABCDEFGHIJK"
    headings = ";".join(f"Pilihan {letter}" for letter in letters)

    checked = formats.read(
        "csv", f"Soal;{headings};Kunci\nApa?;{';'.join(letters.lower())};B\nYa?;a;b;;;;;;;;;;A".encode()
    )

    assert [worth.stem(one.drafted) for one in checked.ready] == ["Ya?"]
    assert said(checked) == ["Baris 2, kolom L (Pilihan K): paling banyak 10 pilihan"]


@pytest.mark.parametrize("key", ["b", "B.", "B)", " b "])
def test_a_key_of_one_letter_may_bear_a_mark(key: str) -> None:
    (one,) = formats.read("csv", f"Soal;A;B;Kunci\nApa?;x;y;{key}".encode()).ready

    assert (one.drafted.kind, [row["fraction"] for row in worth.answers(one.drafted)]) == ("single_choice", [0, 1])


def test_a_number_is_read_in_as_many_digits_as_a_spreadsheet_shows() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["PG", "0,1 + 0,2?", "", 0.7, "A"])
        sheet.write_formula(1, 2, "=0.1+0.2", None, 0.1 + 0.2)

    assert [row["text"] for row in worth.answers(workbook(fill).ready[0].drafted)] == ["0.3", "0.7"]


def test_a_formula_that_was_never_reckoned_is_said() -> None:
    made, unreckoned = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("Soal")
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ["B/S", "Benar?", "", "", "Benar"])
    sheet.write_formula(1, 2, '=""', None, "x")
    sheet.write_formula(1, 3, "=1+1", None, 2)
    book.close()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(unreckoned, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"<v>x</v>", b"<v></v>")
            new.writestr(name, re.sub(rb"<f>1\+1</f><v>2</v>", b"<f>1+1</f>", content))

    assert said(formats.read("xlsx", unreckoned.getvalue())) == [
        "Baris 2, kolom D: rumus di sel ini belum dihitung, jadi sel ini dibaca kosong; buka dan simpan ulang berkasnya"
    ]


@pytest.mark.parametrize(
    ("look", "is_said"),
    [('"Rp"#,##0', True), ("[$Rp-421]#,##0", True), ("000", True), ("0.00", False), ("#,##0", False)],
)
def test_an_option_that_shows_more_than_its_number_is_said(look: str, is_said: bool) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["PG", "Berapa?", "", "lain", "A"])
        sheet.write_number(1, 2, 7, book.add_format({"num_format": look}))

    assert (
        said(workbook(fill))
        == [
            "Baris 2, kolom C: sel ini menampilkan lebih dari angkanya, dibaca '7'; bila semuanya bagian pilihan, jadikan sel teks"
        ]
        * is_said
    )


def test_a_label_in_a_merged_cell_is_that_of_all_its_rows_and_anything_else_is_said() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("Soal")
    sheet.write_row(0, 0, ["Soal", "Pilihan A", "Pilihan B", "Kunci", "Kompetensi", "Tingkat", "Pembahasan"])
    for line in (1, 2):
        sheet.write_row(line, 0, [f"Soal {line}?", "ya", "tidak", "A"])
    sheet.merge_range(1, 4, 3, 4, "TEK.KI")
    sheet.merge_range(1, 5, 2, 5, 3)
    sheet.merge_range(1, 6, 2, 6, "Pasal 3.")
    book.close()

    checked = formats.read("xlsx", made.getvalue())

    assert [dict(one.drafted.tags) for one in checked.ready] == [{"competency": "TEK.KI", "level": 3}] * 2
    assert [one.content["explanation"] for one in checked.ready] == ["Pasal 3.", ""]
    assert said(checked) == [
        "Baris 3, kolom G: sel ini digabung dengan baris 2 dan dibaca kosong; pisahkan, lalu isi lagi"
    ]


def test_figures_that_a_cell_raises_or_lowers_stay_so() -> None:
    def fill(book: Any, sheet: Any) -> None:
        raised, lowered = book.add_format({"font_script": 1}), book.add_format({"font_script": 2})
        sheet.write_row(1, 0, ["PG", "Mana?", "", "", "A"])
        sheet.write_rich_string(1, 2, "10", raised, "3", " m", raised, "2")
        sheet.write_rich_string(1, 3, "CO", lowered, "2", " x", raised, "a")

    checked = workbook(fill)

    assert [row["text"] for row in worth.answers(checked.ready[0].drafted)] == ["10³ m²", "CO₂ x^a"]
    assert said(checked) == []


def test_words_that_a_cell_sets_apart_are_said() -> None:
    def fill(book: Any, sheet: Any) -> None:
        underlined = book.add_format({"underline": 1})
        sheet.write_rich_string(1, 1, "Arti kata ", underlined, "lugas", " adalah")
        for column, text in enumerate(["PG", None, "jelas", "kabur", "A"]):
            if text:
                sheet.write(1, column, text, underlined)

    checked = workbook(fill)

    assert [worth.stem(one.drafted) for one in checked.ready] == ["Arti kata lugas adalah"]
    assert said(checked) == [
        "Baris 2, kolom B: sebagian huruf di sel ini tebal, miring, atau bergaris bawah, dan itu tidak ikut dibaca"
    ]

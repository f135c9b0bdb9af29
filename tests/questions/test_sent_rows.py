"""What a file gave, row by row: a question that should be looked at is never shown as if nothing were said of it."""

from pathlib import Path

import pytest
from flask import Flask

from lms.questions import importing, sent_rows
from lms.questions.exchange import formats
from lms.questions.importing import Defaults
from lms.questions.sent_rows import Row
from lms.storage import DiskFiles
from lms.web.import_rows import shown_row

TABLE = "Jenis;Soal;Kunci\nAngka;Berapa?;1.250\nB/S;Ya?;Benar\n"
GIFT = "Berapa {#\n=3:0\n~#Kurang}\n\nYa? {T}\n"


def rows(format: str, text: str) -> list[Row]:
    checked = formats.read(format, text.encode())
    return sent_rows.of(importing.plan(None, None, checked, Defaults(), stems=str.split))


@pytest.mark.parametrize(
    ("format", "text", "place"), [("csv", TABLE, "Baris 2, kolom C (Kunci)"), ("gift", GIFT, "Baris 1, karakter ke-10")]
)
def test_what_is_said_of_a_part_of_a_question_stands_with_it(format: str, text: str, place: str) -> None:
    warned, ready = rows(format, text)

    assert [(one.state, one.question is not None) for one in (warned, ready)] == [("warning", True), ("ready", True)]
    assert [str(one.where) for one in warned.findings] == [place]


def test_questions_come_in_as_the_file_has_them_though_warnings_are_shown_first(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    made = rows("csv", "Jenis;Soal;Kunci\nB/S;Satu?;Benar\nAngka;Dua?;1.250\nB/S;;Benar\nB/S;Tiga?;Salah\n")
    sent_rows.keep(files, "abc", made)
    assert [one.state for one in made] == ["error", "warning", "ready", "ready"]

    back = sent_rows.in_file_order(files, "abc", (1, 1, 2))

    assert [one.question.ready.content["stem"] for one in back if one.question] == ["Satu?", "Dua?", "Tiga?"]


def test_the_place_of_a_part_is_kept_and_shown(app: Flask, tmp_path: Path) -> None:
    files, made = DiskFiles(tmp_path), rows("csv", TABLE)
    sent_rows.keep(files, "abc", made)

    back = list(sent_rows.between(files, "abc", 0, len(made)))

    assert [one.findings for one in back] == [one.findings for one in made]
    with app.test_request_context():
        (message,) = shown_row(back[0]).messages
    assert message.startswith("Baris 2, kolom C (Kunci): '1.250' dibaca dengan titik desimal")


def test_what_is_said_of_a_question_that_is_kept_out_stands_at_its_place() -> None:
    table = TABLE.replace("Angka;Berapa?;1.250", "Angka;Berapa?;1.250 | 2:200%")

    assert [(str(one.where), one.state) for one in rows("csv", table)] == [
        ("Baris 2, kolom C (Kunci)", "error"),
        ("Baris 3", "ready"),
    ]

"""The outline: lessons and the course's own fields."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring.models import Draft
from tests.web.authoring.editing import FIRST, KEPT, SECOND, edit, hidden, outline, publish, titles


def test_lessons_move_and_the_button_names_the_lesson(author: FlaskClient, session: Session) -> None:
    assert 'aria-label="Turunkan Awal"' in author.get("/ajar/kursus-kecil").text

    origin = hidden(author, "/ajar/kursus-kecil")["dari"]
    moved = author.post("/ajar/kursus-kecil/kerangka", data={"dari": origin, "turun": FIRST})
    assert titles(session) == ["Lanjut", "Awal"]
    page, _hash, button = moved.headers["Location"].partition("#")  # the focus goes along
    assert f'id="{button}" name="turun" value="{FIRST}"' in author.get(page).text


def test_the_first_lesson_stays_where_it_is_when_moved_up(author: FlaskClient, session: Session) -> None:
    outline(author, naik=FIRST)

    assert titles(session) == ["Awal", "Lanjut"]


def test_a_deleted_lesson_can_be_brought_back(author: FlaskClient, session: Session) -> None:
    outline(author, hapus=FIRST)
    assert titles(session) == ["Lanjut"]
    assert "Dihapus dari draf" in author.get("/ajar/kursus-kecil").text

    session.rollback()
    outline(author, pulihkan=FIRST)
    assert titles(session) == ["Awal", "Lanjut"]


def test_titles_typed_in_the_outline_are_saved_with_any_button(author: FlaskClient, session: Session) -> None:
    typed = {f"judul-{SECOND}": "Lanjutannya", f"lama-{SECOND}": "Lanjut"}

    assert outline(author, turun=FIRST, **typed) == 303

    assert titles(session) == ["Lanjutannya", "Awal"]


def test_a_title_that_somebody_else_changed_is_not_written_over(author: FlaskClient, session: Session) -> None:
    edit(author, judul="Dari penyunting")

    outline(author, simpan="1", **{f"judul-{FIRST}": "Dari kerangka", f"lama-{FIRST}": "Awal"})

    assert titles(session) == ["Dari penyunting", "Lanjut"]
    assert "Judul ini diubah orang lain" in author.get("/ajar/kursus-kecil").text


def test_an_outline_that_was_published_meanwhile_says_so_and_names_the_titles_not_saved(author: FlaskClient) -> None:
    mine = hidden(author, "/ajar/kursus-kecil")
    edit(author, teks=KEPT)
    publish(author)

    typed = {f"judul-{SECOND}": "Lanjutannya", f"lama-{SECOND}": "Lanjut", "judul-baru": "", "simpan": "1"}
    author.post("/ajar/kursus-kecil/kerangka", data=mine | typed)

    page = author.get("/ajar/kursus-kecil").text
    assert "Draf diterbitkan atau dibuang sejak halaman ini dibuka." in page
    assert "Judul yang belum tersimpan: Lanjutannya." in page


def test_a_title_is_one_line_whatever_is_typed(author: FlaskClient, session: Session) -> None:
    outline(author, simpan="1", **{f"judul-{SECOND}": "Lanjutan\r\n besok", f"lama-{SECOND}": "Lanjut"})

    assert titles(session) == ["Awal", "Lanjutan besok"]


def test_a_new_lesson_is_opened_and_its_address_comes_from_its_title(author: FlaskClient, session: Session) -> None:
    fields = hidden(author, "/ajar/kursus-kecil")
    answer = author.post(
        "/ajar/kursus-kecil/kerangka", data=fields | {"tambah": "1", "judul-baru": "Kata Sandi & Kunci!"}
    )

    assert answer.headers["Location"] == "/ajar/kursus-kecil/kata-sandi-kunci"
    assert titles(session) == ["Awal", "Lanjut", "Kata Sandi & Kunci!"]
    assert author.get(answer.headers["Location"]).status_code == 200


def test_the_course_s_own_fields_are_saved(author: FlaskClient, session: Session) -> None:
    fields = {"judul": "Judul Baru", "ringkasan": "R.", "sasaran": "S.", "jp": "1"}

    answer = author.post("/ajar/kursus-kecil", data=fields | hidden(author, "/ajar/kursus-kecil"))

    assert answer.status_code == 303
    assert session.scalars(select(Draft.title)).one() == "Judul Baru"


def test_a_stale_save_of_the_course_keeps_what_was_typed(author: FlaskClient, session: Session) -> None:
    mine = hidden(author, "/ajar/kursus-kecil")
    fields = {"judul": "Satu", "ringkasan": "R.", "sasaran": "S.", "jp": "1"}
    author.post("/ajar/kursus-kecil", data=fields | mine)

    refused = author.post("/ajar/kursus-kecil", data=fields | mine | {"judul": "Dua"})

    assert refused.status_code == 409
    assert 'value="Dua"' in refused.text
    assert session.scalars(select(Draft.title)).one() == "Satu"

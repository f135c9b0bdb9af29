"""The editor of a lesson: saved, refused, stale, looked at."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.authoring.models import Draft, DraftLesson
from lms.catalogue.models import Lesson
from tests.cast import Cast
from tests.web.authoring.editing import FIRST, LESSON, Browser, edit, hidden, lesson_fields, outline, publish, titles


def test_the_editor_shows_the_lesson_as_it_stands(author: FlaskClient) -> None:
    page = author.get(LESSON).text

    assert 'value="Awal"' in page
    assert 'value="25"' in page
    assert ">\r\nMemulai dengan benar.</textarea>" in page
    assert ">\r\n## Mulai\n\nTeks awal, lihat [lanjutannya](materi:02-lanjut)." in page


def test_saving_what_the_editor_shows_changes_nothing(author: FlaskClient, session: Session) -> None:
    edit(author)

    draft = session.scalars(select(DraftLesson).where(DraftLesson.slug == "01-awal")).one()
    published = session.scalars(select(Lesson).where(Lesson.slug == "01-awal")).one()
    assert (draft.title, draft.minutes, draft.objectives, draft.body) == (
        published.title,
        published.minutes,
        published.objectives,
        published.body,
    )


def test_saving_a_lesson_makes_a_draft_and_leaves_the_edition_alone(author: FlaskClient, session: Session) -> None:
    edit(author, teks="## Mulai\r\n\r\nTeks yang diperbaiki.\r\n")

    assert session.scalars(select(DraftLesson.body).where(DraftLesson.slug == "01-awal")).one() == (
        "## Mulai\n\nTeks yang diperbaiki."
    )
    assert "Teks awal" in session.scalars(select(Lesson.body).where(Lesson.slug == "01-awal")).one()
    assert "Tersimpan hari ini, 09.00 WIB" in author.get(LESSON).text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"judul": " "}, "Isi judul materi."),
        ({"menit": "0"}, "Isi lama belajar dengan angka 1 sampai 600 menit."),
        ({"menit": "lama"}, "Isi lama belajar dengan angka"),
        ({"teks": ""}, "Isi materi masih kosong."),
        ({"tujuan": "\n".join(["Tujuan yang diketik.", *"23456789"])}, "Tulis paling banyak 8 tujuan belajar."),
    ],
)
def test_a_refused_lesson_keeps_what_was_typed(
    author: FlaskClient, session: Session, changed: dict[str, str], message: str
) -> None:
    typed = lesson_fields(**{"tujuan": "Tujuan yang diketik.", **changed}) | hidden(author, LESSON)

    answer = author.post(LESSON, data=typed)

    assert answer.status_code == 422
    assert "Ada yang perlu diperbaiki" in answer.text
    assert message in answer.text
    assert "Tujuan yang diketik." in answer.text
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_stale_save_shows_both_texts_and_loses_neither(
    author: FlaskClient, browser: Browser, cast: Cast, session: Session
) -> None:
    mine = hidden(author, LESSON)
    edit(author, teks="Teks dari jendela lain.")

    refused = author.post(LESSON, data=lesson_fields(teks="Teks saya.") | mine)

    assert refused.status_code == 409
    assert "Teks saya." in refused.text
    assert "Teks dari jendela lain." in refused.text
    assert session.scalars(select(DraftLesson.body).where(DraftLesson.slug == "01-awal")).one() == (
        "Teks dari jendela lain."
    )


def keep(client: FlaskClient, carried: dict[str, str], **changed: str) -> TestResponse:
    """Save the first lesson as the editor's script does while one types."""
    return client.post(LESSON, data=lesson_fields(**changed) | carried, headers={"Accept": "application/json"})


def test_a_save_while_typing_names_what_the_next_must_begin_from(author: FlaskClient, session: Session) -> None:
    first = keep(author, hidden(author, LESSON), teks="Satu.")
    carried = {"dari": first.json["dari"], "revisi": str(first.json["revisi"])}  # type: ignore[index]
    second = keep(author, carried, teks="Satu dua.")

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json == {"dari": carried["dari"], "revisi": 3, "pukul": "09.00 WIB"}
    assert session.scalars(select(DraftLesson.body).where(DraftLesson.slug == "01-awal")).one() == "Satu dua."


def test_the_same_save_sent_again_is_no_conflict_and_another_is(author: FlaskClient, session: Session) -> None:
    carried = hidden(author, LESSON)
    first = keep(author, carried, teks="Satu.")

    again, other = keep(author, carried, teks="Satu."), keep(author, carried, teks="Lain.")

    assert (again.status_code, again.json) == (200, first.json)
    assert (other.status_code, other.json) == (409, {})
    assert session.scalars(select(DraftLesson.body).where(DraftLesson.slug == "01-awal")).one() == "Satu."


def test_a_save_while_typing_that_is_refused_says_why_and_writes_nothing(author: FlaskClient, session: Session) -> None:
    answer = keep(author, hidden(author, LESSON), judul="")

    assert (answer.status_code, answer.json) == (422, {"alasan": "Isi judul materi."})
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_saving_while_typing_brings_no_deleted_lesson_back(author: FlaskClient, session: Session) -> None:
    outline(author, hapus=FIRST)

    assert keep(author, hidden(author, LESSON), teks="Masih di sini.").status_code == 409
    assert titles(session) == ["Lanjut"]


def test_a_stranger_saves_nothing_while_typing(browser: Browser, cast: Cast, session: Session) -> None:
    assert keep(browser(cast.other_trainer), {"dari": "e1", "revisi": "1"}, teks="Curian.").status_code == 404
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_page_with_a_text_that_is_not_saved_says_so(author: FlaskClient) -> None:
    looked = author.post(LESSON, data=lesson_fields(teks="Belum.", lihat="1") | hidden(author, LESSON)).text

    assert "<span data-words>Ada perubahan yang belum disimpan</span>" in looked
    assert "<span data-words>Belum diubah dari edisi terbit</span>" in author.get(LESSON).text


def test_the_editor_shows_the_words_of_each_practice_question(author: FlaskClient) -> None:
    page = author.get(LESSON).text

    assert "Latihan 1: <code>::: latihan Benarkah?</code>" in page
    assert "::: latihan Benarkah?\n:::" in page
    assert "33333333" not in page
    assert "Benarkah?" in page


def test_from_the_conflict_one_s_own_text_can_be_saved_on_purpose(author: FlaskClient, session: Session) -> None:
    mine = hidden(author, LESSON)
    edit(author, teks="Teks dari jendela lain.")
    refused = author.post(LESSON, data=lesson_fields(teks="Teks saya.") | mine)
    carried = dict(re.findall(r'name="(dari|revisi)"[^>]*value="([^"]*)"', refused.text))

    assert author.post(LESSON, data=lesson_fields(teks="Teks saya.") | carried).status_code == 303
    assert session.scalars(select(DraftLesson.body).where(DraftLesson.slug == "01-awal")).one() == "Teks saya."


def test_a_text_typed_over_an_edition_that_has_been_replaced_is_not_lost(author: FlaskClient) -> None:
    mine = hidden(author, LESSON)
    edit(author, teks="## Mulai\n\nTerbit lebih dulu.")
    publish(author)

    refused = author.post(LESSON, data=lesson_fields(teks="Teks saya.") | mine)

    assert refused.status_code == 409
    assert "Teks saya." in refused.text
    assert "Terbit lebih dulu." in refused.text


def test_a_lesson_that_somebody_deleted_is_brought_back_only_on_purpose(author: FlaskClient, session: Session) -> None:
    edit(author, judul="Awal")
    mine = hidden(author, LESSON)
    assert outline(author, hapus=FIRST) == 303

    refused = author.post(LESSON, data=lesson_fields(teks="Teks saya.") | mine)
    carried = dict(re.findall(r'name="(dari|revisi)"[^>]*value="([^"]*)"', refused.text))

    assert refused.status_code == 409
    assert "Materi ini dihapus dari draf" in refused.text
    assert author.post(LESSON, data=lesson_fields(teks="Teks saya.") | carried).status_code == 303
    assert titles(session) == ["Awal", "Lanjut"]


def test_what_is_typed_can_be_looked_at_without_being_saved(author: FlaskClient, session: Session) -> None:
    answer = author.post(LESSON, data=lesson_fields(teks="Teks **tebal**.", lihat="1") | hidden(author, LESSON))

    assert answer.status_code == 200
    assert "<strong>tebal</strong>" in answer.text
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_hostile_markdown_is_shown_as_text(author: FlaskClient) -> None:
    edit(author, teks='<script>alert(1)</script>\n\n<img src=x onerror="alert(1)">\n\n[x](javascript:alert(1))')

    page = author.get("/ajar/kursus-kecil/pratinjau/01-awal").text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page

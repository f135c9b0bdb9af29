"""/ajar: authors change a course, see what differs, and publish; nobody else sees any of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.authoring.models import Draft, DraftLesson
from lms.catalogue.models import Course, Edition, Enrolment, Lesson
from lms.db import Database
from lms.frameworks import reference
from lms.packages import importing, reading
from lms.people.models import OrgUnit
from tests.cast import START, Cast, Person
from tests.packages import small

Browser = Callable[[Person | None], FlaskClient]
LESSON = "/ajar/kursus-kecil/01-awal"
FIRST, SECOND = "22222222-2222-4222-8222-222222222221", "22222222-2222-4222-8222-222222222222"


@pytest.fixture(autouse=True)
def course(database: Database, cast: Cast, tmp_path: Path) -> None:
    """The small course, owned by the province."""
    with database.transaction() as session:
        reference.load(session, now=START)
        package = reading.read(small.write(tmp_path))
        importing.import_(session, package, unit=session.get_one(OrgUnit, cast.jakarta), by=None, now=START)


@pytest.fixture
def author(browser: Browser, cast: Cast) -> FlaskClient:
    """The province's trainer."""
    return browser(cast.trainer)


def hidden(client: FlaskClient, address: str) -> dict[str, str]:
    """The fields that a page's form carries along."""
    page = client.get(address).text
    return dict(re.findall(r'<input[^>]*name="(dari|revisi|dilihat)"[^>]*value="([^"]*)"', page))


def lesson_fields(**changed: str) -> dict[str, str]:
    """The first lesson as it was published, with some fields changed."""
    body = small.FIRST.split("---\n", 2)[2].strip()
    return {"judul": "Awal", "menit": "25", "tujuan": "Memulai dengan benar.", "teks": body} | changed


def edit(client: FlaskClient, **changed: str) -> None:
    """Open the first lesson and save it with some fields changed."""
    answer = client.post(LESSON, data=lesson_fields(**changed) | hidden(client, LESSON))
    assert answer.status_code == 303, answer.text


def outline(client: FlaskClient, **pressed: str) -> int:
    """Send the outline with its titles as they stand, and a button pressed."""
    fields = hidden(client, "/ajar/kursus-kecil")
    return client.post("/ajar/kursus-kecil/kerangka", data={"dari": fields["dari"]} | pressed).status_code


def titles(session: Session) -> list[str]:
    rows = select(DraftLesson.title).where(DraftLesson.deleted_at.is_(None)).order_by(DraftLesson.position)
    return list(session.scalars(rows))


PAGES = ["/ajar", "/ajar/kursus-kecil", LESSON, "/ajar/kursus-kecil/terbitkan", "/ajar/kursus-kecil/pratinjau/01-awal"]


@pytest.mark.parametrize("address", PAGES)
def test_an_author_opens_every_page_before_and_after_a_change(author: FlaskClient, address: str) -> None:
    assert author.get(address).status_code == 200
    edit(author, judul="Awal yang baru")
    assert author.get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES[1:])
def test_a_trainer_of_another_agency_finds_nothing(browser: Browser, cast: Cast, address: str) -> None:
    assert browser(cast.other_trainer).get(address).status_code == 404


def test_a_trainer_of_another_agency_can_change_nothing(browser: Browser, cast: Cast, session: Session) -> None:
    stranger = browser(cast.other_trainer)

    assert stranger.post(LESSON, data=lesson_fields(dari="e1", revisi="1")).status_code == 404
    assert stranger.post("/ajar/kursus-kecil", data={"judul": "Curian"}).status_code == 404
    assert stranger.post("/ajar/kursus-kecil/kerangka", data={"hapus": FIRST}).status_code == 404
    assert stranger.post("/ajar/kursus-kecil/terbitkan", data={"catatan": "x"}).status_code == 404
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


@pytest.mark.parametrize("address", PAGES)
def test_a_learner_is_told_whose_area_this_is(browser: Browser, cast: Cast, address: str) -> None:
    answer = browser(cast.learner).get(address)

    assert answer.status_code == 403
    assert "widyaiswara dan penyusun kursus" in answer.text


def test_a_list_without_courses_says_what_comes_next(browser: Browser, cast: Cast) -> None:
    answer = browser(cast.other_trainer).get("/ajar")

    assert "Belum ada kursus di unit Anda" in answer.text
    assert "Kursus Kecil" not in answer.text


def test_the_list_shows_edition_learners_and_draft(author: FlaskClient, session: Session, cast: Cast) -> None:
    course = session.scalars(select(Course)).one()
    assert course.published_id
    session.add(
        Enrolment(
            employee_id=cast.learner.employee_id, course_id=course.id, edition_id=course.published_id, enrolled_at=START
        )
    )
    session.commit()

    edit(author, judul="Awal yang baru")
    page = author.get("/ajar").text

    assert "Edisi 1 · 23 November 2026" in page
    assert '<td class="num" data-l="Peserta">1</td>' in page
    assert "Ada draf" in page


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
    ],
)
def test_a_refused_lesson_keeps_what_was_typed(
    author: FlaskClient, session: Session, changed: dict[str, str], message: str
) -> None:
    typed = lesson_fields(tujuan="Tujuan yang diketik.", **changed) | hidden(author, LESSON)

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


def publish(client: FlaskClient, note: str = "Perbaikan teks.") -> int:
    """Publish what the review page shows."""
    address = "/ajar/kursus-kecil/terbitkan"
    return client.post(address, data={"catatan": note} | hidden(client, address)).status_code


KEPT = "## Mulai\n\nTeks diperbaiki, lihat [lanjutannya](materi:02-lanjut).\n\n::: latihan 33333333-3333-4333-8333-333333333330\n:::"


def test_the_difference_names_what_goes_and_what_comes_in_words(author: FlaskClient) -> None:
    edit(author, teks=KEPT)

    page = author.get("/ajar/kursus-kecil/terbitkan").text

    assert '<del><span class="hide">dihapus: </span>awal</del>' in page
    assert '<ins><span class="hide">ditambah: </span>diperbaiki</ins>' in page


def test_publishing_makes_edition_2_and_learners_keep_edition_1(
    author: FlaskClient, session: Session, cast: Cast
) -> None:
    course = session.scalars(select(Course)).one()
    first = course.published_id
    assert first
    session.add(
        Enrolment(employee_id=cast.learner.employee_id, course_id=course.id, edition_id=first, enrolled_at=START)
    )
    session.commit()
    edit(author, teks=KEPT)

    assert publish(author) == 303

    session.expire_all()
    edition = session.get_one(Edition, session.scalars(select(Course.published_id)).one())
    assert (edition.number, edition.note, edition.published_by) == (2, "Perbaikan teks.", cast.trainer.user_id)
    assert session.scalars(select(Enrolment.edition_id)).one() == first
    assert session.scalar(select(func.count()).select_from(Draft)) == 0
    page = author.get("/ajar/kursus-kecil").text
    assert "Edisi 2 terbit" in page
    assert '<a href="/katalog/kursus-kecil">Lihat di katalog</a>' in page


def test_publishing_twice_makes_one_edition(author: FlaskClient, session: Session) -> None:
    edit(author, teks=KEPT)
    fields = {"catatan": "Perbaikan teks."} | hidden(author, "/ajar/kursus-kecil/terbitkan")

    author.post("/ajar/kursus-kecil/terbitkan", data=fields)
    again = author.post("/ajar/kursus-kecil/terbitkan", data=fields)

    assert again.status_code == 303
    assert session.scalar(select(func.max(Edition.number))) == 2


def test_what_changed_after_the_review_is_not_published_unseen(author: FlaskClient, session: Session) -> None:
    edit(author, teks=KEPT)
    seen = hidden(author, "/ajar/kursus-kecil/terbitkan")
    edit(author, teks=KEPT + "\n\nTambahan.")

    refused = author.post("/ajar/kursus-kecil/terbitkan", data={"catatan": "Perbaikan."} | seen)

    assert refused.status_code == 409
    assert "Draf berubah sejak Anda melihatnya" in refused.text
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_an_edition_needs_a_note(author: FlaskClient, session: Session) -> None:
    edit(author, teks=KEPT)

    assert publish(author, note=" ") == 422
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_a_draft_with_a_flaw_names_lesson_and_line_and_cannot_be_published(
    author: FlaskClient, session: Session
) -> None:
    edit(author, teks="## Mulai\n\n# Terlalu besar")

    page = author.get("/ajar/kursus-kecil/terbitkan").text

    assert ">Awal</a>, baris 3: Judul di dalam materi mulai dari ##." in page
    assert "Perbaiki “Awal”" in page
    assert publish(author) == 422
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_an_unchanged_draft_is_refused(author: FlaskClient, session: Session) -> None:
    edit(author)

    assert publish(author) == 422
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_without_a_draft_there_is_nothing_to_publish(author: FlaskClient) -> None:
    assert "Belum ada perubahan" in author.get("/ajar/kursus-kecil/terbitkan").text
    assert author.post("/ajar/kursus-kecil/terbitkan", data={"catatan": "x"}).status_code == 303


@pytest.mark.parametrize("width", ["hp", "meja"])
def test_the_preview_shows_the_lesson_with_its_practice_question(author: FlaskClient, width: str) -> None:
    page = author.get(f"/ajar/kursus-kecil/pratinjau/01-awal?lebar={width}").text

    assert "Teks awal" in page
    assert "Benarkah?" in page
    assert "Kemajuan belajar tidak dicatat." in page


@pytest.mark.parametrize("address", ["/ajar/tidak-ada", "/ajar/kursus-kecil/tidak-ada"])
def test_what_is_not_there_is_not_found(author: FlaskClient, address: str) -> None:
    assert author.get(address).status_code == 404


def test_the_trainer_s_menu_leads_to_the_courses(author: FlaskClient) -> None:
    page = author.get("/ajar").text

    assert "Penyusun kursus" in page
    assert '<a href="/ajar" aria-current="page">' in page

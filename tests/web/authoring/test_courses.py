"""/ajar: the list, the preview, and who finds any of it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.authoring.models import Draft
from lms.catalogue.models import Course, Enrolment
from tests.cast import START, Cast
from tests.web.authoring.editing import FIRST, LESSON, Browser, edit, lesson_fields

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

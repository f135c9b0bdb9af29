"""The catalogue: found by anyone, enrolled in by who has signed in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Enrolment
from tests.cast import START, Cast, Person
from tests.catalogue import factory

Browser = Callable[[Person | None], FlaskClient]


def test_anyone_sees_the_courses_and_how_many_there_are(browser: Browser, session: Session, cast: Cast) -> None:
    factory.course(session, cast)

    page = browser(None).get("/katalog").text

    assert "1 kursus" in page
    assert "Keamanan Informasi untuk ASN" in page
    assert "Keamanan Informasi, tingkat 2" in page


def test_words_and_filters_stay_in_the_form_and_in_the_pages(browser: Browser, session: Session, cast: Cast) -> None:
    for number in range(13):
        factory.course(session, cast, slug=f"aman-{number}", title=f"Aman {number}")

    page = browser(None).get("/katalog?cari=aman&jp=sedang&kompetensi=TEK.KI&metode=e-learning").text

    assert 'value="aman"' in page
    assert '<option value="sedang" selected>' in page
    assert "cari=aman&amp;jp=sedang&amp;kompetensi=TEK.KI&amp;metode=e-learning&amp;halaman=2" in page
    assert "Halaman 2 dari 2" in browser(None).get("/katalog?halaman=2").text


def test_what_is_not_found_can_be_cleared(browser: Browser, session: Session, cast: Cast) -> None:
    factory.course(session, cast)

    page = browser(None).get("/katalog?cari=<b>tidakada</b>").text

    assert "Tidak ada kursus yang cocok." in page
    assert '<a class="btn" href="/katalog">Tampilkan semua kursus</a>' in page
    assert "<b>tidakada" not in page


@pytest.mark.parametrize("query", ["halaman=abc", "halaman=-3", "halaman=999999999999", "jp=%F0", "kompetensi='--"])
def test_odd_queries_are_answered(browser: Browser, session: Session, cast: Cast, query: str) -> None:
    factory.course(session, cast)

    assert browser(None).get(f"/katalog?{query}").status_code == 200


def test_a_visitor_is_led_to_sign_in_and_back(browser: Browser, session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    factory.exam(session, cast, course, opens_at=START, closes_at=START + timedelta(days=1))

    page = browser(None).get("/katalog/keamanan-informasi").text

    assert 'href="/masuk?lanjut=/katalog/keamanan-informasi"' in page
    assert "±1 KB teks" in page
    assert "20 soal, 30 menit" in page
    assert "Melakukan hal 1." in page


def test_a_learner_enrols_and_goes_on_from_the_catalogue(browser: Browser, session: Session, cast: Cast) -> None:
    factory.course(session, cast)
    client = browser(cast.learner)
    assert "Daftar kursus" in client.get("/katalog/keamanan-informasi").text

    answer = client.post("/katalog/keamanan-informasi/pendaftaran")
    again = client.post("/katalog/keamanan-informasi/pendaftaran")

    assert (answer.status_code, answer.location) == (303, "/belajar/keamanan-informasi")
    assert again.status_code == 303
    assert session.scalars(select(func.count()).select_from(Enrolment)).one() == 1
    assert "Lanjutkan belajar" in client.get("/katalog/keamanan-informasi").text


def test_who_has_not_signed_in_cannot_enrol(browser: Browser, session: Session, cast: Cast) -> None:
    factory.course(session, cast)

    assert browser(None).post("/katalog/keamanan-informasi/pendaftaran").status_code == 401
    assert session.scalars(select(func.count()).select_from(Enrolment)).one() == 0


def test_a_withdrawn_course_names_others_and_takes_nobody(browser: Browser, session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    factory.course(session, cast, slug="pengganti", title="Keamanan Siber Dasar")
    factory.withdraw(session, course)
    client = browser(cast.learner)

    page = client.get("/katalog/keamanan-informasi").text
    answer = client.post("/katalog/keamanan-informasi/pendaftaran")

    assert "Kursus ini ditarik" in page
    assert "Daftar kursus" not in page
    assert "Keamanan Siber Dasar" in page
    assert answer.status_code == 409
    assert session.scalars(select(func.count()).select_from(Enrolment)).one() == 0


def test_an_unknown_course_is_not_found(browser: Browser, cast: Cast) -> None:
    assert browser(None).get("/katalog/tidak-ada").status_code == 404
    assert browser(cast.learner).post("/katalog/tidak-ada/pendaftaran").status_code == 404

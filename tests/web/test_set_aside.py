"""Evidence that was set aside says so on the competency's page: since when, why, and what holds in its place."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.cast import Cast, Person
from tests.competencies.factory import plain
from tests.exams.regrading import test_regrades as exam

Browser = Callable[[Person | None], FlaskClient]
PAGE = "/kompetensi/TEK.KI"


@pytest.fixture
def regraded(app: Flask, session: Session, cast: Cast) -> None:
    """The learner passed by the choice alone, was certified, and loses that one point; the colleague gains it."""
    exam.lose_the_pass(app, session, cast)


def test_a_pass_that_was_lost_is_told_with_the_mark_that_holds_now(
    regraded: None, browser: Browser, cast: Cast
) -> None:
    page = plain(browser(cast.learner).get(PAGE).text)

    assert "ujiannya dinilai ulang. Sekarang belum lulus, jadi tidak membuktikan apa pun." in page
    assert "sertifikatnya dibekukan. Hasil ujian berubah setelah ditinjau." in page
    assert page.count("nilai waktu itu 50,00, sekarang 0,00 dari 100") == 2  # of the exam and of its certificate
    assert ", nilai 50,00 dari 100" not in page
    assert "Tidak ada bukti yang dihitung. Sebabnya tertulis pada tiap bukti di bawah." in page


def test_a_better_mark_took_the_place_of_the_earlier_one(regraded: None, browser: Browser, cast: Cast) -> None:
    page = plain(browser(cast.colleague).get(PAGE).text)

    assert "ujiannya dinilai ulang. Sekarang lulus; hasil barunya menjadi bukti." in page
    assert "nilai waktu itu 50,00, sekarang 100,00 dari 100" in page
    assert "Hasil ujian, nilai 100,00 dari 100" in page


def test_whoever_reads_the_profile_of_another_reads_the_same(regraded: None, browser: Browser, cast: Cast) -> None:
    page = plain(browser(cast.manager).get(f"/tim/{cast.learner.code}").text)

    assert "Sekarang belum lulus, jadi tidak membuktikan apa pun." in page
    assert "nilai waktu itu 50,00, sekarang 0,00 dari 100" in page

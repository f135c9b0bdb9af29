"""/sdm/sertifikat: HR's list of certificates, within its remit alone."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.cast import Cast, Person
from tests.certificates import register

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def refused(session: Session, cast: Cast) -> str:
    """A certificate of the learner that could not be made; returns its code."""
    return register.refused(session, cast, reason="Huruf “ḍ”.")


def test_hr_sees_what_was_refused_and_why(browser: Browser, cast: Cast, refused: str) -> None:
    page = browser(cast.hr).get("/sdm/sertifikat?status=refused").text

    assert "Huruf “ḍ”." in page
    assert "Terbitkan lagi" in page


def test_hr_of_another_agency_sees_none_of_it_and_cannot_act(browser: Browser, cast: Cast, refused: str) -> None:
    client = browser(cast.other_hr)

    assert "Tidak ada sertifikat yang cocok." in client.get("/sdm/sertifikat").text
    assert client.post(f"/sdm/sertifikat/{refused}/penerbitan").status_code == 404


def test_a_learner_has_no_business_there(browser: Browser, cast: Cast) -> None:
    answer = browser(cast.learner).get("/sdm/sertifikat")

    assert answer.status_code == 403
    assert "pengelola SDM" in answer.text


def test_a_name_that_is_looked_for_never_enters_the_address(browser: Browser, cast: Cast, refused: str) -> None:
    client = browser(cast.hr)

    answer = client.post("/sdm/sertifikat", data={"cari": "Sari"})

    assert answer.headers["Location"] == "/sdm/sertifikat?cari=ya"
    assert "Terbitkan lagi" in client.get(answer.headers["Location"]).text
    client.post("/sdm/sertifikat", data={"cari": "Bukan siapa pun"})
    assert "Tidak ada sertifikat yang cocok." in client.get("/sdm/sertifikat?cari=ya").text


def test_a_refused_certificate_is_taken_up_again_once(
    browser: Browser, cast: Cast, session: Session, refused: str
) -> None:
    client = browser(cast.hr)

    first = client.post(f"/sdm/sertifikat/{refused}/penerbitan")
    second = client.post(f"/sdm/sertifikat/{refused}/penerbitan")

    assert (first.status_code, second.status_code) == (303, 404)

"""Signing in at /masuk."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import PASSWORD, Cast, Person

Browser = Callable[[Person | None], FlaskClient]


def test_the_right_password_opens_a_session(browser: Browser, cast: Cast) -> None:
    answer = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/beranda"
    assert "sesi=" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("nip", "password"), [("199001012015052001", "salah"), ("197001012015052999", PASSWORD)])
def test_a_wrong_number_and_a_wrong_password_get_the_same_words(browser: Browser, nip: str, password: str) -> None:
    answer = browser(None).post("/masuk", data={"nip": nip, "sandi": password})

    assert answer.status_code == 422
    assert "NIP atau kata sandi tidak cocok." in answer.text


def test_signing_out_ends_the_session_on_the_server(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)

    client.post("/keluar")
    client.set_cookie("sesi", cast.learner.token)

    assert client.post("/keluar").status_code == 401

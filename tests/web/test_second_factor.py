"""The second step of signing in, at /masuk/kode."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from lms.db import Database
from lms.people import accounts, second_factor
from lms.people.models import User
from lms.web.request import COOKIE
from tests.cast import PASSWORD, START, Cast, Person
from tests.conftest import Clock

Browser = Callable[[Person | None], FlaskClient]
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def hr(cast: Cast, database: Database) -> Person:
    """An HR officer whose phone is set up."""
    with database.transaction() as session:
        session.execute(update(User).where(User.id == cast.hr.user_id).values(totp_secret=SECRET))
    return cast.hr


def password_given(browser: Browser, person: Person, wanted: str = "") -> FlaskClient:
    """A browser in which the first step is done."""
    client = browser(None)
    answer = client.post("/masuk", data={"nip": person.nip, "sandi": PASSWORD, "lanjut": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/masuk/kode")
    return client


def code(time: Clock, secret: str = SECRET) -> str:
    return second_factor.code_at(secret, now=time.at)


def test_the_password_alone_signs_no_hr_officer_in(browser: Browser, hr: Person) -> None:
    client = password_given(browser, hr)

    assert client.get_cookie(COOKIE) is None
    assert client.get("/akun").status_code == 302
    assert client.get("/sdm/pegawai").headers["Location"] == "/masuk?lanjut=/sdm/pegawai"


def test_the_code_signs_in_and_leads_to_the_first_page_of_the_role(browser: Browser, hr: Person, time: Clock) -> None:
    client = password_given(browser, hr)
    assert "Isi kode verifikasi" in client.get("/masuk/kode").text

    answer = client.post("/masuk/kode", data={"kode": code(time)})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sdm/pegawai")
    assert client.get("/sdm/pegawai").status_code == 200


def test_one_lands_where_one_wanted_to_go_also_by_two_steps(browser: Browser, hr: Person, time: Clock) -> None:
    client = password_given(browser, hr, wanted="/akun/tampilan")

    assert client.post("/masuk/kode", data={"kode": code(time)}).headers["Location"] == "/akun/tampilan"


def test_the_language_chosen_before_the_password_holds_behind_the_code(
    browser: Browser, hr: Person, time: Clock
) -> None:
    client = browser(None)
    client.post("/bahasa", data={"bahasa": "en"})
    client.post("/masuk", data={"nip": hr.nip, "sandi": PASSWORD})
    client.post("/masuk/kode", data={"kode": code(time)})

    assert '<html lang="en"' in client.get("/sdm/pegawai").text


def test_a_code_is_good_for_one_sign_in(browser: Browser, hr: Person, time: Clock) -> None:
    password_given(browser, hr).post("/masuk/kode", data={"kode": code(time)})

    again = password_given(browser, hr).post("/masuk/kode", data={"kode": code(time)})

    assert again.status_code == 422
    assert "Kode tidak cocok atau sudah dipakai." in again.text


def test_wrong_codes_are_throttled_across_sign_ins(browser: Browser, hr: Person, time: Clock) -> None:
    for _ in range(5):
        assert password_given(browser, hr).post("/masuk/kode", data={"kode": "000000"}).status_code == 422

    answer = password_given(browser, hr).post("/masuk/kode", data={"kode": code(time)})
    assert answer.status_code == 429
    assert "Coba lagi dalam 1 menit." in answer.text
    time.forward(seconds=61)
    assert password_given(browser, hr).post("/masuk/kode", data={"kode": code(time)}).status_code == 303


def test_the_first_step_is_good_for_five_minutes(browser: Browser, hr: Person, time: Clock) -> None:
    client = password_given(browser, hr)
    time.forward(minutes=5, seconds=1)

    answer = client.post("/masuk/kode", data={"kode": code(time)})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/masuk")
    assert "Waktu untuk mengisi kode sudah lewat." in client.get("/masuk").text


@pytest.mark.parametrize("address", ["/masuk/kode", "/masuk/kode/pasang"])
def test_without_the_first_step_there_is_no_second(browser: Browser, address: str) -> None:
    assert browser(None).get(address).headers["Location"] == "/masuk"
    assert browser(None).post(address, data={"kode": "123456"}).headers["Location"] == "/masuk"


def test_a_cookie_that_was_altered_is_no_first_step(browser: Browser, hr: Person, time: Clock) -> None:
    client = browser(None)
    client.set_cookie("teruji", "eyJwZW5kaW5nIjpbMSwxNzk1Mzk5MjAwLCIiXX0.aQ.AAAA")

    assert client.post("/masuk/kode", data={"kode": code(time)}).headers["Location"] == "/masuk"


def test_the_first_time_a_phone_is_set_up_with_a_picture_or_by_typing(
    browser: Browser, cast: Cast, database: Database, time: Clock
) -> None:
    client = password_given(browser, cast.trainer)
    assert client.get("/masuk/kode").headers["Location"] == "/masuk/kode/pasang"
    page = client.get("/masuk/kode/pasang").text
    assert 'src="data:image/svg+xml' in page
    with client.session_transaction() as kept:
        secret = kept["new_secret"]
    assert second_factor.spaced(secret) in page

    assert client.post("/masuk/kode/pasang", data={"kode": "000000"}).status_code == 422
    answer = client.post("/masuk/kode/pasang", data={"kode": code(time, secret)})

    assert answer.status_code == 303
    assert client.get("/akun").status_code == 200
    with database.reader() as session:
        assert session.get_one(User, cast.trainer.user_id).totp_secret == secret
    with client.session_transaction() as kept:
        assert "new_secret" not in kept


def test_the_next_person_at_the_browser_gets_another_secret(browser: Browser, cast: Cast) -> None:
    """At a shared machine somebody could leave a secret of which a phone is taught already."""
    client = password_given(browser, cast.trainer)
    client.get("/masuk/kode/pasang")
    with client.session_transaction() as kept:
        left = kept["new_secret"]

    client.post("/masuk", data={"nip": cast.hr.nip, "sandi": PASSWORD})

    assert second_factor.spaced(left) not in client.get("/masuk/kode/pasang").text


def test_a_first_step_with_a_password_that_was_changed_since_is_none(
    browser: Browser, cast: Cast, hr: Person, database: Database, time: Clock
) -> None:
    """Whoever stole the password is half way in when its owner changes it."""
    with_phone, without = password_given(browser, hr), password_given(browser, cast.trainer)
    with database.transaction() as session:
        for who in (hr, cast.trainer):
            session.execute(update(User).where(User.id == who.user_id).values(password_hash="lain"))

    assert with_phone.post("/masuk/kode", data={"kode": code(time)}).headers["Location"] == "/masuk"
    assert without.get("/masuk/kode/pasang").headers["Location"] == "/masuk"


def test_a_phone_that_is_set_up_is_not_replaced_by_whoever_has_the_password(
    browser: Browser, hr: Person, database: Database, time: Clock
) -> None:
    client = password_given(browser, hr)
    assert client.get("/masuk/kode/pasang").headers["Location"] == "/masuk/kode"
    with client.session_transaction() as kept:
        kept["new_secret"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

    answer = client.post("/masuk/kode/pasang", data={"kode": code(time, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")})

    assert answer.status_code == 422
    assert client.get_cookie(COOKIE) is None
    with database.reader() as session:
        assert session.get_one(User, hr.user_id).totp_secret == SECRET


@pytest.mark.parametrize(
    ("mode", "is_demo", "shown"),
    [("demo", True, True), ("demo", False, False), ("test", True, False), ("production", False, False)],
)
def test_the_present_code_is_shown_to_demo_accounts_of_a_demo_alone(
    app: Flask, browser: Browser, hr: Person, database: Database, time: Clock, mode: str, is_demo: bool, shown: bool
) -> None:
    with database.transaction() as session:
        session.execute(update(User).where(User.id == hr.user_id).values(is_demo=is_demo))
    object.__setattr__(app.extensions["platform"].settings, "mode", mode)

    page = password_given(browser, hr).get("/masuk/kode").text

    assert (f"Akun demo: kode saat ini {code(time)}" in page) is shown
    assert (code(time) in page) is shown


def test_a_role_given_during_a_session_by_password_alone_waits_for_the_code(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client = browser(None)
    client.post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})
    with database.transaction() as session:
        accounts.grant(session, cast.learner.user_id, "hr", "dki", since=START.date())

    refused = client.get("/sdm/pegawai")

    assert refused.status_code == 403
    assert "Yang dapat masuk: pengelola SDM." in refused.text
    assert "Keluar, lalu masuk lagi." in refused.text


def test_a_script_gives_the_code_too(browser: Browser, hr: Person, time: Clock) -> None:
    as_script = {"Accept": "application/json"}
    client = browser(None)
    client.post("/masuk", data={"nip": hr.nip, "sandi": PASSWORD}, headers=as_script)

    wrong = client.post("/masuk/kode", data={"kode": "000000"}, headers=as_script)
    assert wrong.status_code == 422
    assert wrong.json == {"error": "Kode tidak cocok atau sudah dipakai. Isi kode yang tampil sekarang."}
    right = client.post("/masuk/kode", data={"kode": code(time)}, headers=as_script)
    assert (right.status_code, right.json) == (200, {"ok": True})

"""The session behind the cookie: its flags, its token, and when it ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.app import create_app
from lms.config import Settings
from lms.db import Database
from lms.people.models import UserSession
from lms.web.request import COOKIE
from tests.cast import PASSWORD, START, Cast, Person
from tests.conftest import Clock

Browser = Callable[[Person | None], FlaskClient]


def enter(client: FlaskClient, person: Person, **more: str) -> dict[str, str]:
    """The cookies that signing in sets, each as it is sent."""
    answer = client.post("/masuk", data={"nip": person.nip, "sandi": PASSWORD, **more})
    assert answer.status_code == 303
    lines = answer.headers.getlist("Set-Cookie")
    return {next(iter(SimpleCookie(line))): line for line in lines}


def test_the_cookie_is_for_http_alone_and_for_this_site(browser: Browser, cast: Cast) -> None:
    sent = enter(browser(None), cast.learner)[COOKIE]

    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent
    assert "Path=/" in sent
    assert "Domain" not in sent
    assert "Expires" not in sent
    assert "Max-Age" not in sent


def test_over_https_every_cookie_is_marked_secure(settings: Settings, cast: Cast, time: Clock) -> None:
    app = create_app(replace(settings, public_url="https://teruji.example"))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()

    cookies = enter(client, cast.learner)
    language = client.post("/bahasa", data={"bahasa": "en"}).headers["Set-Cookie"]

    assert "Secure" in cookies[COOKIE]
    assert "Secure" in language
    assert client.get("/masuk", base_url="https://teruji.example").headers["Strict-Transport-Security"]
    app.extensions["platform"].database.engine.dispose()


def test_a_token_brought_along_is_never_taken_over(browser: Browser, cast: Cast) -> None:
    client = browser(None)
    client.set_cookie(COOKIE, "tanam-tanam-tanam")

    enter(client, cast.learner)

    planted = browser(None)
    planted.set_cookie(COOKIE, "tanam-tanam-tanam")
    assert client.get_cookie(COOKIE).value != "tanam-tanam-tanam"  # type: ignore[union-attr]
    assert planted.get("/akun").status_code == 302


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)

    enter(client, cast.colleague)

    assert client.get_cookie(COOKIE).value != cast.learner.token  # type: ignore[union-attr]
    assert browser(cast.learner).get("/akun").status_code == 302
    assert "Budi Rekan" in client.get("/akun").text


def test_the_database_holds_no_token(browser: Browser, cast: Cast, database: Database) -> None:
    client = browser(None)
    enter(client, cast.learner)
    token = client.get_cookie(COOKIE).value  # type: ignore[union-attr]

    with database.reader() as session:
        kept = session.scalars(select(UserSession.token_hash)).all()

    assert len(token) >= 43
    assert token not in kept
    assert all(len(one) == 64 for one in kept)


def test_a_session_ends_after_two_idle_hours(browser: Browser, cast: Cast, time: Clock) -> None:
    time.forward(hours=2, seconds=1)

    assert browser(cast.learner).get("/akun").headers["Location"] == "/masuk?lanjut=/akun"


def test_reading_alone_keeps_a_session_open(browser: Browser, cast: Cast, time: Clock) -> None:
    client = browser(cast.learner)
    for _ in range(4):
        time.forward(minutes=90)
        assert client.get("/akun").status_code == 200


def test_twelve_hours_after_signing_in_a_session_ends_in_any_case(browser: Browser, cast: Cast, time: Clock) -> None:
    client = browser(cast.learner)
    for _ in range(12):
        time.forward(hours=1)
        assert client.get("/akun").status_code == 200
    time.forward(minutes=1)

    assert client.get("/akun").status_code == 302


def test_use_is_noted_at_most_every_five_minutes(browser: Browser, cast: Cast, time: Clock, database: Database) -> None:
    client = browser(cast.learner)

    def noted() -> timedelta:
        with database.reader() as session:
            mine = select(UserSession.last_seen_at).where(UserSession.user_id == cast.learner.user_id)
            return session.scalars(mine).one() - START

    time.forward(minutes=5)
    client.get("/akun")
    assert noted() == timedelta(0)
    time.forward(seconds=1)
    client.get("/akun")
    assert noted() == timedelta(minutes=5, seconds=1)


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "a" * 4000, "\u00e9"])
def test_a_made_up_token_is_nobody(browser: Browser, token: str) -> None:
    client = browser(None)
    client.set_cookie(COOKIE, token)

    assert client.get("/akun").status_code == 302


def test_signing_out_leaves_no_cookie_and_no_begun_step(browser: Browser, cast: Cast) -> None:
    client = browser(None)
    enter(client, cast.learner)
    with client.session_transaction() as kept:
        kept["first_step"] = [1, 2, "", ""]

    client.post("/keluar")

    assert client.get_cookie(COOKIE) is None
    with client.session_transaction() as kept:
        assert "first_step" not in kept

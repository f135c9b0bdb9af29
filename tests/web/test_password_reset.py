"""A forgotten password, at /lupa-sandi."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from lms.db import Database
from lms.people import password_reset
from lms.people.models import Employee, SignInFailure
from tests.cast import PASSWORD, PASSWORD_HASH, Cast, Person
from tests.conftest import Clock

Browser = Callable[[Person | None], FlaskClient]
NEW = "gajah ungu makan rujak"
NOBODY = "197001012015052999"


@pytest.fixture
def link(app: Flask, cast: Cast, time: Clock) -> str:
    """The address that was mailed to the learner."""
    secret = app.extensions["platform"].settings.secret_key
    until = time.at + password_reset.BY_MAIL
    return "/lupa-sandi/" + password_reset.token(secret, cast.learner.user_id, PASSWORD_HASH, until=until)


def worked(app: Flask) -> list[object]:
    """Do the jobs that wait; their arguments."""
    huey, done = app.extensions["platform"].queue.huey, []
    while (task := huey.dequeue()) is not None:
        done.append(task.args)
        huey.execute(task)
    return done


def test_the_answer_is_the_same_whether_or_not_there_is_such_a_person(
    app: Flask, browser: Browser, cast: Cast, database: Database, tmp_path: Path
) -> None:
    with database.transaction() as session:
        mine = Employee.id == cast.learner.employee_id
        session.execute(update(Employee).where(mine).values(email="sari@contoh.go.id"))

    def ask(nip: str) -> tuple[int, str, list[str], int]:
        client = browser(None)
        answer = client.post("/lupa-sandi", data={"nip": nip})
        statements = [text.split()[0] for text in client.counter.statements]  # type: ignore[attr-defined]
        return answer.status_code, answer.headers["Location"], statements, len(worked(app))

    assert ask(cast.learner.nip) == ask(NOBODY) == ask("123")
    assert ask(NOBODY)[:2] == (303, "/lupa-sandi/terkirim")
    assert len(list((tmp_path / "outbox").iterdir())) == 1


def test_the_queue_holds_neither_a_number_nor_a_link(app: Flask, browser: Browser, cast: Cast) -> None:
    browser(None).post("/lupa-sandi", data={"nip": cast.learner.nip})

    assert worked(app) == [("password_reset.send", {"user_id": cast.learner.user_id})]


def test_asking_again_and_again_is_slowed(browser: Browser, cast: Cast) -> None:
    answers = [browser(None).post("/lupa-sandi", data={"nip": cast.learner.nip}).status_code for _ in range(6)]

    assert answers == [303, 303, 303, 303, 303, 429]


def test_where_no_mail_can_be_sent_the_page_says_who_helps(app: Flask, browser: Browser, cast: Cast) -> None:
    object.__setattr__(app.extensions["platform"].settings, "mode", "production")

    page = browser(None).get("/lupa-sandi").text

    assert "Minta tautan kata sandi kepada pengelola kepegawaian di unit Anda." in page
    assert 'name="nip"' not in page
    assert browser(None).post("/lupa-sandi", data={"nip": cast.learner.nip}).status_code == 404


def test_the_link_sets_a_password_once_and_signs_out_everywhere(browser: Browser, cast: Cast, link: str) -> None:
    signed_in = browser(cast.learner)
    assert browser(None).get(link).status_code == 200

    answer = browser(None).post(link, data={"baru": NEW, "ulang": NEW})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/masuk")
    assert signed_in.get("/akun").status_code == 302
    assert browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD}).status_code == 422
    assert browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": NEW}).status_code == 303
    assert browser(None).get(link).status_code == 410
    assert browser(None).post(link, data={"baru": NEW, "ulang": NEW}).status_code == 410


def test_a_new_password_ends_the_waiting(browser: Browser, cast: Cast, link: str, database: Database) -> None:
    for _ in range(6):
        browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": "salah"})

    browser(None).post(link, data={"baru": NEW, "ulang": NEW})

    with database.reader() as session:
        assert session.query(SignInFailure).count() == 0
    assert browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": NEW}).status_code == 303


def test_a_link_that_is_too_old_or_altered_offers_a_new_one(browser: Browser, link: str, time: Clock) -> None:
    altered = browser(None).get(link[:-2])
    assert altered.status_code == 410
    assert "Minta tautan baru" in altered.text

    time.forward(minutes=31)
    assert browser(None).get(link).status_code == 410


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [
        ("pendek", "pendek", "Pakai 12 karakter atau lebih."),
        (NEW, NEW + "x", "Kedua kata sandi baru belum sama."),
        ("ratna 01011990 ok", "ratna 01011990 ok", "Jangan memakai NIP atau tanggal lahir Anda."),
        ("Indonesia2026!", "Indonesia2026!", "Kata sandi ini mudah ditebak."),
        ("", "", "Isi kata sandi baru Anda."),
    ],
)
def test_an_unfit_password_is_refused_and_the_link_stays_good(
    browser: Browser, cast: Cast, link: str, new: str, again: str, told: str
) -> None:
    refused = browser(None).post(link, data={"baru": new, "ulang": again})

    assert refused.status_code == 422
    assert told in refused.text
    assert browser(cast.learner).get("/akun").status_code == 200
    assert browser(None).post(link, data={"baru": NEW, "ulang": NEW}).status_code == 303

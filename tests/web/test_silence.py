"""A NIP reveals birth date and sex: it stands in no log line and in no address."""

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from lms import cli
from lms.db import Database
from tests.cast import PASSWORD, Cast, Person

Browser = Callable[[Person | None], FlaskClient]
A_NIP = re.compile(r"\d{8} ?\d{6} ?\d ?\d{3}")


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> None:
    """All that any library says."""
    caplog.set_level(logging.DEBUG)


def test_signing_in_rightly_and_wrongly_logs_no_number(
    browser: Browser, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    client = browser(None)
    for password in (PASSWORD, "salah", "salah", "salah", "salah", "salah", "salah"):
        client.post("/masuk", data={"nip": cast.colleague.nip, "sandi": password})
    client.post("/masuk", data={"nip": cast.hr.nip, "sandi": PASSWORD})
    client.get("/masuk/kode/pasang")
    client.post("/lupa-sandi", data={"nip": cast.learner.nip})

    assert not A_NIP.search(caplog.text)
    assert PASSWORD not in caplog.text


def test_a_failing_database_logs_no_number(
    browser: Browser, cast: Cast, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with database.transaction() as session:
        session.execute(text('ALTER TABLE "user" RENAME TO elsewhere'))

    answer = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})

    assert answer.status_code == 500
    assert "sign_in.enter failed" in caplog.text
    assert not A_NIP.search(caplog.text)


def test_no_address_on_one_s_own_pages_holds_a_number(browser: Browser, cast: Cast) -> None:
    for address in ("/akun", "/akun/sandi", "/akun/kode", "/akun/tampilan", "/beranda"):
        page = browser(cast.learner).get(address).text
        links = re.findall(r'(?:href|action)="([^"]*)"', page)
        assert links
        assert not [link for link in links if A_NIP.search(link)]


def test_no_answer_leads_to_an_address_with_a_number(browser: Browser, cast: Cast) -> None:
    answers = [
        browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD}),
        browser(None).post("/masuk", data={"nip": cast.hr.nip, "sandi": PASSWORD}),
        browser(None).post("/lupa-sandi", data={"nip": cast.learner.nip}),
    ]

    assert not [answer for answer in answers if A_NIP.search(str(answer.headers))]


def test_the_commands_print_no_number(
    app: Flask, cast: Cast, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for words in (["password"], ["roles", "--add", "trainer", "--unit", "dki"], ["reset-second-factor"], ["close"]):
        verb, *rest = words
        cli.run(["user", verb, cast.learner.nip, *rest], open_platform=lambda: app.extensions["platform"])

    printed = capsys.readouterr()
    assert printed.out
    assert not A_NIP.search(printed.out + printed.err + caplog.text)

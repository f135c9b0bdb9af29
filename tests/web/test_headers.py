"""The headers on every answer."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from lms.db import Database
from lms.web import presentation, templating
from lms.web.downloads import attachment
from lms.web.presentation import asset
from lms.web.security import HEADERS
from tests.cast import Cast, Person

Browser = Callable[[Person | None], FlaskClient]


@pytest.mark.parametrize(
    "address", ["/masuk", "/bantuan", "/status", "/status.json", "/akun", "/tidak-ada", "/lupa-sandi/x", "/bahasa"]
)
def test_every_answer_carries_the_headers_that_guard_it(browser: Browser, address: str) -> None:
    headers = browser(None).get(address).headers

    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_a_page_that_broke_carries_them_too(browser: Browser, cast: Cast, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("DROP TABLE sign_in_failure"))

    answer = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": "x"})

    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Jawaban yang sudah tersimpan aman." in answer.text
    assert f'<link rel="stylesheet" href="{asset("css/look.css")}">' in answer.text


def test_files_of_the_site_carry_them_too(browser: Browser) -> None:
    answer = browser(None).get(asset("css/look.css"))

    assert answer.status_code == 200
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_scripts_and_styles_come_from_here_alone() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/akun", "/masuk", "/akun/tampilan"])
def test_pages_are_not_kept_by_browsers_or_proxies(browser: Browser, cast: Cast, address: str) -> None:
    assert browser(cast.learner).get(address).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_templates_compiled_by_other_code_are_not_used(app: Flask) -> None:
    """What makes the text in them counts towards their names, beside the words and the assets."""
    assert {Path(presentation.__file__), Path(templating.__file__)} <= set(presentation.FOLDED)
    assert app.jinja_env.stamp == templating.stamp(*presentation.FOLDED)  # type: ignore[attr-defined]


def test_a_file_to_be_saved_is_kept_by_no_cache_and_sent_from_one_place() -> None:
    with Flask("uji").test_request_context():
        answer = attachment(b"a;b", "daftar nilai.csv", "text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="daftar nilai.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"

    pages = Path(presentation.__file__).parent.rglob("*.py")
    by_hand = {file.name for file in pages if re.search(r"send_file|[\"']attachment", file.read_text())}
    assert by_hand == {"downloads.py"}

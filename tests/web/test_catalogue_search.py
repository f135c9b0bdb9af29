"""Searching the catalogue: by stem once the worker has indexed, by the words themselves until then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.db import Database
from lms.frameworks import reference
from lms.packages import importing, reading
from lms.people.models import OrgUnit
from lms.search import draining
from tests.cast import START, Cast, Person
from tests.packages import shipped, small

Browser = Callable[[Person | None], FlaskClient]
TITLE = "Keamanan Informasi untuk ASN"


@pytest.fixture(autouse=True)
def courses(database: Database, cast: Cast, tmp_path: Path) -> None:
    """The course that comes with the product, and a small one."""
    with database.transaction() as session:
        reference.load(session, now=START)
        unit = session.get_one(OrgUnit, cast.jakarta)
        for package in (reading.read(small.write(tmp_path)), shipped.course()):
            importing.import_(session, package, unit=unit, by=None, now=START)


@pytest.mark.parametrize("query", ["keamanan", "mengamankan", "phishing", "keam inf"])
def test_all_forms_of_a_word_find_the_course_before_others(browser: Browser, app: Flask, query: str) -> None:
    draining.drain(app.extensions["platform"])

    page = browser(None).get(f"/katalog?cari={query}").text

    assert TITLE in page.partition("Kursus Kecil")[0]


def test_before_the_worker_has_been_the_words_of_the_title_are_compared(browser: Browser) -> None:
    assert TITLE in browser(None).get("/katalog?cari=keamanan").text


def test_what_nobody_wrote_is_not_found(browser: Browser, app: Flask) -> None:
    draining.drain(app.extensions["platform"])

    assert TITLE not in browser(None).get("/katalog?cari=xyzzy").text

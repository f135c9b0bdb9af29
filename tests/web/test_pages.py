"""The pages anyone may read."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Person
from tests.pages import check

Browser = Callable[[Person | None], FlaskClient]


@pytest.mark.parametrize("address", ["/bantuan", "/aksesibilitas", "/privasi", "/status", "/masuk"])
def test_a_public_page_opens_without_an_account(browser: Browser, address: str) -> None:
    assert browser(None).get(address).status_code == 200


def test_an_unknown_address_says_so_in_the_site_s_own_page(browser: Browser) -> None:
    answer = browser(None).get("/tidak-ada")

    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.text


def test_the_page_check_finds_broken_html_and_a_second_heading() -> None:
    with pytest.raises(AssertionError, match="not valid HTML"):
        check("<!doctype html><title>A</title><h1>x</h1><p></div>", where="/")
    with pytest.raises(AssertionError, match="one h1"):
        check("<!doctype html><title>A</title><h1>x</h1><h1>y</h1>", where="/")
    with pytest.raises(AssertionError, match="an id stands twice"):
        check('<!doctype html><title>A</title><h1 id="a">x</h1><p id="a">y</p>', where="/")

"""Forged requests: with the tokens on, no form of another site does anything here."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from lms.access import Permission
from lms.web.request import TOKEN
from tests.cast import PASSWORD, Cast, Person

Browser = Callable[[Person | None], FlaskClient]
TOKEN_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def browser(app: Flask, browser: Browser) -> Browser:
    """As everywhere, with the forgery tokens on."""
    app.config["WTF_CSRF_ENABLED"] = True
    return browser


def token_of(client: FlaskClient, address: str) -> str:
    found = TOKEN_FIELD.search(client.get(address).text)
    assert found
    return found.group(1)


def test_every_form_that_writes_is_refused_without_its_token(app: Flask, browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)
    forms = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and getattr(app.view_functions[rule.endpoint], "may", None) != TOKEN
    ]

    assert len(forms) >= 10
    for rule in forms:
        may = getattr(app.view_functions[rule.endpoint], "may", None)
        address = rule.build({name: _any_value(rule, name) for name in rule.arguments})
        assert address
        status = client.post(address[1]).status_code
        expected = {400} if may == "public" or may is Permission.ACCOUNT else {400, 403}
        assert status in expected, f"{rule.rule} answered {status}"


def _any_value(rule: Rule, name: str) -> Any:
    """Something that an address takes at this place."""
    converter = rule._converters[name]
    return min(converter.items) if isinstance(converter, AnyConverter) else 1


def test_the_refusal_says_what_to_do(browser: Browser, cast: Cast) -> None:
    answer = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})

    assert answer.status_code == 400
    assert "Muat ulang halaman, lalu kirim sekali lagi." in answer.text
    assert '<a class="btn main" href="/masuk">' in answer.text
    assert "sesi=" not in str(answer.headers)


def test_the_token_of_the_page_lets_its_form_through(browser: Browser, cast: Cast) -> None:
    client = browser(None)
    fields = {"csrf_token": token_of(client, "/masuk"), "nip": cast.learner.nip, "sandi": PASSWORD}

    assert client.post("/masuk", data=fields).status_code == 303


def test_the_token_of_another_browser_is_refused(browser: Browser, cast: Cast) -> None:
    foreign = token_of(browser(None), "/masuk")
    client = browser(None)
    client.get("/masuk")

    fields = {"csrf_token": foreign, "nip": cast.learner.nip, "sandi": PASSWORD}
    assert client.post("/masuk", data=fields).status_code == 400


def test_signing_in_gives_pages_a_new_token(browser: Browser, cast: Cast) -> None:
    client = browser(None)
    before = token_of(client, "/masuk")
    client.post("/masuk", data={"csrf_token": before, "nip": cast.learner.nip, "sandi": PASSWORD})

    assert client.post("/keluar", data={"csrf_token": before}).status_code == 400
    assert client.post("/keluar", data={"csrf_token": token_of(client, "/akun")}).status_code == 303


def test_a_page_that_stays_open_keeps_its_token_when_a_script_signs_in(browser: Browser, cast: Cast) -> None:
    client = browser(None)
    token = token_of(client, "/masuk")
    answer = client.post(
        "/masuk",
        data={"nip": cast.learner.nip, "sandi": PASSWORD},
        headers={"Accept": "application/json", "X-CSRFToken": token},
    )

    assert answer.json == {"ok": True}
    assert client.post("/keluar", data={"csrf_token": token}).status_code == 303

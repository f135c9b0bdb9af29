"""/api/cek: what the page says, as JSON; and guessing codes, slowed down on all pages together."""

import json
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import codes
from lms.certificates.models import Certificate, Revocation
from lms.web.security import limiter
from tests.cast import START, Cast, Person
from tests.certificates import register

Browser = Callable[[Person | None], FlaskClient]


def test_a_certificate_in_force_is_told_field_by_field(browser: Browser, session: Session, cast: Cast) -> None:
    code = register.issued(session, cast)

    answer = browser(None).get(f"/api/cek/{codes.display(code).lower()}")

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {
        "state": "valid",
        "in_force": True,
        "code": codes.display(code),
        "problem": None,
        "checked_at": "2026-11-23T02:00:00+00:00",
        "certificate": {
            "number": "B.1/UJI/XI/2026", "holder_name": "Sari Uji", "title": "Keamanan Informasi", "level": 2,
            "level_name": "Dasar", "learning_hours": 4, "agency": "Pemerintah Provinsi DKI Jakarta",
            "issued_on": "2026-11-23", "valid_from": "2026-11-23", "valid_until": "2029-11-22", "revoked_at": None,
            "suspended_at": None, "superseded_by": None, "sha256": "a" * 64,
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "state", "problem"), [("K7QD-M4XR-2TVE", "not_found", None), ("K7QD", "malformed_code", "wrong_length")]
)
def test_a_code_that_leads_to_nothing_is_absent(browser: Browser, asked: str, state: str, problem: str | None) -> None:
    answer = browser(None).get(f"/api/cek/{asked}")

    assert answer.status_code == 404
    assert answer.json is not None
    told = {key: answer.json[key] for key in ("state", "in_force", "problem", "certificate")}
    assert told == {"state": state, "in_force": False, "problem": problem, "certificate": None}


@pytest.mark.parametrize("kind", [None, "revoked", "suspended"])
def test_in_no_state_does_page_or_machine_tell_nip_unit_or_score(
    browser: Browser, session: Session, cast: Cast, kind: str | None
) -> None:
    code = register.issued(session, cast)
    certificate = session.scalars(select(Certificate).where(Certificate.code == code)).one()
    if kind:
        session.add(Revocation(certificate_id=certificate.id, kind=kind, at=START, reason="Uji"))
        session.commit()

    page, told = browser(None).get(f"/cek/{code}").text, browser(None).get(f"/api/cek/{code}").json

    assert told is not None
    assert told["state"] == (kind or "valid")
    for private in (cast.learner.nip, "Kecamatan Kembangan", "Nilai", "score", certificate.facts["holder_rank"]):
        assert private not in page
        assert private not in json.dumps(told)


@pytest.fixture
def limited(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A stranger, where limits hold as they do outside tests."""
    monkeypatch.setattr(limiter, "enabled", True)
    app.config["RATELIMIT_ENABLED"] = True
    limiter.init_app(app)
    limiter.reset()
    yield browser(None)
    limiter.reset()


def test_guesses_are_counted_over_all_pages_and_then_refused_in_plain_words(limited: FlaskClient) -> None:
    for n in range(60):
        place = ("/cek", "/api/cek")[n % 2]
        assert limited.get(f"{place}/{codes.new_code()}").status_code == 404

    page, machine = limited.get(f"/cek/{codes.new_code()}"), limited.get(f"/api/cek/{codes.new_code()}")

    assert (page.status_code, machine.status_code) == (429, 429)
    assert "Terlalu banyak percobaan" in page.text
    assert "Tunggu beberapa menit" in page.text
    assert machine.json is not None
    assert machine.json["error"] == "Terlalu banyak percobaan"
    assert limited.get("/cek").status_code == 429
    assert limited.get(f"/log/bukti/{codes.new_code()}").status_code == 429


def test_real_certificates_are_checked_without_limit(limited: FlaskClient, session: Session, cast: Cast) -> None:
    code = register.issued(session, cast)

    assert {limited.get(f"/cek/{code}").status_code for _ in range(70)} == {200}


def test_a_neighbour_in_the_same_64_shares_the_count_and_another_network_does_not(limited: FlaskClient) -> None:
    for n in range(60):
        limited.get("/api/cek/K7QDM4XR2TVE", environ_overrides={"REMOTE_ADDR": f"2001:db8::{n:x}"})

    def ask(address: str) -> int:
        return limited.get("/api/cek/K7QDM4XR2TVE", environ_overrides={"REMOTE_ADDR": address}).status_code

    assert (ask("2001:db8::ffff"), ask("2001:db8:0:1::1")) == (429, 404)

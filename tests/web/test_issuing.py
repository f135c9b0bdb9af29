"""/sdm/penerbitan: how issuing goes in HR's remit, and pausing it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.certificates.models import Certificate, Scheme
from lms.certificates.refusals import Refusal, Why
from tests.cast import Cast, Person
from tests.certificates import register

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def waiting(session: Session, cast: Cast) -> str:
    """A scheme with one certificate refused and one waiting; returns its code."""
    register.refused(session, cast, Refusal(Why.MISSING_GLYPH, "holder_name", "ḍ"))
    session.scalars(select(Certificate)).one().state = "pending"
    session.commit()
    return "uji"


def test_hr_pauses_a_scheme_and_lets_it_go_on(browser: Browser, cast: Cast, session: Session, waiting: str) -> None:
    client = browser(cast.hr)
    before = client.get("/sdm/penerbitan").text
    assert "Sedang diterbitkan" in before
    assert "0 dari 1" in before

    for _twice in range(2):
        assert client.post(f"/sdm/penerbitan/{waiting}/jeda").status_code == 303
    paused = client.get("/sdm/penerbitan?saring=dijeda").text
    assert "Penerbitan Uji Kompetensi dijeda." in paused
    assert "Lanjutkan" in paused
    assert "Tidak ada skema di saringan ini." in client.get("/sdm/penerbitan?saring=ditolak").text

    client.post(f"/sdm/penerbitan/{waiting}/lanjut")
    assert "Sedang diterbitkan" in client.get("/sdm/penerbitan?saring=menunggu").text
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.subject.startswith("scheme:")))
    assert list(acts) == ["scheme.pause", "scheme.resume"]


def test_another_agency_neither_sees_nor_pauses_it(
    browser: Browser, cast: Cast, session: Session, waiting: str
) -> None:
    stranger = browser(cast.other_hr)
    assert "Uji Kompetensi" not in stranger.get("/sdm/penerbitan").text
    assert stranger.post(f"/sdm/penerbitan/{waiting}/jeda").status_code == 404
    assert browser(cast.learner).post(f"/sdm/penerbitan/{waiting}/jeda").status_code == 403
    assert session.scalars(select(Scheme.paused_at)).one() is None

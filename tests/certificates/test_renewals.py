"""Letters before a certificate ends: at 90, 30 and 7 days, each once, whoever runs the sweep and however often."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import mail
from lms.certificates import renewals
from lms.certificates.models import Certificate, Revocation
from lms.certificates.proposal_models import RenewalNotice
from lms.people.models import Employee, User
from tests.cast import START, Cast, Person
from tests.certificates import register
from tests.certificates.register import TODAY
from tests.conftest import Clock

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def certificate(session: Session, cast: Cast) -> Certificate:
    """An issued certificate of the learner, who has an address; it ends in 90 days."""
    code = register.issued(session, cast)
    found = session.scalars(select(Certificate).where(Certificate.code == code)).one()
    found.valid_until = TODAY + timedelta(days=90)
    found.facts = found.facts | {"valid_until": found.valid_until.isoformat()}
    session.execute(update(Employee).where(Employee.id == cast.learner.employee_id).values(email="sari@contoh.go.id"))
    session.commit()
    return found


def remind(app: Flask) -> None:
    renewals.remind(app.extensions["platform"])


def letters(folder: Path) -> list[Any]:
    files = sorted((folder / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_three_letters_come_and_each_once(app: Flask, certificate: Certificate, time: Clock, tmp_path: Path) -> None:
    for days in (0, 0, 1, 59, 60, 60, 83, 84, 89, 90):
        time.at = START + timedelta(days=days)
        remind(app)

    said = [letter["Subject"] for letter in letters(tmp_path)]
    assert said == [f"Sertifikat Anda berakhir dalam {days} hari" for days in (90, 30, 7)]


def test_before_the_ninetieth_day_and_after_the_end_nothing_comes(
    app: Flask, certificate: Certificate, time: Clock, tmp_path: Path
) -> None:
    for days in (-1, 91):
        time.at = START + timedelta(days=days)
        remind(app)

    assert letters(tmp_path) == []


def test_whoever_is_late_gets_the_nearest_letter_alone(
    app: Flask, certificate: Certificate, time: Clock, tmp_path: Path
) -> None:
    time.at = START + timedelta(days=85)
    remind(app)

    (letter,) = letters(tmp_path)
    assert "5 hari lagi" in letter.get_content()
    assert f"http://localhost/sertifikat/{certificate.code}" in letter.get_content()


def test_a_letter_is_written_in_the_holder_s_language(
    app: Flask, certificate: Certificate, session: Session, tmp_path: Path
) -> None:
    session.execute(update(User).values(language="en"))
    session.commit()
    remind(app)

    (letter,) = letters(tmp_path)
    assert letter["Subject"] == "Your certificate ends in 90 days"
    assert "21 February 2027" in letter.get_content()


@pytest.mark.parametrize("why", ["revoked", "renewed", "no address"])
def test_nobody_is_reminded_of_what_needs_no_renewal(
    app: Flask, session: Session, cast: Cast, certificate: Certificate, tmp_path: Path, why: str
) -> None:
    if why == "revoked":
        session.add(Revocation(certificate_id=certificate.id, kind="revoked", at=START, reason="other"))
    elif why == "no address":
        session.execute(update(Employee).values(email=None))
    else:
        values = {column.name: getattr(certificate, column.name) for column in Certificate.__table__.columns}
        changed = {"id": None, "code": "X" * 12, "number": "B.2", "file_sha256": "c" * 64, "correction": 1}
        session.add(Certificate(**values | changed | {"valid_until": TODAY + timedelta(days=1000)}))
    session.commit()

    remind(app)

    assert letters(tmp_path) == []


def test_a_letter_that_the_server_does_not_take_is_sent_at_the_next_beat(
    app: Flask, certificate: Certificate, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(mail, "send", lambda *_: (_ for _ in ()).throw(OSError("down")))
        remind(app)
    assert session.scalars(select(RenewalNotice.sent_at)).all() == [None]
    session.commit()

    remind(app)

    assert len(letters(tmp_path)) == 1


def test_hr_writes_to_those_who_were_ticked_once_a_day_and_three_times_at_most(
    app: Flask, browser: Browser, cast: Cast, certificate: Certificate, time: Clock, tmp_path: Path, session: Session
) -> None:
    for _ in range(2):
        client = browser(cast.hr)
        assert "Sari Uji" in client.get("/sdm/perpanjangan").text
        client.post("/sdm/perpanjangan", data={"sertifikat": certificate.code})
    assert "1 dilewati" in client.get("/sdm/perpanjangan").text
    remind(app)

    assert len(letters(tmp_path)) == 2  # the campaign's, and that of the ninetieth day
    reachable = client.get("/sdm/perpanjangan?dalam=180").text
    session.execute(update(Employee).values(email=None))
    session.commit()
    unreachable = client.get("/sdm/perpanjangan?dalam=180").text
    assert ["tanpa alamat" in page for page in (reachable, unreachable)] == [False, True]
    assert ["Surati yang ditandai" in page for page in (reachable, unreachable)] == [True, False]


def test_hr_of_another_agency_writes_to_nobody(
    app: Flask, browser: Browser, cast: Cast, certificate: Certificate, session: Session
) -> None:
    client = browser(cast.other_hr)

    assert "Sari Uji" not in client.get("/sdm/perpanjangan").text
    client.post("/sdm/perpanjangan", data={"sertifikat": certificate.code})

    assert session.scalars(select(RenewalNotice.id)).all() == []
    assert browser(cast.learner).get("/sdm/perpanjangan").status_code == 403


def test_the_holder_s_page_leads_to_the_means_of_renewal(
    browser: Browser, cast: Cast, certificate: Certificate
) -> None:
    page = browser(cast.learner).get(f"/sertifikat/{certificate.code}").text

    assert "Perpanjang sampai 21 Februari 2027." in page
    assert "Buka ujiannya" in page

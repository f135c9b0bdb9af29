"""Attendance: a course that ends without an exam, from its last lesson to the check by a stranger."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import issue
from lms.catalogue import enrolment
from lms.catalogue.models import LearningCredit
from lms.certificates import comparison, credential, credential_keys
from lms.certificates.comparison import Outcome
from lms.certificates.credential import Issuer, StatusPlace
from lms.certificates.issuing import to_json
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, Scheme
from lms.certificates.printed import Printed
from lms.certificates.register import entry
from lms.competencies.models import Evidence
from tests.cast import START, Cast, Person
from tests.catalogue import factory
from tests.certificates.conftest import FACTS
from tests.pages import CheckedClient

Browser = Callable[[Person | None], CheckedClient]
COURSE = "/belajar/keamanan-informasi"


@pytest.fixture
def scheme(session: Session, cast: Cast) -> Scheme:
    """The learner is enrolled in a course of two lessons without an exam, for which a scheme awards attendance."""
    course = factory.course(session, cast)
    made = Scheme(
        code="ikut", title="Keikutsertaan", unit_id=cast.jakarta, course_id=course.id, design="keikutsertaan",
        number_pattern="K.{n}/UJI/{month}/{year}",
        official={"office": "Kepala", "name": "Pejabat", "nip": "197103151996032004", "place": "Jakarta"},
    )  # fmt: skip
    session.add(made)
    enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)
    session.commit()
    return made


def test_the_last_lesson_leads_to_a_certificate_that_anyone_can_check(
    app: Flask,
    browser: Browser,
    session: Session,
    cast: Cast,
    scheme: Scheme,
    fonts_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(issue, "FONTS", fonts_dir)
    client = browser(cast.learner)

    client.post(f"{COURSE}/1/penyelesaian")
    assert session.scalar(select(func.count()).select_from(Certificate)) == 0
    session.rollback()
    client.post(f"{COURSE}/2/penyelesaian")
    client.post(f"{COURSE}/2/penyelesaian")  # twice changes nothing

    made = session.scalars(select(Certificate)).one()
    assert (made.result_id, made.state, made.facts["exam_title"]) == (None, "pending", "Keamanan Informasi untuk ASN")
    assert session.scalars(select(LearningCredit.learning_hours)).all() == [4]
    assert session.scalars(select(Evidence)).all() == []
    session.commit()
    assert "Sedang dibuat dan ditandatangani" in client.get(f"{COURSE}/rangkuman").text

    issue.issue(app.extensions["platform"], [made.id])

    session.refresh(made)
    assert (made.state, made.number, made.valid_until) == ("issued", "K.1/UJI/XI/2026", None)
    assert session.scalars(select(LogEntry.kind).order_by(LogEntry.index)).all() == ["issue", "file"]
    assert session.scalars(select(Evidence)).all() == []
    session.commit()
    mine = client.get("/sertifikat").text
    assert "Sertifikat keikutsertaan" in mine
    assert "tingkat" not in mine.split("<main", 1)[1]
    detail = client.get(f"/sertifikat/{made.code}").text
    assert "keikutsertaan, tanpa ujian" in detail
    assert "batas lulus" not in detail
    assert client.get(f"/sertifikat/{made.code}/berkas").data.startswith(b"%PDF-1.7")
    stranger = browser(None)
    page = stranger.get(f"/cek/{made.code}").text
    assert "Terdaftar dan berlaku tanpa batas waktu." in page
    assert "keikutsertaan, tanpa ujian" in page
    assert "Nama, kursus, JP, dan tanggal harus sama persis." in page
    told = stranger.get(f"/api/cek/{made.code}").json
    assert told
    assert told["certificate"]["level"] is None


def test_without_a_scheme_a_course_promises_and_gives_none(
    browser: Browser, session: Session, cast: Cast, scheme: Scheme
) -> None:
    session.delete(scheme)
    session.commit()
    client = browser(cast.learner)

    for number in (1, 2):
        client.post(f"{COURSE}/{number}/penyelesaian")

    assert session.scalars(select(Certificate)).all() == []
    assert "ertifikat keikutsertaan" not in client.get(f"{COURSE}/rangkuman").text


def test_its_credential_speaks_of_a_course_and_no_level(tmp_path: Path) -> None:
    facts = replace(FACTS, level=0, level_name="", score="", threshold="", valid_until=None)
    issuer = Issuer("https://teruji.contoh.go.id", "Asia/Jakarta", credential_keys.ensure(tmp_path).secret())

    said = credential.claims(facts, scheme="ikut", salt="s", status=StatusPlace(1, 2), issuer=issuer)

    achievement = said["credentialSubject"]["achievement"]
    assert (said["name"], achievement["achievementType"]) == ("Keamanan Informasi", "Course")
    assert achievement["criteria"]["narrative"].startswith("Telah mengikuti Uji Kompetensi")
    assert "tingkat" not in str(said)


def test_no_printed_level_is_what_the_register_says_of_attendance() -> None:
    held = entry(Certificate(code=FACTS.code, facts=to_json(replace(FACTS, level=0, level_name=""))), None, None)

    def level(printed: str | None) -> Outcome:
        return next(row.outcome for row in comparison.compare(Printed(level=printed), held) if row.field == "level")

    assert (level(None), level("2 · Dasar")) == (Outcome.SAME, Outcome.DIFFERS)

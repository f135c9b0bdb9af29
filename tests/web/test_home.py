"""The front door, and the home page with its four cards."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.catalogue import enrolment, hours, listing, progress
from lms.competencies import evidence, standards
from lms.competencies.models import Evidence, PositionStandard, Requirement
from lms.exams import upcoming
from lms.people.models import Appointment
from tests.cast import PASSWORD, START, Cast, Person
from tests.catalogue import factory
from tests.conftest import Clock

Browser = Callable[[Person | None], FlaskClient]


def _enrol(session: Session, who: Person, course: factory.MadeCourse) -> None:
    enrolment.enrol(session, who.employee_id, course.id, by=who.user_id, now=START)
    session.commit()


def _standard(session: Session, who: Person, competency_id: int, level: int) -> None:
    post = session.scalars(select(Appointment.position_id).where(Appointment.employee_id == who.employee_id)).one()
    made = PositionStandard(position_id=post, effective_from=date(2026, 1, 1), source="Uji")
    session.add(made)
    session.flush()
    session.add(Requirement(standard_id=made.id, competency_id=competency_id, level=level, mandatory=True))
    session.commit()


def test_the_front_page_checks_first_and_signs_in_beside(browser: Browser) -> None:
    page = browser(None).get("/").text

    assert page.index('name="kode"') < page.index('name="nip"')
    assert 'action="/masuk"' in page
    assert "18 angka, boleh dengan spasi" in page


def test_who_has_signed_in_is_led_home(browser: Browser, cast: Cast) -> None:
    assert browser(cast.learner).get("/").location == "/beranda"


def test_nobody_has_a_home_without_signing_in(browser: Browser) -> None:
    assert browser(None).get("/beranda").location == "/masuk?lanjut=/beranda"


@pytest.mark.parametrize(
    ("hours_later", "greeting"), [(0, "Selamat pagi"), (2, "Selamat siang"), (6, "Selamat sore"), (9, "Selamat malam")]
)
def test_the_greeting_follows_the_wall_clock(
    browser: Browser, cast: Cast, time: Clock, hours_later: int, greeting: str
) -> None:
    time.forward(hours=hours_later)
    client = browser(None)
    client.post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})

    assert f"{greeting}, Sari Uji" in client.get("/beranda").text


def test_the_course_read_last_can_be_gone_on_with(browser: Browser, session: Session, cast: Cast) -> None:
    _enrol(session, cast.learner, factory.course(session, cast))
    client = browser(cast.learner)
    assert "Mulai belajar" in client.get("/beranda").text

    client.get("/belajar/keamanan-informasi/2")
    page = client.get("/beranda").text

    assert 'href="/belajar/keamanan-informasi/2">Lanjutkan belajar' in page
    assert "0 dari 2 materi selesai" in page
    assert "Terakhir dibaca hari ini, 09.00 WIB" in page


def test_who_learns_nothing_may_pick_a_course(browser: Browser, session: Session, cast: Cast) -> None:
    factory.course(session, cast)

    page = browser(cast.learner).get("/beranda").text

    assert "Pilih kursus untuk memulai" in page
    assert 'href="/katalog/keamanan-informasi"' in page
    assert "Jabatan Anda belum memiliki standar kompetensi." in page
    assert "Belum ada ujian." in page


def test_an_open_attempt_comes_before_everything(browser: Browser, session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    _enrol(session, cast.learner, course)
    sitting = factory.exam(
        session, cast, course, opens_at=START - timedelta(hours=1), closes_at=START + timedelta(days=1)
    )
    code = factory.open_attempt(session, cast.learner, sitting, due_at=START + timedelta(minutes=20))

    mine, theirs = browser(cast.learner).get("/beranda").text, browser(cast.colleague).get("/beranda").text

    assert f'href="/pengerjaan/{code}">Lanjutkan ujian' in mine
    assert "Waktu berakhir 23 November 2026, 09.20 WIB." in mine
    assert "Lanjutkan belajar" not in mine
    assert code not in theirs


def test_the_next_exam_says_when(browser: Browser, session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    _enrol(session, cast.learner, course)
    factory.exam(session, cast, course, opens_at=START + timedelta(days=3), closes_at=START + timedelta(days=4))

    page = browser(cast.learner).get("/beranda").text

    assert "Selesaikan 2 materi lebih dahulu." in page
    assert 'href="/ujian/uk-keamanan-informasi"' in page


def test_hours_are_counted_against_the_floor_of_a_pns(browser: Browser, session: Session, cast: Cast) -> None:
    factory.learn(session, cast.learner, factory.course(session, cast, slug="selesai", hours=6))
    _enrol(session, cast.learner, factory.course(session, cast))

    page = browser(cast.learner).get("/beranda").text

    assert "dari 20 JP, 2026" in page
    assert "6 JP dari 1 kursus" in page
    assert "4 JP, belum dihitung" in page
    assert "14 JP sampai 31 Desember 2026" in page


def test_a_pppk_is_shown_no_shortfall(browser: Browser, session: Session, cast: Cast) -> None:
    factory.employed_as(session, cast.learner, "pppk")

    page = browser(cast.learner).get("/beranda").text

    assert "JP, 2026" in page
    assert "Masih perlu" not in page
    assert "dari 20 JP" not in page


def test_the_largest_gaps_lead_to_a_course(browser: Browser, session: Session, cast: Cast) -> None:
    factory.course(session, cast)
    key = factory.competency(session)
    _standard(session, cast.learner, key, 3)
    session.add(
        Evidence(
            employee_id=cast.learner.employee_id, competency_id=key, level=1, source="assessment",
            observed_on=date(2026, 2, 1), recorded_at=START,
        )
    )  # fmt: skip
    session.commit()

    page = browser(cast.learner).get("/beranda").text

    assert "Standar Sekretaris Kecamatan, berlaku 1 Januari 2026" in page
    assert "Kurang 2 tingkat. Ikuti" in page
    assert "<b>1</b> dari 3" in page


def test_when_all_is_met_the_page_says_so(browser: Browser, session: Session, cast: Cast) -> None:
    key = factory.competency(session)
    _standard(session, cast.learner, key, 1)
    session.add(
        Evidence(
            employee_id=cast.learner.employee_id, competency_id=key, level=2, source="assessment",
            observed_on=date(2026, 2, 1), recorded_at=START,
        )
    )  # fmt: skip
    session.commit()

    assert "Semua kompetensi terpenuhi." in browser(cast.learner).get("/beranda").text


@pytest.mark.parametrize(
    ("module", "name", "said"),
    [
        (progress, "latest", "Kursus Anda belum dapat dimuat."),
        (upcoming, "of_employee", "Jadwal ujian belum dapat dimuat."),
        (hours, "of_year", "Jam pelajaran belum dapat dimuat."),
        (evidence, "observations_of", "Kompetensi belum dapat dimuat."),
        (standards, "post_of", "Kompetensi belum dapat dimuat."),
        (listing, "recommended", "Saran kursus belum dapat dimuat."),
    ],
)
def test_each_card_fails_alone(
    browser: Browser, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, said: str
) -> None:
    _standard(session, cast.learner, factory.competency(session), 2)

    def broken(opened: Session, *_arguments: Any, **_named: Any) -> None:
        opened.execute(text("SELECT nothing FROM no_such_table"))

    monkeypatch.setattr(module, name, broken)

    answer = browser(cast.learner).get("/beranda")

    assert answer.status_code == 200
    assert answer.text.count("belum dapat dimuat.") == 1
    assert said in answer.text


def test_the_fullest_home_page_stays_within_ten_statements(browser: Browser, session: Session, cast: Cast) -> None:
    factory.course(session, cast)
    _standard(session, cast.learner, factory.competency(session), 3)
    client = browser(cast.learner)

    page = client.get("/beranda").text

    assert "Pilih kursus untuk memulai" in page
    assert "Belum dinilai. Ikuti" in page
    assert len(client.counter.statements) <= 10  # type: ignore[attr-defined]

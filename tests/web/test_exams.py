"""The list of exams, the rules, and starting."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.exams import candidates, pins
from lms.exams.models import Attempt, Blueprint, Exam, Paper, Sitting
from lms.people.models import RoleGrant, User, UserSession
from lms.questions.models import Question, QuestionVersion
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.factory import CODE, Hall
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
RULES = f"/ujian/{CODE}"
BEGIN = f"/ujian/{CODE}/pengerjaan"


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def begin(client: FlaskClient) -> str:
    """Start as a person does; returns the attempt's code."""
    client.get(RULES)
    answer = client.post(BEGIN)
    assert answer.status_code == 303
    return answer.headers["Location"].split("/")[2]


def test_the_list_names_exams_of_one_s_own_courses_only(browser: Browser, cast: Cast) -> None:
    assert RULES in browser(cast.learner).get("/ujian").text
    assert RULES not in browser(cast.colleague).get("/ujian").text


def test_the_list_leads_back_to_an_open_attempt(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)
    code = begin(client)

    assert f'href="/pengerjaan/{code}"' in client.get("/ujian").text


def test_who_has_not_signed_in_is_asked_to(browser: Browser) -> None:
    assert browser(None).get(RULES).headers["Location"].startswith("/masuk?lanjut=")
    assert browser(None).post(BEGIN).status_code == 401


def test_an_unknown_exam_is_not_found(browser: Browser, cast: Cast) -> None:
    assert browser(cast.learner).get("/ujian/tidak-ada").status_code == 404
    assert browser(cast.learner).post("/ujian/tidak-ada/pengerjaan").status_code == 404


def test_the_pause_between_tries_is_told_before_the_first_one(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(Exam).values(max_attempts=2, cooldown_hours=36))
    session.commit()
    told = "<dt>Jeda antarkesempatan</dt><dd>36 jam</dd>"
    assert told in browser(cast.learner).get(RULES).text

    session.execute(update(Exam).values(max_attempts=1))
    session.commit()
    assert told not in browser(cast.learner).get(RULES).text


@pytest.mark.parametrize("minutes", [0, 20])
def test_a_start_costs_four_statements(browser: Browser, cast: Cast, time: Clock, minutes: int) -> None:
    client = browser(cast.learner)
    client.get(RULES)
    time.forward(minutes=minutes)

    answer = client.post(BEGIN)

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/1")
    assert len(client.counter.statements) <= 4, "\n".join(client.counter.statements)


def test_a_start_with_a_list_a_pin_a_network_and_extra_time_costs_three_too(
    browser: Browser, cast: Cast, session: Session, hall: Hall, app: Flask, ask: Ask
) -> None:
    terms = {"audience": "listed", "pin_round": 1, "ip_ranges": ["127.0.0.0/8"]}
    session.execute(update(Sitting).values(**terms))
    sitting = session.get_one(Sitting, hall.sitting_id, populate_existing=True)
    candidates.add(session, sitting, cast.learner.employee_id, extra_minutes=12, by=cast.trainer.user_id, now=START)
    session.commit()
    client = browser(cast.learner)
    assert 'name="pin"' in client.get(RULES).text
    wrong = client.post(BEGIN, data={"pin": "abcdef"})
    assert wrong.status_code == 422
    assert "PIN tidak cocok" in wrong.text

    pin = pins.pin_of(app.extensions["platform"].settings.secret_key, "sesi-1", 1)
    answer = client.post(BEGIN, data={"pin": pin})

    assert answer.status_code == 303
    assert len(client.counter.statements) == 3, "\n".join(client.counter.statements)
    assert ask(select(Attempt.due_at)) == [START + timedelta(minutes=42)]


def test_who_is_not_listed_reads_why(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(Sitting).values(audience="listed"))
    session.commit()

    for page in (RULES, "/ujian"):
        assert "hanya untuk peserta terdaftar" in browser(cast.learner).get(page).text
    assert "Mulai ujian" not in browser(cast.learner).get(RULES).text


def test_who_comes_after_the_own_sitting_has_closed_reads_so_and_whom_to_ask(
    browser: Browser, cast: Cast, session: Session, hall: Hall, time: Clock
) -> None:
    sitting = session.get_one(Sitting, hall.sitting_id)
    sitting.audience, sitting.zone = "listed", "Asia/Makassar"
    candidates.add(session, sitting, cast.learner.employee_id, by=cast.trainer.user_id, now=START)
    sitting.closes_at = START + timedelta(minutes=1)
    session.commit()
    client = browser(cast.learner)
    assert "sudah ditutup" not in client.get(RULES).text
    time.forward(minutes=1)

    page = client.get(RULES).text

    assert "Sesi Anda sudah ditutup 23 November 2026, 10.01 WITA: " in page
    assert "Minta penyelenggara ujian mendaftarkan Anda ke sesi lain." in page
    assert "Belum ada sesi yang dijadwalkan" not in page
    assert "Belum ada sesi yang dijadwalkan" in browser(cast.colleague).get(RULES).text, "it was not the colleague's"
    other = Sitting(
        exam_id=hall.exam_id, code="lain", title="Lain", opens_at=START, closes_at=START + timedelta(hours=5),
        audience="listed",
    )  # fmt: skip
    session.add(other)
    session.commit()
    assert "sudah ditutup" in client.get(RULES).text
    assert "Anda belum terdaftar" not in client.get(RULES).text


def test_lists_too_say_that_the_own_sitting_has_closed_in_no_more_statements(
    browser: Browser, cast: Cast, session: Session, hall: Hall, time: Clock
) -> None:
    client, pages = browser(cast.learner), ("/ujian", "/beranda", "/belajar/keamanan-informasi/rangkuman")

    def read() -> list[tuple[str, int]]:
        return [(client.get(page).text, len(client.counter.statements)) for page in pages]

    sitting = session.get_one(Sitting, hall.sitting_id)
    sitting.closes_at = START + timedelta(minutes=1)
    session.commit()
    time.forward(minutes=1)
    nobody_s = read()
    candidates.add(session, sitting, cast.learner.employee_id, by=cast.trainer.user_id, now=START)
    session.commit()
    missed = read()

    for (before, few), (after, as_few) in zip(nobody_s, missed, strict=True):
        assert "Belum ada sesi yang dijadwalkan" in before
        assert "Sesi Anda sudah ditutup 23 November 2026, 09.01 WIB:" in after
        assert "Sesi terlewat" in after
        assert "Belum ada sesi" not in after
        assert few == as_few


def test_who_began_in_the_sitting_that_has_closed_missed_nothing(
    browser: Browser, cast: Cast, session: Session, hall: Hall, time: Clock
) -> None:
    sitting = session.get_one(Sitting, hall.sitting_id)
    candidates.add(session, sitting, cast.learner.employee_id, by=cast.trainer.user_id, now=START)
    sitting.closes_at = START + timedelta(minutes=1)
    session.commit()
    client = browser(cast.learner)
    begin(client)
    time.forward(minutes=2)

    assert "Sesi Anda sudah ditutup" not in client.get(RULES).text


@pytest.mark.parametrize("terms", [{"ip_ranges": ["192.0.2.0/24"]}, {"seb_exam_keys": ["a" * 64]}])
@pytest.mark.parametrize(
    ("supervised", "spoken", "whom"),
    [
        (True, "id", "Jika tetap tertolak, panggil pengawas."),
        (False, "id", "Jika tetap tertolak, hubungi penyelenggara ujian."),
        (True, "en", "If it still refuses, call the proctor."),
        (False, "en", "If it still refuses, contact the exam organiser."),
    ],
)
def test_who_is_kept_out_by_network_or_browser_reads_whom_to_turn_to(
    browser: Browser, cast: Cast, session: Session, terms: dict[str, Any], supervised: bool, spoken: str, whom: str
) -> None:
    session.execute(update(Sitting).values(supervised=supervised, **terms))
    session.execute(update(User).values(language=spoken))
    session.commit()

    assert whom in browser(cast.learner).get(RULES).text


def test_starting_without_having_opened_the_rules_works_too(browser: Browser, cast: Cast) -> None:
    assert browser(cast.learner).post(BEGIN).status_code == 303


def test_starting_again_leads_to_the_attempt_that_is_open(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.learner)
    code = begin(client)

    assert client.post(BEGIN).headers["Location"] == f"/pengerjaan/{code}"
    assert ask(select(func.count()).select_from(Attempt))[0] == 1


def test_the_rules_lay_one_paper_ready_however_often_they_are_opened(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.learner)
    for _ in range(3):
        client.get(RULES)

    assert ask(select(func.count()).select_from(Paper))[0] == 1
    assert ask(select(Attempt.state)) == ["prepared"]


def test_who_has_not_finished_the_lessons_cannot_start(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.colleague)

    assert "<form" not in client.get(RULES).text.split("<main")[1]
    answer = client.post(BEGIN)
    assert answer.status_code == 422
    assert "2 materi" in answer.text
    assert ask(select(func.count()).select_from(Attempt))[0] == 0


@pytest.mark.parametrize(
    ("opens", "closes"), [(timedelta(hours=2), timedelta(hours=3)), (timedelta(hours=-2), timedelta(hours=-1))]
)
def test_outside_the_window_nothing_starts(
    browser: Browser, cast: Cast, session: Session, opens: timedelta, closes: timedelta
) -> None:
    session.execute(update(Sitting).values(opens_at=START + opens, closes_at=START + closes))
    session.commit()
    client = browser(cast.learner)

    client.get(RULES)
    assert client.post(BEGIN).status_code == 422


def test_a_window_that_closes_after_the_rules_were_read_stays_closed(
    browser: Browser, cast: Cast, session: Session, time: Clock
) -> None:
    session.execute(update(Sitting).values(closes_at=START + timedelta(minutes=10)))
    session.commit()
    client = browser(cast.learner)
    client.get(RULES)
    time.forward(minutes=10)

    assert client.post(BEGIN).status_code == 422


def test_a_bank_that_cannot_fill_the_paper_is_said_to_the_person_and_logged_for_the_organiser(
    browser: Browser, cast: Cast, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    session.execute(update(Question).where(Question.uuid.like("soal-2-%")).values(status="suspended"))
    session.commit()
    client = browser(cast.learner)

    with caplog.at_level(logging.ERROR):
        page = client.get(RULES)

    assert page.status_code == 200
    assert BEGIN not in page.text
    assert "Penerapan, TEK.KI tingkat 2, bebas: perlu 3, ada 0" in caplog.text
    assert client.post(BEGIN).status_code == 422


def test_after_a_fail_the_next_try_waits_for_the_pause(
    browser: Browser, cast: Cast, time: Clock, session: Session
) -> None:
    client = browser(cast.learner)
    client.post(f"/pengerjaan/{begin(client)}/pengumpulan")

    refused = client.post(BEGIN)
    assert refused.status_code == 422
    assert "24 November 2026, 09.00 WIB" in refused.text
    time.forward(hours=24)
    session.execute(update(UserSession).values(started_at=time.at, last_seen_at=time.at))
    session.commit()
    client.get(RULES)
    assert client.post(BEGIN).status_code == 303


def test_who_knows_the_questions_reads_why_and_cannot_begin(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(QuestionVersion).values(made_by=cast.learner.user_id))
    session.commit()
    client = browser(cast.learner)

    page = client.get(RULES).text

    assert "Anda ikut menyusun, meninjau, menilai, atau berwenang membaca soal ujian ini." in page
    assert "Minta penyelenggara menyiapkan ujian dari bank soal lain." in page
    assert client.post(BEGIN).status_code == 422
    assert "Anda mengenal soalnya" in client.get("/ujian").text


def test_a_bank_is_closed_to_whom_it_asks_until_handing_in(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client = browser(cast.learner)
    begin(client)
    session.add(RoleGrant(user_id=cast.learner.user_id, role="trainer", unit_id=cast.jakarta, since=START.date()))
    session.commit()
    bank = "/soal/bank-ki"

    assert client.get(bank).status_code == 404
    assert bank not in client.get("/soal").text
    assert browser(cast.trainer).get(bank).status_code == 200

    session.execute(update(Attempt).values(state="closed", closed_at=START, closed_by="candidate"))
    session.commit()
    assert client.get(bank).status_code == 200


SITTING_OVER = "dapat dibaca setelah sesi selesai."
WITH_APPEALS = {"days": 3, "ruling_days": 14}


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({}, ["yang tampil hanya nilainya.", "Ujian ini tidak menerima sanggahan."]),
        ({"appeals": WITH_APPEALS}, ["yang tampil hanya nilainya.", "3 hari sejak nilai keluar.", "14 hari setelah"]),
        ({"release": "items"}, ["dan poinnya dapat dibaca bersama nilainya.", "Jawaban terbaik tidak ditampilkan."]),
        (
            {"release": "items", "release_after": "sitting"},
            [f"dan poinnya {SITTING_OVER}", "Jawaban terbaik tidak ditampilkan."],
        ),
        (
            {"release": "key"},
            ["dan poinnya dapat dibaca bersama nilainya.", "Jawaban terbaik tampil setelah sesi selesai."],
        ),
        (
            {"release": "key", "release_after": "sitting", "appeals": WITH_APPEALS},
            [f"poinnya, dan jawaban terbaik {SITTING_OVER}", "3 hari sejak nilai keluar dan soalnya dapat dibaca."],
        ),
    ],
)
def test_the_rules_say_before_the_start_what_can_be_read_afterwards_and_how_long_one_may_appeal(
    browser: Browser, cast: Cast, session: Session, terms: dict[str, Any], told: list[str]
) -> None:
    """In no more statements: the blueprint is there already."""
    client = browser(cast.learner)
    client.get(RULES)
    client.get(RULES)
    few = len(client.counter.statements)
    plan = session.scalars(select(Blueprint)).one()
    session.execute(update(Blueprint).values(content={**plan.content, **terms}))
    session.commit()

    page = client.get(RULES).text
    assert len(client.counter.statements) == few
    assert 'href="#sesudah"' in page
    after = page.split('id="sesudah"')[1]
    assert all(one in after for one in told)

    begin(client)
    assert 'id="sesudah"' not in client.get(RULES).text  # who has begun keeps the terms of then


def test_a_tryout_says_nothing_of_appeals(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(Exam).values(mode="tryout"))
    session.commit()

    assert "sanggah" not in browser(cast.learner).get(RULES).text

"""A bank that cannot fill a paper: who reads it, where, and until when."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import blueprints, preparing_all, shortage
from lms.exams.models import Blueprint, Candidate, Exam, Sitting
from lms.people.models import RoleGrant
from lms.questions.models import Question
from lms.web import blueprint_form
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.factory import CODE, CONTENT, Hall
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
RULES, BEGIN = f"/ujian/{CODE}", f"/ujian/{CODE}/pengerjaan"
SHORT, READY = "Soal belum lengkap", "Dapat dimulai"


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    grant = RoleGrant(user_id=cast.trainer.user_id, role="organiser", unit_id=cast.jakarta, since=date(2020, 1, 1))
    session.add(grant)
    return factory.build(session, cast)


def set_bank(session: Session, status: str) -> None:
    session.execute(update(Question).where(Question.uuid.like("soal-2-%")).values(status=status))
    session.commit()


def set_sitting(session: Session, **values: object) -> None:
    session.execute(update(Sitting).values(**values))
    session.commit()


def test_what_the_rules_page_found_wanting_lists_say_until_a_paper_can_be_drawn(
    browser: Browser, cast: Cast, session: Session
) -> None:
    client = browser(cast.learner)
    assert READY in client.get("/ujian").text
    statements = len(client.counter.statements)

    set_bank(session, "suspended")
    page = client.get(RULES).text
    assert BEGIN not in page
    assert "Soal ujian ini belum lengkap, jadi belum dapat dimulai. Hubungi penyelenggara ujian di" in page
    assert "diberi tahu" not in page, "nobody was told"
    for address in ("/ujian", "/beranda"):
        page = client.get(address).text
        assert SHORT in page
        assert READY not in page
    assert "0 dapat dimulai sekarang" in client.get("/ujian").text
    assert len(client.counter.statements) == statements
    assert "Bank soal belum cukup" in browser(cast.trainer).get("/kelola/ujian").text

    set_bank(session, "live")
    assert BEGIN in client.get(RULES).text
    page = client.get("/ujian").text
    assert READY in page
    assert SHORT not in page
    assert "Bank soal belum cukup" not in browser(cast.trainer).get("/kelola/ujian").text


def test_whose_paper_lies_ready_may_begin_until_another_blueprint_is_in_force(
    browser: Browser, cast: Cast, session: Session, hall: Hall
) -> None:
    client = browser(cast.learner)
    assert BEGIN in client.get(RULES).text
    set_bank(session, "suspended")
    session.execute(update(Exam).values(short_since=START))
    session.commit()

    assert READY in client.get("/ujian").text
    assert BEGIN in client.get(RULES).text

    blueprints.append(session, hall.exam_id, CONTENT | {"pass_total": 71}, number=2, now=START)
    session.commit()
    assert SHORT in client.get("/ujian").text
    assert BEGIN not in client.get(RULES).text


@pytest.mark.parametrize("minutes", [30, 3 * 24 * 60])
def test_who_has_yet_to_set_off_reads_it_before_the_doors_open(
    app: Flask, browser: Browser, cast: Cast, session: Session, minutes: int
) -> None:
    """Half an hour before, the page draws a paper and finds out itself."""
    set_sitting(session, opens_at=START + timedelta(minutes=minutes))
    set_bank(session, "suspended")
    if minutes > 60:
        shortage.look_at_all(app.extensions["platform"])
    client = browser(cast.learner)

    assert "Soal ujian ini belum lengkap" in client.get(RULES).text
    page = client.get("/ujian").text
    assert "Soalnya belum lengkap; tanyakan kepada penyelenggara ujian sebelum berangkat." in page
    assert "Akan datang" in page


def test_the_worker_looks_at_the_exams_that_people_are_about_to_sit(app: Flask, session: Session, ask: Ask) -> None:
    platform = app.extensions["platform"]
    set_bank(session, "suspended")
    set_sitting(session, opens_at=START + timedelta(days=8))
    shortage.look_at_all(platform)
    assert ask(select(Exam.short_since)) == [None]

    set_sitting(session, opens_at=START + timedelta(days=6))
    shortage.look_at_all(platform)
    shortage.look_at_all(platform)
    assert ask(select(Exam.short_since)) == [START]

    set_bank(session, "live")
    shortage.look_at_all(platform)
    assert ask(select(Exam.short_since)) == [None]


def test_it_is_seen_when_a_sitting_or_a_blueprint_is_saved_and_when_papers_are_prepared(
    app: Flask, browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    def is_short_after(act: Callable[[], object]) -> bool:
        session.execute(update(Exam).values(short_since=None))
        session.commit()
        act()
        return ask(select(Exam.short_since)) != [None]

    client = browser(cast.trainer)
    key = session.scalars(select(Sitting.id)).one()
    session.add(Candidate(sitting_id=key, employee_id=cast.learner.employee_id, added_at=START))
    set_bank(session, "suspended")
    sitting = {
        "judul": "Sesi", "zona": "Asia/Jakarta", "buka": "2026-11-24T09:00", "tutup": "2026-11-24T11:00",
        "peserta": "everyone", "pindah": "password",
    }  # fmt: skip
    form = blueprint_form.of({"duration_minutes": 45, "attempts": 3, "cooldown_hours": 24}, CONTENT)
    plan: dict[str, object] = {name: form.getlist(name) for name in form} | {"aksi": "simpan", "dari": "1"}

    assert is_short_after(lambda: client.post(f"/kelola/ujian/{CODE}/sesi", data=sitting))
    assert is_short_after(lambda: client.post(f"/kelola/ujian/{CODE}/kisi-kisi", data=plan))
    assert is_short_after(lambda: preparing_all.prepare_papers(app.extensions["platform"], key))


def test_an_exam_that_cannot_be_looked_at_keeps_no_other_from_it(
    app: Flask, session: Session, hall: Hall, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """Its blueprint cannot be read; it comes before the others."""
    sound = session.get_one(Exam, hall.exam_id)
    other = Exam(**{column.key: getattr(sound, column.key) for column in Exam.__table__.columns if column.key != "id"})
    other.uuid, other.code, other.course_id = "3e4cc512-052f-414f-a39e-24aef2681266", "lain", None
    session.add(other)
    session.flush()
    blueprints.append(session, other.id, CONTENT, number=1, now=START)
    session.execute(update(Blueprint).where(Blueprint.exam_id == hall.exam_id).values(content={"sections": None}))
    session.add(
        Sitting(
            exam_id=other.id, code="sesi-lain", title="Sesi", zone="Asia/Jakarta", opens_at=START,
            closes_at=START + timedelta(hours=2),
        )
    )  # fmt: skip
    set_bank(session, "suspended")

    shortage.look_at_all(app.extensions["platform"])

    assert ask(select(Exam.short_since).order_by(Exam.id)) == [None, START]
    assert f"the bank of exam {hall.exam_id} could not be looked at" in caplog.text

"""Moving an attempt to another device by PIN or by a proctor's word, and working only where the sitting lets one."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import pins
from lms.exams.models import Attempt, Sitting, SittingEvent
from lms.people.models import RoleGrant
from lms.people.sign_in import open_session
from lms.web.request import COOKIE
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.factory import CODE
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
EVENTS = select(SittingEvent.kind).order_by(SittingEvent.id)


@pytest.fixture
def begun(browser: Browser, cast: Cast, session: Session) -> str:
    """The address of an attempt that the learner has begun on the first device; the trainer organises it."""
    factory.build(session, cast)
    session.add(RoleGrant(user_id=cast.trainer.user_id, role="organiser", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.commit()
    client = browser(cast.learner)
    client.get(f"/ujian/{CODE}")
    return client.post(f"/ujian/{CODE}/pengerjaan").headers["Location"].removesuffix("/1")


@pytest.fixture
def other(browser: Browser, cast: Cast, session: Session) -> CheckedClient:
    """A second device of the learner."""
    token = open_session(session, cast.learner.user_id, now=START, browser="Lain", second_factor=False)
    session.commit()
    client = browser(None)
    client.set_cookie(COOKIE, token)
    return client


def policy(session: Session, **values: object) -> None:
    session.execute(update(Sitting).values(**values))
    session.commit()


def test_the_room_s_pin_moves_the_attempt_and_a_wrong_one_is_counted(
    begun: str, other: CheckedClient, session: Session, app: Flask, ask: Ask
) -> None:
    policy(session, device_move="pin", pin_round=1)
    right = pins.pin_of(app.extensions["platform"].settings.secret_key, "sesi-1", 1)
    assert "PIN ruang" in other.get(f"{begun}/perangkat").text

    assert other.post(f"{begun}/perangkat", data={"pin": ""}).status_code == 422
    for status in (422, 422, 422, 422, 429, 429):
        assert other.post(f"{begun}/perangkat", data={"pin": "abcdef"}).status_code == status
    assert other.post(f"{begun}/perangkat", data={"pin": right}).status_code == 429
    assert ask(EVENTS) == ["pin_refused"] * 5
    session.execute(update(Attempt).values(pin_wait_until=None))
    session.commit()

    assert other.post(f"{begun}/perangkat", data={"pin": right}).status_code == 303
    assert other.get(f"{begun}/1").status_code == 200
    assert ask(EVENTS)[-1] == "move"


def test_a_proctor_s_word_moves_the_attempt_to_the_device_that_asked(
    begun: str, other: CheckedClient, browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    policy(session, device_move="proctor")
    sitting = f"/kelola/ujian/{CODE}/sesi/sesi-1"
    approval = f"{sitting}/peserta/p-learner/perangkat"
    organiser = browser(cast.trainer)
    for _ in range(2):
        assert other.post(f"{begun}/perangkat").status_code == 303
    assert "Menunggu persetujuan penyelenggara" in other.get(f"{begun}/perangkat").text
    page = organiser.get(sitting).text
    assert "Setujui pindah" in page
    seen = {"diminta": page.split('name="diminta" value="')[1].split('"')[0]}
    assert browser(cast.other_trainer).post(approval, data=seen).status_code == 403

    for _ in range(2):
        assert organiser.post(approval, data=seen).status_code == 303

    assert other.get(f"{begun}/1").status_code == 200
    assert browser(cast.learner).get(f"{begun}/1").headers["Location"].endswith("/perangkat")
    assert ask(EVENTS) == ["move_asked", "move"]


def test_a_refused_move_leaves_the_attempt_where_it_is_and_the_device_that_asked_reads_why(
    begun: str, other: CheckedClient, browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    policy(session, device_move="proctor")
    person = "/ruang/sesi-1/p-learner"
    refusal, organiser = f"{person}/perangkat/penolakan", browser(cast.trainer)
    other.post(f"{begun}/perangkat")
    assert f'href="{person}#pindah"' in organiser.get("/ruang/sesi-1").text
    assert "Tolak pindah" in organiser.get(person).text
    for stranger in (cast.other_trainer, cast.colleague, cast.learner):
        assert browser(stranger).post(refusal, data={"tolak-alasan": "Tidak"}).status_code in {403, 404}
    assert organiser.post(refusal, data={"tolak-alasan": ""}).status_code == 422

    why, gone = "Bukan perangkat Anda", "Permintaan itu sudah tidak berlaku."
    for reason, said in ((why, "Permintaan pindah ditolak."), (why, gone), ("", gone)):
        assert organiser.post(refusal, data={"tolak-alasan": reason}).status_code == 303
        assert said in organiser.get(person).text

    told = other.get(f"{begun}/perangkat").text
    assert "Permintaan pindah ditolak." in told
    assert "Bukan perangkat Anda" in told
    assert "Minta pindah ke perangkat ini" in told
    assert browser(cast.learner).get(f"{begun}/1").status_code == 200
    assert "pindah perangkat ditolak" in organiser.get(person).text
    assert ask(EVENTS) == ["move_asked", "move"]
    other.post(f"{begun}/perangkat")
    assert "Permintaan pindah ditolak." not in other.get(f"{begun}/perangkat").text


def test_devices_that_ask_in_turn_stand_once_each_in_the_log_and_read_their_own_refusal_alone(
    begun: str, other: CheckedClient, browser: Browser, cast: Cast, session: Session, time: Clock, ask: Ask
) -> None:
    policy(session, device_move="proctor")
    third, organiser = browser(None), browser(cast.trainer)
    third.set_cookie(COOKIE, open_session(session, cast.learner.user_id, now=START, browser="X", second_factor=False))
    session.commit()
    door, refusal, said = (
        f"{begun}/perangkat",
        "/ruang/sesi-1/p-learner/perangkat/penolakan",
        "Permintaan pindah ditolak.",
    )

    for _ in range(4):
        other.post(door)
        third.post(door)
    assert ask(EVENTS) == ["move_asked"] * 2
    organiser.post(refusal, data={"tolak-alasan": "Bukan perangkat Anda"})
    assert (said in other.get(door).text, said in third.get(door).text) == (False, True)

    third.post(door)
    assert ask(EVENTS) == ["move_asked", "move_asked", "move", "move_asked"], "a refusal is answered in the log"
    other.post(door)
    assert ask(EVENTS)[4:] == []
    assert said not in third.get(door).text + other.get(door).text, "who has asked since reads no old refusal"

    time.forward(minutes=5)
    third.post(door)
    assert ask(EVENTS)[4:] == ["move_asked"]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"ip_ranges": ["192.0.2.0/24"]}, "jaringan ruang ujian"),
        ({"seb_exam_keys": ["a" * 64]}, "masuk lagi. Jika tetap tertolak, hubungi penyelenggara ujian."),
    ],
)
def test_an_attempt_is_worked_on_only_where_the_sitting_lets_one(
    begun: str, browser: Browser, cast: Cast, session: Session, ask: Ask, terms: dict[str, list[str]], said: str
) -> None:
    policy(session, **terms)
    client = browser(cast.learner)

    for page in ("1", "daftar", "periksa"):
        assert client.get(f"{begun}/{page}").headers["Location"] == f"{begun}/tempat"
    assert client.post(f"{begun}/1", data={"jawaban": "0"}).headers["Location"] == f"{begun}/tempat"
    assert client.get(f"{begun}/soal").status_code == 403
    assert client.post(f"{begun}/token").status_code == 403
    told = client.get(f"{begun}/tempat")
    assert told.status_code == 403
    assert said in told.text
    assert client.post(f"{begun}/pengumpulan").headers["Location"] == f"{begun}/hasil"


def test_where_nothing_is_asked_the_door_is_open(begun: str, browser: Browser, cast: Cast) -> None:
    assert browser(cast.learner).get(f"{begun}/tempat").headers["Location"] == begun

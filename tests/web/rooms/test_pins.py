"""Who has typed too many wrong PINs: the room sees until when they wait, and the proctor may let them try at once."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import pins
from lms.exams.models import Attempt, Exam, Sitting, SittingEvent
from tests.cast import Cast
from tests.conftest import Clock
from tests.exams.factory import CODE
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.rooms.room import ROOM, WHO, Browser, Learner

RULES, BEGIN = f"/ujian/{CODE}", f"/ujian/{CODE}/pengerjaan"


@pytest.fixture
def locked_out(session: Session, cast: Cast, browser: Browser, time: Clock) -> CheckedClient:
    """The learner's browser, after five wrong PINs."""
    session.execute(update(Sitting).values(pin_round=1))
    session.commit()
    client = browser(cast.learner)
    client.get(RULES)
    for _ in range(5):
        client.post(BEGIN, data={"pin": "abcdef"})
    return client


@pytest.fixture
def right(app: Flask) -> dict[str, str]:
    return {"pin": pins.pin_of(app.extensions["platform"].settings.secret_key, "sesi-1", 1)}


def test_the_board_puts_them_first_and_says_until_when_they_wait(
    proctor: CheckedClient, locked_out: CheckedClient, time: Clock
) -> None:
    page = proctor.get(ROOM).text

    assert "Perlu Anda tangani: 1" in page
    assert "dapat mencoba lagi 09.01.00" in page
    assert "PIN ditahan" in page
    assert f'href="{WHO}"' in page, "also the page from which they can be paused"
    assert page.index("Sari Uji") < page.index("Budi Rekan")
    assert "<b>2 dari 2</b>belum hadir" in page, "wrong PINs can be typed anywhere"
    for state in ("urgent", "waiting"):
        assert "Sari Uji" in proctor.get(f"{ROOM}?status={state}").text
    assert "pukul 09.01.00 ia dapat mencoba sendiri" in proctor.get(WHO).text
    time.forward(minutes=1)
    assert "<b>2 dari 2</b>belum hadir" in proctor.get(ROOM).text
    proctor.post(f"{WHO}/kehadiran", data={"hadir-hadir": "present"})
    assert "<b>1 dari 2</b>belum hadir" in proctor.get(ROOM).text
    assert "Perlu Anda tangani: 0" in proctor.get(ROOM).text
    assert "Izinkan mencoba" not in proctor.get(ROOM).text + proctor.get(WHO).text


def test_the_board_that_a_script_keeps_fresh_changes_when_they_begin_to_wait_and_when_they_need_not(
    proctor: CheckedClient, locked_out: CheckedClient, time: Clock
) -> None:
    before = proctor.get(f"{ROOM}/papan").headers["ETag"]
    assert proctor.get(f"{ROOM}/papan", headers={"If-None-Match": before}).status_code == 304

    time.forward(minutes=1)

    assert proctor.get(f"{ROOM}/papan", headers={"If-None-Match": before}).status_code == 200


def test_the_candidate_reads_until_when_and_whom_to_ask(locked_out: CheckedClient) -> None:
    page = locked_out.get(RULES).text

    assert "Coba lagi pukul 09.01.00, atau minta pengawas mengizinkan sekarang." in page


def test_a_proctor_lets_them_try_at_once_and_it_stands_in_the_log(
    proctor: CheckedClient, locked_out: CheckedClient, right: dict[str, str], ask: Ask, cast: Cast
) -> None:
    assert locked_out.post(BEGIN, data=right).status_code == 422

    answer = proctor.post(f"{WHO}/pin", follow_redirects=True)

    assert "Bacakan PIN kepadanya" in answer.text
    assert "Sari Uji boleh mencoba PIN lagi, diizinkan Pengelola SDM Jakarta." in answer.text
    assert "PIN diganti pukul" not in answer.text, "it is the PIN that it was"
    noted = select(SittingEvent.employee_id).where(SittingEvent.kind == "pin")
    assert ask(noted) == [cast.learner.employee_id]
    assert locked_out.post(BEGIN, data=right).status_code == 303


def test_two_proctors_at_once_let_them_try_once(proctor: CheckedClient, locked_out: CheckedClient, ask: Ask) -> None:
    proctor.post(f"{WHO}/pin")

    assert "tidak perlu menunggu" in proctor.post(f"{WHO}/pin", follow_redirects=True).text
    assert ask(select(SittingEvent.kind).where(SittingEvent.kind == "pin")) == ["pin"]
    assert ask(select(Attempt.pin_failures)) == [0]


def test_whoever_does_not_watch_the_room_lets_nobody_try(
    browser: Browser, cast: Cast, locked_out: CheckedClient, ask: Ask
) -> None:
    assert browser(cast.manager).post(f"{WHO}/pin").status_code == 404
    assert locked_out.post(f"{WHO}/pin").status_code == 404
    assert ask(select(Attempt.pin_failures)) == [5]


def test_who_works_already_and_waits_to_move_is_no_case_for_the_top_of_the_board(
    proctor: CheckedClient, learner: Learner, session: Session, time: Clock
) -> None:
    session.execute(update(Sitting).values(pin_round=1))
    session.execute(update(Attempt).values(pin_failures=5, pin_wait_until=time.at.replace(minute=5)))
    session.commit()

    page = proctor.get(ROOM).text

    assert "Perlu Anda tangani: 0" in page
    assert "dapat mencoba lagi 09.05.00" in page
    assert "Izinkan mencoba PIN" in proctor.get(WHO).text


def test_who_ended_one_try_and_waits_after_wrong_pins_for_the_next_is_let_in_from_the_board(
    proctor: CheckedClient, session: Session, cast: Cast, browser: Browser, time: Clock
) -> None:
    client = browser(cast.learner)
    client.post(f"/pengerjaan/{Learner(client).code}/pengumpulan")
    session.execute(update(Exam).values(cooldown_hours=0))
    session.execute(update(Sitting).values(pin_round=1))
    session.commit()
    time.forward(minutes=1)
    client.get(RULES)
    for _ in range(5):
        client.post(BEGIN, data={"pin": "abcdef"})

    assert "Perlu Anda tangani: 1" in proctor.get(ROOM).text
    proctor.post(f"{WHO}/pin")
    assert "Perlu Anda tangani: 0" in proctor.get(ROOM).text

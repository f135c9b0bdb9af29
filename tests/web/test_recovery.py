"""The recovery file of a device that could not send: taken from anywhere, held when late, and opened by this installation alone."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.exams import recovery
from lms.exams.models import AnswerEvent, Attempt, HeldEvent
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import recovery_file
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.test_answers import Page, six_choices

Browser = Callable[[Person | None], CheckedClient]


@pytest.fixture
def page(session: Session, cast: Cast, browser: Browser) -> Page:
    return six_choices(session, cast, browser)


def key_of(page: Page) -> str:
    found = re.search(r'data-recovery="([^"]+)"', page.client.get(f"/pengerjaan/{page.code}/1").text)
    assert found is not None
    return found[1]


def content(page: Page, *answers: tuple[int, str]) -> dict[str, Any]:
    events = [{**page.tab.event(*one)._asdict(), "writer": page.tab.writer, "attempt": page.code} for one in answers]
    return {"token": page.token, "events": events}


def hand_in(page: Page, data: bytes, *, client: CheckedClient | None = None) -> TestResponse:
    address = f"/pengerjaan/{page.code}/pemulihan"
    form = {"berkas": (io.BytesIO(data), "jawaban.teruji")}
    return (client or page.client).post(address, data=form, content_type="multipart/form-data")


def test_what_was_written_in_time_and_comes_after_the_end_waits_for_a_decision(
    page: Page, time: Clock, ask: Ask
) -> None:
    data = recovery_file.made(page.code, key_of(page), content(page, (1, "0"), (2, "1")))
    time.forward(minutes=50)

    for _twice in range(2):
        assert hand_in(page, data).status_code == 303
        # The first look closes what no sweep has met yet, and leads to the second.
        said = "".join(page.client.get(f"/pengerjaan/{page.code}/hasil").text for _look in range(2))
        assert "2 perubahan ditahan dan menunggu keputusan penyelenggara." in said
    held = ask(select(HeldEvent).order_by(HeldEvent.seq))
    assert [(row.item, row.reason) for row in held] == [(1, "grace"), (2, "grace")]


def test_while_the_exam_runs_it_is_stored_like_any_save(page: Page, ask: Ask) -> None:
    hand_in(page, recovery_file.made(page.code, key_of(page), content(page, (1, "0"))))

    assert "1 perubahan tersimpan." in page.client.get(f"/pengerjaan/{page.code}/1").text
    assert [row.item for row in ask(select(AnswerEvent))] == [1]


@pytest.mark.parametrize(
    "standing", [{"state": "paused", "paused_at": START}, {"lease": None, "user_session_id": None}]
)
def test_what_cannot_be_taken_just_now_is_said_to_wait_in_the_file(
    page: Page, session: Session, ask: Ask, standing: dict[str, Any]
) -> None:
    data = recovery_file.made(page.code, key_of(page), content(page, (1, "0"), (2, "1")))
    session.execute(update(Attempt).values(**standing))
    session.commit()

    answer = hand_in(page, data)

    said = page.client.get(answer.location, follow_redirects=True).text
    assert "2 perubahan belum dapat diterima. Simpan berkas ini dan serahkan lagi setelah ujian dilanjutkan." in said
    assert "Tidak ada yang belum terkirim" not in said
    assert ask(select(AnswerEvent)) == ask(select(HeldEvent)) == []


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_what_is_no_whole_file_of_this_attempt_is_refused_and_says_why(page: Page, ask: Ask) -> None:
    key, good = key_of(page), content(page, (1, "0"))
    whole = json.loads(recovery_file.made(page.code, key, good))
    altered = {**whole, "sealed": whole["sealed"][:-4] + ("AAAA" if whole["sealed"][-4:] != "AAAA" else "BBBB")}
    strange = recovery.public_key("rahasia instalasi lain")
    not_whole, other, broken = "bukan berkas pemulihan yang utuh", "dari ujian lain", "berubah sejak diunduh"
    cases = [
        (b"", not_whole),
        (b"\x00\xff", not_whole),
        (b"[]", not_whole),
        (b"[" * 100_000, not_whole),
        (json.dumps({**whole, "key": "AAAA"}).encode(), not_whole),
        (json.dumps({**whole, "nonce": "é"}).encode(), not_whole),
        (json.dumps({**whole, "nonce": ""}).encode(), broken),
        (b" " * (recovery.LARGEST + 1), not_whole),
        (recovery_file.made(page.code, key, {"token": "x", "events": good["events"]}), not_whole),
        (recovery_file.made(page.code, key, {**good, "events": ["x"]}), not_whole),
        (recovery_file.made(page.code, key, [1]), not_whole),
        (recovery_file.made("LAIN", key, good), other),
        (recovery_file.made("LAIN", key, good, named=page.code), broken),
        (json.dumps(altered).encode(), broken),
        (recovery_file.made(page.code, strange, good), broken),
    ]
    for data, why in cases:
        answer = hand_in(page, data)
        assert (answer.status_code, why in answer.text) == (422, True), data[:60]
    assert ask(select(func.count()).select_from(AnswerEvent))[0] == 0


def test_nobody_hands_in_for_another(page: Page, browser: Browser, cast: Cast) -> None:
    data = recovery_file.made(page.code, key_of(page), content(page, (1, "0")))

    assert hand_in(page, data, client=browser(cast.colleague)).status_code == 404
    assert browser(cast.colleague).get(f"/pengerjaan/{page.code}/pemulihan").status_code == 404

"""What the exam page's script talks to: with the attempt's token alone, and one statement for a save."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.exams import moving
from lms.exams.models import AnswerEvent, Attempt, HeldEvent
from lms.people.models import UserSession
from lms.web import outpour
from lms.web.request import TOKEN
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import RIGHT
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.test_exams import begin

Browser = Callable[[Person | None], CheckedClient]


class Page:
    """An open exam page: its browser, the attempt's code and token, and one tab that numbers its events."""

    def __init__(self, client: CheckedClient, code: str) -> None:
        self.client, self.code = client, code
        self.token: str = client.get(f"/pengerjaan/{code}/soal").get_json()["token"]
        self.tab = Device(code)

    def put(self, body: Any, *, token: str | None = None) -> TestResponse:
        """Send a body as it is; text and bytes unchanged, anything else as JSON."""
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        headers = {"X-Attempt-Token": self.token if token is None else token, "Content-Type": "application/json"}
        return self.client.put(f"/pengerjaan/{self.code}/jawaban", data=data, headers=headers)

    def answer(self, item: int, value: Any, **named: Any) -> TestResponse:
        """Send one answer."""
        return self.put(self.tab.body(self.tab.event(item, value, **named)))

    def time(self) -> TestResponse:
        """The heartbeat."""
        return self.client.get(f"/pengerjaan/{self.code}/waktu", headers={"X-Attempt-Token": self.token})


@pytest.fixture
def client(browser: Browser, cast: Cast, session: Session) -> CheckedClient:
    factory.build(session, cast, bank_of=("single_choice",) * 6)
    return browser(cast.learner)


@pytest.fixture
def page(client: CheckedClient) -> Page:
    return Page(client, begin(client))


def six_choices(session: Session, cast: Cast, browser: Callable[[Person | None], CheckedClient]) -> Page:
    """The learner's page of an exam of six single choices, just begun."""
    factory.build(session, cast, bank_of=("single_choice",) * 6)
    client = browser(cast.learner)
    return Page(client, begin(client))


def stored(ask: Ask) -> list[tuple[int, str]]:
    rows = ask(select(AnswerEvent).order_by(AnswerEvent.id))
    return [(row.seq, row.value) for row in rows]


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_only_saving_the_time_and_the_score_screen_go_without_a_session(app: Flask) -> None:
    by_token = {name for name, view in app.view_functions.items() if getattr(view, "may", None) == TOKEN}

    assert by_token == {"answers.time", "scores.screen", "scores.fresh"}


def test_an_accepted_save_is_one_statement_and_looks_nobody_up(page: Page, ask: Ask) -> None:
    answer = page.answer(1, "2")

    assert (answer.status_code, answer.get_json()) == (
        200,
        {"stored": [1], "held": [], "refused": [], "now": "2026-11-23T02:00:00.000Z", "state": "open"},
    )
    assert len(page.client.counter.statements) == 1
    assert not any("user" in statement.lower() for statement in page.client.counter.statements)
    assert stored(ask) == [(1, '"2"')]


def test_a_replayed_batch_is_acknowledged_again(page: Page, ask: Ask) -> None:
    body = page.tab.body(page.tab.event(1, "2"), page.tab.event(1, True, kind="flag"))

    assert [page.put(body).get_json()["stored"] for _ in range(3)] == [[1, 2]] * 3
    assert len(stored(ask)) == 2


def test_another_event_under_the_same_number_is_refused(page: Page, ask: Ask) -> None:
    page.answer(1, "2")
    twin = Device(page.code)

    answer = page.put(twin.body(twin.event(1, "3")))

    assert (answer.status_code, answer.get_json()["refused"]) == (200, [{"seq": 1, "why": "conflict"}])
    assert stored(ask) == [(1, '"2"')]


def test_everything_for_working_off_line_comes_in_one_answer(page: Page) -> None:
    page.answer(2, "1")

    found = page.client.get(f"/pengerjaan/{page.code}/soal").get_json()

    assert (found["code"], found["due_at"], found["zone"], found["zone_name"]) == (
        page.code,
        "2026-11-23T02:30:00.000Z",
        "Asia/Jakarta",
        "WIB",
    )
    assert [item["n"] for item in found["items"]] == [1, 2, 3, 4, 5, 6]
    assert all('name="jawaban"' in item["html"] for item in found["items"])
    assert all("checked" not in item["html"] for item in found["items"])
    assert found["state"][1] == {"n": 2, "answer": "1", "flag": False, "opened": False}
    assert "correct" not in json.dumps(found)
    assert "points" not in json.dumps(found)


def test_without_the_token_nothing_is_taken(page: Page, ask: Ask) -> None:
    body = page.tab.body(page.tab.event(1, "2"))

    for token in ("", "x.y", page.token[:-2] + "aa", page.token + "a"):
        answer = page.put(body, token=token)
        assert (answer.status_code, answer.get_json()) == (401, {"error": "lease"})
    assert stored(ask) == []


def test_a_token_of_another_attempt_opens_nothing(page: Page, ask: Ask) -> None:
    body = page.tab.body(page.tab.event(1, "2"))
    answer = page.client.put("/pengerjaan/lain/jawaban", data=json.dumps(body), headers={"X-Attempt-Token": page.token})

    assert answer.status_code == 401
    assert stored(ask) == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "nul",
        b"\xff\xfe",
        "[" * 100_000,
        '{"writer": "a", "events": []}',
        '{"writer": "server-1", "events": [{}]}',
    ],
)
def test_what_is_no_batch_is_refused(page: Page, body: Any) -> None:
    answer = page.put(body)

    assert (answer.status_code, answer.get_json()) == (400, {"error": "shape"})


def test_a_body_that_is_too_large_is_refused(page: Page) -> None:
    answer = page.put(" " * (256 * 1024 + 1))

    assert (answer.status_code, answer.get_json()) == (413, {"error": "too_large"})


@pytest.mark.parametrize("told", ["-1", "-5", "abc", "1_0", "٣", "9" * 30, "9" * 5000])
@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_a_length_that_is_none_neither_breaks_a_save_nor_lets_more_in(page: Page, told: str) -> None:
    body = io.BytesIO(b" " * (2 * 256 * 1024))
    environ = {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": f"/pengerjaan/{page.code}/jawaban",
        "HTTP_X_ATTEMPT_TOKEN": page.token,
        "CONTENT_LENGTH": told,
        "wsgi.input": body,
    }
    statuses: list[str] = []

    def start(status: str, _headers: Any, *_fault: Any) -> Any:
        statuses.append(status)

    list(page.client.application.wsgi_app(environ, start))

    assert statuses == ["413 Request Entity Too Large"]
    assert body.tell() == 256 * 1024 + 1


def test_a_hundred_events_fit_into_one_request(page: Page) -> None:
    events = [page.tab.event(1 + n % 6, str(n)) for n in range(100)]

    assert page.put(page.tab.body(*events)).get_json()["stored"] == list(range(1, 101))
    assert len(page.client.counter.statements) == 1


def test_an_attempt_that_pours_in_more_than_an_hour_may_bring_is_told_to_wait(
    page: Page, ask: Ask, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outpour, "MOST_EVENTS", 2)
    assert [page.answer(1, str(n % 4)).status_code for n in range(2)] == [200, 200]

    refused = page.answer(1, "3")

    assert (refused.status_code, refused.get_json()) == (429, {"error": "too_many"})
    assert len(stored(ask)) == 2
    time.forward(hours=1)
    assert page.answer(1, "3").get_json()["held"] == [4]


def test_bytes_of_an_attempt_are_counted_apart_from_those_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outpour, "MOST_BYTES", 100)
    told = outpour.Outpour()

    assert [told.is_over("A", size=60, events=1, now=START) for _ in range(2)] == [False, True]
    assert not told.is_over("B", size=60, events=1, now=START)


def test_a_question_that_is_not_on_the_paper_is_refused(page: Page) -> None:
    assert page.answer(7, "0").get_json()["refused"] == [{"seq": 1, "why": "bad_item"}]


def test_after_closing_the_device_is_sent_to_the_result(page: Page, ask: Ask) -> None:
    page.answer(1, "2")
    page.client.post(f"/pengerjaan/{page.code}/pengumpulan")

    answer = page.answer(2, "0")

    said = answer.get_json()
    assert (answer.status_code, said["error"], said["result_url"]) == (
        409,
        "closed",
        f"/pengerjaan/{page.code}/hasil",
    )
    assert said["held"] == [2]
    assert ask(select(HeldEvent.reason)) == ["closed"]


def test_when_the_lease_has_moved_events_are_held(page: Page, session: Session, ask: Ask, cast: Cast) -> None:
    attempt_id = ask(select(Attempt.id))[0]
    moving.take_over(session, attempt_id, user_session_id=2, by=cast.learner.user_id, now=START)
    session.commit()

    answer = page.answer(1, "2")

    said = answer.get_json()
    assert (answer.status_code, said["error"], said["held"]) == (423, "lease_moved", [1])
    assert said["move_url"] == f"/pengerjaan/{page.code}/perangkat"
    assert ask(select(HeldEvent.reason)) == ["lease"]
    assert not page.time().get_json()["lease"]
    renewed = page.client.post(f"/pengerjaan/{page.code}/token")
    assert (renewed.status_code, renewed.get_json()["error"]) == (423, "lease_moved")


def test_after_signing_out_a_save_asks_to_sign_in_and_a_fresh_token_takes_it(
    page: Page, ask: Ask, cast: Cast, app: Flask
) -> None:
    body = page.tab.body(page.tab.event(1, "2"))
    page.client.post("/keluar")
    assert page.time().get_json()["lease"] is None

    answer = page.put(body)
    assert (answer.status_code, answer.get_json()["error"]) == (401, "signed_out")
    assert page.client.post(f"/pengerjaan/{page.code}/token").status_code == 401

    page.client.post("/masuk", data={"nip": cast.learner.nip, "sandi": "kata sandi untuk uji"})
    page.token = page.client.post(f"/pengerjaan/{page.code}/token").get_json()["token"]
    assert page.put(body).get_json()["stored"] == [1]
    assert ask(select(func.count()).select_from(HeldEvent))[0] == 0


def test_a_second_tab_of_the_same_browser_shares_the_lease(page: Page) -> None:
    other = Page(page.client, page.code)
    other.tab = Device(page.code, "tab-2")

    assert page.answer(1, "0").get_json()["stored"] == [1]
    assert other.answer(1, "1").get_json()["stored"] == [1]
    assert page.answer(2, "0").get_json()["stored"] == [2]


def test_the_heartbeat_tells_the_time_the_deadline_and_the_lease(page: Page, time: Clock) -> None:
    time.forward(minutes=5)

    answer = page.time()

    assert answer.get_json() == {
        "now": "2026-11-23T02:05:00.000Z",
        "due_at": "2026-11-23T02:30:00.000Z",
        "state": "open",
        "lease": True,
        "news": 0,
    }
    assert len(page.client.counter.statements) == 2  # and the sign of life is kept


def test_the_heartbeat_needs_the_token(page: Page) -> None:
    page.token = "x"

    assert page.time().status_code == 401


def test_saving_outlives_the_sign_in(page: Page, session: Session, time: Clock) -> None:
    """The page saves with its token alone: hours without a page view do not end an exam."""
    session.execute(update(UserSession).values(last_seen_at=START - timedelta(hours=3)))
    session.commit()

    assert page.answer(1, "2").get_json()["stored"] == [1]


def test_late_events_within_the_grace_are_taken_and_graded(page: Page, ask: Ask, time: Clock) -> None:
    paper = ask.through(lambda session: factory.paper_of(session, page.code))
    events = [page.tab.event(n, RIGHT[item["kind"]]) for n, item in enumerate(paper, 1)]
    time.forward(minutes=31)

    assert page.put(page.tab.body(*events)).get_json()["stored"] == [1, 2, 3, 4, 5, 6]
    assert set(ask(select(AnswerEvent.late))) == {True}
    page.client.post(f"/pengerjaan/{page.code}/pengumpulan")
    assert "100,00" in page.client.get(f"/pengerjaan/{page.code}/hasil").text


def test_after_the_grace_events_are_held(page: Page, ask: Ask, time: Clock) -> None:
    time.forward(minutes=32, seconds=1)

    answer = page.answer(1, "2")

    assert (answer.status_code, answer.get_json()["held"]) == (200, [1])
    assert stored(ask) == []


def test_forgery_protection_does_not_stand_in_the_way_of_a_save_and_guards_the_token(app: Flask, page: Page) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    assert page.answer(1, "2").status_code == 200
    assert page.client.post(f"/pengerjaan/{page.code}/token").status_code == 400

"""What a browser still keeps of a closed attempt: the token on its result holds answers for a decision, and stores none."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams.models import PRACTICE, AnswerEvent, Attempt, Exam, HeldEvent, Sitting
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.every_kind import number_of, send, sit
from tests.web.test_answers import Page, six_choices

Browser = Callable[[Person | None], CheckedClient]


@pytest.fixture
def page(session: Session, cast: Cast, browser: Browser) -> Page:
    return six_choices(session, cast, browser)


def result(page: Page) -> str:
    """The result; the first look closes an attempt that no sweep has met yet."""
    page.client.get(f"/pengerjaan/{page.code}/hasil")
    return page.client.get(f"/pengerjaan/{page.code}/hasil").text


def token_on(text: str) -> str:
    found = re.search(r'data-token="([^"]+)"', text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("ended_by", ["time", "candidate"])
def test_an_answer_sent_with_the_token_of_the_result_is_held_whatever_the_lease(
    page: Page, session: Session, time: Clock, ask: Ask, ended_by: str
) -> None:
    if ended_by == "candidate":
        page.client.post(f"/pengerjaan/{page.code}/pengumpulan")
    time.forward(minutes=50)
    token = token_on(result(page))
    session.execute(update(Attempt).values(lease="perangkat-lain"))
    session.commit()
    body = page.tab.body(page.tab.event(1, "2"))

    for _twice in range(2):
        answer = page.put(body, token=token)
        assert (answer.status_code, answer.get_json()["held"], answer.get_json()["stored"]) == (409, [1], [])
    assert [(row.item, row.reason) for row in ask(select(HeldEvent))] == [(1, "closed")]
    assert ask(select(AnswerEvent)) == []
    assert "1 jawaban Anda ditahan" in result(page)


def test_what_the_journal_has_already_is_acknowledged_and_not_held(page: Page, time: Clock, ask: Ask) -> None:
    body = page.tab.body(page.tab.event(1, "2"))
    page.put(body)
    time.forward(minutes=50)

    answer = page.put(body, token=token_on(result(page)))

    assert (answer.status_code, answer.get_json()["stored"], answer.get_json()["held"]) == (409, [1], [])
    assert ask(select(HeldEvent)) == []


@pytest.mark.parametrize(("lease", "status", "waits"), [(None, 401, 0), ("as before", 423, 1)])
def test_where_the_attempt_is_opened_again_the_token_stores_nothing(
    page: Page, session: Session, ask: Ask, lease: str | None, status: int, waits: int
) -> None:
    page.client.post(f"/pengerjaan/{page.code}/pengumpulan")
    token = token_on(result(page))
    session.execute(update(Attempt).values(state="open", closed_at=None, closed_by=None))
    if lease is None:
        session.execute(update(Attempt).values(lease=None))
    session.commit()

    answer = page.put(page.tab.body(page.tab.event(1, "2")), token=token)

    assert answer.status_code == status
    assert len(ask(select(HeldEvent))) == waits
    assert ask(select(AnswerEvent)) == []


def test_nobody_else_gets_the_token(page: Page, browser: Browser, cast: Cast, time: Clock) -> None:
    time.forward(minutes=50)
    token_on(result(page))

    for who in (cast.colleague, cast.manager, cast.hr, cast.outsider):
        assert browser(who).get(f"/pengerjaan/{page.code}/hasil").status_code == 404


def test_of_a_practice_nothing_is_held_and_its_result_has_no_token(page: Page, session: Session, time: Clock) -> None:
    session.execute(update(Exam).values(mode=PRACTICE))
    session.commit()
    time.forward(minutes=50)

    text = result(page)

    assert "Hasil latihan" in text
    assert "data-token" not in text
    assert "js/left" not in text


def test_a_file_that_comes_after_the_end_is_taken_from_outside_the_room_as_the_recovery_file_is(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    page, n = Page(client, code), number_of(ask, code, "file")
    session.execute(update(Sitting).values(ip_ranges=["10.20.0.0/16"]))
    session.execute(update(Attempt).values(due_at=START - timedelta(minutes=3)))
    session.commit()

    named = send(client, code, n)
    token = token_on(result(page))
    answer = page.put(page.tab.body(page.tab.event(n, named.get_json())), token=token)

    assert (named.status_code, answer.get_json()["held"]) == (200, [1])
    assert [json.loads(value) for value in ask(select(HeldEvent.value))] == [named.get_json()]

"""A plain form that comes while the exam stands still: kept in the page, sent again afterwards."""

import html
import re
from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.exams.models import Attempt
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.test_attempts import number_of, state
from tests.web.test_exams import begin

Browser = Callable[[Person | None], CheckedClient]
TWO = {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 2, "pass": 60}


@pytest.fixture
def client(browser: Browser, cast: Cast, session: Session) -> CheckedClient:
    """The learner's browser, with an exam that asks for words and for a file."""
    factory.build(session, cast, content={"sections": [TWO]}, bank_of=("short_text", "file"))
    return browser(cast.learner)


@pytest.fixture
def code(client: CheckedClient) -> str:
    """The code of the learner's attempt, just begun."""
    return begin(client)


def test_a_form_sent_while_the_exam_stands_still_is_kept_in_the_page_and_sent_again_afterwards(
    client: CheckedClient, ask: Ask, code: str, session: Session
) -> None:
    n = number_of(ask, code, "short_text")
    pause(session)

    kept = client.post(f"/pengerjaan/{code}/{n}", data={"jawaban": 'kata "sandi"\nbaru'})
    still = client.post(f"/pengerjaan/{code}/{n}", data=fields_of(kept.text))

    for page in (kept, still):
        assert page.status_code == 409
        assert f"Jawaban soal {n} belum tersimpan." in page.text
        assert "js/paused" not in page.text, "nothing leads away from it by itself"
    assert fields_of(kept.text) == fields_of(still.text)
    assert not any(latest.is_answered for latest in state(ask, code).values())

    session.execute(update(Attempt).values(state="open", paused_at=None))
    session.commit()
    client.post(f"/pengerjaan/{code}/{n}", data=fields_of(still.text))

    assert state(ask, code)[n].answer == 'kata "sandi"\nbaru'


def pause(session: Session) -> None:
    session.execute(update(Attempt).values(state="paused", paused_at=START))
    session.commit()


def fields_of(page: str) -> dict[str, str]:
    """What the hidden fields of the page's form for an answer hold, its own token apart."""
    form = re.search(r'<form method="post" action="/pengerjaan/[^"]+/[0-9]+">.*?</form>', page, re.DOTALL)
    assert form is not None
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0])
    return {name: html.unescape(value) for name, value in fields if name != "csrf_token"}


def test_a_file_sent_while_the_exam_stands_still_is_to_be_chosen_again(
    client: CheckedClient, ask: Ask, code: str, session: Session
) -> None:
    n = number_of(ask, code, "file")
    pause(session)

    page = client.post(f"/pengerjaan/{code}/{n}", data={"aksi": "berikutnya"})

    assert "Pilih lagi berkasnya setelah ujian dilanjutkan." in page.text
    assert "Kirim lagi jawaban" not in page.text

"""A reviewer with the check list half done: what is ticked and typed is not lost over a question that must not stand beside this one."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from lms import clock
from lms.questions.models import Question, QuestionVersion
from tests.browser.conftest import Live, PageOf
from tests.exams import factory

pytestmark = pytest.mark.browser


def test_what_is_ticked_and_typed_outlasts_an_enemy(live: Live, page_of: PageOf) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
        named = {one.uuid: one for one in session.scalars(select(Question))}
        asked, number = named["soal-1-0"], str(named["soal-1-1"].id)
        asked.status = "trial"
        session.get_one(QuestionVersion, asked.current_id).made_by = live.cast.learner.user_id
        session.commit()
    page = page_of(live.cast.trainer, width=1280, dark=False)
    page.goto("/soal/bank-ki/soal-1-0")
    boxes = page.locator("input[name=periksa]")
    for place in (0, 3):
        boxes.nth(place).check()
    page.locator("#kembalikan-soal [name=alasan]").fill("Pilihan B")

    page.get_by_label("Nomor soal lain").fill(number)
    page.locator("section:has(#bersama) form").last.get_by_role("button").click()

    expect(page.get_by_text("Kedua soal tidak akan bersama")).to_be_visible()
    assert [box.is_checked() for box in boxes.all()] == [n in (0, 3) for n in range(boxes.count())]
    assert page.locator("#kembalikan-soal [name=alasan]").input_value() == "Pilihan B"
    page.reload()
    assert not any(box.is_checked() for box in boxes.all())

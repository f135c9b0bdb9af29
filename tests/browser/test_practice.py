"""Practice with the questions of an exam, on a phone."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms import clock
from lms.exams import blueprints, rehearsing
from lms.exams.models import PRACTICE, Exam
from tests.browser.conftest import Live, PageOf, violations_light_and_dark
from tests.exams import factory

pytestmark = pytest.mark.browser


def test_texts_are_put_in_order_by_numbers_without_room_for_buttons_that_are_not_there(
    live: Live, page_of: PageOf
) -> None:
    page = practising(live, page_of, "ordering")

    item = page.locator("[data-item]").first.bounding_box()
    assert item
    assert item["height"] < 80
    for number, field in enumerate(page.locator("[data-order] select").all(), 1):
        field.select_option(str(number))
    page.get_by_role("button", name="Periksa jawaban latihan").click()

    expect(page.locator(".exercise .note")).to_be_focused()
    assert violations_light_and_dark(page) == []


def practising(live: Live, page_of: PageOf, kind: str) -> Page:
    """The learner's page at the only question of a practice."""
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
        factory.add_question(session, kind, number=1, now=clock.now(), purpose="practice")
        exam = session.scalars(select(Exam)).one()
        plan = blueprints.in_force(session, exam.id)
        assert plan
        code = rehearsing.provide(session, exam, plan.content, PRACTICE, by=None, now=clock.now()).code
        session.commit()
    page = page_of(live.cast.learner, width=360)
    page.goto(f"/ujian/{code}")
    page.get_by_role("button", name="Mulai latihan").click()
    expect(page.get_by_role("button", name="Periksa jawaban latihan")).to_be_visible()
    return page

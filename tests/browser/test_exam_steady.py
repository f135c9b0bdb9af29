"""What is told above a question does not move it: a finger on its way down to an option meets that option and no other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live, PageOf
from tests.browser.exam_page import begin, following, saved
from tests.exams import factory

pytestmark = pytest.mark.browser
#: Where an answer is given, in pixels of the window, and how far the page is scrolled.
PLACE = "document.querySelector('[name^=jawaban]').getBoundingClientRect().top"
#: A strip of one line is about 40 pixels high; the browser scrolls by whole ones.
STILL = 1.5
#: Strips that pass go after a minute.
LATER = 61_000


@pytest.fixture(params=[360, 1280])
def page(request: pytest.FixtureRequest, live: Live, hall: factory.Hall, page_of: PageOf) -> Page:
    """Question 1, saved, in a browser whose clock the test has in its hands."""
    opened = page_of(live.cast.learner, width=request.param)
    opened.clock.install()
    begin(opened)
    saved(opened)
    return opened


def offline(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.locator("#siar")).to_have_text("Anda sedang luring. Silakan terus mengerjakan.")


def back(page: Page) -> None:
    page.context.set_offline(False)
    expect(page.locator("#siar")).to_contain_text("Sambungan pulih.")


def told(page: Page) -> None:
    """The time, on request: a strip that has nothing to do with the line."""
    page.locator("[data-do=read-time]").first.dispatch_event("click")
    page.clock.run_for(100)
    expect(page.locator("#siar")).to_contain_text("Sisa waktu")


def a_minute_later(page: Page) -> None:
    page.clock.fast_forward(LATER)
    expect(page.locator("#siar")).to_have_text("")


def stays(page: Page, change: Callable[[Page], None]) -> None:
    """The answer's place is the same before and after."""
    before = page.evaluate(PLACE)
    change(page)
    assert abs(page.evaluate(PLACE) - before) < STILL


def test_an_answer_stays_where_it_is_while_strips_come_and_go(page: Page) -> None:
    assert page.evaluate("scrollY") == 0
    for change in (offline, back, a_minute_later):
        stays(page, change)

    assert page.evaluate("scrollY") == 0


def test_nor_does_it_move_for_whoever_scrolled_on_or_up_again(page: Page) -> None:
    page.evaluate("document.querySelector('[data-question]').style.paddingBottom = '1500px'")
    page.evaluate("scrollTo(0, 100)")
    stays(page, offline)
    stays(page, back)
    page.evaluate("scrollTo(0, 0)")
    stays(page, a_minute_later)
    stays(page, told)
    page.evaluate("scrollTo(0, 0)")
    stays(page, told)
    stays(page, a_minute_later)


def test_the_next_question_stands_at_its_top_again(page: Page) -> None:
    top = page.evaluate("document.querySelector('main').getBoundingClientRect().top")
    told(page)
    page.evaluate("scrollTo(0, 0)")
    a_minute_later(page)

    following(page)

    assert page.evaluate("[scrollY, document.querySelector('main').getBoundingClientRect().top]") == [0, top]
    assert page.evaluate("document.documentElement.scrollHeight") == page.evaluate("innerHeight")

"""The page of the 2PL model, for everyone: on a phone in the dark and on a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live, violations
from tests.web.test_item_model import PAGE, sit

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_model_is_for_everyone_with_its_curves_in_sight(live: Live, page_of: PageOf, width: int) -> None:
    with live.database.writer() as session:
        sit(session, live.cast, 250)
    page = page_of(live.cast.trainer, width=width, dark=width == 360)

    page.goto(f"{PAGE}/2pl")

    expect(page.locator(".curves .curve")).to_have_count(8)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

"""A question that is heard, on a phone: it waits for the candidate, plays without a line, and is answered like any other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms import clock
from lms.questions import audio
from lms.questions.models import QuestionVersion
from lms.storage import DiskFiles
from tests.browser.conftest import Live, violations
from tests.browser.exam_page import answer, begin, following, is_answered, saved
from tests.exams import factory
from tests.questions import recordings

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


def test_a_recording_plays_on_a_phone_when_the_line_is_gone_and_the_question_is_answered(
    live: Live, page_of: PageOf
) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
    with live.database.transaction() as session:
        for version in session.scalars(select(QuestionVersion)):
            own = recordings.wav(0.5, rate=8000 + version.id)  # or the first player would fetch it for all of them
            name, _seconds = audio.keep(DiskFiles(live.folder / "files"), own)
            said = audio.reference(name, "Bunyi yang panjang dan rata di lorong", "Tuuut. " * 30)
            version.content = version.content | {"stem": f"Bunyi apa ini?\n\n{said}"}
    page = page_of(live.cast.learner, width=360)
    begin(page)
    saved(page)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.set_offline(True)

    following(page)

    player = page.get_by_label("Bunyi yang panjang dan rata di lorong")
    expect(player).to_be_visible()
    assert player.evaluate("player => player.controls && player.paused && !player.autoplay")
    box = player.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    seconds = player.evaluate(
        "player => new Promise((ended, failed) => {"
        " player.onended = () => ended(player.currentTime); player.onerror = () => failed(player.error.message);"
        " player.play().catch(failed); })"
    )
    assert seconds == pytest.approx(0.5, abs=0.1)
    answer(page)
    page.context.set_offline(False)
    saved(page)
    page.reload()
    is_answered(page)

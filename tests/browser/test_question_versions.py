"""What changed between two versions of a question, for everyone: on a phone in the dark and on a desk."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from lms import clock
from lms.questions.banks import add_version
from lms.questions.models import Bank, Question, QuestionVersion
from tests.browser.conftest import Live, PageOf, violations
from tests.exams import factory

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1280])
def test_the_difference_of_two_versions_is_for_everyone(live: Live, page_of: PageOf, width: int) -> None:
    with live.database.writer() as session:
        hall = factory.build(session, live.cast, now=clock.now())
        old = session.scalars(
            select(QuestionVersion)
            .join(Question, Question.current_id == QuestionVersion.id)
            .where(Question.uuid == "soal-1-0")
        ).one()
        add_version(
            session, session.get_one(Bank, hall.bank_id), uuid="soal-1-0", kind=old.kind,
            content=old.content | {"stem": "Mana yang **paling** tepat?"}, competency_id=old.competency_id, level=3,
            difficulty="sulit", lesson="", purpose="exam", by=live.cast.trainer.user_id, now=clock.now(), status="trial",
        )  # fmt: skip
        session.commit()
    page = page_of(live.cast.trainer, width=width, dark=width == 360)

    page.goto("/soal/bank-ki/soal-1-0")
    page.get_by_role("link", name="Beda dengan versi 1").click()

    expect(page.get_by_role("heading", name="Pertanyaan")).to_be_visible()
    expect(page.locator("main ins").filter(has_text="paling")).to_contain_text("ditambah:")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

"""Practice questions: found by UUID, answered at once."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lms.questions import practice
from lms.questions.practice import PracticeQuestion
from tests.cast import Cast
from tests.catalogue import factory

SITUATION = {
    "stem": "Apa yang Anda lakukan?",
    "explanation": "Lapor dahulu.",
    "options": [{"text": "Diam", "points": 1}, {"text": "Lapor", "points": 5}, {"text": "Tanya", "points": 3}],
}


def test_an_exam_question_is_never_asked_for_practice(session: Session, cast: Cast) -> None:
    practised = factory.question(session, cast, "single_choice", factory.PRACTICE)
    secret = factory.question(session, cast, "single_choice", factory.PRACTICE, purpose="exam")

    assert list(practice.find(session, [practised, secret, "tidak-ada"])) == [practised]
    assert practice.find(session, []) == {}


@pytest.mark.parametrize(("value", "mark", "is_right"), [("0", "0.2", False), ("1", "1", True), ("2", "0.6", False)])
def test_a_situational_answer_gets_its_points_and_the_best_is_named(value: str, mark: str, is_right: bool) -> None:
    found = practice.answer(PracticeQuestion("u", "situational", SITUATION), value)

    assert (found.mark, found.is_right, found.right_ids) == (Decimal(mark), is_right, frozenset({"1"}))
    assert found.explanation == "<p>Lapor dahulu.</p>"


def test_a_number_names_the_right_one() -> None:
    content = {"stem": "Berapa?", "explanation": "Hitung.", "answer": "12.5", "tolerance": "0", "unit": "jam"}

    found = practice.answer(PracticeQuestion("u", "numeric", content), "12,5 jam")

    assert found.is_right
    assert found.solution == ("12,5 jam",)

"""Questions get versions; versions never change."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.questions import kinds
from lms.questions.banks import ForeignQuestion, add_version
from lms.questions.models import Bank, Question, QuestionVersion
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import Hall, question


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def add(session: Session, hall: Hall, stem: str, **change: Any) -> QuestionVersion:
    tags: dict[str, Any] = {"level": 1, "difficulty": "mudah", "lesson": "01-masuk", "purpose": "exam"}
    return add_version(
        session,
        session.get_one(Bank, change.pop("bank_id", hall.bank_id)),
        uuid="soal-baru",
        kind="true_false",
        content=kinds.read(question("true_false", stem)),
        competency_id=hall.competency_id,
        by=None,
        now=START,
        **tags | change,
    )


def test_the_same_content_makes_no_new_version(session: Session, hall: Hall) -> None:
    first = add(session, hall, "Benarkah?")
    again = add(session, hall, "Benarkah?")

    assert again.id == first.id
    assert first.number == 1


@pytest.mark.parametrize("change", [{"stem": "Benarkah demikian?"}, {"level": 2}, {"difficulty": "sulit"}])
def test_other_words_or_tags_make_the_next_version(session: Session, hall: Hall, change: dict[str, Any]) -> None:
    first = add(session, hall, "Benarkah?")
    second = add(session, hall, **({"stem": "Benarkah?"} | change))

    assert (second.number, second.hash != first.hash) == (2, True)
    assert session.scalar(select(Question.current_id).where(Question.uuid == "soal-baru")) == second.id
    assert session.scalar(select(func.count()).where(QuestionVersion.question_id == first.question_id)) == 2


def test_a_question_stays_in_its_bank(session: Session, cast: Cast, hall: Hall) -> None:
    add(session, hall, "Benarkah?")
    other = Bank(code="bank-lain", title="Lain", unit_id=cast.tangsel)
    session.add(other)
    session.flush()

    with pytest.raises(ForeignQuestion):
        add(session, hall, "Benarkah?", bank_id=other.id)

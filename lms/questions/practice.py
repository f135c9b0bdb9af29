"""Practice questions: asked inside a lesson, answered at once, and never kept as anybody's result."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import markup
from lms.questions import kinds
from lms.questions.content import Presented
from lms.questions.models import Question, QuestionVersion


@dataclass(frozen=True)
class PracticeQuestion:
    """A question as a lesson asks it. content: as its kind reads it."""

    uuid: str
    kind: str
    content: dict[str, Any]

    @property
    def shown(self) -> Presented:
        """What the page shows, the options as the author ordered them."""
        return kinds.TABLE[self.kind].present(self.content, ())


@dataclass(frozen=True)
class Feedback:
    """What is said to an answer. right_ids: the options that are best, for kinds that have options.

    best: the right answer of a kind without options: true or false, or a number; None for the others.
    """

    value: object
    mark: Decimal
    maximum: Decimal
    right_ids: frozenset[str]
    best: bool | Decimal | None
    explanation: Markup

    @property
    def is_right(self) -> bool:
        """Whether the answer got the best mark."""
        return self.mark == self.maximum


def find(session: Session, uuids: Iterable[str]) -> dict[str, PracticeQuestion]:
    """The live practice questions among these, by UUID, each in its current version. Exam questions are never among them."""
    wanted = list(uuids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Question.uuid, QuestionVersion.kind, QuestionVersion.content)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Question.uuid.in_(wanted), Question.purpose == "practice", Question.status == "live")
    )
    return {row.uuid: PracticeQuestion(row.uuid, row.kind, row.content) for row in rows}


def answer(question: PracticeQuestion, value: object) -> Feedback:
    """Mark an answer and say why."""
    kind = kinds.TABLE[question.kind]
    return Feedback(
        value=value,
        mark=kind.mark(question.content, value),
        maximum=kind.maximum(question.content),
        right_ids=_right_ids(question),
        best=_best(question.content.get("answer")),
        explanation=markup.html(question.content["explanation"]),
    )


def _best(answer: bool | str | None) -> bool | Decimal | None:
    return Decimal(answer) if isinstance(answer, str) else answer


def _right_ids(question: PracticeQuestion) -> frozenset[str]:
    options = question.content.get("options", ())
    return frozenset(
        str(place) for place, row in enumerate(options) if row.get("correct") is True or row.get("points") == 5
    )

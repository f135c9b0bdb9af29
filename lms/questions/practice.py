"""Practice questions: asked inside a lesson, answered at once, and never kept as anybody's result."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms import markup
from lms.questions import kinds
from lms.questions.content import Presented, share_of, to_places
from lms.questions.kinds import situational
from lms.questions.models import Bank, Question, QuestionVersion


@dataclass(frozen=True)
class PracticeQuestion:
    """A question as a lesson asks it. content: as its kind reads it. order: as a paper shuffled it; empty in a lesson."""

    uuid: str
    kind: str
    content: dict[str, Any]
    order: tuple[int, ...] = ()

    @property
    def shown(self) -> Presented:
        """What the page shows; in a lesson the options as the author ordered them."""
        return kinds.TABLE[self.kind].present(self.content, self.order)


@dataclass(frozen=True)
class Feedback:
    """What is said to an answer.

    mark: None for work that people mark; here nobody does, and the explanation is what there is to compare it with.
    right_ids: the options that are best, for kinds that have options · truth: what is right of true and false ·
    solution: the best answer in words, for kinds whose page does not show it by itself · said: what the author says to this
    very answer.
    """

    value: Any
    mark: Decimal | None
    maximum: Decimal
    right_ids: frozenset[str]
    truth: bool | None
    solution: tuple[str, ...]
    said: tuple[Markup, ...]
    explanation: Markup

    @property
    def is_right(self) -> bool:
        """Whether the answer got the best mark."""
        return self.mark == self.maximum

    @property
    def is_partly(self) -> bool:
        """Whether it got a part of the best mark."""
        return self.mark is not None and 0 < self.mark < self.maximum


def of_bank(session: Session, code: str, *, and_also: Iterable[str] = ()) -> list[PracticeQuestion]:
    """The practice questions of a bank that a lesson may ask, and those with these UUIDs, in the order of their making. One statement."""
    rows = (
        _usable()
        .join(Bank, Bank.id == Question.bank_id)
        .where(or_(Bank.code == code, Question.uuid.in_(list(and_also))))
    )
    return [PracticeQuestion(row.uuid, row.kind, row.content) for row in session.execute(rows.order_by(Question.id))]


def find(session: Session, uuids: Iterable[str]) -> dict[str, PracticeQuestion]:
    """The practice questions on trial or live among these, by UUID, each in its current version. Exam questions are never among them.

    Nor is work that people mark: in a lesson nobody would.
    """
    wanted = list(uuids)
    if not wanted:
        return {}
    rows = session.execute(_usable().where(Question.uuid.in_(wanted)))
    return {row.uuid: PracticeQuestion(row.uuid, row.kind, row.content) for row in rows}


def _usable() -> Select[str, str, dict[str, Any]]:
    return (
        select(Question.uuid, QuestionVersion.kind, QuestionVersion.content)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Question.purpose == "practice", Question.status.in_(("trial", "live")))
        .where(QuestionVersion.kind.not_in(kinds.BY_HAND))
    )


def of_version(session: Session, version_id: int) -> PracticeQuestion:
    """A question as one of its versions has it, its explanation included."""
    rows = select(Question.uuid, QuestionVersion.kind, QuestionVersion.content)
    rows = rows.join(Question, Question.id == QuestionVersion.question_id).where(QuestionVersion.id == version_id)
    return PracticeQuestion(*session.execute(rows).one())


def answer(question: PracticeQuestion, value: object) -> Feedback:
    """Mark an answer and say why."""
    kind, content = kinds.TABLE[question.kind], question.content
    mark = kind.mark(content, value)
    return Feedback(
        value=value,
        mark=None if mark is None else to_places(mark),
        maximum=kind.maximum(content),
        right_ids=_right_ids(question),
        truth=content["answer"] if question.kind == "true_false" else None,
        solution=tuple(kind.solution(content)),
        said=tuple(markup.html(text) for text in kind.feedback(content, value)),
        explanation=markup.html(content["explanation"]),
    )


def _right_ids(question: PracticeQuestion) -> frozenset[str]:
    options = question.content.get("options", ())
    return frozenset(str(place) for place, row in enumerate(options) if _is_best(question.kind, row))


def _is_best(kind: str, row: dict[str, Any]) -> bool:
    if kind == "situational":
        return bool(row["points"] == situational.BEST)
    share = share_of(row)
    return share > 0 if kind == "multiple_choice" else share == 1

"""What the score screen of a sitting shows: of each who has begun, how much is answered and what it would come to now.

Only what is marked without people counts, and only what counts at all: questions on trial and work that waits for a
marker are left out of the marks and of what they could be. Two statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams import grading, journal, papers, results, saving
from lms.exams.grading import Mark
from lms.exams.journal import Entry
from lms.exams.live_scores import ShownAs, number_of
from lms.exams.models import BEGUN, AnswerEvent, Attempt, Blueprint, Candidate, Paper, Result
from lms.exams.papers import Item
from lms.people.models import Employee


@dataclass(frozen=True)
class Row:
    """One candidate. parts: the marks of each section, and what they could be · is_over: handed in or ended."""

    label: str
    answered: int
    questions: int
    parts: tuple[tuple[Decimal, Decimal], ...]
    is_over: bool

    @property
    def score(self) -> Decimal:
        """What all sections come to."""
        return sum((mark for mark, _ in self.parts), Decimal(0))

    @property
    def maximum(self) -> Decimal:
        """What they could."""
        return sum((maximum for _, maximum in self.parts), Decimal(0))


@dataclass(frozen=True)
class Scores:
    """titles: of the sections, where all papers have the same; else empty. by_hand: some work waits for a person."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    by_hand: bool


def of_sitting(session: Session, sitting_id: int, shown_as: ShownAs) -> Scores:
    """Everyone who has begun, in the order of what they are called: nobody stands first for their score."""
    found = session.execute(_attempts(sitting_id)).all()
    journals = _journals(session, [one.id for one in found if one.marks is None])
    titles = {tuple(section["title"] for section in one.content["sections"]) for one in found}
    rows, by_hand = [], False
    for one in found:
        # Not kept_papers.items: a full room has more papers than that keeps, and would push out those of who is at work.
        items = papers.items_of(one.items)
        answers = {number: latest for number, latest in journal.fold(journals[one.id]).items() if latest.is_answered}
        marks = _given(one.marks, items, one.content, {number: latest.answer for number, latest in answers.items()})
        by_hand = by_hand or any(mark.mark is None for mark in marks)
        label = one.name if shown_as == "name" else one.seat or number_of(one.code)
        answered = len(answers) if one.marks is None else one.answered
        parts = _parts(items, marks, len(one.content["sections"]))
        rows.append(Row(label, answered, len(items), parts, one.state == "closed"))
    same = next(iter(titles)) if len(titles) == 1 else ()
    return Scores(same, tuple(sorted(rows, key=lambda row: row.label)), by_hand)


def _attempts(sitting_id: int) -> Any:
    """The last attempt of each, with its newest result where it is closed."""
    other, later = aliased(Attempt), aliased(Result)
    begun = Attempt.state.in_(BEGUN)
    last = (
        select(func.max(other.number))
        .where(other.sitting_id == sitting_id, other.employee_id == Attempt.employee_id, other.state != "prepared")
        .correlate(Attempt)
        .scalar_subquery()
    )
    newest = select(func.max(later.number)).where(later.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    return (
        select(
            Attempt.id, Attempt.code, Attempt.state, Employee.name, Candidate.seat, Paper.items, Blueprint.content,
            Result.marks, Result.answered,
        )
        .join(Employee, Employee.id == Attempt.employee_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .outerjoin(Candidate, and_(Candidate.sitting_id == sitting_id, Candidate.employee_id == Attempt.employee_id))
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.number == newest, Attempt.state == "closed"))
        .where(Attempt.sitting_id == sitting_id, begun, Attempt.number == last)
    )  # fmt: skip


def _journals(session: Session, attempt_ids: Sequence[int]) -> defaultdict[int, list[Entry]]:
    """Of each attempt the newest answer to each question: a fold over these is a fold over all, but for what overtook itself
    within one device's requests, which the result will tell right."""
    newest = (
        select(func.max(AnswerEvent.id))
        .where(AnswerEvent.attempt_id.in_(attempt_ids), AnswerEvent.kind == "answer")
        .group_by(AnswerEvent.attempt_id, AnswerEvent.item)
    )
    return saving.entries_by_attempt(session, AnswerEvent.id.in_(newest))


def _given(
    marks: list[dict[str, Any]] | None, items: Sequence[Item], content: dict[str, Any], answers: dict[int, object]
) -> Sequence[Mark]:
    """The marks of a result, else what the answers would get now."""
    if marks is None:
        return grading.grade(items, content, answers).marks
    return [results.mark_of(row) for row in marks]


def _parts(items: Sequence[Item], marks: Iterable[Mark], sections: int) -> tuple[tuple[Decimal, Decimal], ...]:
    sums = [[Decimal(0), Decimal(0)] for _ in range(sections)]
    for item, mark in zip(items, marks, strict=True):
        if mark.scored and mark.mark is not None:
            sums[item.section][0] += mark.mark
            sums[item.section][1] += mark.maximum
    return tuple((mark, maximum) for mark, maximum in sums)

"""How often questions were drawn: noted with each paper, counted over papers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from lms.exams.models import Paper, PaperQuestion


def note(session: Session, paper_id: int, questions: Collection[int]) -> None:
    """Note that a paper asks these questions. One statement."""
    rows = [{"paper_id": paper_id, "question_id": one} for one in sorted(questions)]
    session.execute(insert(PaperQuestion).values(rows))


def asked() -> Select[int]:
    """The keys of all questions that any paper ever asked."""
    return select(PaperQuestion.question_id)


def by_question() -> Select[*tuple[Any, ...]]:
    """question_id, papers: on how many papers it stands, last_at: when the last of them was drawn. Never drawn = no row."""
    return (
        select(
            PaperQuestion.question_id,
            func.count().label("papers"),
            func.max(Paper.made_at).label("last_at"),
        )
        .join(Paper, Paper.id == PaperQuestion.paper_id)
        .group_by(PaperQuestion.question_id)
    )


def papers_since(exam_id: int, since: datetime) -> Select[int]:
    """How many papers of an exam were drawn since a moment."""
    return select(func.count()).where(Paper.exam_id == exam_id, Paper.made_at >= since)

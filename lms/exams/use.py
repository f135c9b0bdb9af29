"""How often questions were drawn: noted with each paper, counted over papers."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from lms.db import UtcDateTime, looked_up
from lms.exams.models import Paper, QuestionUse
from lms.exams.panels.models import PanelItem
from lms.lean import Lean
from lms.questions.models import Question

#: What a paper takes over of a version. Written out, because RETURNING drops the names of tables on SQLite.
_OF_VERSION = "(SELECT CAST(question_version.%s AS TEXT) FROM question_version WHERE question_version.id = question_use.version_id)"
_VERSION = tuple(literal_column(_OF_VERSION % column, String).label(column) for column in ("hash", "kind", "content"))


def note(session: Session, exam_id: int, questions: Collection[tuple[int, int]], *, now: datetime) -> list[Any]:
    """Note that a paper asks (question, version), and read those versions: (version_id, hash, kind, content as text). One statement."""
    values: dict[str, int] = {}
    for number, (question, version) in enumerate(sorted(questions)):
        values |= {f"question_{number}": question, f"version_{number}": version}
    return _noting(len(questions)).all(session, exam=exam_id, now=now, **values)


@lru_cache(maxsize=100)
def _noting(count: int) -> Lean:
    """For papers of so many questions; an exam's are all as long."""
    exam: BindParameter[int] = bindparam("exam")
    now = bindparam("now", type_=UtcDateTime())
    rows = [
        {
            "exam_id": exam,
            "question_id": bindparam(f"question_{number}"),
            "version_id": bindparam(f"version_{number}"),
            "drawn_at": now,
        }
        for number in range(count)
    ]
    return Lean(insert(QuestionUse).values(rows).returning(QuestionUse.version_id, *_VERSION))


def is_asked() -> ColumnElement[bool]:
    """The SQL of "a paper ever asked the question, or a panel was given it to rate", of each Question that is read and of no other.

    A look into an index for each: against the keys of all that was ever asked PostgreSQL holds each question by reading them through.
    """
    tables = (QuestionUse, PanelItem)
    return or_(*(looked_up(select(1).where(one.question_id == Question.id).correlate(Question)) for one in tables))


def papers() -> ScalarSelect[int]:
    """The SQL of "on how many papers a question stands", of each Question that is read and of no other."""
    return select(func.count()).where(QuestionUse.question_id == Question.id).correlate(Question).scalar_subquery()


def last_at() -> ScalarSelect[Any]:
    """When the last of them was drawn; likewise."""
    drawn = select(func.max(QuestionUse.drawn_at)).where(QuestionUse.question_id == Question.id)
    return drawn.correlate(Question).scalar_subquery()


def since(exam_id: int | BindParameter[int], moment: datetime | BindParameter[datetime]) -> Select[*tuple[Any, ...]]:
    """question_id, seen: on how many of the exam's papers since a moment."""
    return (
        select(QuestionUse.question_id, func.count().label("seen"))
        .where(QuestionUse.exam_id == exam_id, QuestionUse.drawn_at >= moment)
        .group_by(QuestionUse.question_id)
    )


def papers_since(exam_id: int | BindParameter[int], moment: datetime | BindParameter[datetime]) -> Select[int]:
    """How many papers of an exam were drawn since a moment."""
    return select(func.count()).where(Paper.exam_id == exam_id, Paper.made_at >= moment)

"""Many new questions in a few statements: one by one, five thousand of them held SQLite's lock for half a minute."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.questions.banks import version_hash
from lms.questions.models import Bank, Question, QuestionStep, QuestionVersion

#: Written by one statement for each table.
CHUNK = 250


@dataclass(frozen=True)
class New:
    """A question that no bank has. content: what the kind's `read` returned; competency: the code of competency_id; tags: free words."""

    kind: str
    content: dict[str, Any]
    competency_id: int
    competency: str
    level: int
    difficulty: str
    tags: Sequence[str] = ()
    folder: str = ""


def add(
    session: Session, bank: Bank, questions: Iterable[New], *, why: str, by: int | None, now: datetime
) -> Iterator[list[int]]:
    """Put questions into a bank, on trial, for exams. Yields the keys of each chunk once it is written."""
    rest = iter(questions)
    while chunk := list(islice(rest, CHUNK)):
        keys = _questions(session, bank, chunk)
        versions = _versions(session, bank, keys, chunk, by=by, now=now)
        current = select(QuestionVersion.id).where(QuestionVersion.question_id == Question.id).scalar_subquery()
        pointed = update(Question).where(Question.id.in_(keys)).values(current_id=current)
        session.execute(pointed, execution_options={"synchronize_session": False})
        made = {"bank_id": bank.id, "act": "made", "before": "trial", "after": "trial", "reason": why, "turn": ""}
        steps = [
            {"question_id": key, "version_id": version, "at": now, "by": by, **made}
            for key, version in zip(keys, versions, strict=True)
        ]
        session.execute(insert(QuestionStep), steps)
        yield keys


def _questions(session: Session, bank: Bank, chunk: Sequence[New]) -> list[int]:
    rows = [
        {"uuid": str(uuid4()), "bank_id": bank.id, "purpose": "exam", "status": "trial", "folder": one.folder}
        for one in chunk
    ]
    return _keys(session, Question, rows)


def _versions(
    session: Session, bank: Bank, keys: Sequence[int], chunk: Sequence[New], *, by: int | None, now: datetime
) -> list[int]:
    rows = []
    for key, one in zip(keys, chunk, strict=True):
        said: dict[str, Any] = {
            "level": one.level,
            "difficulty": one.difficulty,
            "lesson": "",
            "tags": sorted(set(one.tags)),
        }
        row = {"kind": one.kind, "content": one.content, "competency_id": one.competency_id, **said}
        digest = version_hash(one.kind, one.content, competency=one.competency, **said)
        rows.append(
            {"question_id": key, "bank_id": bank.id, "number": 1, "hash": digest, "made_at": now, "made_by": by, **row}
        )
    return _keys(session, QuestionVersion, rows)


def _keys(session: Session, table: type[Question | QuestionVersion], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows; their keys, in the same order."""
    return list(session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows))

"""Banks: questions get versions, and versions never change."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.db import canonical_json
from lms.frameworks.models import Competency
from lms.questions.models import Bank, Question, QuestionVersion


def add_version(
    session: Session,
    bank: Bank,
    *,
    uuid: str,
    kind: str,
    content: dict[str, Any],
    competency_id: int,
    level: int,
    difficulty: str,
    lesson: str,
    purpose: str,
    by: int | None,
    now: datetime,
) -> QuestionVersion:
    """Give a question of the bank its next version; make the question when its UUID is new.

    content: what the kind's `read` returned. Writes nothing new when the current version says the same.
    Raises ForeignQuestion when the UUID belongs to a question of another bank.
    """
    question = _question(session, bank, uuid=uuid, purpose=purpose)
    competency = session.get_one(Competency, competency_id)
    tags = {"competency": competency.code, "level": level, "difficulty": difficulty, "lesson": lesson}
    digest = content_hash(kind, content, tags)
    current = session.get(QuestionVersion, question.current_id) if question.current_id else None
    if current is not None and current.hash == digest:
        return current
    version = QuestionVersion(
        question_id=question.id,
        number=current.number + 1 if current else 1,
        kind=kind,
        content=content,
        hash=digest,
        competency_id=competency_id,
        level=level,
        difficulty=difficulty,
        lesson=lesson,
        made_at=now,
        made_by=by,
    )
    session.add(version)
    session.flush()  # the question points to it by key
    question.current_id = version.id
    return version


def suspend(session: Session, question_id: int, *, reason: str, by: int, now: datetime) -> bool:
    """Take a live exam question out of papers yet to be drawn, after a person looked at it. False: it was not live.

    Papers that are drawn keep it, and results stay as they are.
    """
    return _turn(session, question_id, "live", "suspended", reason=reason, by=by, now=now)


def restore(session: Session, question_id: int, *, by: int, now: datetime) -> bool:
    """Undo a suspension. False: it was not suspended."""
    return _turn(session, question_id, "suspended", "live", reason="", by=by, now=now)


def _turn(session: Session, question_id: int, old: str, new: str, *, reason: str, by: int, now: datetime) -> bool:
    turned = session.execute(
        update(Question)
        .where(Question.id == question_id, Question.status == old, Question.purpose == "exam")
        .values(status=new)
        .returning(Question.id)
    ).one_or_none()
    if turned is None:
        return False
    action = "question.suspend" if new == "suspended" else "question.restore"
    audit.record(
        session, action, f"question:{question_id}", by=by, now=now, details={"reason": reason} if reason else None
    )
    return True


class ForeignQuestion(ValueError):
    """The UUID belongs to a question of another bank."""


def content_hash(kind: str, content: dict[str, Any], tags: dict[str, Any]) -> str:
    """SHA-256 over all that a version says. tags: competency code, level, difficulty, lesson."""
    return hashlib.sha256(canonical_json({"kind": kind, "content": content, **tags}).encode()).hexdigest()


def _question(session: Session, bank: Bank, *, uuid: str, purpose: str) -> Question:
    question = session.scalars(select(Question).where(Question.uuid == uuid)).one_or_none()
    if question is None:
        question = Question(uuid=uuid, bank_id=bank.id, purpose=purpose)
        session.add(question)
        session.flush()  # its versions point to it by key
    elif question.bank_id != bank.id:
        raise ForeignQuestion(uuid)
    question.purpose = purpose
    return question

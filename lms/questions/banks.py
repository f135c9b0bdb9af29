"""Banks: they are made, and their questions get versions that never change."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.db import canonical_json, insert_into
from lms.frameworks.models import Competency
from lms.questions.models import Bank, Question, QuestionStep, QuestionVersion
from lms.slugs import SLUG

#: What a bank is called in addresses. Those that are left out are pages of /soal itself.
CODE = re.compile(rf"(?!templat$){SLUG.pattern}")


class CodeTaken(ValueError):
    """Another bank has the code."""


def create(session: Session, code: str, title: str, *, unit_id: int, by: int | None, now: datetime) -> Bank:
    """An empty bank, of whoever edits questions of its unit. Raises CodeTaken."""
    row = {"code": code, "title": title, "unit_id": unit_id}
    made = insert_into(session, Bank).values(row).on_conflict_do_nothing(index_elements=["code"]).returning(Bank.id)
    key = session.scalar(made)
    if key is None:
        raise CodeTaken(code)
    audit.record(
        session, "question.create_bank", f"bank:{key}", by=by, now=now, details={"code": code, "unit": unit_id}
    )
    return session.get_one(Bank, key)


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
    tags: Sequence[str] = (),
    status: Literal["trial"] | None = None,
    why: str = "",
) -> QuestionVersion:
    """Give a question of the bank its next version; make the question when its UUID is new.

    content: what the kind's `read` returned. tags: free words. status: what the question has from now on; None = what it had,
    and "live" if it is new, for what others have read before it came here. why: a word for its history.
    Writes no new version when the current one says the same; a question that passes over to exams has its step all the same.
    Raises ForeignQuestion when the UUID belongs to a question of another bank.
    """
    question = _question(session, bank, uuid=uuid, purpose=purpose, status=status or "live")
    moves, question.purpose = purpose != question.purpose, purpose
    competency = session.get_one(Competency, competency_id)
    words = sorted(set(tags))
    digest = version_hash(
        kind, content, competency=competency.code, level=level, difficulty=difficulty, lesson=lesson, tags=words
    )
    current = session.get(QuestionVersion, question.current_id) if question.current_id else None
    if current is not None and current.hash == digest:
        if not moves:
            return current
        version = current
    else:
        version = QuestionVersion(
            question_id=question.id,
            bank_id=bank.id,
            number=current.number + 1 if current else 1,
            tags=words,
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
    before, question.status = question.status, status or question.status
    question.current_id, question.is_returned = version.id, False
    session.add(
        QuestionStep(
            question_id=question.id,
            bank_id=bank.id,
            version_id=version.id,
            act="edited" if current else "made",
            before=before,
            after=question.status,
            reason=why,
            turn="",
            at=now,
            by=by,
        )
    )
    return version


def calibrate(session: Session, measured: Mapping[str, float]) -> int:
    """Keep what was measured of questions: UUID → facility in [0, 1]. Returns how many there are of them."""
    rows = session.scalars(select(Question).where(Question.uuid.in_(measured))).all()
    for question in rows:
        question.facility = Decimal(str(measured[question.uuid])).quantize(Decimal("0.0001"))
    return len(rows)


class ForeignQuestion(ValueError):
    """The UUID belongs to a question of another bank."""


def version_hash(
    kind: str,
    content: dict[str, Any],
    *,
    competency: str,
    level: int,
    difficulty: str,
    lesson: str,
    tags: Sequence[str],
) -> str:
    """The hash of a version. competency: its code; tags: sorted."""
    said = {"competency": competency, "level": level, "difficulty": difficulty, "lesson": lesson}
    return content_hash(kind, content, said | ({"tags": tags} if tags else {}))


def content_hash(kind: str, content: dict[str, Any], tags: dict[str, Any]) -> str:
    """SHA-256 over all that a version says. tags: competency code, level, difficulty, lesson; free tags where there are any."""
    return hashlib.sha256(canonical_json({"kind": kind, "content": content, **tags}).encode()).hexdigest()


def _question(session: Session, bank: Bank, *, uuid: str, purpose: str, status: str) -> Question:
    question = session.scalars(select(Question).where(Question.uuid == uuid)).one_or_none()
    if question is None:
        question = Question(uuid=uuid, bank_id=bank.id, purpose=purpose, status=status)
        session.add(question)
        session.flush()  # its versions point to it by key
    elif question.bank_id != bank.id:
        raise ForeignQuestion(uuid)
    return question

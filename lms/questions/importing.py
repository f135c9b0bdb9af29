"""Brings questions of a file into a bank: what the file does not say of them is settled, and a batch keeps them together."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.frameworks.models import Competency
from lms.questions import adding
from lms.questions.adding import New
from lms.questions.exchange.checking import Checked, Ready
from lms.questions.exchange.drafted import Finding, Tell, silent
from lms.questions.models import (
    Bank,
    BatchQuestion,
    Question,
    QuestionBatch,
    QuestionEnemy,
    QuestionStep,
    QuestionVersion,
)
from lms.questions.resemblance import Known, Stems, compared
from lms.questions.said import say

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True)
class Defaults:
    """What questions are given that say nothing themselves; None = what is most frequent in the bank."""

    competency: str | None = None
    level: int | None = None
    difficulty: str | None = None


@dataclass(frozen=True)
class Tagged:
    """A question ready for the bank. tags: competency_id, competency, level, difficulty."""

    ready: Ready
    competency_id: int
    competency: str
    level: int
    difficulty: str


@dataclass(frozen=True)
class Plan:
    """What an import would do: questions that go in, and all findings, those of the file first."""

    questions: tuple[Tagged, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """What is kept out."""
        return [one for one in self.findings if one.level == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """What comes in and should be looked at."""
        return [one for one in self.findings if one.level == "warning"]


@dataclass(frozen=True)
class Undone:
    """removed: questions taken out; kept: those that were used or changed since."""

    removed: int
    kept: int


class BatchUndone(ValueError):
    """The batch was taken back already."""


def plan(
    session: Session | None,
    bank: Bank | None,
    checked: Checked,
    defaults: Defaults,
    *,
    stems: Stems,
    tell: Tell = silent,
) -> Plan:
    """Settle the tags of what can be kept, and name what is in the bank already. bank: None = only looking, no bank yet.

    Writes nothing. session: None = no tables yet, so no competency is known or unknown. stems: how words are reduced before
    questions are compared. tell: is told how far that has come.
    """
    codes = {row.code: row.id for row in session.execute(select(Competency.code, Competency.id))} if session else {}
    usual = _usual(session, bank) if session and bank else {}
    findings = list(checked.findings)
    fallback = defaults.competency or usual.get("competency")
    if bank and not fallback and any("competency" not in one.drafted.tags for one in checked.ready):
        said = say(
            "bank ini belum punya soal; sebut kompetensinya, misalnya --competency TEK.KI, atau isi kolom Kompetensi"
        )
        findings.append(Finding(say("Kompetensi"), said, "error"))
    questions = []
    for one in checked.ready:
        code = one.drafted.tags.get("competency") or fallback
        if session and code is not None and code not in codes:
            said = say("kompetensi %(code)s tidak ada di kamus kompetensi", code=code)
            findings.append(Finding(one.drafted.where, said, "error", one.drafted.stem))
        elif code is not None or bank is None:
            level = one.drafted.tags.get("level") or defaults.level or usual.get("level") or 1
            difficulty = one.drafted.tags.get("difficulty") or defaults.difficulty or "sedang"
            questions.append(Tagged(one, codes.get(code or "", 0), code or "", level, difficulty))
    findings += _resembling(session, bank, questions, stems, tell)
    return Plan(tuple(questions), tuple(findings))


def new_code() -> str:
    """A code of its own, which nobody guesses: 48 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))


def write(
    session: Session,
    bank: Bank,
    questions: Iterable[Tagged],
    *,
    format: str,
    sha256: str,
    by: int | None,
    now: datetime,
) -> QuestionBatch:
    """Put questions into the bank, on trial, as one batch. sha256: of the file that had them."""
    code = new_code()
    batch = QuestionBatch(code=code, bank_id=bank.id, format=format, made_at=now, made_by=by)
    session.add(batch)
    session.flush()  # its questions point to it by key
    number = 0
    for keys in adding.add(session, bank, map(_new, questions), why=f"impor {format}", by=by, now=now):
        number += len(keys)
        session.execute(insert(BatchQuestion), [{"question_id": key, "batch_id": batch.id} for key in keys])
    details = {"batch": code, "format": format, "questions": number, "sha256": sha256}
    audit.record(session, "question.import", f"bank:{bank.id}", by=by, now=now, details=details)
    return batch


def _new(one: Tagged) -> New:
    given = one.ready.drafted
    return New(
        kind=given.kind,
        content=one.ready.content,
        competency_id=one.competency_id,
        competency=one.competency,
        level=one.level,
        difficulty=one.difficulty,
        tags=given.tags.get("tags", ()),
        folder=given.tags.get("folder", ""),
    )


def undo(
    session: Session, batch: QuestionBatch, *, in_use: ColumnElement[bool], by: int | None, now: datetime
) -> Undone:
    """Take the questions of a batch out of the bank, except those that left their trial, were changed or are `in_use`.

    in_use: the SQL of "a paper asks the Question", as one on trial may be, unscored. Raises BatchUndone the second time.
    """
    wanted = update(QuestionBatch).where(QuestionBatch.id == batch.id, QuestionBatch.undone_at.is_(None))
    if session.execute(wanted.values(undone_at=now).returning(QuestionBatch.id)).first() is None:
        raise BatchUndone(batch.code)
    of_batch = select(BatchQuestion.question_id).where(BatchQuestion.batch_id == batch.id)
    versions = select(func.count()).where(QuestionVersion.question_id == Question.id).correlate(Question)
    all_of_it = set(session.scalars(of_batch))
    free = list(
        session.scalars(
            select(Question.id).where(
                Question.id.in_(of_batch),
                Question.status == "trial",
                versions.scalar_subquery() == 1,
                ~in_use,
            )
        )
    )
    for start in range(0, len(free), 500):
        _remove(session, free[start : start + 500])
    made = Undone(len(free), len(all_of_it) - len(free))
    details = {"batch": batch.code, "removed": made.removed, "kept": made.kept}
    audit.record(session, "question.undo_import", f"bank:{batch.bank_id}", by=by, now=now, details=details)
    return made


def _remove(session: Session, keys: list[int]) -> None:
    session.execute(delete(BatchQuestion).where(BatchQuestion.question_id.in_(keys)))
    session.execute(update(Question).where(Question.id.in_(keys)).values(current_id=None))
    session.execute(delete(QuestionStep).where(QuestionStep.question_id.in_(keys)))
    session.execute(
        delete(QuestionEnemy).where(or_(QuestionEnemy.first_id.in_(keys), QuestionEnemy.second_id.in_(keys)))
    )
    session.execute(delete(QuestionVersion).where(QuestionVersion.question_id.in_(keys)))
    session.execute(delete(Question).where(Question.id.in_(keys)))


def _usual(session: Session, bank: Bank) -> Mapping[str, Any]:
    """The competency that most questions of the bank have, and their most frequent level in it; the first of equals."""
    rows = session.execute(
        select(Competency.code, QuestionVersion.level)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .join(Question, Question.current_id == QuestionVersion.id)
        .where(Question.bank_id == bank.id)
    ).all()
    if not rows:
        return {}
    codes = Counter(row.code for row in rows)
    code = min(codes, key=lambda one: (-codes[one], one))
    levels = Counter(row.level for row in rows if row.code == code)
    return {"competency": code, "level": min(levels, key=lambda one: (-levels[one], one))}


def _resembling(
    session: Session | None, bank: Bank | None, questions: list[Tagged], stems: Stems, tell: Tell
) -> list[Finding]:
    """A warning for each question that the bank, or the file further up, nearly has."""
    known: Known[str] = Known(stems)
    if session and bank:
        rows = session.execute(
            select(Question.id, QuestionVersion.content, QuestionVersion.kind)
            .join(QuestionVersion, QuestionVersion.id == Question.current_id)
            .where(Question.bank_id == bank.id)
            .order_by(Question.id)
        )
        for row in rows:
            known.add(say("soal di bank: %(stem)s", stem=_shown(row.content)), compared(row.content))
    found = []
    for place, one in enumerate(questions):
        tell("comparing", place, len(questions))
        drafted = one.ready.drafted
        near = known.nearest(compared(one.ready.content))
        if near is not None:
            found.append(
                Finding(
                    drafted.where,
                    say("%(share)s mirip dengan %(key)s", share=f"{near.share:.0%}", key=near.key),
                    "warning",
                )
            )
        known.add(drafted.where, compared(one.ready.content))
    return found


def _shown(content: Mapping[str, Any]) -> str:
    text = " ".join(str(content.get("text") or content["stem"]).split())
    return f"“{text[:57]}…”" if len(text) > 60 else f"“{text}”"

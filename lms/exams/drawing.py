"""Papers drawn from a bank: what may be drawn now, by the blueprint, noted as use, frozen. Three statements a paper."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from lms.exams import blueprint, papers, rehearsing, use
from lms.exams.blueprint import Candidate
from lms.exams.models import EXAM, PRACTICE, Blueprint, Exam, Paper
from lms.frameworks.models import Competency
from lms.questions.kinds import BY_HAND
from lms.questions.models import Question, QuestionEnemy, QuestionVersion


def paper(session: Session, exam: Exam, plan: Blueprint, *, now: datetime) -> Paper:
    """Draw a paper, and note which questions it asks. Raises blueprint.Infeasible."""
    seed = secrets.randbits(64)
    found = pool(session, exam, plan.content, now=now)
    draw = rehearsing.some if exam.mode == PRACTICE else blueprint.draw
    drawn = draw(found, plan.content, seed=seed)
    question_of = {one.version: one.question for one in found}
    taken = use.note(session, exam.id, [(question_of[one.version], one.version) for one in drawn], now=now)
    items = papers.freeze(drawn, {id: papers.Version(*rest) for id, *rest in taken}, seed=seed)
    made = Paper(
        exam_id=exam.id,
        blueprint_id=plan.id,
        items=papers.rows_of(items),
        hash=papers.digest(plan.hash, items),
        made_at=now,
    )
    session.add(made)
    session.flush()  # the attempt points to it by key
    return made


def pool(session: Session, exam: Exam, content: Mapping[str, Any], *, now: datetime) -> list[Candidate]:
    """What may be drawn for an exam now: its bank's live questions, and those on trial where the blueprint asks for some.

    Questions for exams go to exams alone: a rehearsal draws what is for practice, and nothing that people mark.

    One statement. Work that people mark is never drawn on trial: nobody would mark what counts nothing.
    """
    rows = session.execute(_rows(exam, content, now)).all()
    version_of = {row.question: row.version for row in rows}
    enemies = {row.question: _versions(row.enemies, version_of) for row in rows}
    cap = content.get("exposure", {}).get("percent")
    return [
        Candidate(
            version=row.version,
            competency=row.code,
            level=row.level,
            difficulty=row.difficulty,
            uuid=row.uuid,
            tags=frozenset(row.tags),
            enemies=enemies[row.question],
            facility=None if row.facility is None else float(row.facility),
            is_spent=cap is not None and is_spent(row.seen, row.papers, cap),
            is_trial=row.status == "trial",
            question=row.question,
        )
        for row in rows
    ]


def is_spent(seen: int, drawn: int, percent: int) -> bool:
    """Whether one more paper would put a question on more than its share, in whole papers rounded up.

    seen: papers with it; drawn: all papers. At 40 per cent: 1 of the first 2, 2 of 5, 3 of 6. Papers drawn in the same
    moment do not see each other, and may go beyond by their number.
    """
    return seen + 1 > -(-percent * (drawn + 1) // 100)


def _rows(exam: Exam, content: Mapping[str, Any], now: datetime) -> Select[*tuple[Any, ...]]:
    columns = (
        QuestionVersion.id.label("version"),
        Question.id.label("question"),
        Question.uuid,
        Question.status,
        Question.facility,
        Competency.code,
        QuestionVersion.level,
        QuestionVersion.difficulty,
        QuestionVersion.tags,
        _enemies().label("enemies"),
    )
    rows = (
        select(*columns)
        .join(QuestionVersion, Question.current_id == QuestionVersion.id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .where(Question.bank_id == exam.bank_id, _meant_for(exam), _open(content))
    )
    if "exposure" not in content:
        return rows.add_columns(literal(0).label("seen"), literal(0).label("papers"))
    since = now - timedelta(days=content["exposure"]["days"])
    used = use.since(exam.id, since).subquery()
    drawn = use.papers_since(exam.id, since).scalar_subquery().label("papers")
    return rows.add_columns(func.coalesce(used.c.seen, 0).label("seen"), drawn).outerjoin(
        used, used.c.question_id == Question.id
    )


def _versions(enemies: str | None, version_of: Mapping[int, int]) -> frozenset[int]:
    """Of keys with commas between: the versions of those that may be drawn."""
    keys = map(int, enemies.split(",")) if enemies else ()
    return frozenset(version_of[key] for key in keys if key in version_of)


def _open(content: Mapping[str, Any]) -> ColumnElement[bool]:
    on_trial = and_(
        Question.status == "trial", Question.is_returned.is_(False), QuestionVersion.kind.not_in(tuple(BY_HAND))
    )
    return or_(Question.status == "live", on_trial) if content.get("trial") else Question.status == "live"


def _meant_for(exam: Exam) -> ColumnElement[bool]:
    if exam.mode == EXAM:
        return Question.purpose == "exam"
    return and_(Question.purpose == "practice", QuestionVersion.kind.not_in(tuple(BY_HAND)))


def _enemies() -> ScalarSelect[str]:
    """The keys of a question's enemies with commas between, both ways."""
    other = case((QuestionEnemy.first_id == Question.id, QuestionEnemy.second_id), else_=QuestionEnemy.first_id)
    return (
        select(func.aggregate_strings(cast(other, String), ","))
        .where(or_(QuestionEnemy.first_id == Question.id, QuestionEnemy.second_id == Question.id))
        .correlate(Question)
        .scalar_subquery()
    )

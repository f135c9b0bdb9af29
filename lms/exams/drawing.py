"""Papers drawn from a bank: what may be drawn now, by the blueprint, noted as use, frozen. Three statements a paper."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from lms.db import UtcDateTime
from lms.exams import blueprint, kept_papers, papers, rehearsing, use
from lms.exams.blueprint_rows import Candidate, Drawn, Infeasible, is_spent
from lms.exams.models import EXAM, PRACTICE, Blueprint, Exam, Paper
from lms.frameworks.models import Competency
from lms.lean import Lean
from lms.questions.kinds import BY_HAND
from lms.questions.models import Question, QuestionEnemy, QuestionVersion


class Laid(NamedTuple):
    """A paper that is kept: its key, its items, and their digest."""

    id: int
    items: tuple[papers.Item, ...]
    hash: str


class _Written(UserDefinedType[str]):
    """JSON that is text already, for a column of JSON."""

    cache_ok = True

    def get_col_spec(self, **_kw: Any) -> str:
        return "JSON"


def paper(session: Session, exam: Exam, plan: Blueprint, *, now: datetime) -> Laid:
    """Draw a paper, and note which questions it asks. Raises Infeasible."""
    seed = secrets.randbits(64)
    found = pool(session, exam, plan.content, now=now)
    drawn = _drawn(found, exam, plan, seed=seed)
    question_of = {one.version: one.question for one in found}
    taken = use.note(session, exam.id, [(question_of[one.version], one.version) for one in drawn], now=now)
    items = papers.freeze(drawn, {id: papers.Version(*rest) for id, *rest in taken}, seed=seed)
    text = papers.written(items)
    sealed = papers.digest(plan.hash, text)
    key = _KEEP.first(session, exam=exam.id, blueprint=plan.id, items=text, hash=sealed, now=now).id
    return Laid(key, kept_papers.keep(sealed, tuple(items)), sealed)


def is_possible(session: Session, exam: Exam, plan: Blueprint, *, now: datetime) -> bool:
    """Whether a paper can be drawn now. One statement; nobody gets what is drawn."""
    try:
        _drawn(pool(session, exam, plan.content, now=now), exam, plan, seed=secrets.randbits(64))
    except Infeasible:
        return False
    return True


def _drawn(found: Sequence[Candidate], exam: Exam, plan: Blueprint, *, seed: int) -> list[Drawn]:
    draw = rehearsing.some if exam.mode == PRACTICE else blueprint.draw
    return draw(found, plan.content, seed=seed)


def pool(session: Session, exam: Exam, content: Mapping[str, Any], *, now: datetime) -> list[Candidate]:
    """What may be drawn for an exam now: its bank's live questions, and those on trial where the blueprint asks for some.

    Questions for exams go to exams alone: a rehearsal draws what is for practice, and nothing that people mark.

    One statement. Work that people mark is never drawn on trial: nobody would mark what counts nothing.
    """
    exposure = content.get("exposure", {})
    values = {"exam": exam.id, "since": now - timedelta(days=exposure["days"])} if exposure else {}
    rows = _rows(exam.mode == EXAM, bool(content.get("trial")), bool(exposure)).all(
        session, bank=exam.bank_id, **values
    )
    version_of = {row.question: row.version for row in rows}
    enemies = {row.question: _versions(row.enemies, version_of) for row in rows}
    cap = exposure.get("percent")
    return [
        Candidate(
            version=row.version,
            competency=row.code,
            level=row.level,
            difficulty=row.difficulty,
            uuid=row.uuid,
            tags=_tags(row.tags),
            enemies=enemies[row.question],
            facility=None if row.facility is None else float(row.facility),
            is_spent=cap is not None and is_spent(row.seen, row.papers, cap),
            is_trial=row.status == "trial",
            question=row.question,
            seen=row.seen,
            papers=row.papers,
        )
        for row in rows
    ]


def all_of_kind(session: Session, exam: Exam, content: Mapping[str, Any], kind: str) -> frozenset[str]:
    """Titles of the sections whose questions can be of this kind alone, whichever are drawn. One statement."""
    rows = _SORTS.all(session, bank=exam.bank_id, purpose="exam" if exam.mode == EXAM else "practice")
    others = [(row.code, row.level, _tags(row.tags)) for row in rows if row.kind != kind]
    found = {(row.code, row.level) for row in rows if row.kind == kind}
    return frozenset(
        one["title"]
        for one in content["sections"]
        if (one["competency"], one["level"]) in found
        and not any(
            (code, level) == (one["competency"], one["level"]) and tags.issuperset(one.get("tags", ()))
            for code, level, tags in others
        )
    )


@lru_cache(maxsize=1024)
def _tags(written: str) -> frozenset[str]:
    return frozenset(json.loads(written))


@cache
def _rows(is_exam: bool, tries: bool, is_capped: bool) -> Lean:
    """tries: draws some on trial · is_capped: has a limit of exposure, and asks for `exam` and `since`."""
    columns = (
        QuestionVersion.id.label("version"),
        Question.id.label("question"),
        Question.uuid,
        Question.status,
        Question.facility,
        Competency.code,
        QuestionVersion.level,
        QuestionVersion.difficulty,
        cast(QuestionVersion.tags, Text).label("tags"),
        _enemies().label("enemies"),
    )
    rows = (
        select(*columns)
        .join(QuestionVersion, Question.current_id == QuestionVersion.id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .where(Question.bank_id == bindparam("bank"), _meant_for(is_exam), _open(tries))
    )
    if not is_capped:
        return Lean(rows.add_columns(literal(0).label("seen"), literal(0).label("papers")))
    exam: BindParameter[int] = bindparam("exam")
    since = bindparam("since", type_=UtcDateTime())
    used = use.since(exam, since).subquery()
    drawn = use.papers_since(exam, since).scalar_subquery().label("papers")
    return Lean(
        rows.add_columns(func.coalesce(used.c.seen, 0).label("seen"), drawn).outerjoin(
            used, used.c.question_id == Question.id
        )
    )


def _versions(enemies: str | None, version_of: Mapping[int, int]) -> frozenset[int]:
    """Of keys with commas between: the versions of those that may be drawn."""
    keys = map(int, enemies.split(",")) if enemies else ()
    return frozenset(version_of[key] for key in keys if key in version_of)


def _open(tries: bool) -> ColumnElement[bool]:
    on_trial = and_(
        Question.status == "trial", Question.is_returned.is_(False), QuestionVersion.kind.not_in(tuple(BY_HAND))
    )
    return or_(Question.status == "live", on_trial) if tries else Question.status == "live"


def _meant_for(is_exam: bool) -> ColumnElement[bool]:
    if is_exam:
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


#: What sorts of questions a bank has: few rows, however many questions.
_SORTS = Lean(
    select(Competency.code, QuestionVersion.level, QuestionVersion.kind, cast(QuestionVersion.tags, Text).label("tags"))
    .join(Question, Question.current_id == QuestionVersion.id)
    .join(Competency, Competency.id == QuestionVersion.competency_id)
    .where(Question.bank_id == bindparam("bank"), Question.purpose == bindparam("purpose"), _open(tries=False))
    .distinct()
)
_KEEP = Lean(
    insert(Paper)
    .values(
        exam_id=bindparam("exam"),
        blueprint_id=bindparam("blueprint"),
        items=bindparam("items", type_=_Written()),
        hash=bindparam("hash"),
        made_at=bindparam("now"),
    )
    .returning(Paper.id)
)

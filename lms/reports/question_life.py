"""What a bank's pages say of its questions beside their words: use, what waits for whom, history, and near-duplicates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, or_, select
from sqlalchemy.orm import Session

from lms.exams import use
from lms.frameworks.models import Competency
from lms.people.models import Employee, User
from lms.questions import lifecycle, listing, resemblance
from lms.questions.listing import Filters
from lms.questions.models import Bank, Question, QuestionEnemy, QuestionStep, QuestionVersion
from lms.questions.resemblance import compared, words

#: What a bank may be narrowed to by use, and what waits for whom.
USES = ("belum", "pernah", "sering")
QUEUES = ("tinjau", "kembali")
#: From so many papers on a question counts as often used.
OFTEN = 10
MOST_ALIKE = 5


@dataclass(frozen=True)
class Step:
    """One step in a question's life. who: the person's name, empty for the system."""

    act: str
    number: int
    before: str
    after: str
    reason: str
    at: datetime
    who: str


@dataclass(frozen=True)
class Neighbour:
    """Another question of the bank, with its words in short. share: how alike, in [0, 1]; 0 where that was not asked."""

    id: int
    uuid: str
    short: str
    share: float = 0.0


def questions(bank: Bank, filters: Filters, *, used: str, queue: str, user_id: int) -> Select[*tuple[Any, ...]]:
    """listing.questions with use (`papers`, `last_at`) and `is_mine`; narrowed by use, and to what waits.

    used: one of USES, empty = all. queue: "tinjau" = waits for a review that this person may give, "kembali" = was sent
    back to this person.
    """
    mine, papers = lifecycle.is_authored_by(user_id), use.papers()
    rows = listing.questions(bank, filters).add_columns(
        papers.label("papers"), use.last_at().label("last_at"), case((mine, 1), else_=0).label("is_mine")
    )
    if used in USES:
        rows = rows.where({"belum": papers == 0, "pernah": papers > 0, "sering": papers >= OFTEN}[used])
    if queue == "tinjau":
        rows = rows.where(Question.status == "trial", Question.is_returned.is_(False), ~mine)
    if queue == "kembali":
        rows = rows.where(Question.is_returned, mine)
    return rows


def waiting(user_id: int) -> Select[*tuple[Any, ...]]:
    """bank_id and how many of its questions wait for a review that this person may give."""
    return (
        select(Question.bank_id, func.count().label("waiting"))
        .where(Question.status == "trial", Question.is_returned.is_(False), ~lifecycle.is_authored_by(user_id))
        .group_by(Question.bank_id)
    )


def turns(bank: Bank, user_id: int) -> Select[*tuple[Any, ...]]:
    """The last turns that a person took in a bank and may still take back: turn, act, at, how many questions."""
    newest = (
        select(QuestionStep.question_id, func.max(QuestionStep.id).label("step"))
        .join(Question, Question.id == QuestionStep.question_id)
        .where(Question.bank_id == bank.id)
        .group_by(QuestionStep.question_id)
        .subquery()
    )
    return (
        select(QuestionStep.turn, QuestionStep.act, QuestionStep.at, func.count().label("questions"))
        .join(newest, newest.c.step == QuestionStep.id)
        .where(QuestionStep.by == user_id, QuestionStep.act.in_(lifecycle.UNDOABLE))
        .group_by(QuestionStep.turn, QuestionStep.act, QuestionStep.at)
        .order_by(QuestionStep.at.desc(), QuestionStep.turn)
        .limit(3)
    )


def history(session: Session, question_id: int) -> list[Step]:
    """All steps of a question, the newest first."""
    rows = session.execute(
        select(QuestionStep, QuestionVersion.number, Employee.name)
        .join(QuestionVersion, QuestionVersion.id == QuestionStep.version_id)
        .outerjoin(User, User.id == QuestionStep.by)
        .outerjoin(Employee, Employee.id == User.employee_id)
        .where(QuestionStep.question_id == question_id)
        .order_by(QuestionStep.id.desc())
    )
    return [Step(one.act, number, one.before, one.after, one.reason, one.at, name or "") for one, number, name in rows]


def versions(session: Session, question_id: int) -> list[Row[*tuple[Any, ...]]]:
    """All versions of a question, the newest first: QuestionVersion, its competency (code, name), and who made it, or None."""
    rows = (
        select(QuestionVersion, Competency.code, Competency.name, Employee.name.label("who"))
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .outerjoin(User, User.id == QuestionVersion.made_by)
        .outerjoin(Employee, Employee.id == User.employee_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
    )
    return list(session.execute(rows))


def neighbours(session: Session, question: Question, content: dict[str, Any]) -> list[Neighbour]:
    """Questions of the bank that say nearly the same, the most alike first: resemblance.py, over words in small letters."""
    rows = session.execute(
        select(Question.id, Question.uuid, QuestionVersion.content)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Question.bank_id == question.bank_id, Question.id != question.id, Question.status != "retired")
        .order_by(Question.id)
    ).all()
    others = ((place, compared(row.content)) for place, row in enumerate(rows))
    found = resemblance.alike(compared(content), others, words, most=MOST_ALIKE)
    near = [(rows[one.key], one.share) for one in found]
    return [Neighbour(row.id, row.uuid, _short(row.content), share) for row, share in near]


def enemies(session: Session, question_id: int) -> list[Neighbour]:
    """The questions with which one never stands on a paper."""
    other = case((QuestionEnemy.first_id == question_id, QuestionEnemy.second_id), else_=QuestionEnemy.first_id)
    rows = session.execute(
        select(Question.id, Question.uuid, QuestionVersion.content)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .join(QuestionEnemy, other == Question.id)
        .where(or_(QuestionEnemy.first_id == question_id, QuestionEnemy.second_id == question_id))
        .order_by(Question.id)
    )
    return [Neighbour(row.id, row.uuid, _short(row.content)) for row in rows]


def one(bank: Bank, uuid: str, user_id: int) -> Select[*tuple[Any, ...]]:
    """A question of a bank with its current version, its competency, use, and whether this person wrote a version of it."""
    mine = case((lifecycle.is_authored_by(user_id), 1), else_=0).label("is_mine")
    used = (use.papers().label("papers"), use.last_at().label("last_at"))
    return (
        select(Question, QuestionVersion, Competency.code, Competency.name, *used, mine)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .where(Question.uuid == uuid, Question.bank_id == bank.id)
    )


def _short(content: dict[str, Any]) -> str:
    text = " ".join(str(content.get("text") or content["stem"]).split())
    return f"{text[:87]}…" if len(text) > 90 else text

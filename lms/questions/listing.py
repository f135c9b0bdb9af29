"""Banks and their questions as a list: what a trainer looks through."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from lms.frameworks.models import Competency
from lms.questions.content import short
from lms.questions.models import Bank, BatchQuestion, Question, QuestionBatch, QuestionVersion

STATUSES = ("trial", "live", "suspended", "retired")
DIFFICULTIES = ("mudah", "sedang", "sulit")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty = everything. words: letters that the question's text holds · folder: with those below."""

    kind: str = ""
    competency: str = ""
    level: str = ""
    difficulty: str = ""
    status: str = ""
    words: str = ""
    tag: str = ""
    folder: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == Filters()


class Named(NamedTuple):
    """A question in a line. status: see lifecycle.py."""

    stem: str
    status: str


def shelf() -> Select[*tuple[Any, ...]]:
    """Each bank with its questions, and those on trial among them, by title."""
    on_trial = func.coalesce(func.sum(case((Question.status == "trial", 1), else_=0)), 0)
    return (
        select(Bank.id, Bank.code, Bank.title, func.count(Question.id).label("questions"), on_trial.label("on_trial"))
        .outerjoin(Question, Question.bank_id == Bank.id)
        .group_by(Bank.id, Bank.code, Bank.title, Bank.unit_id)
        .order_by(Bank.title, Bank.code)
    )


def questions(bank: Bank, filters: Filters) -> Select[*tuple[Any, ...]]:
    """The current versions of a bank's questions, the newest first."""
    rows = (
        select(
            Question.id, Question.uuid, Question.status, Question.is_returned, Question.folder, Question.purpose,
            QuestionVersion.id.label("version"), QuestionVersion.tags, QuestionVersion.kind,
            QuestionVersion.content, QuestionVersion.number,
            QuestionVersion.level, QuestionVersion.difficulty, Competency.name.label("competency"),
        )
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .where(Question.bank_id == bank.id)
        .order_by(Question.id.desc())
    )  # fmt: skip
    for column, value in (
        (QuestionVersion.kind, filters.kind),
        (Competency.code, filters.competency),
        (QuestionVersion.difficulty, filters.difficulty),
        (Question.status, filters.status),
    ):
        rows = rows.where(column == value) if value else rows
    if filters.folder:
        below = f"{filters.folder}/"
        # Not LIKE: on SQLite it takes "dasar/" for "Dasar/".
        in_it = func.substr(Question.folder, 1, len(below)) == below
        rows = rows.where(or_(Question.folder == filters.folder, in_it))
    if filters.level.isdecimal():
        rows = rows.where(QuestionVersion.level == int(filters.level[:2]))
    if filters.tag:
        # A tag stands between quotation marks in the list's JSON, which holds nothing else.
        rows = rows.where(cast(QuestionVersion.tags, String).contains(f'"{filters.tag}"', autoescape=True))
    if filters.words:
        texts = (QuestionVersion.content[field].as_string() for field in ("stem", "text", "name"))
        rows = rows.where(or_(*(text.icontains(filters.words, autoescape=True) for text in texts)))
    return rows


def competencies(bank: Bank) -> Select[*tuple[Any, ...]]:
    """Code and name of the competencies that a bank asks, by name."""
    return (
        select(Competency.code, Competency.name)
        .join(QuestionVersion, QuestionVersion.competency_id == Competency.id)
        .join(Question, Question.current_id == QuestionVersion.id)
        .where(Question.bank_id == bank.id)
        .distinct()
        .order_by(Competency.name, Competency.code)
    )


def folders(bank: Bank) -> Select[str]:
    """The folders that hold questions of a bank."""
    return (
        select(Question.folder)
        .where(Question.bank_id == bank.id, Question.folder != "")
        .distinct()
        .order_by(Question.folder)
    )


def with_parents(folders: Iterable[str]) -> list[str]:
    """The folders and those around them, each before what is in it."""
    found: set[tuple[str, ...]] = set()
    for folder in folders:
        names = tuple(folder.split("/"))
        found.update(names[:depth] for depth in range(1, len(names) + 1))
    return ["/".join(names) for names in sorted(found)]


def named(session: Session, bank_id: int, uuids: Collection[str]) -> dict[str, Named]:
    """UUID → how a list calls it, for those of the questions that are for exams and in this bank. One statement, none for none."""
    if not uuids:
        return {}
    rows = (
        select(Question.uuid, Question.status, QuestionVersion.content)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Question.bank_id == bank_id, Question.purpose == "exam", Question.uuid.in_(uuids))
    )
    return {
        row.uuid: Named(short(row.content.get("text") or row.content["stem"]), row.status)
        for row in session.execute(rows)
    }


def batches(bank: Bank) -> Select[*tuple[Any, ...]]:
    """The last imports into a bank that can be taken back, with what is left of each."""
    return (
        select(
            QuestionBatch.code,
            QuestionBatch.format,
            QuestionBatch.made_at,
            func.count(BatchQuestion.question_id).label("left"),
        )
        .join(BatchQuestion, BatchQuestion.batch_id == QuestionBatch.id)
        .where(QuestionBatch.bank_id == bank.id, QuestionBatch.undone_at.is_(None))
        .group_by(QuestionBatch.id, QuestionBatch.code, QuestionBatch.format, QuestionBatch.made_at)
        .order_by(QuestionBatch.made_at.desc(), QuestionBatch.id.desc())
        .limit(5)
    )

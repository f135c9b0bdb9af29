"""The questions of a bank in the neutral shape, for whichever format writes them."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.frameworks.models import Competency
from lms.questions import media
from lms.questions.exchange.drafted import Drafted
from lms.questions.exchange.written import drafted_of
from lms.questions.models import Bank, Question, QuestionVersion
from lms.storage import Files


@dataclass(frozen=True)
class Shelved:
    """A bank and how many questions it holds."""

    code: str
    title: str
    questions: int


def drafts(session: Session, bank: Bank, files: Files) -> list[Drafted]:
    """The current versions of all questions that are not retired, the oldest first, with their pictures and recordings."""
    rows = session.execute(
        select(
            QuestionVersion.kind,
            QuestionVersion.content,
            QuestionVersion.level,
            QuestionVersion.difficulty,
            QuestionVersion.tags,
            Question.folder,
            Competency.code,
        )
        .join(Question, Question.current_id == QuestionVersion.id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .where(Question.bank_id == bank.id, Question.status != "retired")
        .order_by(Question.id)
    )
    return [
        replace(
            drafted_of(
                row.kind,
                row.content,
                competency=row.code,
                level=row.level,
                difficulty=row.difficulty,
                tags=row.tags,
                folder=row.folder,
                number=number,
            ),
            media=media.load(files, media.named(row.content)),
        )
        for number, row in enumerate(rows, 1)
    ]


def shelf(session: Session) -> list[Shelved]:
    """All banks by code."""
    rows = session.execute(
        select(Bank.code, Bank.title, func.count(Question.id))
        .outerjoin(Question, Question.bank_id == Bank.id)
        .group_by(Bank.id, Bank.code, Bank.title)
        .order_by(Bank.code)
    )
    return [Shelved(*row) for row in rows]

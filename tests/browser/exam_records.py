"""What the database holds of an attempt, for tests that drive the exam screen; and moving its deadline."""

from datetime import datetime

from sqlalchemy import select, update

from lms.exams import journal, saving
from lms.exams.models import Attempt
from tests.browser.conftest import Live


def answers_of(live: Live, code: str) -> dict[int, journal.Latest]:
    """Where each question stands by the journal."""
    with live.database.reader() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
        return journal.fold(saving.entries(session, attempt_id))


def answered(live: Live, code: str) -> set[int]:
    """Numbers of the questions with a stored answer."""
    return {number for number, latest in answers_of(live, code).items() if latest.is_answered}


def end_at(live: Live, code: str, due_at: datetime) -> None:
    """Move the deadline of an attempt."""
    with live.database.transaction() as session:
        session.execute(update(Attempt).where(Attempt.code == code).values(due_at=due_at))

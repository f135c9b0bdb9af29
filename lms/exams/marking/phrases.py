"""The bank of a marker's own comments."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.db import insert_into
from lms.exams.marking.models import Phrase

LONGEST = 300
#: So many fit on the page of an answer and can still be looked through.
MOST = 40


def of(session: Session, marker_id: int) -> list[Phrase]:
    """A marker's phrases, the oldest first."""
    rows = select(Phrase).where(Phrase.marker_id == marker_id).order_by(Phrase.id)
    return list(session.scalars(rows.limit(MOST)))


def keep(session: Session, marker_id: int, text: str, *, now: datetime) -> bool:
    """Keep a phrase; the same twice is kept once. False when the bank is full."""
    if len(of(session, marker_id)) >= MOST:
        return False
    row = {"marker_id": marker_id, "text": text[:LONGEST], "made_at": now}
    session.execute(insert_into(session, Phrase).values(row).on_conflict_do_nothing())
    return True


def change(session: Session, marker_id: int, phrase_id: int, text: str) -> bool:
    """Word one's own phrase anew; where the same words are kept already, they stay once. False where it is not in one's bank."""
    mine, said = Phrase.marker_id == marker_id, text[:LONGEST]
    if session.scalar(select(Phrase.id).where(mine, Phrase.id == phrase_id)) is None:
        return False
    if session.scalar(select(Phrase.id).where(mine, Phrase.text == said, Phrase.id != phrase_id)) is not None:
        forget(session, marker_id, phrase_id)
    else:
        session.execute(update(Phrase).where(mine, Phrase.id == phrase_id).values(text=said))
    return True


def forget(session: Session, marker_id: int, phrase_id: int) -> None:
    """Take one's own phrase out of the bank; marks that used it keep their comment."""
    session.execute(delete(Phrase).where(Phrase.id == phrase_id, Phrase.marker_id == marker_id))

"""Signs of life of the devices that work on attempts: the last one of each is kept."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.db import insert_into
from lms.exams.journal import HIGHEST_SEQ
from lms.exams.room_models import Presence


def note(session: Session, attempt_id: int, unsent: int, *, now: datetime) -> None:
    """Keep that a device was there just now, with so many answers not sent. One statement."""
    row = {"attempt_id": attempt_id, "seen_at": now, "unsent": min(max(unsent, 0), HIGHEST_SEQ)}
    put = insert_into(session, Presence).values(row)
    session.execute(put.on_conflict_do_update(index_elements=[Presence.attempt_id], set_=row))

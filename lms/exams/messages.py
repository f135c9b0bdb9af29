"""What is said between a room and its proctor: a candidate's request for help, seen and answered; and announcements to all.

Each stands in the log of the sitting as well, from which the minutes tell it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import Session

from lms.db import insert_into
from lms.exams import room_log
from lms.exams.models import RUNNING, Attempt
from lms.exams.pausing import RoomError
from lms.exams.room_models import RoomMessage
from lms.lean import Lean

#: Letters of a reason, a reply or an announcement at most.
LONGEST = 300


@dataclass(frozen=True)
class News:
    """What a candidate is told. announcements: the newest first · help: the latest request for help of their own.

    mark: grows whenever any of it changes (`mark`).
    """

    announcements: list[RoomMessage]
    help: RoomMessage | None
    mark: int


def ask_help(session: Session, attempt: Attempt, *, key: str, reason: str, by: int, now: datetime) -> None:
    """Call the proctor. The same key again, or a second call while one waits, changes nothing. Raises RoomError: idle."""
    if attempt.state not in RUNNING:
        raise RoomError("idle")
    row = {"sitting_id": attempt.sitting_id, "attempt_id": attempt.id, "words": reason}
    if _write(session, row, key=key, by=by, now=now):
        whose = {"attempt_id": attempt.id, "employee_id": attempt.employee_id}
        room_log.note(session, attempt.sitting_id, "help", by=by, now=now, details={"why": reason}, **whose)


def see(session: Session, sitting_id: int, employee_id: int, *, by: int, now: datetime) -> None:
    """Say that somebody's request for help was seen; again changes nothing. Raises RoomError: answered (none waits)."""
    waiting = _waiting(session, sitting_id, employee_id)
    if waiting.seen_at is None:
        waiting.seen_at, waiting.seen_by = now, by
        _note(session, waiting, employee_id, "help_seen", {}, by, now)


def answer(session: Session, sitting_id: int, employee_id: int, *, reply: str, by: int, now: datetime) -> None:
    """Close somebody's request for help, with a reply or without. Raises RoomError: answered (none waits)."""
    waiting = _waiting(session, sitting_id, employee_id)
    if waiting.seen_at is None:
        waiting.seen_at, waiting.seen_by = now, by
    waiting.answered_at, waiting.answered_by, waiting.reply = now, by, reply
    _note(session, waiting, employee_id, "help_done", {"reply": reply}, by, now)


def announce(session: Session, sitting_id: int, words: str, *, key: str, by: int, now: datetime) -> None:
    """Tell everyone in the room; the same key again changes nothing."""
    if _write(session, {"sitting_id": sitting_id, "words": words}, key=key, by=by, now=now):
        room_log.note(session, sitting_id, "announce", by=by, now=now, details={"words": words})


def news(session: Session, sitting_id: int, attempt_id: int) -> News:
    """All that was announced in a room, and an attempt's own latest request for help. One statement."""
    rows = [row.RoomMessage for row in _NEWS.all(session, sitting=sitting_id, attempt=attempt_id)]
    changes = sum(1 + (one.seen_at is not None) + (one.answered_at is not None) for one in rows)
    own = [one for one in rows if one.attempt_id is not None]
    return News([one for one in rows if one.attempt_id is None], own[0] if own else None, changes)


def mark() -> ScalarSelect[int]:
    """News.mark of the attempt of the statement around it: a heartbeat asks for it without one of its own."""
    changes = func.count() + func.count(RoomMessage.seen_at) + func.count(RoomMessage.answered_at)
    rows = select(changes).where(RoomMessage.sitting_id == Attempt.sitting_id, _concerns(Attempt.id))
    return rows.correlate(Attempt).scalar_subquery()


def _concerns(attempt_id: object) -> ColumnElement[bool]:
    return or_(RoomMessage.attempt_id.is_(None), RoomMessage.attempt_id == attempt_id)


_NEWS = Lean(
    select(RoomMessage)
    .where(RoomMessage.sitting_id == bindparam("sitting"), _concerns(bindparam("attempt")))
    .order_by(RoomMessage.id.desc())
)


def _write(session: Session, row: dict[str, object], *, key: str, by: int, now: datetime) -> bool:
    """Whether there is a new message; one with this key, or another that waits, leaves all as it is."""
    values = {"key": key, "sent_at": now, "sent_by": by, "reply": "", **row}
    put = insert_into(session, RoomMessage).values(values).on_conflict_do_nothing()
    return session.scalar(put.returning(RoomMessage.id)) is not None


def _waiting(session: Session, sitting_id: int, employee_id: int) -> RoomMessage:
    """The request that waits for its answer; two proctors at once take their turns."""
    rows = (
        select(RoomMessage)
        .join(Attempt, Attempt.id == RoomMessage.attempt_id)
        .where(
            RoomMessage.sitting_id == sitting_id,
            Attempt.employee_id == employee_id,
            RoomMessage.answered_at.is_(None),
        )
        .order_by(RoomMessage.id.desc())
        .limit(1)
    )
    locked = rows.with_for_update(of=RoomMessage).execution_options(populate_existing=True)
    found = session.scalars(locked).one_or_none()
    if found is None:
        raise RoomError("answered")
    return found


def _note(
    session: Session, said: RoomMessage, employee_id: int, kind: str, details: dict[str, object], by: int, now: datetime
) -> None:
    whose = {"attempt_id": said.attempt_id, "employee_id": employee_id}
    room_log.note(session, said.sitting_id, kind, by=by, now=now, details=details, **whose)

"""Moving an attempt that has begun to another device: with the password or the PIN again, or with a proctor's word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import pins, room_log
from lms.exams.attempts import AttemptClosed, new_lease, take_lease
from lms.exams.models import Attempt, Sitting, SittingEvent

#: Within so long a device that asks for the attempt again, with another one between, is no news for the log.
ASKED_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class PinTry:
    """Whether a PIN was right. until: when the next one is looked at."""

    is_right: bool
    until: datetime | None = None


def take_over(session: Session, attempt_id: int, *, user_session_id: int, by: int, now: datetime) -> str:
    """Move an open attempt to this sign-in, whoever holds it; the other device can only read from now on.

    The caller has checked what the sitting asks for: the password again, or the PIN. Raises AttemptClosed.
    """
    lease = take_lease(session, attempt_id, Attempt.id == attempt_id, user_session_id)
    if lease is None:
        raise AttemptClosed(attempt_id)
    _note_move(session, attempt_id, "move", by, now)
    audit.record(session, "attempt.move", f"attempt:{attempt_id}", by=by, now=now)
    return lease


def try_pin(session: Session, attempt_id: int, typed: str, secret: str, *, now: datetime) -> PinTry:
    """Look at a PIN for an attempt that runs. The attempt is locked: guesses that come together are looked at in turn."""
    rows = select(Attempt, Sitting).join(Sitting, Sitting.id == Attempt.sitting_id).where(Attempt.id == attempt_id)
    found, sitting = session.execute(rows.with_for_update(of=Attempt).execution_options(populate_existing=True)).one()
    if found.pin_wait_until is not None and found.pin_wait_until > now:
        return PinTry(False, found.pin_wait_until)
    if sitting.pin_round is not None and pins.matches(typed, secret, sitting.code, sitting.pin_round):
        found.pin_failures, found.pin_wait_until = 0, None
        return PinTry(True)
    found.pin_failures += 1
    found.pin_wait_until = pins.wait_until(found.pin_failures, now=now)
    _note_move(session, attempt_id, "pin_refused", None, now)
    return PinTry(False, found.pin_wait_until)


def ask_move(session: Session, attempt_id: int, *, user_session_id: int, by: int, now: datetime) -> None:
    """Ask the proctor to move an open attempt to this sign-in. Asked again by the same one: nothing changes.

    Where several devices ask in turn, the log has one line of each within ASKED_AGAIN until a proctor has spoken. Raises
    AttemptClosed.
    """
    asked = session.scalar(
        update(Attempt)
        .where(
            Attempt.id == attempt_id, Attempt.state == "open", Attempt.move_session_id.is_distinct_from(user_session_id)
        )
        .values(move_session_id=user_session_id, move_asked_at=now)
        .returning(Attempt.id)
    )
    if asked is not None:
        said = _last_said(session, attempt_id, user_session_id)
        if said is None or said.kind != "move_asked" or said.at <= now - ASKED_AGAIN:
            _note_move(session, attempt_id, "move_asked", by, now, {"asked": user_session_id})
    elif session.scalar(select(Attempt.state).where(Attempt.id == attempt_id)) != "open":
        raise AttemptClosed(attempt_id)


def allow_move(session: Session, which: ColumnElement[bool], *, by: int, now: datetime) -> bool:
    """Move the open attempt that `which` describes to the sign-in that asked; False where none asks (any more)."""
    moved = session.scalar(
        update(Attempt)
        .where(which, Attempt.state == "open", Attempt.move_session_id.is_not(None))
        .values(lease=new_lease(), user_session_id=Attempt.move_session_id, move_session_id=None, move_asked_at=None)
        .returning(Attempt.id),
        execution_options={"synchronize_session": False},
    )
    if moved is None:
        return False
    _note_move(session, moved, "move", by, now)
    audit.record(session, "attempt.move", f"attempt:{moved}", by=by, now=now, details={"allowed": True})
    return True


def refuse_move(session: Session, which: ColumnElement[bool], *, why: str, by: int, now: datetime) -> bool:
    """Leave the open attempt that `which` describes where it is; False where no sign-in asks (any more)."""
    rows = select(Attempt).where(which, Attempt.state == "open", Attempt.move_session_id.is_not(None))
    found = session.scalar(rows.with_for_update().execution_options(populate_existing=True))
    if found is None:
        return False
    details = {"refused": found.move_session_id, "why": why}
    found.move_session_id, found.move_asked_at = None, None
    _note_move(session, found.id, "move", by, now, details)
    audit.record(session, "attempt.move", f"attempt:{found.id}", by=by, now=now, details={"allowed": False})
    return True


def why_not_moved(session: Session, attempt_id: int, user_session_id: int) -> str | None:
    """Why this sign-in was refused, if it has not asked again and the attempt has not moved since."""
    said = _last_said(session, attempt_id, user_session_id)
    return str(said.details["why"]) if said is not None and "refused" in said.details else None


def _last_said(session: Session, attempt_id: int, user_session_id: int) -> SittingEvent | None:
    """The latest of the log that settles how this sign-in stands: that it asked, that it was refused, that the attempt moved."""
    asked, refused = (SittingEvent.details[word].as_integer() for word in ("asked", "refused"))
    about = or_(
        and_(SittingEvent.kind == "move_asked", asked == user_session_id),
        and_(SittingEvent.kind == "move", or_(refused.is_(None), refused == user_session_id)),
    )
    rows = select(SittingEvent).where(SittingEvent.attempt_id == attempt_id, about)
    return session.scalars(rows.order_by(SittingEvent.id.desc()).limit(1)).first()


def _note_move(
    session: Session,
    attempt_id: int,
    kind: str,
    by: int | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    sitting_id, employee_id = session.execute(
        select(Attempt.sitting_id, Attempt.employee_id).where(Attempt.id == attempt_id)
    ).one()
    who = {"attempt_id": attempt_id, "employee_id": employee_id}
    room_log.note(session, sitting_id, kind, by=by, now=now, details=details, **who)

"""What a proctor does in the room besides pausing: time for all, who came, what happened. Each act stands in the log."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.db import minutes_after
from lms.exams import room_log, seats
from lms.exams.candidate_rows import MOST_EXTRA
from lms.exams.models import RUNNING, Attempt, Candidate, Sitting, SittingEvent
from lms.exams.pausing import RoomError

#: So long what was noted can be taken back.
UNDO = timedelta(minutes=10)
#: What may be taken back; the line stays in the log and is struck out.
NOTED = ("incident",)
#: What marks an incident that was not noted by hand: nobody strikes it out.
BY_ITSELF = ("dismissed", "named")


def add_time(session: Session, sitting_id: int, minutes: int, *, why: str, by: int, now: datetime) -> int:
    """Give everyone minutes more who works or may yet begin; returns how many work. Raises RoomError: limit.

    minutes: from 1. Refused as a whole where it would carry one person beyond MOST_EXTRA.
    """
    if minutes < 1 or session.scalar(select(1).where(_is_full(sitting_id, minutes)).limit(1)):
        raise RoomError("limit")
    ended = exists(
        select(1).where(
            Attempt.sitting_id == sitting_id, Attempt.employee_id == Candidate.employee_id, Attempt.state == "closed"
        )
    )
    waiting = update(Candidate).where(Candidate.sitting_id == sitting_id, ~ended)
    session.execute(waiting.values(extra_minutes=Candidate.extra_minutes + minutes), execution_options=_PLAIN)
    session.execute(
        update(Attempt)
        .where(Attempt.sitting_id == sitting_id, Attempt.state == "prepared")
        .values(extra_minutes=Attempt.extra_minutes + minutes),
        execution_options=_PLAIN,
    )
    moved = session.scalars(
        update(Attempt)
        .where(Attempt.sitting_id == sitting_id, Attempt.state.in_(RUNNING))
        .values(extra_minutes=Attempt.extra_minutes + minutes, due_at=minutes_after(Attempt.due_at, minutes))
        .returning(Attempt.id),
        execution_options=_PLAIN,
    ).all()
    details = {"minutes": minutes, "why": why, "people": len(moved)}
    room_log.note(session, sitting_id, "room_credit", by=by, now=now, details=details)
    audit.record(session, "sitting.time", f"sitting:{sitting_id}", by=by, now=now, details=details)
    return len(moved)


def mark(
    session: Session,
    sitting_id: int,
    employee_id: int,
    *,
    attendance: str | None,
    seat: str,
    by: int,
    now: datetime,
) -> None:
    """Say whether a person on the list came, and where they sit. attendance: one of models.ATTENDANCE; None takes it back.

    Raises RoomError: unlisted; begun (whoever has begun is not absent); seat_taken (somebody else of the list sits there).
    """
    begun = exists(
        select(1).where(
            Attempt.sitting_id == sitting_id, Attempt.employee_id == employee_id, Attempt.state != "prepared"
        )
    )
    if attendance == "absent" and session.scalar(select(1).where(begun)):
        raise RoomError("begun")
    if seat and _is_taken(session, sitting_id, employee_id, seat):
        raise RoomError("seat_taken")
    marked = session.scalar(
        update(Candidate)
        .where(Candidate.sitting_id == sitting_id, Candidate.employee_id == employee_id)
        .values(attendance=attendance, seat=seat)
        .returning(Candidate.id)
    )
    if marked is None:
        raise RoomError("unlisted")
    details = {"attendance": attendance, "seat": seat}
    room_log.note(session, sitting_id, "attendance", by=by, now=now, employee_id=employee_id, details=details)


def admit_pin(session: Session, sitting_id: int, employee_id: int, *, by: int, now: datetime) -> None:
    """Let a person try the PIN again at once who has to wait after wrong ones. Raises RoomError: pin_free (nobody waits)."""
    attempt_id = session.scalar(
        update(Attempt)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.employee_id == employee_id,
            Attempt.state != "closed",
            Attempt.pin_wait_until > now,
        )
        .values(pin_failures=0, pin_wait_until=None)
        .returning(Attempt.id),
        execution_options=_PLAIN,
    )
    if attempt_id is None:
        raise RoomError("pin_free")
    room_log.note(session, sitting_id, "pin", by=by, now=now, attempt_id=attempt_id, employee_id=employee_id)


def note_incident(
    session: Session, sitting_id: int, employee_id: int | None, *, what: str, by: int, now: datetime
) -> None:
    """Write down what happened, to one person or in the room."""
    attempt_id = session.scalar(
        select(Attempt.id)
        .where(Attempt.sitting_id == sitting_id, Attempt.employee_id == employee_id, Attempt.state != "prepared")
        .order_by(Attempt.number.desc())
        .limit(1)
    )
    whose = {"employee_id": employee_id, "attempt_id": attempt_id}
    room_log.note(session, sitting_id, "incident", by=by, now=now, details={"what": what}, **whose)


def take_back(session: Session, sitting_id: int, event_id: int, *, by: int, now: datetime) -> None:
    """Strike out what one has noted oneself a moment ago; twice changes nothing. Raises RoomError: late."""
    noted = session.scalar(
        select(SittingEvent).where(
            SittingEvent.id == event_id,
            SittingEvent.sitting_id == sitting_id,
            SittingEvent.kind.in_(NOTED),
            SittingEvent.by == by,
            SittingEvent.at >= now - UNDO,
        )
    )
    if noted is None or not noted.details.keys().isdisjoint(BY_ITSELF):
        raise RoomError("late")
    voids = select(SittingEvent.details).where(SittingEvent.sitting_id == sitting_id, SittingEvent.kind == "void")
    if any(details["event"] == event_id for details in session.scalars(voids)):
        return
    whose = {"employee_id": noted.employee_id, "attempt_id": noted.attempt_id}
    room_log.note(session, sitting_id, "void", by=by, now=now, details={"event": event_id}, **whose)


def _is_taken(session: Session, sitting_id: int, employee_id: int, seat: str) -> bool:
    rows = select(Candidate.employee_id, Candidate.room, Candidate.seat, Sitting.room.label("usual"))
    listed = session.execute(
        rows.join(Sitting, Sitting.id == Candidate.sitting_id).where(Candidate.sitting_id == sitting_id)
    ).all()
    room = next((one.room for one in listed if one.employee_id == employee_id), "")
    return any(
        one.employee_id != employee_id
        and one.seat
        and seats.place(one.room, one.seat, one.usual) == seats.place(room, seat, one.usual)
        for one in listed
    )


def _is_full(sitting_id: int, minutes: int) -> ColumnElement[bool]:
    """Somebody's extra time would go beyond the most."""
    most = MOST_EXTRA - minutes
    return exists(select(1).where(Candidate.sitting_id == sitting_id, Candidate.extra_minutes > most)) | exists(
        select(1).where(Attempt.sitting_id == sitting_id, Attempt.state != "closed", Attempt.extra_minutes > most)
    )


_PLAIN = {"synchronize_session": False}

"""The list of a sitting: who is on it, and how much more time each one gets.

Extra time stands with the candidate and, once a paper lies ready, on the attempt too. Both are changed in one transaction,
the candidate first: whoever lays a paper ready reads the candidate under a lock, and whoever starts reads the attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.db import insert_into, minutes_after
from lms.exams import minutes, room_log, sitting_lock
from lms.exams.candidate_rows import MOST_EXTRA, Row
from lms.exams.models import RUNNING, Attempt, Candidate, Sitting
from lms.people.models import User


class ListError(ValueError):
    """The list cannot be changed so. `problem` is a key: listed, own, full, begun, ended, shorter, limit, capacity."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class TimeChange:
    """What a change of time did. due_at: the new deadline of an attempt that runs."""

    extra_minutes: int
    due_at: datetime | None


def add(
    session: Session,
    sitting: Sitting,
    employee_id: int,
    *,
    extra_minutes: int = 0,
    group: str = "",
    accommodation: str = "",
    upload_id: int | None = None,
    by: int,
    now: datetime,
) -> None:
    """Put a person on the list. Raises ListError: own, listed, full, ended."""
    _refuse_own(session, employee_id, by)
    if minutes.is_over(session, sitting, now=now):
        raise ListError("ended")
    if sitting.capacity is not None and len(employees(session, sitting.id)) >= sitting.capacity:
        raise ListError("full")
    row = {
        "sitting_id": sitting.id,
        "employee_id": employee_id,
        "extra_minutes": extra_minutes,
        "group": group,
        "accommodation": accommodation,
        "upload_id": upload_id,
        "added_at": now,
    }
    added = session.scalar(insert_into(session, Candidate).values(row).on_conflict_do_nothing().returning(Candidate.id))
    if added is None:
        raise ListError("listed")
    if extra_minutes:
        _carry(session, sitting.id, employee_id, extra_minutes)
    details = {"sitting": sitting.id, "extra_minutes": extra_minutes, "group": group}
    audit.record(session, "candidate.add", f"candidate:{added}", by=by, now=now, details=details)


def add_many(session: Session, sitting: Sitting, rows: Sequence[Row], *, upload_id: int, now: datetime) -> None:
    """Put the people of judged rows on the list, who are not on it yet. The caller writes the audit row of the whole."""
    session.execute(
        insert(Candidate),
        [
            {
                "sitting_id": sitting.id,
                "employee_id": row.employee_id,
                "extra_minutes": row.extra_minutes,
                "group": row.group,
                "accommodation": row.accommodation,
                "room": row.room,
                "seat": row.seat,
                "upload_id": upload_id,
                "added_at": now,
            }
            for row in rows
        ],
    )
    for row in rows:
        if row.extra_minutes and row.employee_id is not None:
            _carry(session, sitting.id, row.employee_id, row.extra_minutes)


def remove_upload(session: Session, sitting_id: int, upload_id: int) -> int:
    """Take all of an upload off the list, who have not begun. Returns how many."""
    rows = delete(Candidate).where(Candidate.upload_id == upload_id, ~_has_begun())
    removed = session.execute(rows.returning(Candidate.employee_id, Candidate.extra_minutes)).all()
    for employee_id, extra_minutes in removed:
        if extra_minutes:
            _carry(session, sitting_id, employee_id, -extra_minutes)
    return len(removed)


def employees(session: Session, sitting_id: int) -> set[int]:
    """Keys of the people on a list; the sitting is locked, so that two who add see each other's."""
    sitting_lock.hold(session, sitting_id)
    return set(session.scalars(select(Candidate.employee_id).where(Candidate.sitting_id == sitting_id)))


def remove(session: Session, candidate: Candidate, *, by: int, now: datetime) -> None:
    """Take a person off the list, who has not begun. A paper that lies ready stays, without the extra time.

    Raises ListError: own, begun.
    """
    _refuse_own(session, candidate.employee_id, by)
    removed = session.scalar(
        delete(Candidate).where(Candidate.id == candidate.id, ~_has_begun()).returning(Candidate.employee_id)
    )
    if removed is None:
        raise ListError("begun")
    if candidate.extra_minutes:
        _carry(session, candidate.sitting_id, candidate.employee_id, -candidate.extra_minutes)
    details = {"sitting": candidate.sitting_id}
    audit.record(session, "candidate.remove", f"candidate:{candidate.id}", by=by, now=now, details=details)


def describe(session: Session, candidate: Candidate, *, group: str, accommodation: str, by: int, now: datetime) -> None:
    """Change the group and the note of accommodation. The group decides on passing: it stays once the person has ended.

    Raises ListError: own, ended.
    """
    _refuse_own(session, candidate.employee_id, by)
    ended = select(1).where(_mine(candidate.sitting_id, candidate.employee_id), Attempt.state == "closed")
    if group != candidate.group and session.scalar(ended.limit(1)):
        raise ListError("ended")
    session.execute(
        update(Candidate).where(Candidate.id == candidate.id).values(group=group, accommodation=accommodation)
    )
    details = {"group": group, "accommodation_changed": accommodation != candidate.accommodation}
    audit.record(session, "candidate.describe", f"candidate:{candidate.id}", by=by, now=now, details=details)


def add_time(
    session: Session, sitting_id: int, employee_id: int, minutes: int, *, why: str, by: int, now: datetime
) -> TimeChange:
    """Give a person minutes more, before the start or while the attempt runs; less than nought only before the start.

    Who is on no list (a sitting for everyone) is entered on it. Raises ListError: own, begun (less for who runs), ended
    (handed in), limit (the sum would leave 0 to MOST_EXTRA).
    """
    _refuse_own(session, employee_id, by)
    known = {"sitting_id": sitting_id, "employee_id": employee_id, "extra_minutes": 0, "group": "", "accommodation": ""}
    session.execute(insert_into(session, Candidate).values(known | {"added_at": now}).on_conflict_do_nothing())
    total = session.scalar(
        update(Candidate)
        .where(
            Candidate.sitting_id == sitting_id,
            Candidate.employee_id == employee_id,
            Candidate.extra_minutes + minutes >= 0,
            Candidate.extra_minutes + minutes <= MOST_EXTRA,
        )
        .values(extra_minutes=Candidate.extra_minutes + minutes)
        .returning(Candidate.extra_minutes)
    )
    if total is None:
        raise ListError("limit")
    attempt = _carry(session, sitting_id, employee_id, minutes)
    if attempt is None and session.scalar(select(1).where(_mine(sitting_id, employee_id)).limit(1)):
        raise ListError("ended" if minutes > 0 else "begun")
    attempt_id, due_at = attempt or (None, None)
    details = {"minutes": minutes, "why": why}
    room_log.note(
        session,
        sitting_id,
        "time",
        by=by,
        now=now,
        attempt_id=attempt_id,
        employee_id=employee_id,
        details=details | ({"due_at": due_at.isoformat()} if due_at else {}),
    )
    audit.record(session, "candidate.time", f"sitting:{sitting_id}", by=by, now=now, details=details)
    return TimeChange(total, due_at)


def _refuse_own(session: Session, employee_id: int, by: int) -> None:
    """Nobody enters, favours or removes himself or herself. Raises ListError: own."""
    if session.scalar(select(User.id).where(User.id == by, User.employee_id == employee_id)) is not None:
        raise ListError("own")


def _carry(session: Session, sitting_id: int, employee_id: int, minutes: int) -> tuple[int, datetime | None] | None:
    """Move the attempt's time: one UPDATE of whatever is not closed. (attempt's key, its deadline), or None."""
    changed = session.execute(
        update(Attempt)
        .where(
            _mine(sitting_id, employee_id),
            Attempt.state.in_(("prepared", *RUNNING) if minutes > 0 else ("prepared",)),
        )
        .values(
            extra_minutes=Attempt.extra_minutes + minutes,
            due_at=case((Attempt.due_at.is_not(None), minutes_after(Attempt.due_at, minutes))),
        )
        .returning(Attempt.id, Attempt.due_at),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return (changed.id, changed.due_at) if changed else None


def _mine(sitting_id: int, employee_id: int) -> ColumnElement[bool]:
    return (Attempt.sitting_id == sitting_id) & (Attempt.employee_id == employee_id)


def _has_begun() -> ColumnElement[bool]:
    return exists(
        select(1).where(
            Attempt.sitting_id == Candidate.sitting_id,
            Attempt.employee_id == Candidate.employee_id,
            Attempt.state != "prepared",
        )
    )

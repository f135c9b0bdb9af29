"""The minutes of a sitting (berita acara): drafted and signed by a proctor, signed off by an organiser, then for good.

The proctor's signature freezes all figures. Until the organiser has signed, it may be withdrawn, and the draft is open
again. From the proctor's signature on nobody begins in the sitting, and no attempt is reopened. After the second signature
nothing changes any more; the worker makes the file once and its hash is kept.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from lms import audit, jobs
from lms.db import insert_into
from lms.exams import proctors, room_log, sitting_lock
from lms.exams.models import RUNNING, Attempt, Candidate, HeldEvent, Sitting
from lms.exams.room_models import Minutes

JOB, SWEEP = "make_minutes", "make_overdue_minutes"
LONGEST = 4_000


class MinutesError(ValueError):
    """Not now. `problem` is a key: signed (it is signed already), unsigned, same (one person signs once), own (it is about an
    attempt of one's own), running (somebody works), held (something waits for a decision), early (somebody may yet begin)."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def of_sitting(session: Session, sitting_id: int) -> Minutes | None:
    """As they stand."""
    return session.scalar(select(Minutes).where(Minutes.sitting_id == sitting_id))


def are_signed(sitting_id: Any) -> ColumnElement[bool]:
    """The SQL of "a proctor has signed the minutes of this sitting": nobody begins there. sitting_id: a key, or the SQL of one."""
    signed = select(1).where(Minutes.sitting_id == sitting_id, Minutes.proctor_id.is_not(None))
    return exists(signed.correlate_except(Minutes))


def is_over(session: Session, sitting: Sitting, *, now: datetime) -> bool:
    """Whether nobody can be entered in a sitting any more: by the clock, or since a proctor has signed its minutes."""
    return sitting.closes_at <= now or bool(session.scalar(select(are_signed(sitting.id))))


def draft(session: Session, sitting_id: int, remarks: str, *, now: datetime) -> None:
    """Keep the proctor's own words. Raises MinutesError: signed."""
    row = {"sitting_id": sitting_id, "remarks": remarks, "changed_at": now}
    put = insert_into(session, Minutes).values(row)
    kept = put.on_conflict_do_update(
        index_elements=[Minutes.sitting_id], set_=row, where=Minutes.proctor_id.is_(None)
    ).returning(Minutes.id)
    if session.scalar(kept) is None:
        raise MinutesError("signed")


def obstacle(session: Session, sitting: Sitting, *, now: datetime) -> str | None:
    """What keeps a proctor from signing: running, held or early; None when nothing does. One statement."""
    here = Attempt.sitting_id == sitting.id
    running = exists(select(1).where(here, Attempt.state.in_(RUNNING)))
    undecided = (
        select(1)
        .select_from(HeldEvent)
        .join(Attempt, Attempt.id == HeldEvent.attempt_id)
        .where(here, HeldEvent.decision.is_(None))
    )
    ended = exists(select(1).where(here, Attempt.employee_id == Candidate.employee_id, Attempt.state == "closed"))
    expected = select(1).where(
        Candidate.sitting_id == sitting.id, ~ended, Candidate.attendance.is_distinct_from("absent")
    )
    is_running, is_held, is_expected = session.execute(select(running, exists(undecided), exists(expected))).one()
    if is_running:
        return "running"
    if is_held:
        return "held"
    return "early" if sitting.closes_at > now and (sitting.audience == "everyone" or is_expected) else None


def sign(session: Session, sitting: Sitting, draw: Callable[[str], dict[str, Any]], *, by: int, now: datetime) -> None:
    """The proctor's signature; freezes the facts that `draw` tells with the remarks, once nothing changes them any more. Raises
    MinutesError: own, signed, running, held, early."""
    if proctors.took_part(session, sitting.id, by):
        raise MinutesError("own")
    sitting_lock.hold_with_door(session, sitting.id)
    problem = obstacle(session, sitting, now=now)
    if problem is not None:
        raise MinutesError(problem)
    row = {"sitting_id": sitting.id, "remarks": "", "changed_at": now}
    session.execute(insert_into(session, Minutes).values(row).on_conflict_do_nothing())
    found = _locked(session, sitting)
    if found is None or found.proctor_id is not None:
        raise MinutesError("signed")
    found.facts = draw(found.remarks)
    found.proctor_id, found.proctor_signed_at = by, now
    _record(session, sitting.id, "signed", by, now)


def withdraw(session: Session, sitting_id: int, *, by: int, now: datetime) -> None:
    """Take back one's own signature while it stands alone. Raises MinutesError: signed."""
    freed = session.scalar(
        update(Minutes)
        .where(Minutes.sitting_id == sitting_id, Minutes.proctor_id == by, Minutes.organiser_id.is_(None))
        .values(facts=None, proctor_id=None, proctor_signed_at=None)
        .returning(Minutes.id)
    )
    if freed is None:
        raise MinutesError("signed")
    _record(session, sitting_id, "withdrawn", by, now)


def sign_off(session: Session, sitting: Sitting, *, by: int, now: datetime) -> None:
    """The organiser's signature, by another person than the proctor; the file is made next. Raises MinutesError: unsigned,
    same, own, signed, and running or held, where an answer came while the proctor signed."""
    if proctors.took_part(session, sitting.id, by):
        raise MinutesError("own")
    sitting_lock.hold(session, sitting.id)
    found = _locked(session, sitting)
    if found is None or found.proctor_id is None:
        raise MinutesError("unsigned")
    if found.organiser_id is not None:
        raise MinutesError("signed")
    if found.proctor_id == by:
        raise MinutesError("same")
    problem = obstacle(session, sitting, now=now)
    if problem in {"running", "held"}:
        raise MinutesError(problem)
    found.organiser_id, found.organiser_signed_at = by, now
    _record(session, sitting.id, "signed_off", by, now)
    jobs.enqueue(session, JOB, minutes_id=found.id)


def without_file(session: Session) -> list[int]:
    """Keys of what is signed twice and has no file yet."""
    rows = select(Minutes.id).where(Minutes.organiser_id.is_not(None), Minutes.file_key.is_(None))
    return list(session.scalars(rows.order_by(Minutes.id)))


def note_file(session: Session, minutes_id: int, *, key: str, sha256: str) -> None:
    """Keep where the file lies; the first one stays."""
    session.execute(
        update(Minutes)
        .where(Minutes.id == minutes_id, Minutes.file_key.is_(None))
        .values(file_key=key, file_sha256=sha256)
    )


def _locked(session: Session, sitting: Sitting) -> Minutes | None:
    """The minutes as they stand now, kept from every other hand."""
    rows = select(Minutes).where(Minutes.sitting_id == sitting.id).with_for_update()
    return session.scalar(rows.execution_options(populate_existing=True))


def _record(session: Session, sitting_id: int, act: str, by: int, now: datetime) -> None:
    room_log.note(session, sitting_id, "minutes", by=by, now=now, details={"act": act})
    audit.record(session, f"minutes.{act}", f"sitting:{sitting_id}", by=by, now=now)

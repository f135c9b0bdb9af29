"""A room at work, for the demo: attempts under way as if their candidates sat there now."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import enrolment, progress
from lms.exams import attempts, eligibility, preparing, presence, room_log, saving
from lms.exams.definitions import definition
from lms.exams.models import Attempt, Exam, Paper, Sitting
from lms.exams.papers import Item, items_of
from lms.exams.room_models import SittingProctor
from lms.exams.token import Ticket
from lms.people.models import Employee, User

#: An answer of each kind that has one as short as this, right or wrong.
ANSWERS: dict[str, Any] = {
    "single_choice": "0", "situational": "0", "multiple_choice": ["0"], "true_false": True, "numeric": "1",
}  # fmt: skip


def watch(session: Session, sitting: Sitting, proctor: Employee, *, now: datetime) -> None:
    """Name a proctor, by their own hand: a demo has nobody above them yet."""
    user = session.scalars(select(User.id).where(User.employee_id == proctor.id)).one()
    session.add(SittingProctor(sitting_id=sitting.id, user_id=user, added_at=now, added_by=user))


def finish_lessons(session: Session, sitting: Sitting, who: Employee, *, now: datetime) -> None:
    """The person has read all that the exam asks to be read."""
    course_id = session.scalars(select(Exam.course_id).where(Exam.id == sitting.exam_id)).one()
    user = session.scalars(select(User.id).where(User.employee_id == who.id)).one()
    assert course_id is not None, "the demo's exam ends a course"
    enrolled = enrolment.enrol(session, who.id, course_id, by=user, now=now)
    for step in progress.outline(session, enrolled).steps:
        progress.complete_lesson(session, enrolled, step.uuid, now=now)


def begin(
    session: Session,
    sitting: Sitting,
    who: Employee,
    *,
    ago: int,
    answered: int,
    silent: int,
    unsent: int,
    now: datetime,
) -> None:
    """An attempt that was begun so many minutes ago, with some answers stored, and a device that was last heard of `silent`
    minutes ago."""
    exam = session.get_one(Exam, sitting.exam_id)
    started = now - timedelta(minutes=ago)
    found = definition(session, exam.code, now=now, employee_id=who.id, sitting_id=sitting.id)
    assert found is not None, "the exam was just imported"
    preparing.lay_ready(session, found, eligibility.may_start(session, found, who.id, now=now), who.id, now=started)
    attempt = session.scalars(
        select(Attempt).where(Attempt.sitting_id == sitting.id, Attempt.employee_id == who.id)
    ).one()
    attempt.state, attempt.lease, attempt.started_at = "open", attempts.new_lease(), started
    attempt.due_at = started + timedelta(minutes=exam.duration_minutes + attempt.extra_minutes)
    session.flush()  # saving reads the row
    items = items_of(session.get_one(Paper, attempt.paper_id).items)
    heard = now - timedelta(minutes=silent)
    ticket = Ticket(attempt.id, attempt.code, attempt.lease, len(items), "".join(item.shape for item in items))
    saving.append(session, [], _changes(items, answered), ticket=ticket, user_session_id=0, now=heard)
    presence.keep(session, attempt.id, unsent, now=heard)


def note_incident(session: Session, sitting: Sitting, proctor: Employee, *, now: datetime) -> None:
    """A line in the log, so that it is not empty."""
    user = session.scalars(select(User.id).where(User.employee_id == proctor.id)).one()
    details = {"what": "Pendingin ruang mati sebentar, sudah menyala kembali"}
    room_log.note(session, sitting.id, "incident", by=user, now=now - timedelta(minutes=6), details=details)


def _changes(items: list[Item], most: int) -> list[tuple[int, str, Any]]:
    able = [number for number, item in enumerate(items, 1) if item.kind in ANSWERS]
    return [(number, "answer", ANSWERS[items[number - 1].kind]) for number in able[:most]]

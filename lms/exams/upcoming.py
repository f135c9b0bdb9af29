"""Exams that concern a learner: of a course, coming up, or open right now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Enrolment
from lms.exams.models import Attempt, Blueprint, Candidate, Exam, Sitting


@dataclass(frozen=True)
class CourseExam:
    """The exam at the end of a course. questions: how many are drawn; 0 while no blueprint is in force."""

    code: str
    title: str
    duration_minutes: int
    questions: int


@dataclass(frozen=True)
class Upcoming:
    """A sitting that a learner may go to. attempt_code: their attempt that is open now, if there is one."""

    exam_code: str
    title: str
    duration_minutes: int
    sitting: str
    opens_at: datetime
    closes_at: datetime
    zone: str
    room: str
    attempt_code: str | None
    due_at: datetime | None


def of_course(session: Session, course_id: int) -> CourseExam | None:
    """The exam that a course ends with, or None."""
    row = session.execute(
        select(Exam.code, Exam.title, Exam.duration_minutes, Blueprint.content)
        .outerjoin(Blueprint, Blueprint.exam_id == Exam.id)
        .where(Exam.course_id == course_id)
        .order_by(Exam.id, Blueprint.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    sections = row.content["sections"] if row.content else ()
    return CourseExam(row.code, row.title, row.duration_minutes, sum(section["draw"] for section in sections))


def of_employee(session: Session, employee_id: int, *, now: datetime, limit: int) -> list[Upcoming]:
    """Sittings still open or to come on whose list the person is, those for everyone of exams whose course the person takes,
    and whatever attempt they have open.

    An open attempt comes first, then by opening. Exams of finished courses are over. One statement.
    """
    mine = and_(Enrolment.course_id == Exam.course_id, Enrolment.employee_id == employee_id)
    running = and_(
        Attempt.sitting_id == Sitting.id, Attempt.employee_id == employee_id, Attempt.state.in_(("open", "paused"))
    )
    is_listed = exists(select(1).where(Candidate.sitting_id == Sitting.id, Candidate.employee_id == employee_id))
    taking = and_(Enrolment.id.is_not(None), Enrolment.completed_at.is_(None), Sitting.audience == "everyone")
    to_come = and_(Sitting.closes_at > now, or_(taking, is_listed))
    rows = session.execute(
        select(
            Exam.code, Exam.title, Exam.duration_minutes, Sitting.title, Sitting.opens_at, Sitting.closes_at,
            Sitting.zone, Sitting.room, Attempt.code, Attempt.due_at,
        )
        .select_from(Sitting)
        .join(Exam, Exam.id == Sitting.exam_id)
        .outerjoin(Enrolment, mine)
        .outerjoin(Attempt, running)
        .where(or_(to_come, Attempt.id.is_not(None)))
        .order_by(Attempt.id.is_(None), Sitting.opens_at, Sitting.id)
        .limit(limit)
    )  # fmt: skip
    return [Upcoming(*row[:10]) for row in rows]

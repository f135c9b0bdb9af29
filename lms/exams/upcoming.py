"""Exams that concern a learner: of a course, before them, under way, or passed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from lms.catalogue.models import Enrolment
from lms.catalogue.progress import unfinished_lessons
from lms.exams import eligibility
from lms.exams.eligibility import Eligibility, judge
from lms.exams.models import Attempt, Blueprint, Exam, Sitting


@dataclass(frozen=True)
class CourseExam:
    """The exam at the end of a course. questions: how many are drawn; 0 while no blueprint is in force."""

    code: str
    title: str
    duration_minutes: int
    questions: int


@dataclass(frozen=True)
class Upcoming:
    """An exam that concerns a learner, and how they stand to it, judged as on the exam's own page."""

    code: str
    title: str
    duration_minutes: int
    max_attempts: int
    course_id: int | None
    course_slug: str | None
    standing: Eligibility


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


def of_employee(session: Session, employee_id: int, *, now: datetime) -> list[Upcoming]:
    """Exams of the courses that the person takes, and those at which they have begun an attempt. Three statements.

    One that is under way comes first, then what may be started, then by when it may; what was passed comes last, the
    newest first.
    """
    exams = _exams(session, employee_id, now)
    if not exams:
        return []
    records = eligibility.records(session, employee_id, [exam.id for exam in exams])
    ahead = [exam for exam in exams if not any(one.passed for one in records[exam.id].past)]
    courses = {exam.course_id for exam in ahead if exam.course_id}
    unfinished = unfinished_lessons(session, employee_id, courses) if courses else {}
    found = []
    for exam, sittings in exams.items():
        left = unfinished.get(exam.course_id, 0) if exam.course_id else 0
        standing = judge(exam, sittings, records[exam.id], unfinished=left, now=now)
        slug = exam.course.slug if exam.course else None
        found.append(
            Upcoming(exam.code, exam.title, exam.duration_minutes, exam.max_attempts, exam.course_id, slug, standing)
        )
    return sorted(found, key=_urgency)


def _exams(session: Session, employee_id: int, now: datetime) -> dict[Exam, list[Sitting]]:
    """Exam → its sittings that are not over, the earliest first."""
    taken = exists(
        select(1).where(
            Enrolment.course_id == Exam.course_id,
            Enrolment.employee_id == employee_id,
            Enrolment.completed_at.is_(None),
        )
    )
    begun = exists(
        select(1).where(Attempt.exam_id == Exam.id, Attempt.employee_id == employee_id, Attempt.state != "prepared")
    )
    rows = session.execute(
        select(Exam, Sitting)
        .outerjoin(Sitting, and_(Sitting.exam_id == Exam.id, Sitting.closes_at > now))
        .options(joinedload(Exam.course))
        .where(or_(taken, begun))
        .order_by(Exam.id, Sitting.opens_at)
    )
    found: dict[Exam, list[Sitting]] = {}
    for exam, sitting in rows:
        found.setdefault(exam, []).extend([sitting] if sitting else [])
    return found


def _urgency(one: Upcoming) -> tuple[int, float, str]:
    standing = one.standing
    if standing.passed:
        return 4, -(standing.passed.closed_at.timestamp() if standing.passed.closed_at else 0), one.code
    rank = 0 if standing.running else 1 if standing.may_start else 2 if standing.starts_at else 3
    return rank, standing.starts_at.timestamp() if standing.starts_at else 0, one.code

"""Exams that concern a learner: of a course, before them, under way, or passed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from lms.catalogue.models import Course, Enrolment
from lms.catalogue.progress import unfinished_lessons
from lms.db import UtcDateTime
from lms.exams import insiders, minutes, records, sittings
from lms.exams.definitions import Definition
from lms.exams.eligibility import Eligibility, judge
from lms.exams.models import EXAM, RUNNING, TRYOUT, Attempt, Blueprint, Candidate, Exam, Sitting
from lms.exams.records import Record
from lms.exams.terms import Place
from lms.lean import Lean


@dataclass(frozen=True)
class CourseExam:
    """The exam at the end of a course. questions: how many are drawn; 0 while no blueprint is in force."""

    code: str
    title: str
    duration_minutes: int
    questions: int


@dataclass(frozen=True)
class Missed:
    """The sitting on whose list a learner stood last and which closed without them."""

    title: str
    closes_at: datetime
    zone: str


@dataclass(frozen=True)
class Upcoming:
    """An exam that concerns a learner, and how they stand to it, judged as on the exam's own page.

    missed: where no sitting admits them any more.
    """

    code: str
    title: str
    duration_minutes: int
    max_attempts: int
    course_id: int | None
    course_slug: str | None
    standing: Eligibility
    missed: Missed | None = None


def of_course(session: Session, course_id: int) -> CourseExam | None:
    """The exam that a course ends with, or None."""
    row = session.execute(
        select(Exam.code, Exam.title, Exam.duration_minutes, Blueprint.content)
        .outerjoin(Blueprint, Blueprint.exam_id == Exam.id)
        .where(Exam.course_id == course_id, Exam.mode == EXAM)
        .order_by(Exam.id, Blueprint.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    sections = row.content["sections"] if row.content else ()
    return CourseExam(row.code, row.title, row.duration_minutes, sum(section["draw"] for section in sections))


def of_employee(session: Session, employee_id: int, *, now: datetime, place: Place | None = None) -> list[Upcoming]:
    """Exams of the courses that the person takes, those on whose lists the person is, and those at which they have begun
    an attempt. Of rehearsals only try-outs that are under way or on whose lists the person is. Three statements.

    One that is under way comes first, then what may be started, then by when it may; what was passed comes last, the
    newest first.
    """
    exams, missed = _exams(session, employee_id, now)
    if not exams:
        return []
    done = records.records(session, employee_id, [found.exam.id for found in exams])
    courses = {
        found.exam.course_id
        for found in exams
        if found.exam.course_id and not any(one.passed for one in records.counted(done[found.exam.id].past, now))
    }
    unfinished = unfinished_lessons(session, employee_id, courses) if courses else {}
    return sorted(
        (
            _upcoming(found, done[found.exam.id], unfinished, missed.get(found.exam.id), now=now, place=place)
            for found in exams
        ),
        key=_urgency,
    )


def _upcoming(
    found: Definition,
    record: Record,
    unfinished: Mapping[int, int],
    missed: Missed | None,
    *,
    now: datetime,
    place: Place | None,
) -> Upcoming:
    exam = found.exam
    left = unfinished.get(exam.course_id, 0) if exam.course_id else 0
    standing = judge(found, record, unfinished=left, now=now, place=place)
    return Upcoming(
        code=exam.code,
        title=exam.title,
        duration_minutes=exam.duration_minutes,
        max_attempts=exam.max_attempts,
        course_id=exam.course_id,
        course_slug=found.course.slug if found.course else None,
        standing=standing,
        missed=missed if standing.is_left_out else None,
    )


def _exams(session: Session, employee_id: int, now: datetime) -> tuple[list[Definition], dict[int, Missed]]:
    """Each with its sittings that are not over, the earliest first, and without its blueprint; and the sittings that were missed,
    by the exam's key."""
    by_exam: dict[int, list[Any]] = {}
    for row in _EXAMS.all(session, employee=employee_id, now=now, **insiders.days(now)):
        by_exam.setdefault(row.Exam.id, []).append(row)
    exams = [
        Definition(
            rows[0].Exam,
            None,
            tuple(row.Sitting for row in rows if row.Sitting is not None),
            {row.Candidate.sitting_id: row.Candidate for row in rows if row.Candidate is not None},
            rows[0].Course,
            is_insider=rows[0].is_insider,
        )
        for rows in by_exam.values()
    ]
    return exams, {
        key: Missed(rows[0].missed_title, rows[0].missed_at, rows[0].missed_zone)
        for key, rows in by_exam.items()
        if rows[0].missed_at is not None
    }


def _concerning() -> Lean:
    person: BindParameter[int] = bindparam("employee")
    now: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
    other, over = aliased(Sitting), aliased(Sitting)
    of_missed = over.title.label("missed_title"), over.closes_at.label("missed_at"), over.zone.label("missed_zone")
    taken = select(1).where(
        Enrolment.course_id == Exam.course_id, Enrolment.employee_id == person, Enrolment.completed_at.is_(None)
    )
    mine = select(1).where(Attempt.exam_id == Exam.id, Attempt.employee_id == person)
    begun, running = mine.where(Attempt.state != "prepared"), mine.where(Attempt.state.in_(RUNNING))
    listed = (
        select(1)
        .select_from(Candidate)
        .join(other, other.id == Candidate.sitting_id)
        .where(other.exam_id == Exam.id, other.closes_at > now, Candidate.employee_id == person)
        .correlate(Exam)
    )
    return Lean(
        select(Exam, Sitting, Candidate, Course, insiders.is_insider(Exam, person).label("is_insider"), *of_missed)
        .select_from(Exam)
        .outerjoin(Sitting, and_(Sitting.exam_id == Exam.id, Sitting.closes_at > now, ~minutes.are_signed(Sitting.id)))
        .outerjoin(Candidate, and_(Candidate.sitting_id == Sitting.id, Candidate.employee_id == person))
        .outerjoin(Course, Course.id == Exam.course_id)
        .outerjoin(over, over.id == sittings.last_missed(Exam.id, person, now))
        .where(
            or_(
                and_(Exam.mode == EXAM, or_(exists(taken), exists(begun), exists(listed))),
                and_(Exam.mode == TRYOUT, or_(exists(running), exists(listed))),
            )
        )
        .order_by(Exam.id, Sitting.opens_at, Sitting.id)
    )


_EXAMS = _concerning()


def _urgency(one: Upcoming) -> tuple[int, float, str]:
    standing = one.standing
    if standing.passed:
        return 4, -(standing.passed.closed_at.timestamp() if standing.passed.closed_at else 0), one.code
    rank = 0 if standing.running else 1 if standing.is_open else 2 if standing.starts_at else 3
    return rank, standing.starts_at.timestamp() if standing.starts_at else 0, one.code

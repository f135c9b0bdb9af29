"""Who learns what: enrolling in a course, and finishing it."""

from datetime import datetime

from sqlalchemy import exists, literal, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.catalogue import credit
from lms.catalogue.models import Course, Enrolment, Lesson
from lms.catalogue.progress import is_finished
from lms.db import insert_into


class CourseClosed(LookupError):
    """The course takes no learners: it does not exist, was never published, or is withdrawn."""


def enrol(session: Session, employee_id: int, course_id: int, *, by: int, now: datetime) -> int:
    """Enrol a person in the edition that is now published. Returns the enrolment's key.

    Doing it again changes nothing, even after the course was withdrawn or a newer edition came out.
    Raises CourseClosed.
    """
    open_course = select(literal(employee_id), Course.id, Course.published_id, literal(now, Enrolment.enrolled_at.type))
    open_course = open_course.where(
        Course.id == course_id, Course.published_id.is_not(None), Course.withdrawn_at.is_(None)
    )
    made: int | None = session.scalar(
        insert_into(session, Enrolment)
        .from_select(["employee_id", "course_id", "edition_id", "enrolled_at"], open_course)
        .on_conflict_do_nothing(index_elements=["employee_id", "course_id"])
        .returning(Enrolment.id)
    )
    if made is not None:
        audit.record(session, "enrolment.open", f"enrolment:{made}", by=by, now=now)
        return made
    found = session.scalar(
        select(Enrolment.id).where(Enrolment.employee_id == employee_id, Enrolment.course_id == course_id)
    )
    if found is None:
        raise CourseClosed(course_id)
    return found


def finish(session: Session, employee_id: int, course_id: int, *, year: int, now: datetime) -> None:
    """Mark a course as finished, if all its lessons are, and credit its learning hours for the year. Two statements.

    Called when nothing is left to do but the lessons: the exam is passed, or there is none. The first time stays;
    passing again in a later year credits that year too.
    """
    left = exists(select(1).where(Lesson.edition_id == Enrolment.edition_id, ~is_finished()).correlate(Enrolment))
    mine = (Enrolment.employee_id == employee_id, Enrolment.course_id == course_id)
    session.execute(update(Enrolment).where(*mine, Enrolment.completed_at.is_(None), ~left).values(completed_at=now))
    credit.add(session, employee_id, course_id, year=year, now=now)

"""Who learns what: enrolling in a course, and finishing it."""

from datetime import date, datetime

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.catalogue import hours
from lms.catalogue.models import Course, Enrolment
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


def finish(session: Session, employee_id: int, course_id: int, *, today: date, now: datetime) -> bool:
    """Mark a course as finished and credit its learning hours in the year of `today`. Whether this call was the first.

    Whoever calls has made sure that nothing is left to do. Somebody who is not enrolled finishes nothing.
    """
    done = session.execute(
        update(Enrolment)
        .where(Enrolment.employee_id == employee_id, Enrolment.course_id == course_id, Enrolment.completed_at.is_(None))
        .values(completed_at=now)
        .returning(Enrolment.id, Enrolment.edition_id)
    ).one_or_none()
    if done is None:
        return False
    hours.credit(session, employee_id, done.edition_id, year=today.year, now=now)
    audit.record(session, "enrolment.finish", f"enrolment:{done.id}", by=None, now=now)
    return True

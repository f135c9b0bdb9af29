"""Learning hours (JP): credited once for a person, course and year (a structured course credits its curriculum's hours)."""

from datetime import datetime

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Edition, Enrolment, LearningCredit, Lesson
from lms.catalogue.progress import is_finished
from lms.db import UtcDateTime, insert_into


def add(session: Session, employee_id: int, course_id: int, *, year: int, now: datetime) -> None:
    """Credit the edition that the person learned, if all its lessons are finished. One statement; a second changes nothing."""
    left = exists(select(1).where(Lesson.edition_id == Enrolment.edition_id, ~is_finished()).correlate(Enrolment))
    earned = (
        select(
            Enrolment.employee_id,
            Enrolment.course_id,
            Enrolment.edition_id,
            literal(year),
            Edition.learning_hours,
            literal(now, UtcDateTime()),
        )
        .join(Edition, Edition.id == Enrolment.edition_id)
        .where(Enrolment.employee_id == employee_id, Enrolment.course_id == course_id, ~left)
    )
    columns = ("employee_id", "course_id", "edition_id", "year", "learning_hours", "credited_at")
    session.execute(insert_into(session, LearningCredit).from_select(columns, earned).on_conflict_do_nothing())

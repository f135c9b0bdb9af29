"""How far a learner has come in a course."""

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Enrolment, Lesson, LessonProgress


def unfinished_lessons(session: Session, employee_id: int, course_id: int) -> int:
    """How many lessons the person has still to finish: of the edition enrolled in, else of the published one, all of them."""
    edition = case((Enrolment.id.is_(None), Course.published_id), else_=Enrolment.edition_id)
    rows = (
        select(func.count(Lesson.id))
        .select_from(Course)
        .outerjoin(Enrolment, and_(Enrolment.course_id == Course.id, Enrolment.employee_id == employee_id))
        .join(Lesson, Lesson.edition_id == edition)
        .where(Course.id == course_id, or_(Enrolment.id.is_(None), ~is_finished()))
    )
    return session.scalar(rows) or 0


def is_finished() -> ColumnElement[bool]:
    """The SQL of "the enrolled person has finished the lesson", for queries over Enrolment and Lesson."""
    return exists(
        select(1)
        .where(
            LessonProgress.enrolment_id == Enrolment.id,
            LessonProgress.lesson_uuid == Lesson.uuid,
            LessonProgress.completed_at.is_not(None),
        )
        .correlate(Enrolment, Lesson)
    )

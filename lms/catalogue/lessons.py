"""The text of a lesson, in the edition that a learner began."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Enrolment, Lesson


@dataclass(frozen=True)
class LessonText:
    """One lesson to read. body: Markdown."""

    number: int
    uuid: str
    title: str
    minutes: int
    objectives: tuple[str, ...]
    body: str

    @property
    def kilobytes(self) -> int:
        """The size of the text, rounded up, before compression."""
        return -(-len(self.body.encode()) // 1000)


def read(session: Session, enrolment_id: int, number: int) -> LessonText | None:
    """The lesson at this place of the enrolment's edition, or None."""
    lesson = session.scalars(
        select(Lesson)
        .join(Enrolment, Enrolment.edition_id == Lesson.edition_id)
        .where(Enrolment.id == enrolment_id, Lesson.position == number)
    ).one_or_none()
    if lesson is None:
        return None
    return LessonText(number, lesson.uuid, lesson.title, lesson.minutes, tuple(lesson.objectives), lesson.body)

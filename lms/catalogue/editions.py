"""Editions: a course's content as one value, its hash, and how it becomes the edition that new learners get."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import outbox
from lms.catalogue.models import Course, Edition, Lesson
from lms.db import canonical_json

MINUTES_A_LEARNING_HOUR = 45


class CourseRow(Protocol):
    """The columns that hold a course's own content: an edition's, or a draft's."""

    title: str
    summary: str
    audience: str
    language: str
    method: str
    learning_hours: int
    licence: str
    competencies: list[Any]


class LessonRow(Protocol):
    """The columns that hold a lesson's content."""

    uuid: str
    slug: str
    title: str
    minutes: int
    objectives: list[Any]
    body: str


@dataclass(frozen=True)
class LessonContent:
    """All that a lesson says."""

    uuid: str
    slug: str
    title: str
    minutes: int
    objectives: tuple[str, ...]
    body: str

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of the whole."""
        return _digest(asdict(self))


@dataclass(frozen=True)
class CompetencyLevel:
    """A competency that a course builds, up to which level."""

    code: str
    level: int


@dataclass(frozen=True)
class CourseContent:
    """All that an edition says: equal contents are the same edition."""

    title: str
    summary: str
    audience: str
    language: str
    method: str
    learning_hours: int
    licence: str
    competencies: tuple[CompetencyLevel, ...]
    lessons: tuple[LessonContent, ...]

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of the whole, lessons and their order included."""
        return _digest(asdict(self))


def learning_hours(lessons: Sequence[LessonContent]) -> int:
    """The JP that lessons of this length make: whole ones, one at the least."""
    return max(sum(lesson.minutes for lesson in lessons) // MINUTES_A_LEARNING_HOUR, 1)


def publish(
    session: Session, course: Course, content: CourseContent, *, note: str, by: int | None, now: datetime
) -> Edition:
    """Add the course's next edition; new learners get it from now on. Those who have begun stay on theirs."""
    last = session.scalar(select(func.max(Edition.number)).where(Edition.course_id == course.id)) or 0
    edition = Edition(
        course_id=course.id,
        number=last + 1,
        title=content.title,
        summary=content.summary,
        audience=content.audience,
        language=content.language,
        method=content.method,
        learning_hours=content.learning_hours,
        licence=content.licence,
        competencies=[asdict(competency) for competency in content.competencies],
        hash=content.hash,
        note=note,
        published_at=now,
        published_by=by,
        lessons=[_lesson(position, lesson) for position, lesson in enumerate(content.lessons, start=1)],
    )
    session.add(edition)
    session.flush()  # the course points to it by key
    course.published_id = edition.id
    outbox.put(session, "course", str(course.id), "index", now=now)
    return edition


def content_of(edition: Edition, lessons: Sequence[Lesson]) -> CourseContent:
    """What an edition says. lessons: its lessons in order."""
    return course_content(edition, tuple(lesson_content(lesson) for lesson in lessons))


def course_content(source: CourseRow, lessons: tuple[LessonContent, ...]) -> CourseContent:
    """The content of an edition, or of whatever has an edition's columns."""
    return CourseContent(
        title=source.title,
        summary=source.summary,
        audience=source.audience,
        language=source.language,
        method=source.method,
        learning_hours=source.learning_hours,
        licence=source.licence,
        competencies=tuple(CompetencyLevel(**competency) for competency in source.competencies),
        lessons=lessons,
    )


def lesson_content(source: LessonRow) -> LessonContent:
    """The content of a lesson, or of whatever has a lesson's columns."""
    objectives = tuple(source.objectives)
    return LessonContent(source.uuid, source.slug, source.title, source.minutes, objectives, source.body)


def lessons_of(session: Session, edition_id: int) -> list[Lesson]:
    """An edition's lessons in order."""
    rows = select(Lesson).where(Lesson.edition_id == edition_id).order_by(Lesson.position)
    return list(session.scalars(rows))


def _lesson(position: int, content: LessonContent) -> Lesson:
    return Lesson(
        position=position,
        uuid=content.uuid,
        slug=content.slug,
        title=content.title,
        minutes=content.minutes,
        objectives=list(content.objectives),
        body=content.body,
        hash=content.hash,
    )


def _digest(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()

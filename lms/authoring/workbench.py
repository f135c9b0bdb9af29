"""What an author has on the desk: the draft of a course, or its published edition while nobody has changed anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.authoring import drafts
from lms.authoring.models import Draft, DraftLesson
from lms.catalogue import editions
from lms.catalogue.editions import CourseContent, LessonContent
from lms.catalogue.models import Course, Edition, Enrolment


@dataclass(frozen=True)
class LessonOnDesk:
    """A lesson as its author sees it. revision: what a save must name; saved_at: None while it is as published."""

    content: LessonContent
    revision: int
    saved_at: datetime | None
    is_deleted: bool


@dataclass(frozen=True)
class Desk:
    """A course as its author sees it. origin: what a save must name; draft_id: None while there is no draft."""

    slug: str
    origin: str
    draft_id: int | None
    revision: int
    content: CourseContent
    lessons: tuple[LessonOnDesk, ...]
    deleted: tuple[LessonOnDesk, ...]
    edition: int
    published_at: datetime | None
    saved_at: datetime | None
    learners: int

    @property
    def minutes(self) -> int:
        """How long all lessons take."""
        return sum(lesson.minutes for lesson in self.content.lessons)

    @property
    def next_edition(self) -> int:
        """The number that the draft will have as an edition."""
        return self.edition + 1

    @property
    def hours(self) -> int:
        """The JP that the lessons make."""
        return editions.learning_hours(self.content.lessons)

    def lesson(self, slug: str) -> LessonOnDesk | None:
        """The lesson with that slug, a deleted one too."""
        return next((one for one in (*self.lessons, *self.deleted) if one.content.slug == slug), None)


@dataclass(frozen=True)
class ShelfRow:
    """A line in the list of courses. drafted_at: when its draft was last saved, None without a draft."""

    slug: str
    title: str
    edition: int | None
    published_at: datetime | None
    learning_hours: int
    learners: int
    drafted_at: datetime | None


def at_work() -> Select[Course]:
    """The courses that have something to edit: an edition or an open draft."""
    drafted = exists().where(Draft.course_id == Course.id, Draft.discarded_at.is_(None))
    return select(Course).where(or_(Course.published_id.is_not(None), drafted))


def shelf() -> Select[Any]:
    """All courses at work with their edition, learners and draft; the caller narrows it to those the author may edit."""
    learners = (
        select(func.count(Enrolment.id)).where(Enrolment.course_id == Course.id).correlate(Course).scalar_subquery()
    )
    return (
        select(
            Course.slug,
            Edition.title,
            Edition.number,
            Edition.published_at,
            func.coalesce(Edition.learning_hours, Draft.learning_hours),
            learners,
            Draft.saved_at,
            Draft.title,
        )
        .select_from(Course)
        .outerjoin(Edition, Edition.id == Course.published_id)
        .outerjoin(Draft, and_(Draft.course_id == Course.id, Draft.discarded_at.is_(None)))
        .where(Course.withdrawn_at.is_(None), or_(Course.published_id.is_not(None), Draft.id.is_not(None)))
        .order_by(Draft.saved_at.is_(None), Draft.saved_at.desc(), Edition.published_at.desc(), Course.id)
    )


def shelf_rows(session: Session, rows: Select[Any]) -> tuple[ShelfRow, ...]:
    """The lines of a narrowed `shelf`."""
    return tuple(
        ShelfRow(slug, draft_title or title or slug, number, published_at, hours, learners, saved_at)
        for slug, title, number, published_at, hours, learners, saved_at, draft_title in session.execute(rows)
    )


def desk(session: Session, course: Course) -> Desk:
    """All that the pages about one course show. Three statements."""
    draft = drafts.find(session, course.id)
    edition, learners = _edition(session, course)
    source = draft or edition
    if source is None:
        raise LookupError(f"course {course.slug} has neither a draft nor an edition")
    rows = _draft_lessons(session, draft) if draft else _published_lessons(session, source.id)
    return Desk(
        slug=course.slug,
        origin=f"d{draft.id}" if draft else f"e{source.id}",
        draft_id=draft.id if draft else None,
        revision=draft.revision if draft else 1,
        content=editions.course_content(source, tuple(row.content for row in rows if not row.is_deleted)),
        lessons=tuple(row for row in rows if not row.is_deleted),
        deleted=tuple(row for row in rows if row.is_deleted),
        edition=edition.number if edition else 0,
        published_at=edition.published_at if edition else None,
        saved_at=draft.saved_at if draft else None,
        learners=learners,
    )


def _edition(session: Session, course: Course) -> tuple[Edition | None, int]:
    """The published edition, and how many learn the course in any."""
    learners = select(func.count(Enrolment.id)).where(Enrolment.course_id == course.id).scalar_subquery()
    row = session.execute(select(Edition, learners).where(Edition.id == course.published_id)).one_or_none()
    return (row[0], row[1]) if row else (None, 0)


def _draft_lessons(session: Session, draft: Draft) -> list[LessonOnDesk]:
    rows = select(DraftLesson).where(DraftLesson.draft_id == draft.id).order_by(DraftLesson.position, DraftLesson.id)
    return [on_desk(lesson) for lesson in session.scalars(rows)]


def on_desk(lesson: DraftLesson) -> LessonOnDesk:
    """One lesson of a draft."""
    return LessonOnDesk(
        editions.lesson_content(lesson), lesson.revision, lesson.saved_at, lesson.deleted_at is not None
    )


def _published_lessons(session: Session, edition_id: int) -> Sequence[LessonOnDesk]:
    return [
        LessonOnDesk(editions.lesson_content(lesson), 1, None, False)
        for lesson in editions.lessons_of(session, edition_id)
    ]

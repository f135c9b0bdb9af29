"""Drafts: one open draft for each course, begun from its published edition and saved piece by piece.

A lesson, and the course's own fields, carry a revision. A save names the revision that it began from; when somebody
else has saved since, it is refused as an `EditConflict` and nothing is lost: the author still holds the text.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from lms import audit
from lms.authoring.models import Draft, DraftLesson
from lms.catalogue import editions
from lms.catalogue.editions import CourseContent, LessonContent
from lms.catalogue.models import Course, Edition

NEW_LESSON_MINUTES = 10
#: Words that mean a page of the course itself; no lesson may have them as its address.
RESERVED = frozenset({"buang", "kerangka", "pratinjau", "pulihkan", "statistik", "terbitkan"})


class EditConflict(RuntimeError):
    """Somebody else saved the same part after this author opened it."""


class NothingPublished(LookupError):
    """The course has no edition that a draft could begin from."""


@dataclass(frozen=True)
class CourseFields:
    """What an author may change of the course itself."""

    title: str
    summary: str
    audience: str
    learning_hours: int


@dataclass(frozen=True)
class LessonFields:
    """What an author may change of a lesson."""

    title: str
    minutes: int
    objectives: tuple[str, ...]
    body: str


def find(session: Session, course_id: int) -> Draft | None:
    """The open draft of a course."""
    rows = select(Draft).where(Draft.course_id == course_id, Draft.discarded_at.is_(None))
    return session.scalars(rows).one_or_none()


def current(session: Session, course: Course, *, origin: str, by: int | None, now: datetime) -> Draft:
    """The draft that a save goes to, opened if there is none yet.

    origin: what the author's page was made from, as `workbench.Desk.origin` says it. Raises EditConflict when that is no
    longer what the draft stands on: it was published or discarded meanwhile. Then no draft is opened.
    """
    standing = _standing(session, course)
    known = {f"d{standing.id}", f"e{standing.base_id}"} if standing else {f"e{course.published_id}"}
    if origin not in known:
        raise EditConflict
    return standing or open_draft(session, course, by=by, now=now)


def lesson_of(session: Session, draft_id: int, slug: str) -> DraftLesson | None:
    """A draft's lesson by its slug, a deleted one too."""
    rows = select(DraftLesson).where(DraftLesson.draft_id == draft_id, DraftLesson.slug == slug)
    return session.scalars(rows).one_or_none()


def lessons_of(session: Session, draft_id: int) -> list[DraftLesson]:
    """A draft's lessons in order, the deleted ones left out."""
    rows = select(DraftLesson).where(DraftLesson.draft_id == draft_id, DraftLesson.deleted_at.is_(None))
    return list(session.scalars(rows.order_by(DraftLesson.position, DraftLesson.id)))


def deleted_lessons_of(session: Session, draft_id: int) -> list[DraftLesson]:
    """The lessons that were taken out of a draft, the latest first."""
    rows = select(DraftLesson).where(DraftLesson.draft_id == draft_id, DraftLesson.deleted_at.is_not(None))
    return list(session.scalars(rows.order_by(DraftLesson.deleted_at.desc(), DraftLesson.id)))


def content_of(draft: Draft, lessons: Sequence[DraftLesson]) -> CourseContent:
    """What the draft would publish. lessons: those of `lessons_of`."""
    return editions.course_content(draft, tuple(editions.lesson_content(lesson) for lesson in lessons))


def open_draft(session: Session, course: Course, *, by: int | None, now: datetime) -> Draft:
    """The course's draft: the one that is open, or a new one from the published edition. Raises NothingPublished."""
    standing = _standing(session, course)
    if standing is not None:
        return standing
    if course.published_id is None:
        raise NothingPublished(course.slug)
    edition = session.get_one(Edition, course.published_id)
    content = editions.content_of(edition, editions.lessons_of(session, edition.id))
    return begin(session, course, content, by=by, now=now)


def begin(session: Session, course: Course, content: CourseContent, *, by: int | None, now: datetime) -> Draft:
    """A draft with this content, based on the published edition. The course must have none open.

    It takes the place of one that was discarded.
    """
    _clear_discarded(session, course)
    draft = Draft(
        course_id=course.id,
        base_id=course.published_id,
        title=content.title,
        summary=content.summary,
        audience=content.audience,
        language=content.language,
        method=content.method,
        learning_hours=content.learning_hours,
        licence=content.licence,
        competencies=[asdict(competency) for competency in content.competencies],
        saved_at=now,
        saved_by=by,
        lessons=[_lesson(lesson, position, by=by, now=now) for position, lesson in enumerate(content.lessons, start=1)],
    )
    session.add(draft)
    session.flush()  # the audit names it by key
    audit.record(session, "draft.open", f"draft:{draft.id}", by=by, now=now, details={"course": course.id})
    return draft


def save_course(
    session: Session, draft: Draft, fields: CourseFields, *, revision: int, by: int | None, now: datetime
) -> None:
    """Save the course's own fields. revision: the one the author began from. Raises EditConflict."""
    change = update(Draft).where(Draft.id == draft.id, Draft.revision == revision).returning(Draft.id)
    values = {**asdict(fields), "revision": revision + 1, "saved_at": now, "saved_by": by}
    _one_row(session, change.values(values))
    session.refresh(draft)


def save_lesson(
    session: Session, lesson: DraftLesson, fields: LessonFields, *, revision: int, by: int | None, now: datetime
) -> None:
    """Save a lesson; one that was deleted is brought back by it. revision: the one the author began from.

    Raises EditConflict.
    """
    same = (DraftLesson.id == lesson.id, DraftLesson.revision == revision)
    change = update(DraftLesson).where(*same).returning(DraftLesson.id)
    values = {
        "title": fields.title,
        "minutes": fields.minutes,
        "objectives": list(fields.objectives),
        "body": fields.body,
        "revision": revision + 1,
        "saved_at": now,
        "saved_by": by,
        "deleted_at": None,
    }
    _one_row(session, change.values(values))
    _touch(session, lesson.draft_id, by=by, now=now)
    session.refresh(lesson)


def add_lesson(session: Session, draft: Draft, *, title: str, by: int | None, now: datetime) -> DraftLesson:
    """A new, empty lesson at the end. Its slug comes from its title and stays when the title changes."""
    rows = session.execute(select(DraftLesson.slug, DraftLesson.position).where(DraftLesson.draft_id == draft.id))
    taken = {row.slug: row.position for row in rows}
    content = LessonContent(str(uuid4()), slug_for(title, taken), title, NEW_LESSON_MINUTES, (), "")
    lesson = _lesson(content, max(taken.values(), default=0) + 1, by=by, now=now)
    lesson.draft_id = draft.id
    session.add(lesson)
    _touch(session, draft.id, by=by, now=now)
    return lesson


def rename(session: Session, lesson: DraftLesson, title: str, *, was: str, by: int | None, now: datetime) -> None:
    """Give a lesson another title. was: the title that the author saw. Raises EditConflict."""
    same = (DraftLesson.id == lesson.id, DraftLesson.title == was, DraftLesson.deleted_at.is_(None))
    values = {"title": title, "revision": DraftLesson.revision + 1, "saved_at": now, "saved_by": by}
    _one_row(session, update(DraftLesson).where(*same).values(values).returning(DraftLesson.id))
    _touch(session, lesson.draft_id, by=by, now=now)
    session.refresh(lesson)


def move(session: Session, lesson: DraftLesson, step: int, *, by: int | None, now: datetime) -> bool:
    """Change places with the neighbour: step -1 for up, 1 for down. False when there is none on that side."""
    rows = lessons_of(session, lesson.draft_id)
    here = rows.index(lesson)
    there = here + step
    if not 0 <= there < len(rows):
        return False
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        row.position = position
    _touch(session, lesson.draft_id, by=by, now=now)
    return True


def delete_lesson(session: Session, lesson: DraftLesson, *, by: int | None, now: datetime) -> None:
    """Take a lesson out of the draft; whoever has it open is told at the next save.

    `restore_lesson` brings it back until the draft is published.
    """
    lesson.deleted_at = now
    lesson.revision += 1
    _touch(session, lesson.draft_id, by=by, now=now)
    audit.record(session, "draft.lesson.delete", f"draft_lesson:{lesson.id}", by=by, now=now)


def restore_lesson(session: Session, lesson: DraftLesson, *, by: int | None, now: datetime) -> None:
    """Bring a deleted lesson back to where it stood."""
    lesson.deleted_at = None
    _touch(session, lesson.draft_id, by=by, now=now)
    audit.record(session, "draft.lesson.restore", f"draft_lesson:{lesson.id}", by=by, now=now)


def slug_for(
    title: str, taken: Collection[str], *, reserved: Collection[str] = RESERVED, otherwise: str = "materi"
) -> str:
    """An address from a title: small letters, digits and hyphens, with a number behind it where it is taken.

    otherwise: what stands for a title without any letter or digit.
    """
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or otherwise
    slug, number = base, 1
    while slug in taken or slug in reserved:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _standing(session: Session, course: Course) -> Draft | None:
    """The open draft. Two authors may open one at once: the second waits here, and then finds the first one's."""
    session.get_one(Course, course.id, with_for_update=True, populate_existing=True)
    return find(session, course.id)


def _clear_discarded(session: Session, course: Course) -> None:
    gone = select(Draft.id).where(Draft.course_id == course.id, Draft.discarded_at.is_not(None))
    session.execute(delete(DraftLesson).where(DraftLesson.draft_id.in_(gone)))
    session.execute(delete(Draft).where(Draft.course_id == course.id, Draft.discarded_at.is_not(None)))


def _lesson(content: LessonContent, position: int, *, by: int | None, now: datetime) -> DraftLesson:
    return DraftLesson(
        position=position,
        uuid=content.uuid,
        slug=content.slug,
        title=content.title,
        minutes=content.minutes,
        objectives=list(content.objectives),
        body=content.body,
        saved_at=now,
        saved_by=by,
    )


def _one_row(session: Session, change: ReturningUpdate[int]) -> None:
    if session.scalar(change) is None:
        raise EditConflict


def _touch(session: Session, draft_id: int, *, by: int | None, now: datetime) -> None:
    """Any change of a lesson is a change of its draft: the time that authors see is the latest."""
    session.execute(update(Draft).where(Draft.id == draft_id).values(saved_at=now, saved_by=by))

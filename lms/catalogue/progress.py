"""How far a learner is: lessons opened, the place in them, lessons finished, and what is left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, CursorResult, and_, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Edition, Enrolment, Lesson, LessonProgress
from lms.db import insert_into
from lms.lean import Lean

#: A place is a per mille of the lesson's length.
END = 1000

Status = Literal["done", "begun", "new"]


@dataclass(frozen=True)
class Step:
    """One lesson in an outline, as the learner stands to it. read_to: per mille."""

    number: int
    uuid: str
    slug: str
    title: str
    minutes: int
    status: Status
    read_to: int
    completed_at: datetime | None


@dataclass(frozen=True)
class Outline:
    """A course as one learner has it: the edition they began, and which of its lessons are done."""

    enrolment_id: int
    course_id: int
    slug: str
    title: str
    learning_hours: int
    edition: int
    newest: int
    note: str
    is_withdrawn: bool
    last_read_at: datetime | None
    completed_at: datetime | None
    last_lesson: str | None
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """Lessons finished."""
        return sum(step.status == "done" for step in self.steps)

    @property
    def is_outdated(self) -> bool:
        """Whether a newer edition has been published since."""
        return self.newest > self.edition

    @property
    def next(self) -> Step | None:
        """Where to go on: the lesson last read if it is unfinished, else the first unfinished one, None when all are done."""
        open_steps = [step for step in self.steps if step.status != "done"]
        return next((step for step in open_steps if step.uuid == self.last_lesson), next(iter(open_steps), None))

    def after(self, number: int) -> Step | None:
        """The lesson after this one."""
        return next((step for step in self.steps if step.number == number + 1), None)

    def before(self, number: int) -> Step | None:
        """The lesson before this one."""
        return next((step for step in self.steps if step.number == number - 1), None)


def outline(session: Session, enrolment_id: int) -> Outline:
    """The outline of one enrolment, in one statement."""
    return _outlines(session, _BY_ID, enrolment=enrolment_id)[0]


def of_course(session: Session, employee_id: int, course_id: int) -> Outline | None:
    """The outline of a person's enrolment in a course, in one statement; None for who is not enrolled."""
    return next(iter(_outlines(session, _OF_COURSE, employee=employee_id, course=course_id)), None)


def latest(session: Session, employee_id: int) -> Outline | None:
    """The unfinished course that a person read last, or enrolled in last; in one statement. None when there is none."""
    return next(iter(_outlines(session, _LATEST, employee=employee_id)), None)


def of_person(session: Session, employee_id: int) -> list[Outline]:
    """All courses of a person in one statement, the one read last first."""
    found = _outlines(session, _OF_PERSON, employee=employee_id)
    return sorted(
        found, key=lambda row: (row.last_read_at is not None, row.last_read_at, row.enrolment_id), reverse=True
    )


def unfinished_lessons(session: Session, employee_id: int, course_ids: Collection[int]) -> dict[int, int]:
    """Course id → how many lessons of their edition a person has yet to finish; of the published edition for who is not
    enrolled. Every course asked for is in it. One statement."""
    rows = _UNFINISHED.all(session, employee=employee_id, courses=list(course_ids))
    return dict.fromkeys(course_ids, 0) | dict(rows)


def open_lesson(session: Session, enrolment_id: int, lesson_uuid: str, *, now: datetime) -> None:
    """Note that a lesson is being read: it is where the learner goes on. The first opening stays the first."""
    _begin(session, enrolment_id, lesson_uuid, now)
    session.execute(
        update(Enrolment).where(Enrolment.id == enrolment_id).values(last_lesson_uuid=lesson_uuid, last_read_at=now)
    )


def note_place(session: Session, enrolment_id: int, lesson_uuid: str, read_to: int, *, now: datetime) -> bool:
    """Keep where the reader is in a lesson they have opened. read_to: per mille, brought into 0–1000. Whether it was kept."""
    place = min(max(read_to, 0), END)
    kept: CursorResult[Any] = session.execute(
        update(LessonProgress)
        .where(LessonProgress.enrolment_id == enrolment_id, LessonProgress.lesson_uuid == lesson_uuid)
        .values(read_to=place)
    )  # type: ignore[assignment]
    session.execute(update(Enrolment).where(Enrolment.id == enrolment_id).values(last_read_at=now))
    return kept.rowcount == 1


def complete_lesson(session: Session, enrolment_id: int, lesson_uuid: str, *, now: datetime) -> None:
    """Mark a lesson as finished. Doing it again keeps the first time."""
    _begin(session, enrolment_id, lesson_uuid, now)
    session.execute(
        update(LessonProgress)
        .where(
            LessonProgress.enrolment_id == enrolment_id,
            LessonProgress.lesson_uuid == lesson_uuid,
            LessonProgress.completed_at.is_(None),
        )
        .values(completed_at=now, read_to=END)
    )


def _begin(session: Session, enrolment_id: int, lesson_uuid: str, now: datetime) -> None:
    session.execute(
        insert_into(session, LessonProgress)
        .values(enrolment_id=enrolment_id, lesson_uuid=lesson_uuid, opened_at=now, read_to=0)
        .on_conflict_do_nothing(index_elements=["enrolment_id", "lesson_uuid"])
    )


def _outlines(session: Session, rows_of: Lean, **wanted: int) -> list[Outline]:
    rows = rows_of.all(session, **wanted)
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.Enrolment.id, []).append(row)
    return [_outline(group) for group in groups.values()]


def _outline(rows: list[Any]) -> Outline:
    enrolment, course, edition = rows[0].Enrolment, rows[0].Course, rows[0].Edition
    return Outline(
        enrolment_id=enrolment.id,
        course_id=course.id,
        slug=course.slug,
        title=edition.title,
        learning_hours=edition.learning_hours,
        edition=edition.number,
        newest=rows[0].newest or edition.number,
        note=rows[0].note or "",
        is_withdrawn=course.withdrawn_at is not None,
        last_read_at=enrolment.last_read_at,
        completed_at=enrolment.completed_at,
        last_lesson=enrolment.last_lesson_uuid,
        steps=tuple(_step(row) for row in rows),
    )


def _step(row: Any) -> Step:
    status: Status = "done" if row.done_at else "new" if row.read_to is None else "begun"
    return Step(row.position, row.uuid, row.slug, row.title, row.minutes, status, row.read_to or 0, row.done_at)


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


# Statements of the home page and of each exam's end, put together once: doing so took a tenth of their time.
_PERSON: BindParameter[int] = bindparam("employee")
_PUBLISHED = Edition.__table__.alias("published")
_OUTLINES = (
    select(
        Enrolment, Course, Edition, _PUBLISHED.c.number.label("newest"), _PUBLISHED.c.note.label("note"),
        Lesson.position, Lesson.uuid, Lesson.slug, Lesson.title, Lesson.minutes,
        LessonProgress.read_to, LessonProgress.completed_at.label("done_at"),
    )
    .select_from(Enrolment)
    .join(Course, Course.id == Enrolment.course_id)
    .join(Edition, Edition.id == Enrolment.edition_id)
    .outerjoin(_PUBLISHED, _PUBLISHED.c.id == Course.published_id)
    .join(Lesson, Lesson.edition_id == Enrolment.edition_id)
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.enrolment_id == Enrolment.id, LessonProgress.lesson_uuid == Lesson.uuid),
    )
    .order_by(Enrolment.id, Lesson.position)
)  # fmt: skip
_BY_ID = Lean(_OUTLINES.where(Enrolment.id == bindparam("enrolment")))
_MINE = _OUTLINES.where(Enrolment.employee_id == _PERSON)
_OF_PERSON = Lean(_MINE)
_OF_COURSE = Lean(_MINE.where(Enrolment.course_id == bindparam("course")))
_LATEST = Lean(
    _OUTLINES.where(
        Enrolment.id
        == select(Enrolment.id)
        .where(Enrolment.employee_id == _PERSON, Enrolment.completed_at.is_(None))
        .order_by(func.coalesce(Enrolment.last_read_at, Enrolment.enrolled_at).desc(), Enrolment.id.desc())
        .limit(1)
        .scalar_subquery()
    )
)
_UNFINISHED = Lean(
    select(Course.id, func.count(Lesson.id))
    .select_from(Course)
    .outerjoin(Enrolment, and_(Enrolment.course_id == Course.id, Enrolment.employee_id == _PERSON))
    .join(Lesson, Lesson.edition_id == func.coalesce(Enrolment.edition_id, Course.published_id))
    .outerjoin(
        LessonProgress,
        and_(
            LessonProgress.enrolment_id == Enrolment.id,
            LessonProgress.lesson_uuid == Lesson.uuid,
            LessonProgress.completed_at.is_not(None),
        ),
    )
    .where(Course.id.in_(bindparam("courses", expanding=True)), LessonProgress.id.is_(None))
    .group_by(Course.id)
)

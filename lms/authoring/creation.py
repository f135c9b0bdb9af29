"""A course begun in the product: an address of its own, and a draft with its first lessons to fill."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.authoring import drafts
from lms.catalogue.editions import MINUTES_A_LEARNING_HOUR, CompetencyLevel, CourseContent, LessonContent
from lms.catalogue.models import Course
from lms.db import insert_into
from lms.people.models import OrgUnit

#: Words that mean a page of /ajar itself; no course may have them as its address.
RESERVED = frozenset({"baru"})
METHOD = "e-learning"
LANGUAGE = "id"


class NoAddress(RuntimeError):
    """Others took every address that was tried."""


@dataclass(frozen=True)
class NewCourse:
    """What is known of a course when it begins. lessons: the titles of the first ones, one at the least."""

    title: str
    competency: CompetencyLevel
    learning_hours: int
    lessons: tuple[str, ...]


def create(session: Session, new: NewCourse, *, uuid: str, unit: OrgUnit, by: int | None, now: datetime) -> Course:
    """The course and its draft; nothing is published.

    uuid: names this act, so that a form that is sent twice makes one course; the second time the first one is returned.
    """
    standing = session.scalars(select(Course).where(Course.uuid == uuid)).one_or_none()
    if standing is not None and standing.unit_id == unit.id:
        return standing
    course = _add_course(session, new.title, str(uuid4()) if standing else uuid, unit)
    audit.record(session, "course.create", f"course:{course.id}", by=by, now=now, details={"unit": unit.id})
    drafts.begin(session, course, _content(new), by=by, now=now)
    return course


def _add_course(session: Session, title: str, uuid: str, unit: OrgUnit) -> Course:
    """Insert under the first address that is free. Another may take it at the same moment: then the next one is tried."""
    for _ in range(5):
        slug = drafts.slug_for(title, list(session.scalars(select(Course.slug))), reserved=RESERVED, otherwise="kursus")
        row = {"uuid": uuid, "slug": slug, "unit_id": unit.id}
        key = session.scalar(
            insert_into(session, Course)
            .values(row)
            .on_conflict_do_nothing(index_elements=["slug"])
            .returning(Course.id)
        )
        if key is not None:
            return session.get_one(Course, key)
    raise NoAddress(title)


def _content(new: NewCourse) -> CourseContent:
    """Summary, audience, objectives and texts are empty: the checklist asks for them before the first edition."""
    lengths = _lengths(new.learning_hours * MINUTES_A_LEARNING_HOUR, len(new.lessons))
    slugs: list[str] = []
    lessons = []
    for title, minutes in zip(new.lessons, lengths, strict=True):
        slugs.append(drafts.slug_for(title, slugs))
        lessons.append(LessonContent(str(uuid4()), slugs[-1], title, minutes, (), ""))
    return CourseContent(
        title=new.title,
        summary="",
        audience="",
        language=LANGUAGE,
        method=METHOD,
        learning_hours=new.learning_hours,
        licence="",
        competencies=(new.competency,),
        lessons=tuple(lessons),
    )


def _lengths(minutes: int, lessons: int) -> list[int]:
    """The minutes shared out evenly, so that hours and lessons agree from the beginning."""
    each, left = divmod(minutes, lessons)
    return [each + 1] * left + [each] * (lessons - left)

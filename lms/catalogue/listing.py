"""The catalogue: what one may learn, found by words and filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, case, cast, exists, false, func, or_, select
from sqlalchemy.orm import Session

from lms import paging
from lms.catalogue.models import Course, Edition, Enrolment, Lesson
from lms.frameworks.models import Competency

PER_PAGE = 12
#: Lengths one may ask for: key → least and most hours (JP), both included.
LENGTHS = {"singkat": (1, 3), "sedang": (4, 9), "panjang": (10, 10_000)}


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks for. Empty words and filters ask for everything."""

    words: str = ""
    competency: str = ""
    length: str = ""
    method: str = ""

    @property
    def filters(self) -> int:
        """How many filters narrow the list, the words apart."""
        return sum(bool(value) for value in (self.competency, self.length, self.method))


@dataclass(frozen=True)
class Builds:
    """A competency that a course builds, and to which level."""

    code: str
    name: str
    level: int


@dataclass(frozen=True)
class CourseCard:
    """A course as a list shows it."""

    id: int
    slug: str
    title: str
    summary: str
    method: str
    learning_hours: int
    lessons: int
    minutes: int
    builds: tuple[Builds, ...]


@dataclass(frozen=True)
class Suggestion:
    """A course to go to next."""

    slug: str
    title: str
    summary: str
    learning_hours: int


@dataclass(frozen=True)
class Found:
    """One page of what was found, and how many there are in all."""

    courses: tuple[CourseCard, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Choices:
    """What the filters offer: only what some published course has."""

    competencies: tuple[tuple[str, str], ...]
    methods: tuple[str, ...]


@dataclass(frozen=True)
class LessonLine:
    """A lesson in a syllabus. characters: the length of its text."""

    number: int
    title: str
    minutes: int
    objectives: tuple[str, ...]
    characters: int


@dataclass(frozen=True)
class CourseDetail:
    """A course as its own page shows it, in its published edition."""

    id: int
    slug: str
    title: str
    summary: str
    audience: str
    method: str
    learning_hours: int
    edition: int
    is_withdrawn: bool
    builds: tuple[Builds, ...]
    lessons: tuple[LessonLine, ...]

    @property
    def minutes(self) -> int:
        """The time that all lessons take."""
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def kilobytes(self) -> int:
        """The size of all text, rounded up: what reading it loads, before compression and without the page around it."""
        return -(-sum(lesson.characters for lesson in self.lessons) // 1000)


def find(session: Session, wanted: Wanted, *, ids: Sequence[int] | None = None, page: int = 1) -> Found:
    """Published courses that fit, in three statements.

    ids: course keys from the search index, best first; they replace the comparison of words and give the order.
    Without them every word must stand in title, summary or audience, and the newest come first.
    """
    conditions = [*_OPEN, *_fits(wanted)]
    if ids is not None:
        conditions.append(Course.id.in_(ids))
        order: list[Any] = [case({key: place for place, key in enumerate(ids)}, value=Course.id)] if ids else []
    else:
        conditions += [_says(word) for word in wanted.words.split()[:8]]
        order = [_NEWEST[0]]
    chosen = select(func.count()).select_from(Course).join(Edition, Edition.id == Course.published_id)
    total = session.scalars(chosen.where(*conditions)).one()
    pages = paging.pages(total, PER_PAGE)
    page = min(max(page, 1), pages)
    rows = _cards(*conditions).order_by(*order, Course.id).limit(PER_PAGE).offset(paging.start(page, PER_PAGE, total))
    return Found(_read(session, rows), total, page, pages)


def recommended(session: Session, employee_id: int, *, limit: int) -> tuple[Suggestion, ...]:
    """Published courses that a person has not enrolled in, the newest first."""
    return _suggest(session, _suggestions(~_taken_by(employee_id)).order_by(*_NEWEST).limit(limit))


def alternatives(session: Session, course: CourseDetail, *, limit: int) -> tuple[Suggestion, ...]:
    """Other published courses, first those that build one of the same competencies."""
    same = or_(false(), *(_builds(entry.code) for entry in course.builds))
    rows = _suggestions(Course.id != course.id).order_by(case((same, 0), else_=1), *_NEWEST)
    return _suggest(session, rows.limit(limit))


def choices(session: Session) -> Choices:
    """The values of the filters, in the order of their names."""
    rows = session.execute(
        select(Edition.method, Edition.competencies).join(Course, Course.published_id == Edition.id).where(*_OPEN)
    ).all()
    names = _names(session, {entry["code"] for row in rows for entry in row.competencies})
    return Choices(
        competencies=tuple(sorted(names.items(), key=lambda pair: pair[1])),
        methods=tuple(sorted({row.method for row in rows})),
    )


def detail(session: Session, slug: str) -> CourseDetail | None:
    """A course in its published edition, also a withdrawn one; None when there is no such course or it was never published."""
    row = session.execute(
        select(Course, Edition).join(Edition, Edition.id == Course.published_id).where(Course.slug == slug)
    ).one_or_none()
    if row is None:
        return None
    course, edition = row
    lessons = session.execute(
        select(Lesson.position, Lesson.title, Lesson.minutes, Lesson.objectives, func.length(Lesson.body))
        .where(Lesson.edition_id == edition.id)
        .order_by(Lesson.position)
    )
    names = _names(session, {entry["code"] for entry in edition.competencies})
    return CourseDetail(
        id=course.id,
        slug=course.slug,
        title=edition.title,
        summary=edition.summary,
        audience=edition.audience,
        method=edition.method,
        learning_hours=edition.learning_hours,
        edition=edition.number,
        is_withdrawn=course.withdrawn_at is not None,
        builds=_named(edition.competencies, names),
        lessons=tuple(LessonLine(at, title, minutes, tuple(aims), size) for at, title, minutes, aims, size in lessons),
    )


_OPEN = (Course.published_id.is_not(None), Course.withdrawn_at.is_(None))
_NEWEST = (Edition.published_at.desc(), Course.id)


def _fits(wanted: Wanted) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.competency:
        fits.append(_builds(wanted.competency))
    if wanted.length in LENGTHS:
        fits.append(Edition.learning_hours.between(*LENGTHS[wanted.length]))
    if wanted.method:
        fits.append(Edition.method == wanted.method)
    return fits


def _builds(code: str) -> ColumnElement[bool]:
    """The SQL of "builds this competency": the code stands quoted in the JSON text, on both databases."""
    return cast(Edition.competencies, Text).contains(f'"{code}"', autoescape=True)


def _says(word: str) -> ColumnElement[bool]:
    text = func.lower(Edition.title + " " + Edition.summary + " " + Edition.audience)
    return text.contains(word.lower(), autoescape=True)


def _taken_by(employee_id: int, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(1).where(Enrolment.employee_id == employee_id, Enrolment.course_id == Course.id, *conditions))


def _suggestions(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    columns = (Course.slug, Edition.title, Edition.summary, Edition.learning_hours)
    return select(*columns).join(Edition, Edition.id == Course.published_id).where(*_OPEN, *conditions)


def _suggest(session: Session, rows: Select[*tuple[Any, ...]]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(*row) for row in session.execute(rows))


def _cards(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    lessons = (
        select(Lesson.edition_id, func.count().label("lessons"), func.sum(Lesson.minutes).label("minutes"))
        .group_by(Lesson.edition_id)
        .subquery()
    )
    return (
        select(Course.id, Course.slug, Edition, lessons.c.lessons, lessons.c.minutes)
        .join(Edition, Edition.id == Course.published_id)
        .outerjoin(lessons, lessons.c.edition_id == Edition.id)
        .where(*conditions)
    )


def _read(session: Session, rows: Select[*tuple[Any, ...]]) -> tuple[CourseCard, ...]:
    found = session.execute(rows).all()
    names = _names(session, {entry["code"] for row in found for entry in row.Edition.competencies})
    return tuple(_card(row, names) for row in found)


def _card(row: Row[Any], names: dict[str, str]) -> CourseCard:
    edition = row.Edition
    return CourseCard(
        id=row.id,
        slug=row.slug,
        title=edition.title,
        summary=edition.summary,
        method=edition.method,
        learning_hours=edition.learning_hours,
        lessons=row.lessons or 0,
        minutes=row.minutes or 0,
        builds=_named(edition.competencies, names),
    )


def _names(session: Session, codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    rows = session.execute(select(Competency.code, Competency.name).where(Competency.code.in_(codes)))
    return {row.code: row.name for row in rows}


def _named(entries: Sequence[Any], names: dict[str, str]) -> tuple[Builds, ...]:
    return tuple(Builds(entry["code"], names.get(entry["code"], entry["code"]), entry["level"]) for entry in entries)

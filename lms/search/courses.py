"""Courses as documents: what of a published course is searched."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import markup
from lms.catalogue.models import Course, Edition, Lesson
from lms.frameworks.models import Competency
from lms.search.documents import Document

KIND = "course"


def documents(session: Session, keys: Collection[str] | None = None) -> list[Document]:
    """The published courses among these keys, or all of them. Three statements."""
    rows = select(Course.id, Edition).join(Edition, Edition.id == Course.published_id)
    rows = rows.where(Course.withdrawn_at.is_(None)).order_by(Course.id)
    if keys is not None:
        rows = rows.where(Course.id.in_([int(key) for key in keys]))
    found = [(row[0], row[1]) for row in session.execute(rows)]
    lessons: dict[int, list[Lesson]] = {edition.id: [] for _, edition in found}
    for lesson in session.scalars(select(Lesson).where(Lesson.edition_id.in_(lessons)).order_by(Lesson.position)):
        lessons[lesson.edition_id].append(lesson)
    names = {row.code: row.name for row in session.execute(select(Competency.code, Competency.name))}
    return [_document(key, edition, lessons[edition.id], names) for key, edition in found]


def _document(key: int, edition: Edition, lessons: list[Lesson], names: dict[str, str]) -> Document:
    competencies = [names.get(entry["code"], entry["code"]) for entry in edition.competencies]
    keywords = [edition.summary, *competencies, *(lesson.title for lesson in lessons)]
    text = [edition.summary, *(markup.plain(lesson.body) for lesson in lessons)]
    return Document(KIND, str(key), edition.title, "\n".join(keywords), "\n".join(text))

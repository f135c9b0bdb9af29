"""Publishing: a draft becomes the course's next edition. Learners who have begun stay on theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms import audit
from lms.authoring import checklist, difference, drafts
from lms.authoring.checklist import Item
from lms.authoring.difference import Difference
from lms.authoring.models import Draft, DraftLesson
from lms.authoring.practice_names import Names
from lms.catalogue import editions
from lms.catalogue.editions import CourseContent
from lms.catalogue.models import Course, Edition
from lms.frameworks.models import Competency
from lms.questions import practice


class NotReady(ValueError):
    """Something on the checklist is still to be done."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        super().__init__("; ".join(finding.said % dict(finding.facts) for item in items for finding in item.findings))
        self.items = items


class DraftChanged(RuntimeError):
    """The draft is not what the author looked at: somebody saved since, or published it."""


@dataclass(frozen=True)
class Review:
    """What an author looks at before publishing. seen: names exactly this content of the draft."""

    content: CourseContent
    items: tuple[Item, ...]
    difference: Difference | None
    seen: str

    @property
    def is_ready(self) -> bool:
        """Whether the draft may be published."""
        return all(item.is_done for item in self.items)


def review(session: Session, content: CourseContent, *, edition_id: int | None) -> Review:
    """The checklist of a draft's content and its difference from the published edition; none for a first edition."""
    published = _content(session, edition_id) if edition_id else None
    asked = {place.uuid for one in (published, content) if one for _, place in checklist.embedded(one)}
    questions = practice.find(session, asked)
    items = checklist.items(content, published=published, practice=questions)
    differs = None
    if published:
        names = Names(questions.values())
        competencies = _competencies(session, published, content)
        differs = difference.between(_named(published, names), _named(content, names), competencies=competencies)
    return Review(content, items, differs, content.hash)


def publish(session: Session, draft: Draft, *, seen: str, note: str, by: int | None, now: datetime) -> Edition:
    """Make the next edition from a draft, and end the draft. seen: what the author's review was of.

    Raises DraftChanged, or NotReady, which an unchanged draft is too.
    """
    locked = session.get(Draft, draft.id, with_for_update=True, populate_existing=True)
    if locked is None or locked.discarded_at is not None:
        raise DraftChanged
    course = session.get_one(Course, locked.course_id)
    content = drafts.content_of(locked, drafts.lessons_of(session, locked.id))
    found = review(session, content, edition_id=course.published_id)
    if not found.is_ready:
        raise NotReady(tuple(item for item in found.items if not item.is_done))
    if found.seen != seen:
        raise DraftChanged
    edition = editions.publish(session, course, found.content, note=note, by=by, now=now)
    session.execute(delete(DraftLesson).where(DraftLesson.draft_id == locked.id))
    session.execute(delete(Draft).where(Draft.id == locked.id))
    details = {"edition": edition.number, "hash": edition.hash}
    audit.record(session, "course.publish", f"course:{course.id}", by=by, now=now, details=details)
    return edition


def _named(content: CourseContent, names: Names) -> CourseContent:
    """A content whose texts call practice questions by their names, as the editor does."""
    return replace(content, lessons=tuple(replace(one, body=names.shown(one.body)) for one in content.lessons))


def _competencies(session: Session, *contents: CourseContent) -> Mapping[str, str]:
    """Code → name of the competencies that the contents have."""
    codes = {one.code for content in contents for one in content.competencies}
    rows = session.execute(select(Competency.code, Competency.name).where(Competency.code.in_(codes)))
    return {row.code: row.name for row in rows}


def _content(session: Session, edition_id: int) -> CourseContent:
    edition = session.get_one(Edition, edition_id)
    return editions.content_of(edition, editions.lessons_of(session, edition_id))

"""What the pages of /ajar share: fetching a course and the draft that a save goes to; and, with others, reading what was typed."""

from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField

from lms.access import Permission
from lms.authoring import drafts, workbench
from lms.authoring.models import Draft
from lms.catalogue.models import Course
from lms.web import typed
from lms.web.request import actor, db, fetch, now

EDIT = Permission.COURSE_EDIT
TOO_LONG = _l("Isi paling banyak %(max)d huruf.")


class CountField(IntegerField):
    """A whole number. What is not one fails its range, so that one message says what belongs here."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the number, or None."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if text.isdecimal() and len(text) < 10 else None


def course_of(slug: str) -> Course:
    """The course, if the actor may edit it and there is something to edit; anything else is 404."""
    return fetch(workbench.at_work().where(Course.slug == slug), Course, EDIT)


def draft_of(found: Course, origin: str | None) -> Draft:
    """The draft that a save goes to. origin: what the page was made from. Raises EditConflict."""
    return drafts.current(db(), found, origin=origin or "", by=actor().user_id, now=now())


def number(text: str | None) -> int:
    """A whole number that a form carries; 0 for anything else."""
    return typed.whole(text or "") or 0


def plain(text: str | None) -> str:
    """With plain line ends."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def form_key(text: str | None) -> str:
    """The UUID that a form carries, so that it makes one thing however often it is sent; a new one for anything else."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return str(uuid4())

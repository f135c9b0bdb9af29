"""Searching people by name. What was typed stays in the browser's own signed cookie: a name never enters an address."""

from flask import request, session
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from lms import paging
from lms.web.request import asked_number

#: Stands in the address where a remembered search applies.
APPLIED = "ya"
#: A page beyond any list: the rows before it can still be counted.
FURTHEST = 1_000_000


class NameSearch(FlaskForm):
    """One field; an empty one shows everybody again."""

    cari = StringField(_l("Nama"), validators=[Length(max=80, message=_l("Isi paling banyak %(max)d huruf."))])

    @property
    def words(self) -> str:
        """What was typed, without blanks at the ends."""
        return (self.cari.data or "").strip()


def remember(area: str, words: str) -> str | None:
    """Keep the words for the list of an area; returns what its address then says: `cari=ya`, or nothing."""
    session[f"cari:{area}"] = words
    return APPLIED if words else None


def remembered(area: str) -> str:
    """The words that apply to this request; empty if its address does not ask for them."""
    return str(session.get(f"cari:{area}", "")) if request.args.get("cari") == APPLIED else ""


def page_number() -> int:
    """The page that the address names, 1 or more."""
    return max(asked_number("hal", 1, most=FURTHEST), 1)


def page_of(total: int, size: int) -> tuple[int, int]:
    """(the page that the address names, how many there are) of a list; beyond the last is the last, and an empty list has one."""
    pages = paging.pages(total, size)
    return min(page_number(), pages), pages

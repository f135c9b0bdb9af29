"""Papers out of the database, each read once a process: a paper never changes, and one attempt asks for it seven times."""

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import Session

from lms.exams import papers
from lms.exams.models import Paper
from lms.lean import Lean

#: How many are at hand: as many as a process has people at work at once, and some. 25 MB at most, where no two have a question in
#: common.
MOST = 256

#: By their digest, so that no two databases can be confused; the one asked for longest ago comes first.
_kept: dict[str, tuple[papers.Item, ...]] = {}


def items(session: Session, key: int, digest: str) -> tuple[papers.Item, ...]:
    """The items of a paper. key, digest: its `id` and its `hash`."""
    found = _kept.pop(digest, None)
    if found is None:
        found = papers.read(_WRITTEN.first(session, paper=key).items)
    return keep(digest, found)


def keep(digest: str, found: tuple[papers.Item, ...]) -> tuple[papers.Item, ...]:
    """Have the items of a paper at hand, and give them back."""
    _kept[digest] = found
    while len(_kept) > MOST:
        _kept.pop(next(iter(tuple(_kept))), None)
    return found


_WRITTEN = Lean(select(cast(Paper.items, Text).label("items")).where(Paper.id == bindparam("paper")))

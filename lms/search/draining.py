"""Keeps the index up with the database: empties the outbox in batches, and fills an index that is new."""

import logging

from sqlalchemy import delete, select

from lms.outbox import SearchOutbox
from lms.platform import Platform
from lms.search import courses
from lms.search.documents import document_id
from lms.search.engines import engine
from lms.search.whoosh_engine import Busy

log = logging.getLogger(__name__)
BATCH = 100


def drain(platform: Platform) -> None:
    """Take in what has changed. Doing it twice, or half of it, is no harm: rows go only after the index has them."""
    try:
        if engine(platform).is_new:
            rebuild(platform)
        while _batch(platform):
            pass
    except Busy:
        log.info("the search index is being written by another process; the next sweep goes on")


def rebuild(platform: Platform) -> int:
    """Index everything anew. Returns how many documents there are."""
    with platform.database.reader() as session:
        documents = courses.documents(session)
    engine(platform).rebuild(documents)
    return len(documents)


def _batch(platform: Platform) -> bool:
    """Take in the oldest rows of the outbox; False when there are none. What is indexed is what stands now, so order does not matter."""
    with platform.database.reader() as session:
        rows = session.scalars(select(SearchOutbox).order_by(SearchOutbox.id).limit(BATCH)).all()
        keys = {row.key for row in rows if row.kind == courses.KIND and row.op == "index"}
        documents = courses.documents(session, keys)
    if not rows:
        return False
    standing = {document.id for document in documents}
    gone = {document_id(row.kind, row.key) for row in rows} - standing
    opened = engine(platform)
    if documents:
        opened.index(documents)
    if gone:
        opened.delete(sorted(gone))
    with platform.database.transaction() as session:
        session.execute(delete(SearchOutbox).where(SearchOutbox.id.in_([row.id for row in rows])))
    return True

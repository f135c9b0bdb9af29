"""Search in PostgreSQL: pre-stemmed words in a `tsvector` with a GIN index. Written in the database's own transactions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lms.db import Database
from lms.search import analysis
from lms.search.analysis import QueryWord
from lms.search.documents import MOST_FOUND, Analysed, Document, Hit, Hits, analyse
from lms.search.models import SearchDocument

#: Before the words of a title as they are written, so that a stem is never taken for one.
SURFACE = "zz"


class PostgresEngine:
    """The documents in the table `search_document`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_new(self) -> bool:
        """Whether the table is empty."""
        with self._database.reader() as session:
            return session.scalar(select(SearchDocument.id).limit(1)) is None

    def index(self, documents: Sequence[Document]) -> None:
        """Take documents in, in place of what bore their ids."""
        rows = [_row(analyse(document)) for document in documents]
        with self._database.transaction() as session:
            _write(session, rows)

    def delete(self, ids: Sequence[str]) -> None:
        """Forget documents."""
        with self._database.transaction() as session:
            session.execute(delete(SearchDocument).where(SearchDocument.id.in_(ids)))

    def rebuild(self, documents: Sequence[Document]) -> None:
        """Forget everything and take these in, in one transaction."""
        rows = [_row(analyse(document)) for document in documents]
        with self._database.transaction() as session:
            session.execute(delete(SearchDocument))
            _write(session, rows)

    def search(self, session: Session, query: str, *, audience: Sequence[str], limit: int, offset: int = 0) -> Hits:
        """One statement. Candidates are bounded before they are ranked: ranking reads each document."""
        looked_for = analysis.query(query)
        if not looked_for:
            return Hits(0, ())
        wanted = func.to_tsquery("simple", " & ".join(map(_term, looked_for)))
        found = (
            select(SearchDocument)
            .where(SearchDocument.terms.bool_op("@@")(wanted), SearchDocument.audience.in_(audience))
            .limit(MOST_FOUND)
            .subquery()
        )
        rank = func.ts_rank_cd(found.c.terms, wanted)
        rows = session.execute(
            select(found.c.id, found.c.kind, found.c.key, found.c.title, found.c.body, func.count().over())
            .order_by(rank.desc(), found.c.title, found.c.id)
            .limit(limit)
            .offset(offset)
        ).all()
        hits = (Hit(id, kind, key, title, analysis.excerpt(body, looked_for)) for id, kind, key, title, body, _ in rows)
        return Hits(rows[0][5] if rows else self._count(session, found, offset), tuple(hits))

    def _count(self, session: Session, found: Any, offset: int) -> int:
        """A page behind the last one has no row that could carry the count."""
        return (session.scalar(select(func.count()).select_from(found)) or 0) if offset else 0


def _term(word: QueryWord) -> str:
    return f"({word.stem} | {SURFACE}{word.surface}:*)"


def _row(given: Analysed) -> dict[str, Any]:
    document = given.document
    surface = " ".join(SURFACE + word for word in given.surface.split())
    terms = _weighted(f"{given.title} {surface}", "A")
    return {
        "id": document.id,
        "kind": document.kind,
        "key": document.key,
        "audience": document.audience,
        "title": document.title,
        "body": document.text,
        "terms": terms.concat(_weighted(given.keywords, "B")).concat(_weighted(given.text, "D")),
    }


def _weighted(words: str, weight: str) -> ColumnElement[Any]:
    # As a bare literal: the function takes the type "char", which a bound text does not become.
    return func.setweight(func.to_tsvector("simple", words), literal_column(f"'{weight}'"))


def _write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """One row at a time: their terms are expressions, and a batch is a handful of courses."""
    for row in rows:
        changed = {name: value for name, value in row.items() if name != "id"}
        statement = insert(SearchDocument).values(row)
        session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))

"""Search in files beside the database: Whoosh, for one machine and up to about 20,000 documents.

There is one writer at a time, the worker; another one that comes while it writes gets `Busy` and tries again later.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

with warnings.catch_warnings():
    # Whoosh 2.7.4 has regular expressions that newer Pythons warn of, once for each process.
    warnings.simplefilter("ignore")
    from whoosh import index
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.fields import ID, STORED, TEXT, Schema
    from whoosh.index import FileIndex, LockError
    from whoosh.query import And, Or, Prefix, Query, Term
    from whoosh.writing import CLEAR, IndexWriter

from lms.search import analysis
from lms.search.analysis import QueryWord
from lms.search.documents import MOST_FOUND, Document, Hit, Hits, analyse


class Busy(RuntimeError):
    """Another process is writing to the index."""


def _schema() -> Schema:
    words = SpaceSeparatedTokenizer()
    return Schema(
        id=ID(unique=True, stored=True),
        audience=ID,
        surface=TEXT(analyzer=words, field_boost=4.0),
        title=TEXT(analyzer=words, field_boost=4.0),
        keywords=TEXT(analyzer=words, field_boost=2.0),
        text=TEXT(analyzer=words),
        shown=STORED,
    )


class WhooshEngine:
    """An index in a folder, made at its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: FileIndex | None = None

    @property
    def is_new(self) -> bool:
        """Whether the folder holds no documents."""
        return not index.exists_in(self._folder) or bool(self._index().is_empty())

    def index(self, documents: Sequence[Document]) -> None:
        """Take documents in, in place of what bore their ids. Raises Busy."""
        writer = self._writer()
        self._add(writer, documents)
        writer.commit()

    def delete(self, ids: Sequence[str]) -> None:
        """Forget documents. Raises Busy."""
        writer = self._writer()
        for id in ids:
            writer.delete_by_term("id", id)
        writer.commit()

    def rebuild(self, documents: Sequence[Document]) -> None:
        """Forget everything and take these in: the commit puts the new in place of the old. Raises Busy."""
        writer = self._writer()
        self._add(writer, documents)
        writer.commit(mergetype=CLEAR)

    def search(self, session: Session, query: str, *, audience: Sequence[str], limit: int, offset: int = 0) -> Hits:
        """Reads no database."""
        del session
        looked_for = analysis.query(query)
        if not looked_for or not index.exists_in(self._folder):
            return Hits(0, ())
        wanted = And([_anywhere(word) for word in looked_for])
        allowed = Or([Term("audience", one) for one in audience])
        with self._index().refresh().searcher() as searcher:
            found = searcher.search(wanted, filter=allowed, limit=min(offset + limit, MOST_FOUND))
            total = min(len(found), MOST_FOUND)
            return Hits(total, tuple(_hit(row.fields(), looked_for) for row in found[offset : offset + limit]))

    def _index(self) -> FileIndex:
        if self._opened is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            known = index.exists_in(self._folder)
            self._opened = index.open_dir(self._folder) if known else index.create_in(self._folder, _schema())
        return self._opened

    def _writer(self) -> IndexWriter:
        try:
            return self._index().writer()
        except LockError as error:
            raise Busy(str(self._folder)) from error

    def _add(self, writer: IndexWriter, documents: Sequence[Document]) -> None:
        """A document that cannot be added takes the whole batch back: an open writer would hold the lock."""
        try:
            for document in documents:
                given = analyse(document)
                writer.update_document(
                    id=document.id,
                    audience=document.audience,
                    surface=given.surface,
                    title=given.title,
                    keywords=given.keywords,
                    text=given.text,
                    shown={"kind": document.kind, "key": document.key, "title": document.title, "text": document.text},
                )
        except BaseException:
            writer.cancel()
            raise


def _anywhere(word: QueryWord) -> Query:
    by_stem = [Term(field, word.stem) for field in ("title", "keywords", "text")]
    return Or([*by_stem, Prefix("surface", word.surface)])


def _hit(row: dict[str, object], looked_for: tuple[QueryWord, ...]) -> Hit:
    shown = row["shown"]
    assert isinstance(shown, dict)
    return Hit(str(row["id"]), shown["kind"], shown["key"], shown["title"], analysis.excerpt(shown["text"], looked_for))

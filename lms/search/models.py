"""The documents of the PostgreSQL engine. On SQLite the table stays empty: Whoosh keeps its own files."""

from sqlalchemy import Index, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class SearchDocument(Base):
    """A document as it is found: `body` is shown in excerpts, `terms` holds its analysed words with their weights."""

    __tablename__ = "search_document"
    __table_args__ = (Index("ix_search_document_terms", "terms", postgresql_using="gin"),)

    id: Mapped[str] = mapped_column(String(62), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))

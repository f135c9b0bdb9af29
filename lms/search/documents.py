"""What is indexed and what is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from lms.search import analysis

#: Documents for everyone who has signed in, or has not.
EVERYONE = "all"
#: More is not counted or ranked: whoever finds a thousand things adds a word.
MOST_FOUND = 1000
LONGEST_TEXT = 200_000


@dataclass(frozen=True)
class Document:
    """One thing to be found. keywords weigh less than the title and more than the text; all three are plain words."""

    kind: str
    key: str
    title: str
    keywords: str
    text: str
    audience: str = EVERYONE

    @property
    def id(self) -> str:
        """`course:12`."""
        return document_id(self.kind, self.key)


@dataclass(frozen=True)
class Analysed:
    """A document with the words that an engine stores, joined by blanks."""

    document: Document
    surface: str
    title: str
    keywords: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A document that was found. key: as its table knows it."""

    id: str
    kind: str
    key: str
    title: str
    excerpt: str


@dataclass(frozen=True)
class Hits:
    """A page of what was found, best first. total counts all, up to MOST_FOUND."""

    total: int
    hits: tuple[Hit, ...]


class Engine(Protocol):
    """What both engines do. Only the worker and the command line write; index, delete and rebuild commit."""

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever indexed, so that all must be."""

    def index(self, documents: Sequence[Document]) -> None:
        """Take documents in, in place of what bore their ids."""

    def delete(self, ids: Sequence[str]) -> None:
        """Forget documents; those that are not there do not matter."""

    def rebuild(self, documents: Sequence[Document]) -> None:
        """Forget everything and take these in. Searches go on finding the old until it is done."""

    def search(self, session: Session, query: str, *, audience: Sequence[str], limit: int, offset: int = 0) -> Hits:
        """Documents for one of the audiences in which every word stands: by its stem, or as the beginning of a word of the title."""


def document_id(kind: str, key: str) -> str:
    """The id of a document."""
    return f"{kind}:{key}"


def analyse(document: Document) -> Analysed:
    """The words of a document. The title's are kept as they are written, too: a part of one can then be typed."""
    return Analysed(
        document,
        surface=" ".join(analysis.words(document.title)),
        title=" ".join(analysis.stems(document.title)),
        keywords=" ".join(analysis.stems(document.keywords)),
        text=" ".join(analysis.stems(document.text[:LONGEST_TEXT])),
    )

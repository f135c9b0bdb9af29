"""XML from strangers as a tree with line numbers. Entities and DTDs are refused, depth and size are bounded.

A tree of our own because the standard one does not say on which line an element stands.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, InputSource, Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from lms.questions.exchange.decoding import text_of
from lms.questions.exchange.drafted import Reading, TooMany, Unusable
from lms.questions.said import say

DEEPEST = 100
#: In one file, and in the files of a package, after which no other is read.
MOST_ELEMENTS, MOST_TOGETHER = 500_000, 1_000_000
MOST_ATTRIBUTES = 1_000
#: A tag, and what follows it up to the next, long enough to hold more attributes than that.
_LONG_TAG = re.compile(r"<[^<]{5000,}+")
#: The declaration, and a doctype that names the first element and nothing more: no entities, no other file.
_DOCTYPE = r"<!DOCTYPE\s+[\w:.-]+\s*>"
_HEAD = re.compile(rf"^\s*(?:<\?xml[^>]*\?>(?:\s*{_DOCTYPE})?|{_DOCTYPE})")
_ALONE = {"br", "img", "hr"}


@dataclass
class Node:
    """An element. name: without its namespace, camelCase, and without the `qti-` of QTI 3; content: texts and elements in order.

    line, column: where it begins, counted from 1.
    """

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    content: list["Node | str"] = field(default_factory=list)
    column: int = 1

    @property
    def place(self) -> str:
        """Where it begins, in words."""
        return say("Baris %(line)s, karakter ke-%(column)s", line=self.line, column=self.column)

    @property
    def children(self) -> list["Node"]:
        """The elements right below."""
        return [one for one in self.content if isinstance(one, Node)]

    @property
    def text(self) -> str:
        """All words inside, at any depth."""
        return "".join(one if isinstance(one, str) else one.text for one in self.content)

    def get(self, attribute: str) -> str:
        """An attribute; empty when it is missing."""
        return self.attributes.get(attribute, "").strip()

    def child(self, name: str) -> "Node | None":
        """The first element of that name right below."""
        return next((one for one in self.children if one.name == name), None)

    def all(self, name: str) -> list["Node"]:
        """The elements of that name right below."""
        return [one for one in self.children if one.name == name]

    def words(self, path: str) -> str:
        """The text at a path of names such as "name/text"; empty when there is none."""
        at: Node | None = self
        for name in path.split("/"):
            at = at.child(name) if at else None
        return at.text.strip() if at else ""

    def walk(self) -> Iterator["Node"]:
        """This element and all below, in order."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += reversed(one.children)

    def html(self) -> str:
        """What is inside, as HTML."""
        return "".join(escape(one, quote=False) if isinstance(one, str) else one.outer() for one in self.content)

    def outer(self) -> str:
        """This element as HTML."""
        given = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.name}{given}>" if self.name in _ALONE else f"<{self.name}{given}>{self.html()}</{self.name}>"


def parse(data: bytes, found: Reading, *, where: str = "Berkas") -> Node:
    """The root element. Raises Unusable for what is not well-formed, is too large, or brings a DTD or entities; TooMany where it is
    a package's file too many.
    """
    if found.elements > MOST_TOGETHER:
        raise TooMany(say("paket ini memuat terlalu banyak elemen XML; pecah menjadi beberapa paket"), where)
    text = _HEAD.sub(lambda head: re.sub(r"[^\n]", " ", head[0]), text_of(data, found), count=1)
    if any(tag[0].count("=") > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise Unusable(say("ada elemen XML dengan lebih dari %(most)s atribut", most=MOST_ATTRIBUTES), where)
    builder = _Builder(where)
    parser = make_parser()
    parser.setFeature(feature_namespaces, True)
    parser.forbid_dtd = True
    parser.setContentHandler(builder)
    source = InputSource()
    source.setEncoding("utf-8")
    source.setByteStream(io.BytesIO(text.encode()))
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise Unusable(
            say("berkas ini memuat DTD atau entitas XML dan ditolak; hapus baris <!DOCTYPE …>"), where
        ) from None
    except SAXParseException as error:
        place = say(
            "Baris %(line)s, karakter ke-%(column)s",
            line=error.getLineNumber(),
            column=(error.getColumnNumber() or 0) + 1,
        )
        said = say("%(file)s, %(place)s", file=where, place=place) if where != "Berkas" else place
        raise Unusable(say("XML tidak utuh di tempat ini; perbaiki lalu unggah lagi"), said) from None
    except SAXException as error:
        raise Unusable(say("XML tidak terbaca: %(error)s", error=error), where) from None
    finally:
        found.elements += builder.count
    if builder.root is None:
        raise Unusable(say("berkas XML tanpa isi"), where)
    return builder.root


class _Builder(ContentHandler):
    def __init__(self, where: str) -> None:
        super().__init__()
        self.root: Node | None = None
        self._open: list[Node] = []
        self._words: list[str] = []
        self._where, self.count = where, 0
        self._place: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802
        self._place = locator

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        del qname
        self._end_words()
        self.count += 1
        if len(self._open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise Unusable(
                say(
                    "XML bersarang lebih dari %(deepest)s tingkat, atau terlalu banyak elemen; berkas ditolak",
                    deepest=DEEPEST,
                ),
                self._where,
            )
        line = (self._place.getLineNumber() if self._place else None) or 0
        column = ((self._place.getColumnNumber() if self._place else None) or 0) + 1
        given = {_local(key[1]): value for key, value in attrs.items()}
        node = Node(_local(name[1]), line, given, column=column)
        if self._open:
            self._open[-1].content.append(node)
        else:
            self.root = node
        self._open.append(node)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        del name, qname
        self._end_words()
        self._open.pop()

    def characters(self, content: str) -> None:
        self._words.append(content)

    def _end_words(self) -> None:
        """Words come in many pieces; what stands between two tags is one."""
        if self._words and self._open:
            self._open[-1].content.append("".join(self._words))
        self._words = []


def _local(name: str) -> str:
    """qti-choice-interaction and choiceInteraction are one name; data-… and aria-… stay as they are."""
    plain = name.removeprefix("qti-")
    if "-" not in plain or plain.startswith(("data-", "aria-")):
        return plain
    first, *rest = plain.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)

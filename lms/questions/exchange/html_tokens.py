"""HTML of strangers as tags and words, in one pass from its beginning to its end: no text makes it go back.

The standard library's parser reads what is never closed again from every `<` on, which takes hours of a few hundred
kilobytes, and fails at sections such as `<![x[`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*+)")
_ATTRIBUTE = re.compile(r"""[\s/=]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?+""")
_END = re.compile(r"[\s/=]*+>")
#: Elements whose content is no HTML.
_RAW = {name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in ("script", "style")}


@dataclass(frozen=True)
class Token:
    """A start tag or an end tag with its name in small letters, or words (`text`, character references read).

    is_closed: a start tag that ends by itself, as <br/> does.
    """

    kind: Literal["start", "end", "words"]
    text: str
    attributes: dict[str, str] = field(default_factory=dict)
    is_closed: bool = False


def tokens(text: str) -> Iterator[Token]:
    """All of it in order. Comments, declarations and what stands in scripts fall away; a tag that never ends is words."""
    at = 0
    while at < len(text):
        opening = text.find("<", at)
        if opening < 0:
            opening = len(text)
        if opening > at:
            yield Token("words", unescape(text[at:opening]))
        if opening == len(text):
            return
        after = text[opening + 1 : opening + 3]
        if after[:1] in {"!", "?"} or (after[:1] == "/" and not after[1:].isalpha()):
            at = _past_comment(text, opening)
        elif name := _NAME.match(text, opening):
            tag, at = _tag(text, name)
            if tag:
                yield tag
                at = _past_raw(text, at, tag)
            if tag and tag.is_closed:
                yield Token("end", tag.text)
        else:
            yield Token("words", "<")
            at = opening + 1
            continue
        if at < 0:
            yield Token("words", unescape(text[opening:]))
            return


def _past_comment(text: str, at: int) -> int:
    """Where a comment or a declaration ends; -1 where it does not."""
    closing = "-->" if text.startswith("<!--", at) else "]]>" if text.startswith("<![CDATA[", at) else ">"
    end = text.find(closing, at + 2)
    return end + len(closing) if end >= 0 else -1


def _past_raw(text: str, at: int, tag: Token) -> int:
    """Where what is no HTML ends after a start tag: at its end tag, else with the text."""
    closing = _RAW.get(tag.text) if tag.kind == "start" and not tag.is_closed else None
    if closing is None:
        return at
    found = closing.search(text, at)
    return found.start() if found else len(text)


def _tag(text: str, name: re.Match[str]) -> tuple[Token | None, int]:
    """(the tag that begins here, where it ends); (None, -1) where it does not end. The first of equal attributes counts."""
    given: dict[str, str] = {}
    at = name.end()
    while not (end := _END.match(text, at)):
        found = _ATTRIBUTE.match(text, at)
        if not found:
            return None, -1
        given.setdefault(found[1].lower(), unescape(_unquoted(found[2] or "")))
        at = found.end()
    if name[0].startswith("</"):
        return Token("end", name[1].lower()), end.end()
    return Token("start", name[1].lower(), given, is_closed="/" in end[0]), end.end()


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] in "\"'" and value[-1] == value[0]
    return value[1:-1] if quoted else value

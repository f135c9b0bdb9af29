"""HTML of other systems into Markdown. Scripts, styles and attributes fall away. Pictures and recordings are taken where
somebody keeps them; other media are named.
"""

import re

from lms.questions import media
from lms.questions.exchange import html_media, html_tokens, raised
from lms.questions.exchange.escaping import escape_inline, guard_start
from lms.questions.exchange.html_media import UNDERLINE, Medium, Take
from lms.questions.exchange.html_tokens import Token
from lms.questions.said import say

_DROPPED = {"script", "style", "head", "title", "template", "iframe", "noscript", "svg"}
#: Of those, what a reader would have seen.
_SEEN = {"iframe", "svg"}
_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "figure", "figcaption", "blockquote", "address", "dl", "dt", "dd",
    "ul", "ol", "table", "thead", "tbody", "tfoot", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "center", "form", "fieldset",
}  # fmt: skip
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~", "strike": "~~"}
#: `include` is XInclude's: words that stand in another file.
_MEDIA = {"img": "src", "video": "src", "source": "src", "embed": "src", "include": "href"}
#: Elements that play what they name, and say something else where they cannot.
_PLAYERS = {"audio", "object"}
#: What is said of MathML, of which only the letters are kept, and not how they stand.
_FORMULA = say("rumus MathML")
_UNDERLINED = re.compile(r"text-decoration[^;]*:[^;]*\bunderline\b", re.IGNORECASE)
_HEADING = re.compile(r"h([1-6])")
_BETWEEN_ITEMS = re.compile(r"(?m)^( *(?:-|\d+\.) .*)\n\n(?= *(?:-|\d+\.) )")
#: HTML nested deeper than this is read as words only.
DEEPEST = 100


def read(text: str, take: Take | None = None) -> tuple[str, list[str]]:
    """(Markdown, names of media left out). take: keeps pictures and recordings; without it they are left out, too."""
    reader = _Reader(take)
    found = list(html_tokens.tokens(text))
    alone = _without_other_half(found)
    for place, token in enumerate(found):
        if place in alone:
            reader.alone(token)
        elif token.kind == "words":
            reader.words(token.text)
        elif token.kind == "start":
            reader.start(token.text, token.attributes)
        else:
            reader.end(token.text)
    return reader.markdown(), reader.media


def _without_other_half(found: list[Token]) -> set[int]:
    """Places of tags that begin what is dropped and are never closed, or close what never began: nothing is inside them."""
    alone: set[int] = set()
    opened: dict[str, list[int]] = {name: [] for name in _DROPPED}
    for place, token in enumerate(found):
        if token.kind == "start" and token.text in _DROPPED:
            opened[token.text].append(place)
        elif token.kind == "end" and token.text in _DROPPED:
            if opened[token.text]:
                opened[token.text].pop()
            else:
                alone.add(place)
    return alone.union(*opened.values())


class _Reader:
    """Keeps a line in the making and blocks that are done. Inline marks open at their first word and close after the last."""

    def __init__(self, take: Take | None) -> None:
        self._take = take
        self.media: list[str] = []
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._marks: list[str] = []
        self._pending: list[str] = []
        self._shift = ""
        self._lists: list[int | None] = []
        self._prefix = ""
        self._dropped = 0
        self._pre = False
        self._code = False
        self._spans: list[bool] = []
        self._links: list[tuple[str, int]] = []
        self._rows: list[list[str]] | None = None
        self._medium: Medium | None = None
        self._transcript: list[str] | None = None

    def start(self, tag: str, given: dict[str, str]) -> None:
        """A tag that opens something."""
        if tag in _DROPPED:
            if tag in _SEEN and not self._dropped:
                self._leave_out(given.get("src", ""), tag)
            self._dropped += 1
        elif self._dropped or self._opens_player(tag, given):
            return
        elif tag in _MEDIA:
            self._note_media(tag, given)
        elif tag == "br":
            self._break_line()
        elif tag == "hr":
            self._end_block()
        elif tag in raised.NAMES:
            self._shift = tag
        elif tag in _MARKS:
            self._open_mark(_MARKS[tag])
        elif tag in {"u", "span"}:
            self._open_span(tag, given)
        elif tag == "a":
            self._links.append((given.get("href", ""), len(self._line)))
        elif tag in {"code", "tt", "kbd"} and not self._pre:
            self._code = True
            self._line.append("`")
        else:
            self._open_block(tag)

    def alone(self, token: Token) -> None:
        """A tag of what is dropped, without the other that belongs to it: what its author meant to be inside cannot be known."""
        if token.kind == "start" and token.text in _SEEN and not self._dropped:
            self._leave_out(token.attributes.get("src", ""), token.text)

    def end(self, tag: str) -> None:
        """A tag that closes something."""
        if tag in _DROPPED:
            self._dropped -= 1
        elif self._dropped or self._ends_player(tag):
            return
        elif tag in _MARKS:
            self._close_mark(_MARKS[tag])
        elif tag in {"u", "span"} and self._spans:
            if self._spans.pop():
                self._close_mark("*")
        elif tag in raised.NAMES:
            self._shift = ""
        elif tag == "a" and self._links:
            self._close_link()
        elif tag in {"code", "tt", "kbd"} and self._code:
            self._code = False
            self._line.append("`")
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].append(self._taken_line().replace("|", "\\|"))
        elif tag == "table" and self._rows is not None:
            self._end_table()
        elif tag in _BLOCKS or tag == "li":
            self._end_block()
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            self._pre = self._pre and tag != "pre"

    def words(self, data: str) -> None:
        """What stands between tags."""
        if self._dropped:
            return
        aside = self._medium.words if self._medium else self._transcript
        if aside is not None:
            aside.append(data)
            return
        if self._pre or self._code:
            self._line.append(data.replace("`", "'") if self._code else data)
            return
        words = re.sub(r"[\s\u00a0]+", " ", data)
        if not self._has_begun():
            words = words.lstrip()
        self._say(escape_inline(raised.shifted(words, self._shift) if self._shift else words))

    def markdown(self) -> str:
        """What was read, blocks apart by a blank line and items of a list by none."""
        self._end_medium()
        if self._transcript is not None:
            self._end_transcript("".join(self._transcript))
        if self._rows is not None:
            self._end_table()
        self._end_block()
        made = "\n\n".join(self._blocks)
        return _BETWEEN_ITEMS.sub(r"\1\n", made).strip()

    def _has_begun(self) -> bool:
        """Whether there are words in the line; blanks before them are never kept in it."""
        return any(part.strip("\\\n ") for part in self._line)

    def _break_line(self) -> None:
        if self._rows is not None:
            self._say(" ")
        elif self._has_begun():
            self._line.append("\\\n")

    def _open_block(self, tag: str) -> None:
        heading = _HEADING.fullmatch(tag)
        if tag == "math":
            self.media += [] if _FORMULA in self.media else [_FORMULA]
        elif tag == "table":
            self._end_block()
            self._rows = []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag == "li":
            self._end_block()
            self._prefix = self._bullet()
        elif tag in _BLOCKS and self._rows is None:
            self._end_block()
            self._pre = tag == "pre"
            if tag in {"ul", "ol"} and len(self._lists) < DEEPEST:
                self._lists.append(0 if tag == "ol" else None)
            self._prefix = "#" * int(heading[1]) + " " if heading else self._prefix

    def _bullet(self) -> str:
        indent = "   " * max(len(self._lists) - 1, 0)
        if not self._lists or self._lists[-1] is None:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "

    def _say(self, words: str) -> None:
        """Add words; marks that wait open before the first letter, not before a blank."""
        if not words.strip() and not self._has_begun():
            return
        if self._pending and words.strip():
            self._line += [words[: len(words) - len(words.lstrip())], *self._pending, words.lstrip()]
            self._pending = []
        else:
            self._line.append(words)

    def _taken_line(self) -> str:
        """The line; marks that are open close here and open again on the next."""
        open_marks = list(self._marks)
        for mark in reversed(open_marks):
            self._close_mark(mark)
        line = "".join(self._line)
        self._line, self._marks, self._pending = [], list(open_marks), list(open_marks)
        return line if self._pre else _tidy(line)

    def _end_block(self) -> None:
        if self._rows is not None:
            self._say(" ")
            return
        pre, line = self._pre, self._taken_line()
        if pre and line.strip():
            fence = "```"
            self._blocks.append(f"{fence}\n{line.strip(chr(10)).replace(fence, '')}\n{fence}")
        elif line.strip():
            safe = line if self._prefix else guard_start(line)
            self._blocks.append(self._prefix + safe)
        else:
            return
        self._prefix = ""

    def _end_table(self) -> None:
        rows = [row for row in self._rows or [] if row]
        self._rows = None
        self._line = []
        if not rows:
            return
        width = max(map(len, rows))
        filled = [row + [""] * (width - len(row)) for row in rows]
        lines = [f"| {' | '.join(row)} |" for row in filled]
        self._blocks.append("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))

    def _open_mark(self, mark: str) -> None:
        if mark not in self._marks:
            self._marks.append(mark)
            self._pending.append(mark)

    def _open_span(self, tag: str, given: dict[str, str]) -> None:
        """A piece that may be underlined, to which its words may point."""
        is_underlined = (
            tag == "u" or _UNDERLINED.search(given.get("style", "")) is not None
        ) and "*" not in self._marks
        self._spans.append(is_underlined)
        if is_underlined:
            self._open_mark("*")
            self.media += [] if UNDERLINE in self.media else [UNDERLINE]

    def _close_mark(self, mark: str) -> None:
        """Close right after the last letter: "**a **" formats nothing."""
        if not self._marks or self._marks[-1] != mark:
            return
        self._marks.pop()
        if mark in self._pending:
            self._pending.remove(mark)
            return
        after: list[str] = []
        while self._line and not self._line[-1].strip("\\\n "):
            after.insert(0, self._line.pop())
        last = self._line.pop() if self._line else ""
        self._line += [last.rstrip(), mark, last[len(last.rstrip()) :], *after]

    def _close_link(self) -> None:
        target, start = self._links.pop()
        words = "".join(self._line[start:]).strip()
        ends = target.partition("?")[0].rpartition(".")[2].lower()
        kept = self._take(target) if self._take and ends in media.AUDIO else None
        if kept:  # what some systems make a player of
            self._line[start:] = [html_media.reference(kept, words if html_media.is_said(words) else "")]
        elif words and re.fullmatch(r"https?://[^\s()<>]+", target):
            self._line[start:] = [f"[{words}]({target})"]

    def _note_media(self, tag: str, given: dict[str, str]) -> None:
        source = given.get(_MEDIA[tag], "")
        kept = self._take(source) if tag == "img" and self._take and source else None
        if kept:
            self._line.append(html_media.reference(kept, given.get("alt", "")))
            return
        if source or tag == "img":
            self._leave_out(source, tag)
        if given.get("alt", "").strip():
            self._line.append(escape_inline(" ".join(given["alt"].split())))

    def _leave_out(self, source: str, tag: str) -> None:
        inside = "gambar di dalam teks" if tag == "img" else "media di dalam teks"
        name = inside if source.startswith("data:") else source.rsplit("/", 1)[-1] or tag
        self.media.append(name[:100])

    def _opens_player(self, tag: str, given: dict[str, str]) -> bool:
        """Whether the element plays something, belongs to one that does, or is what is said in it."""
        if tag in _PLAYERS:
            self._end_medium()
            self._medium = html_media.opened(tag, given)
            return True
        if tag == "small" and given.get("class") == "transcript":
            self._transcript = []
            return True
        if self._medium and tag == "source":
            self._medium.sources.append(given.get("src", ""))
        return self._medium is not None and tag in {"source", "track"}

    def _ends_player(self, tag: str) -> bool:
        """Whether that was all that ended. A block ends what its author left open."""
        if tag == "small" and self._transcript is not None:
            self._end_transcript("".join(self._transcript))
            return True
        if tag in _PLAYERS or tag in _BLOCKS:
            self._end_medium()
        return tag in _PLAYERS

    def _end_medium(self) -> None:
        medium, self._medium = self._medium, None
        if medium is None:
            return
        if kept := medium.taken(self._take):
            self._line.append(html_media.reference(kept, medium.said))
            return
        for source in medium.sources[:1]:
            self._leave_out(source, medium.tag)
        if medium.said:
            self._say(escape_inline(medium.said))

    def _end_transcript(self, words: str) -> None:
        """What is said in the recording right before it; alone it is words like any other."""
        self._transcript = None
        while self._line and not self._line[-1].strip():
            self._line.pop()
        written = html_media.with_transcript(self._line[-1], words) if self._line else None
        if written:
            self._line[-1] = written
        else:
            self._say(escape_inline(words))


def _tidy(line: str) -> str:
    made = re.sub(r"[ \t]+", " ", line)
    return re.sub(r"( *\\\n *)+", "\\\\\n", made).strip().removesuffix("\\").strip()

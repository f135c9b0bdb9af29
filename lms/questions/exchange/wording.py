"""Words between formats: plain text, HTML, and the Markdown that questions are kept in."""

import html
import re

from lms import markup
from lms.questions import media
from lms.questions.exchange import html_media, html_reader
from lms.questions.exchange.drafted import Unusable
from lms.questions.exchange.escaping import escape_inline, guard_start
from lms.questions.said import say

#: Text without any of these, and without a beginning of line that means something, is Markdown that shows itself.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|]|://|^(?:[ \t]|[-+=#:>]|\d+[.)])", re.MULTILINE)
#: A picture in Markdown that is named by its place: the words for it, and where it is.
_PICTURE = re.compile(r"!\[([^\[\]]*+)\]\(\s*+<?([^\s()<>]++)>?[^()]*+\)")
#: Letters of a text that is looked at, apart from pictures and recordings in it: ten times what a question keeps.
LONGEST = 500_000
_DATA = re.compile(r"data:[a-z]+/[a-z0-9+.-]+;base64,[A-Za-z0-9+/=]*+")
_TAG = re.compile(r"<[^>]*>")
_HTML = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|sub|sup|span|div|ul|ol|li|table|tr|td|th|img|a|code|pre|h[1-6]|font|hr|blockquote|script)\b[^<>]*>"
    r"|&(?:nbsp|lt|gt|amp|quot|#\d+|#x[0-9a-f]+);",
    re.IGNORECASE,
)


def from_plain(text: str) -> str:
    """Markdown that shows these words and line breaks, and formats nothing. Raises Unusable."""
    _check_length(text)
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    blocks = "\n".join(lines)
    joined = re.sub(r"(?<=[^\n])\n(?=[^\n])", "\\\\\n", re.sub(r"\n{2,}", "\n\n", blocks))
    if not _SPECIAL.search(blocks) or _seen(joined) == re.sub(r"\n{2,}", "\n\n", blocks):
        return joined
    escaped = "\n".join(_escaped_line(line) for line in lines)
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "\\\\\n", re.sub(r"\n{2,}", "\n\n", escaped))


def plain(markdown: str) -> str:
    """What a reader sees of Markdown that only is words; Markdown with formatting as it is."""
    if not _SPECIAL.search(markdown) and "\n" not in markdown:
        return markdown
    seen = _seen(markdown)
    return markdown if seen is None else seen


def is_plain(markdown: str) -> bool:
    """Whether the Markdown comes back when its words go through plain text."""
    return from_plain(plain(markdown)) == markdown


def from_html(text: str, take: html_media.Take | None = None) -> tuple[str, list[str]]:
    """(Markdown, pictures and other media that were left out). Nothing of the HTML but its words and simple form survives.

    Raises Unusable.
    """
    _check_length(text)
    made, media = html_reader.read(text, take)
    seen = _seen(made)
    return (made if seen is None else from_plain(seen)), media


def from_unmarked(text: str) -> tuple[str, list[str]]:
    """Text of which nobody says what it is: HTML where it has its elements, else plain. Raises Unusable."""
    _check_length(text)
    if not _HTML.search(text):
        return from_plain(text), []
    return from_html(text.replace("\n", "<br>") if "<br" not in text and "<p" not in text else text)


def from_marked(text: str, take: html_media.Take | None = None) -> tuple[str, list[str]]:
    """(Markdown with its pictures taken, names of those that were left out): their words stand for those."""
    missing: list[str] = []

    def kept(found: re.Match[str]) -> str:
        if media.NAME.fullmatch(found[2].partition(":")[2]):
            return found[0]
        if name := take(found[2]) if take else None:
            return html_media.reference(name, found[1])
        missing.append(found[2].rpartition("/")[2][:100] or found[2][:100])
        return found[1]

    return _PICTURE.sub(kept, text), missing


def to_html(markdown: str) -> str:
    """Safe HTML of Markdown; a single paragraph without its element."""
    made = str(markup.html(markdown)).strip()
    is_single = made.startswith("<p>") and made.endswith("</p>") and made.count("<p>") == 1
    return made[len("<p>") : -len("</p>")] if is_single else made


def _check_length(text: str) -> None:
    if len(text) > LONGEST and len(_DATA.sub("", text)) > LONGEST:
        raise Unusable(say("ada teks yang lebih dari %(longest)s huruf; pendekkan teks itu", longest=LONGEST))


def _escaped_line(line: str) -> str:
    return guard_start(escape_inline(line))


def _seen(markdown: str) -> str | None:
    """The words and breaks of paragraphs; None where there is anything but paragraphs."""
    made = str(markup.html(markdown)).replace("<br>\n", "\n").replace("<br>", "\n")
    made = made.replace("</p>\n<p>", "\n\n").removeprefix("<p>").removesuffix("</p>")
    return None if _TAG.search(made) else html.unescape(made).strip()

"""Markdown as what an item of QTI 3.0 holds: HTML that is XML and keeps to the schema."""

import re
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import quoteattr

import nh3

from lms import markup
from lms.questions.exchange import attachments, wording

#: What of our HTML the body of an item may hold, by the schema of QTI 3.0: nothing struck out, no ids of headings (an id stands once
#: in an item, a heading's words may stand in its stem and in its explanation), no labels of cells, no link that leads nowhere.
_TAGS = markup.TAGS - {"s"}
_ATTRIBUTES = {tag: names - {"id", "data-l", "title"} for tag, names in markup.ATTRIBUTES.items()} | {"*": set()}
#: HTML with any of these does not fit into a line.
BLOCK = re.compile(r"<(?:blockquote|div|h[2-6]|hr|ol|p|pre|table|ul)\b")
_AIMLESS = re.compile(r"<a>(.*?)</a>", re.DOTALL)


def html(markdown: str) -> str:
    """Blocks of Markdown, as an item's body holds them."""
    return _well_formed(str(markup.html(markdown)))


def inline(markdown: str) -> str:
    """Markdown of an option or the like: a single paragraph without its element."""
    return _well_formed(wording.to_html(markdown))


def _well_formed(made: str) -> str:
    """What the sanitiser lets through, less what an item's body cannot hold, as XML."""
    held = _AIMLESS.sub(r"\1", nh3.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None))
    return (
        attachments.in_html(held, "../media/")
        .replace("<br>", "<br/>")
        .replace("<hr>", "<hr/>")
        .replace("&nbsp;", "\u00a0")
    )


def attribute(text: str) -> str:
    """A value of an attribute, in its quotes."""
    return quoteattr(re.sub(r"\s+", " ", text))


def number_of(value: Any) -> str:
    """A number in plain digits, to seven places."""
    return f"{round(Decimal(str(value)), 7).normalize():f}"

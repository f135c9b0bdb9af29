"""Markdown to HTML that is safe to show."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=4096)
def html(text: str) -> Markup:
    """The HTML of a Markdown text. Raw HTML in it is shown as text, never obeyed."""
    return Markup(nh3.clean(_MARKDOWN.render(text)))  # noqa: S704 - cleaned on this line

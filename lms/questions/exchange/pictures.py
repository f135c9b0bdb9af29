"""Pictures of a file: at a data address, among a question's own files, or in a package; and how they are named there."""

import base64
import binascii
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote

from lms.questions.exchange.drafted import Reading
from lms.questions.exchange.html_reader import Take

PLUGINFILE = "@@PLUGINFILE@@/"
_DATA = re.compile(r"data:image/[a-z+.-]+;base64,([A-Za-z0-9+/=\s]+)")
_KEPT = re.compile(r"gambar:([0-9a-f]{64}\.(?:png|jpg))")
_SHOWN = re.compile(r'<img src="/gambar/([0-9a-f]{64}\.(?:png|jpg))" alt="([^"]*)">')


def taker(found: Reading, files: Mapping[str, bytes], *, base: str = "") -> Take:
    """How a source is looked up. files: path → content; base: the folder from which paths are told."""

    def take(source: str) -> str | None:
        if inline := _DATA.fullmatch(source.strip()):
            return found.picture(decoded(inline[1]))
        path = unquote(source.removeprefix(PLUGINFILE).partition("?")[0])
        content = files.get(posixpath.normpath(posixpath.join(base, path)))
        return found.picture(content) if content else None

    return take


def decoded(text: str) -> bytes:
    """The bytes of base64, blanks and line ends apart; nothing where it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def in_markdown(markdown: str, prefix: str) -> tuple[str, list[str]]:
    """Markdown with its pictures at another place, and their names."""
    return _KEPT.sub(rf"{prefix}\1", markdown), _KEPT.findall(markdown)


def in_html(html: str, prefix: str) -> str:
    """HTML as our own markup makes it, as XML with its pictures at another place."""
    return _SHOWN.sub(rf'<img src="{prefix}\1" alt="\2"/>', html)

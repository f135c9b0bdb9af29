"""Pictures and recordings of a file: at a data address, among a question's own files, or in a package; and their names there."""

import base64
import binascii
import posixpath
import re
from collections.abc import Container, Mapping
from urllib.parse import unquote

from lms.questions import media
from lms.questions.exchange.drafted import Reading
from lms.questions.exchange.html_media import Take

PLUGINFILE = "@@PLUGINFILE@@/"
_DATA = re.compile(r"data:(?:image|audio)/[a-z0-9+.-]+;base64,([A-Za-z0-9+/=\s]+)")
_PICTURE = re.compile(r"gambar:([0-9a-f]{64}\.(?:png|jpg))")
_SHOWN = re.compile(r'<img src="/gambar/([0-9a-f]{64}\.(?:png|jpg))" alt="([^"]*)">')
_PLAYED = re.compile(
    r'<span class="audio"><audio(?: [a-z-]+="[^"]*")*? src="/audio/([0-9a-f]{64}\.\w+)"(?: [a-z-]+="[^"]*")*></audio>'
    r'<small aria-hidden="true">([^<]*)</small>((?:<small class="transcript">[^<]*</small>)?)</span>'
)


def taker(found: Reading, files: Mapping[str, bytes], *, base: str = "") -> Take:
    """How a source is looked up. files: path → content; base: the folder from which paths are told."""

    def take(source: str) -> str | None:
        if inline := _DATA.fullmatch(source.strip()):
            return found.medium(decoded(inline[1]))
        content = files.get(located(source.removeprefix(PLUGINFILE), files, base=base))
        return found.medium(content) if content else None

    return take


def located(source: str, files: Container[str], *, base: str = "") -> str:
    """The path of what a file names, as it stands there or as an address writes it, with %20 for a blank."""
    plain = posixpath.normpath(posixpath.join(base, source))
    if plain in files:
        return plain
    return posixpath.normpath(posixpath.join(base, unquote(source.partition("#")[0].partition("?")[0])))


def decoded(text: str) -> bytes:
    """The bytes of base64, blanks and line ends apart; nothing where it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def in_markdown(markdown: str, prefix: str) -> str:
    """Markdown with its pictures at another place."""
    return _PICTURE.sub(rf"{prefix}\1", markdown)


def in_html(html: str, prefix: str) -> str:
    """HTML as our own markup makes it, as XML with its pictures and recordings at another place.

    Recordings are objects, which QTI 2.1 knows as well as every HTML.
    """
    return _PLAYED.sub(lambda found: _object(found, prefix), _SHOWN.sub(rf'<img src="{prefix}\1" alt="\2"/>', html))


def _object(found: re.Match[str], prefix: str) -> str:
    name, words, transcript = found.groups()
    return f'<object data="{prefix}{name}" type="{media.mimetype(name)}">{words}</object>{transcript}'


def playing(html: str, prefix: str) -> str:
    """As `in_html`, with players instead of objects."""
    played = _PLAYED.sub(rf'<audio controls="controls" title="\2"><source src="{prefix}\1"/>\2</audio>\3', html)
    return in_html(played, prefix)

"""What a question offers and a candidate cannot tell apart: two options that read the same, however they are marked up. Pure.

Bold, italics and blanks are neither heard nor sure to be seen; in a block of code blanks count. Pictures and recordings are told apart by
which they are.
It is asked where a question is written or brought in, and not by the kinds: what a bank has already must still be read, so that
it can be mended and its answers marked again.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lms import markup
from lms.questions.content import Problem, words
from lms.questions.said import say

_MEDIA = re.compile(r"\((?:gambar|audio):([0-9a-f]{64}\.\w+)")
_CODE = re.compile(r"<pre><code[^>]*>(.*?)</code></pre>", re.DOTALL)
_MAY_BE_CODE = re.compile(r"```|~~~|^(?: {4}|\t)", re.MULTILINE)
#: Marks that take no place: zero-width blanks and joiners, soft hyphens, byte order marks.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def problems(content: Mapping[str, Any]) -> list[Problem]:
    """One for each thing that reads as an earlier one of the same question does. content: as a kind read it."""
    return [
        Problem(
            f"{field}[{n}]{part}",
            say("terbaca sama dengan nomor %(first)s; tebal, miring, atau spasi saja tidak membedakannya", first=first),
        )
        for field, part, texts in _offered(content)
        for n, first in _repeated([read_as(text) for text in texts])
    ] + [
        Problem(f"gaps.{name}", say("ada dua pilihan yang terbaca sama"))
        for name, gap in content.get("gaps", {}).items()
        if gap["kind"] == "choice" and list(_repeated([_plain(text) for text in _choices(gap)]))
    ]


def read_as(text: str) -> tuple[str, ...]:
    """A text as it reads: its words, its blocks of code letter by letter, then the pictures and recordings in it."""
    code = _CODE.findall(markup.html(text)) if _MAY_BE_CODE.search(text) else ()
    return _plain(words(text)), *code, *_MEDIA.findall(text)


def _offered(content: Mapping[str, Any]) -> Iterator[tuple[str, str, Sequence[str]]]:
    yield "options", "", [row["text"] for row in content.get("options", ())]
    yield "items", "", content.get("items", ())
    yield "pairs", ".left", [row["left"] for row in content.get("pairs", ())]


def _choices(gap: Mapping[str, Any]) -> list[str]:
    return sorted({*(row["text"] for row in gap["answers"]), *gap.get("options", ())})


def _repeated(read: Sequence[object]) -> Iterator[tuple[int, int]]:
    """(place, place of the first that reads so), from 1."""
    first: dict[object, int] = {}
    for n, one in enumerate(read, 1):
        if first.setdefault(one, n) != n:
            yield n, first[one]


def _plain(text: str) -> str:
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())

"""What a question offers and a candidate cannot tell apart: two options that read the same, however they are marked up. Pure.

Bold, italics and blanks are neither heard nor sure to be seen; in a block of code blanks count. Pictures and recordings are told apart by
which they are. What reads as nothing is refused, too, and so are marks that turn the direction of
writing by force.
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
#: Marks that take no place: zero-width blanks and joiners, soft hyphens, marks of direction, variants and fillers.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U000e0000-\U000e0fff]"
)
#: Marks after which letters stand in another order than they are written; no language needs them.
_TURNED = re.compile("[\u202d\u202e]")


def problems(content: Mapping[str, Any]) -> list[Problem]:
    """One for each thing that reads as an earlier one of the same question does, or cannot be read at all. content: as a kind read it."""
    return [
        Problem(
            f"{field}[{n}]{part}",
            say("terbaca sama dengan nomor %(first)s; tebal, miring, atau spasi saja tidak membedakannya", first=first),
        )
        for field, part, texts in _offered(content)
        for n, first in _repeated(list(map(read_as, texts)))
    ] + [
        *_rights(content),
        *_unreadable(content),
        *(
            Problem(f"gaps.{name}", say("ada dua pilihan yang terbaca sama"))
            for name, gap in content.get("gaps", {}).items()
            if gap["kind"] == "choice" and list(_repeated([_plain(text) for text in _choices(gap)]))
        ),
    ]


def _rights(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Of pairs one right may serve several lefts; written in two ways it would stand in the list twice."""
    seen: dict[object, str] = {}
    places = [(f"pairs[{n}].right", pair["right"]) for n, pair in enumerate(content.get("pairs", ()), 1)]
    places += [(f"distractors[{n}]", text) for n, text in enumerate(content.get("distractors", ()), 1)]
    for field, text in places:
        if seen.setdefault(read_as(text), text) != text:
            yield Problem(field, say("terbaca sama dengan butir kanan lain; tulis keduanya sama persis, atau bedakan"))


def _unreadable(content: Mapping[str, Any]) -> Iterator[Problem]:
    places = [("stem", content["stem"])]
    places += [
        (f"{field}[{n}]{part}", text) for field, part, texts in _offered(content) for n, text in enumerate(texts, 1)
    ]
    places += [(f"pairs[{n}].right", pair["right"]) for n, pair in enumerate(content.get("pairs", ()), 1)]
    places += [(f"distractors[{n}]", text) for n, text in enumerate(content.get("distractors", ()), 1)]
    for field, text in places:
        if not any(read_as(text)):
            yield Problem(
                field, say("tidak ada yang terbaca; tulis \\ di depan tanda yang memang isinya, misalnya \\*")
            )
        elif _TURNED.search(text):
            yield Problem(field, say("memuat tanda tak tampak yang membalik arah tulisan; tulis ulang teks ini"))
    turned = (name for name, gap in content.get("gaps", {}).items() if any(map(_TURNED.search, _choices(gap))))
    for name in turned:
        yield Problem(f"gaps.{name}", say("memuat tanda tak tampak yang membalik arah tulisan; tulis ulang teks ini"))


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

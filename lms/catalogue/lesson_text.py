"""The rules for a lesson's Markdown: what may stand in it, and what is wrong with a given text."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.markup import BOXES, LONGEST

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PARSER = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")


@dataclass(frozen=True)
class Flaw:
    """What is wrong in one line of a text; lines count from 1. said: in words, with places for the facts.

    The words are extracted for translation from where a flaw is made: write them there as one literal.
    """

    line: int
    said: str
    facts: tuple[tuple[str, str | int], ...] = ()

    @property
    def message(self) -> str:
        """The words with their facts, in Indonesian."""
        return self.said % dict(self.facts)


@dataclass(frozen=True)
class Embedded:
    """A practice question that the text asks for, and in which line."""

    line: int
    uuid: str


def flaws(body: str, *, lessons: Collection[str]) -> list[Flaw]:
    """All that is wrong with a text, in the order of its lines. lessons: the slugs that it may link to."""
    if not body.strip():
        return [Flaw(1, "isi materi masih kosong")]
    if len(body) > LONGEST:
        return [Flaw(1, "isi materi lebih dari 100.000 huruf")]
    found = [*_flaws_of_blocks(body, lessons), *_flaws_of_boxes(body)]
    return sorted(dict.fromkeys(found), key=lambda flaw: flaw.line)


def embedded(body: str) -> list[Embedded]:
    """The practice questions that stand in the text, in order."""
    opened = ((number, line.removeprefix(":::").split()) for number, line in _fences(body))
    return [Embedded(number, words[1]) for number, words in opened if len(words) == 2 and words[0] == "latihan"]


def _flaws_of_blocks(body: str, lessons: Collection[str]) -> Iterator[Flaw]:
    for token in _PARSER.parse(body):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "heading_open" and token.tag == "h1":
            yield Flaw(line, "judul di dalam materi mulai dari ##")
        if token.type == "html_block":
            yield Flaw(line, "HTML tidak dipakai; tulis dengan Markdown")
        for inline in token.children or ():
            yield from _flaws_of_words(line, inline, lessons)


def _flaws_of_words(line: int, token: Token, lessons: Collection[str]) -> Iterator[Flaw]:
    address = str(token.attrs.get("href", "")) if token.type == "link_open" else "#"
    if token.type == "html_inline":
        yield Flaw(line, "HTML tidak dipakai; tulis dengan Markdown")
    elif token.type == "image":
        yield Flaw(line, "gambar belum didukung di dalam materi")
    elif address.startswith("materi:"):
        slug = address.removeprefix("materi:")
        if slug not in lessons:
            yield Flaw(line, "tautan ke materi %(slug)s, yang tidak ada", (("slug", slug),))
    elif not address.startswith("#"):
        yield Flaw(line, "tautan ke luar tidak dipakai: %(address)s", (("address", address[:80]),))


def _flaws_of_boxes(body: str) -> Iterator[Flaw]:
    open_at = 0
    for number, line in _fences(body):
        words = line.removeprefix(":::").split(maxsplit=1)
        if not words:
            if not open_at:
                yield Flaw(number, "::: menutup kotak yang tidak dibuka")
            open_at = 0
            continue
        if open_at:
            yield Flaw(number, "kotak di baris %(line)s belum ditutup dengan :::", (("line", open_at),))
        open_at = number
        yield from _flaws_of_box(number, words)
    if open_at:
        yield Flaw(open_at, "kotak ini tidak ditutup dengan :::")


def _flaws_of_box(number: int, words: list[str]) -> Iterator[Flaw]:
    name, rest = words[0], words[1] if len(words) > 1 else ""
    if name == "latihan":
        if not _UUID.fullmatch(rest.strip()):
            yield Flaw(number, "sebut soal latihan yang ada di belakang ::: latihan")
    elif name not in BOXES:
        yield Flaw(
            number, "kotak %(name)s tidak dikenal; pakai penting, contoh, catatan atau latihan", (("name", name[:20]),)
        )
    elif name != "catatan" and not rest.strip():
        yield Flaw(number, "beri judul pada kotak %(name)s", (("name", name),))


def _fences(body: str) -> list[tuple[int, str]]:
    """(line number, line) of every line that opens or closes a box; those inside code are no boxes."""
    inside: set[int] = set()
    for token in _PARSER.parse(body):
        if token.type in {"fence", "code_block"} and token.map:
            inside.update(range(*token.map))
    rows = enumerate(body.split("\n"))
    return [(n + 1, line.strip()) for n, line in rows if line.startswith(":::") and n not in inside]

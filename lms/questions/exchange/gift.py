"""GIFT, the plain-text format of Moodle. Written after its public description at docs.moodle.org ("GIFT format").

Questions stand apart by a blank line; a blank line within braces is part of the answers. A question whose braces
are never closed ends where the next begins with `::` or `$CATEGORY:` after a blank line, so that one slip costs one question.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.questions.exchange import gift_answers, html_media, wording
from lms.questions.exchange.decoding import text_of
from lms.questions.exchange.drafted import Reading, TooMany, Unusable
from lms.questions.exchange.gift_text import mask, unmask
from lms.questions.exchange.marked_tags import folder_of, tags_in_comment
from lms.questions.said import say

BLANK = "_____"
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)", re.IGNORECASE)
_NUMBER = re.compile(r"\[id:[^\]]+\]")
#: What a question of Moodle has to be found by in other systems.
ID_NUMBER = say("nomor ID")
_EMPTY = re.compile(r"\n\s*\n")
_NEXT = re.compile(r"\s*(::[^:]|\$CATEGORY:)", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """The lines of one question, escapes masked. line: the number of its first line. comments: those right above or within it."""

    line: int
    text: str
    folder: str
    comments: tuple[str, ...]

    def place(self, offset: int = 0) -> str:
        """A place in the text: its line, and the how-manieth letter of it."""
        before = self.text[:offset]
        line, column = self.line + before.count("\n"), offset - (before.rfind("\n") + 1) + 1
        return (
            say("Baris %(line)s", line=line)
            if offset == 0
            else say("Baris %(line)s, karakter ke-%(column)s", line=line, column=column)
        )


def read(data: bytes, found: Reading) -> None:
    """All questions of a GIFT file. Raises Unusable when it is no text at all or too large."""
    text = text_of(data, found)
    numbered = 0
    try:
        lines = text.count("\n") + 1
        for block in _blocks(mask(text)):
            found.reached(block.line, lines)
            numbered += any(map(_NUMBER.search, block.comments))
            with found.question(block.place(), unmask(block.text).strip()):
                _read_block(block, found)
        if numbered:
            found.warn(
                say("Berkas"),
                say("%(what)s tidak ikut dimuat; ada pada %(count)s soal", what=ID_NUMBER, count=numbered),
            )
    except TooMany as error:
        found.stop(error)


def _blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    comments: list[str] = []
    folder, start, depth, after_blank = "", 1, 0, False

    def close() -> Iterator[Block]:
        nonlocal depth
        if any(line.strip() for line in lines):
            yield Block(start, "\n".join(lines).rstrip(), folder, tuple(comments))
            comments.clear()
        lines.clear()
        depth = 0

    for number, line in enumerate(text.split("\n"), 1):
        is_blank = not line.strip()
        starts_next = _NEXT.match(line) is not None and bool(lines) and (depth == 0 or after_blank)
        if (is_blank and depth == 0) or starts_next:
            yield from close()
        after_blank = is_blank
        category = _CATEGORY.match(line) if depth == 0 else None
        if category:
            yield from close()
            folder = folder_of(unmask(category[1]))
        elif line.lstrip().startswith("//"):
            comments.append(line.strip())
            lines += [""] if lines else []  # keeps the count of lines
        elif lines or not is_blank:
            start = start if lines else number
            lines.append(line)
            depth = max(depth + line.count("{") - line.count("}"), 0)
    yield from close()


def _read_block(block: Block, found: Reading) -> None:
    title = _TITLE.match(block.text)
    name = " ".join(unmask(title[1]).split()) if title else ""
    start = title.end() if title else 0
    style = _FORMAT.match(block.text, start)
    start = style.end() if style else start
    opening, closing = block.text.find("{", start), block.text.rfind("}")
    if opening < 0:
        _tell_no_braces(block, closing, found)
        return
    _check_braces(block, opening, closing)
    form = style[1].lower() if style else "moodle"
    # A comment between two lines leaves an empty one; no other can stand outside the braces.
    before, after = (_EMPTY.sub("\n", part).strip() for part in (block.text[start:opening], block.text[closing + 1 :]))
    whole = _with_blank(block.text[:opening], before, after, block.text[closing + 1 :]) if after else before
    stem = _text(whole, form, block, found)
    if not stem:
        raise Unusable(say("soal ini tidak punya teks; tulis soalnya sebelum kurung kurawal {"))
    answers = gift_answers.Answers(
        block.text[opening + 1 : closing], lambda offset: block.place(opening + 1 + offset), form, found, bool(after)
    )
    kind, fields = gift_answers.read(answers)
    if any(fields.values()) and answers.left_out - {html_media.UNDERLINE}:
        found.warn(block.place(), say("gambar di dalam jawaban tidak ikut dimuat"))
    if html_media.UNDERLINE in answers.left_out:
        found.warn(block.place(), html_media.UNDERLINE)
    tags = ({"folder": block.folder} if block.folder else {}) | tags_in_comment(block.comments)
    found.take(kind, stem, where=block.place(), name=name, tags=tags, **fields)


def _with_blank(left: str, before: str, after: str, right: str) -> str:
    """The words around the braces, with a blank where those stand, as near to them as there. left, right: the same untrimmed."""
    first = " " if before and left[-1:].isspace() else ""
    return f"{before}{first}{BLANK}{' ' if right[:1].isspace() else ''}{after}"


def _tell_no_braces(block: Block, closing: int, found: Reading) -> None:
    if closing >= 0:
        raise Unusable(say("ada } tanpa { pembuka; tulis jawaban di antara { dan }"), block.place(closing))
    found.warn(block.place(), say("tanpa kurung kurawal: ini keterangan, bukan soal, dan tidak dimuat"))


def _check_braces(block: Block, opening: int, closing: int) -> None:
    if closing < opening:
        raise Unusable(say("kurung kurawal { tidak ditutup; tambahkan } di akhir jawaban"), block.place(opening))
    second = block.text.find("{", opening + 1)
    if second >= 0:
        first_end = block.text.find("}", opening)
        if first_end < second:
            raise Unusable(
                say(
                    "ada dua pasang kurung kurawal; GIFT hanya mengenal satu. Pisahkan dengan baris kosong, "
                    "atau pakai soal rumpang Moodle XML"
                ),
                block.place(second),
            )
        raise Unusable(say("ada { di dalam jawaban; tulis \\{ bila itu bagian teks"), block.place(second))
    if block.text.find("}", opening) != closing:
        raise Unusable(
            say("ada } berlebih; tulis \\} bila itu bagian teks"), block.place(block.text.find("}", opening))
        )


def _text(masked: str, form: str, block: Block, found: Reading) -> str:
    made, media = gift_answers.styled(masked, form)
    for name in media:
        found.warn(block.place(), html_media.left_out(name))
    return made if form != "plain" else wording.from_plain(unmask(masked))

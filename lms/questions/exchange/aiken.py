"""Aiken: a question on its own lines, options `A.` or `A)`, and `ANSWER: B`. After its public description at docs.moodle.org."""

import re
from dataclasses import dataclass, field

from lms.questions.exchange import wording
from lms.questions.exchange.decoding import text_of
from lms.questions.exchange.drafted import Reading, TooMany, Unusable
from lms.questions.said import say

LETTERS = "ABCDEFGHIJ"
_OPTION = re.compile(r"([A-Z])[.)]\s*(.*)")
_SMALL = re.compile(r"([a-z])[.)]\s*(.*)")
_SMALL_A = re.compile(r"a[.)]\s*.*")
_ANSWER = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)
#: The same in Indonesian, behind options; elsewhere these may be words of a question.
_KEY = re.compile(r"(?:JAWABAN|KUNCI|KUNCI JAWABAN)\s*:\s*(.*)", re.IGNORECASE)


@dataclass
class _Block:
    """A question in the making; lines are counted from 1. stem, options: with the number of their line.

    parted: the first line of the stem before which a line is empty. initial: the first that begins as an option does, and is none.
    written: the lines of the options as they stand.
    """

    stem: list[tuple[int, str]] = field(default_factory=list)
    line: int = 0
    options: list[tuple[int, str, str]] = field(default_factory=list)
    parted: int = 0
    initial: int = 0
    written: list[tuple[int, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What is asked."""
        return "\n".join(line for _number, line in self.stem)

    @property
    def has_small_letters(self) -> bool:
        """Whether its last lines look like options a. and b."""
        last = self.stem[-1][1] if self.stem else ""
        return _SMALL.fullmatch(last) is not None and any(_SMALL_A.fullmatch(line) for _number, line in self.stem)

    def take_initials(self) -> None:
        """What stands before option A is none: names begin so, as in B. J. Habibie."""
        if self.options and all(letter != LETTERS[0] for _line, letter, _text in self.options):
            self.initial = self.initial or self.options[0][0]
            self.stem += self.written
            self.options.clear()
            self.written.clear()


def read(data: bytes, found: Reading) -> None:
    """All questions of an Aiken file. Raises Unusable when it is no text at all or too large."""
    lines = text_of(data, found).split("\n")
    try:
        _read_lines(lines, found)
    except TooMany as error:
        found.stop(error)


def _read_lines(lines: list[str], found: Reading) -> None:
    block, is_after_blank = _Block(), False
    for number, line in enumerate(map(str.strip, lines), 1):
        answer, option = _ANSWER.fullmatch(line), _OPTION.fullmatch(line)
        answer = answer or (_KEY.fullmatch(line) if block.options or block.has_small_letters else None)
        if not line:
            is_after_blank = True
            continue
        if answer:
            found.reached(number, len(lines))
            with found.question(say("Baris %(line)s", line=block.line or number), block.words):
                _close(block, number, answer[1].strip(), found)
            block = _Block()
        elif option and block.stem:
            if option[1] == "A":
                block.take_initials()
            block.options.append((number, option[1], option[2].strip()))
            block.written.append((number, line))
        else:
            if block.options:
                _tell_open(block, found)
                block = _Block()
            if block.stem and is_after_blank:
                block.parted = block.parted or number
            block.line = block.line or number
            block.stem.append((number, line))
        is_after_blank = False
    if block.stem or block.options:
        _tell_open(block, found)


def _tell_open(block: _Block, found: Reading) -> None:
    found.refuse(
        say("Baris %(line)s", line=block.line),
        say("soal ini tidak punya baris ANSWER; tambahkan misalnya ANSWER: B"),
        block.words,
    )


def _close(block: _Block, number: int, key: str, found: Reading) -> None:
    if not block.options:
        _take_small_letters(block)
    _check_options(block)
    letters = "".join(letter for _line, letter, _text in block.options)
    where = say("Baris %(line)s, kolom Kunci", line=number)
    key = key.removesuffix(".").removesuffix(")").strip()
    if not key:
        raise Unusable(say("kunci kosong; tulis satu huruf, misalnya ANSWER: B"), where)
    if len(key) != 1 or key.upper() not in letters:
        asked = {"key": key[:20], "first": letters[0], "last": letters[-1]}
        raise Unusable(
            say("'%(key)s' tidak ada; pilihan hanya %(first)s–%(last)s.", **asked)
            if len(key) == 1
            else say("'%(key)s': tulis satu huruf %(first)s–%(last)s.", **asked),
            where,
        )
    options = [
        {"text": wording.from_plain(text), "correct": letter == key.upper()} for _line, letter, text in block.options
    ]
    found.take(
        "single_choice",
        wording.from_plain(block.words),
        where=say("Baris %(line)s", line=block.line),
        options=options,
    )
    if block.initial:
        found.warn(
            say("Baris %(line)s", line=block.initial),
            say(
                "baris ini diawali huruf seperti pilihan, tetapi dibaca sebagai bagian soal karena pilihan A ada di bawahnya"
            ),
        )
    if block.parted:
        found.warn(
            say("Baris %(line)s", line=block.line),
            say(
                "ada baris kosong sebelum baris %(line)s; bila di sana mulai soal lain, soal di atasnya tidak punya pilihan dan ANSWER",
                line=block.parted,
            ),
        )


def _take_small_letters(block: _Block) -> None:
    """Some write a. b. c.: the last such row of lines are the options where no others are."""
    small = [_SMALL.fullmatch(line) for _number, line in block.stem]
    start = max((n for n, option in enumerate(small) if option and option[1] == "a"), default=len(small))
    rows = [(block.stem[n][0], option) for n, option in enumerate(small) if option and n >= start]
    if len(rows) == len(small) - start:
        block.options = [(number, option[1].upper(), option[2].strip()) for number, option in rows]
        del block.stem[start:]


def _check_options(block: _Block) -> None:
    if not block.stem:
        raise Unusable(say("pilihan tanpa soal; tulis soalnya di atas pilihan A"))
    if len(block.options) < 2:
        raise Unusable(say("tulis paling sedikit dua pilihan, A. dan B., sebelum ANSWER"))
    for place, (line, letter, text) in enumerate(block.options):
        expected = LETTERS[place] if place < len(LETTERS) else ""
        if not expected:
            raise Unusable(
                say("paling banyak %(letters)s pilihan", letters=len(LETTERS)), say("Baris %(line)s", line=line)
            )
        if letter != expected:
            raise Unusable(
                say("di sini diharapkan pilihan %(expected)s, bukan %(letter)s", expected=expected, letter=letter),
                say("Baris %(line)s, kolom Pilihan %(letter)s", line=line, letter=letter),
            )
        if not text:
            raise Unusable(
                say("pilihan kosong; tulis teksnya"),
                say("Baris %(line)s, kolom Pilihan %(letter)s", line=line, letter=letter),
            )

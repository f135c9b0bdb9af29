"""What every reader of a format returns: questions in one neutral shape, and findings with their place."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from lms.questions import audio, images
from lms.questions.kinds.numbers import number_in
from lms.questions.said import say

#: No file is read beyond these; a package may hold more bytes, for its media.
MOST_BYTES = 20 * 1024 * 1024
MOST_QUESTIONS = 5_000
MOST_MEDIA = 500
#: Parts of one question (answers, hints, tags), and what is said of one file: more of them are no help to anybody.
MOST_PARTS = 500
MOST_FINDINGS = 10_000


@dataclass(frozen=True)
class Drafted:
    """One question as a file has it.

    stem: Markdown. raw: what the kind's `read` takes. tags: competency, level, difficulty, folder, as far as the file names them.
    media: name → content of the pictures and recordings that the texts name, for writers.
    """

    name: str
    kind: str
    stem: str
    raw: Mapping[str, Any]
    tags: Mapping[str, Any]
    where: str
    media: Mapping[str, bytes] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Finding:
    """What is to be said about a place of a file. An error keeps a question out, a warning does not.

    about: the words of the question as far as they were read, by which its author knows it again; asked: where that begins, if one
    was being read.
    """

    where: str
    message: str
    level: Literal["warning", "error"]
    about: str = ""
    asked: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class Unusable(ValueError):
    """A question, or a whole file, cannot be taken. where: empty = where the question begins."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.message, self.where = message, where


#: Thousands, not a fraction: its last nought would say nothing there.
_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d\d0(?![\d.,])")

#: How far something has come: of what, how much of it, of how much. What it raises ends the work.
Step = Literal["reading", "checking", "comparing"]
Tell = Callable[[Step, int, int], None]


def silent(_step: Step, _done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass
class Reading:
    """What has been read so far. Readers add to it, callers only look.

    media: name → content, as images.py and audio.py would keep them. take_medium: looks up sources of the question being read.
    elements: of XML, in all files of a package so far. tell: is told how far the reading has come.
    """

    drafts: list[Drafted] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    take_medium: Callable[[str], str | None] | None = None
    elements: int = 0
    tell: Tell = silent
    _names: dict[bytes, str | None] = field(default_factory=dict)
    _asked: str = ""

    def reached(self, done: int, total: int) -> None:
        """Tell how much of the file was read, in whatever its format counts."""
        self.tell("reading", done, total)

    def medium(self, data: bytes) -> str | None:
        """Take a picture or a recording; its name, or None where it is neither, too large, or one too many.

        Each is decoded once, however often a file names it.
        """
        key = hashlib.sha256(data).digest()
        if key not in self._names:
            self._names[key] = self._taken(data)
        return self._names[key]

    def _taken(self, data: bytes) -> str | None:
        """Says why not, where the question begins that names it first; what becomes of it there, its reader says."""
        if len(self._names) >= MOST_MEDIA:  # the unreadable count, too: to find that out takes as long
            if len(self._names) == MOST_MEDIA:
                self._warn_of_media(say("lebih dari %(most)s gambar dan rekaman; pecah berkas ini", most=MOST_MEDIA))
            return None
        try:
            name, content = _kept(data)
        except images.BadImage as error:
            self._warn_of_media(_UNUSABLE[error.why])
            return None
        self.media[name] = content
        return name

    def _warn_of_media(self, message: str) -> None:
        self.warn(self._asked or say("Berkas"), message)

    def warn(self, where: str, message: str, *, asked: str = "") -> None:
        """Say something that keeps nothing out. asked: where its question begins, if none is being read yet. Raises TooMany."""
        self._say(Finding(where, message, "warning", asked=asked or self._asked))

    def refuse(self, where: str, message: str, about: str = "") -> None:
        """Say why something is kept out. Raises TooMany."""
        self._say(Finding(where, message, "error", about))

    def _say(self, finding: Finding) -> None:
        if len(self.findings) >= MOST_FINDINGS:
            raise TooMany(
                say("lebih dari %(most)s temuan; perbaiki yang di atas, lalu unggah lagi", most=MOST_FINDINGS),
                finding.where,
            )
        self.findings.append(finding)

    def stop(self, error: "TooMany") -> None:
        """Say why reading ended before the file did."""
        self.findings.append(Finding(error.where, error.message, "error"))

    def take(
        self, kind: str, stem: str, *, where: str, name: str = "", tags: Mapping[str, Any] | None = None, **fields: Any
    ) -> None:
        """Add a question. Fields that are None or empty are left out of what its kind reads."""
        if len(self.drafts) >= MOST_QUESTIONS:
            raise TooMany(
                say(
                    "satu berkas paling banyak %(most_questions)s soal; pecah berkas ini", most_questions=MOST_QUESTIONS
                ),
                where,
            )
        said = {"name": name, **fields}
        raw = {"kind": kind, "stem": stem} | {
            key: value for key, value in said.items() if value is not None and value != ""
        }
        self.drafts.append(Drafted(name, kind, stem, raw, dict(tags or {}), where))

    @contextmanager
    def question(self, where: str, about: str = "") -> Iterator[None]:
        """Around the reading of one question: what makes it unusable becomes an error, and reading goes on.

        about: the question's words in the file.
        """
        outer, self._asked = self._asked, where
        try:
            yield
        except TooMany:
            raise
        except Unusable as error:
            self.refuse(error.where or where, error.message, about)
        finally:
            self._asked = outer


_UNUSABLE = {
    "large": say("gambar atau rekaman terlalu besar: gambar paling besar 5 MB dan 24 juta piksel, rekaman 10 MB"),
    "type": say("gambar atau rekaman tidak terbaca: pakai PNG, JPEG, GIF, WebP, MP3, M4A, Ogg, atau WAV"),
}


def _kept(data: bytes) -> tuple[str, bytes]:
    """(name, content) of a recording, else of a picture. Raises BadImage where it is neither."""
    try:
        name, recording = audio.checked(data)
    except audio.BadAudio:
        return images.encoded(data)
    return name, recording.content


class TooMany(Unusable):
    """The file holds more than is taken at once; reading ends here."""


def whole(text: str) -> int | None:
    """A whole number in at most nine plain digits; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def check_parts(count: int, where: str = "") -> None:
    """Raises Unusable for a question of more parts than are looked at."""
    if count > MOST_PARTS:
        raise Unusable(say("soal ini memuat lebih dari %(most)s jawaban atau bagian", most=MOST_PARTS), where)


def share(percent: str) -> float | int:
    """A weight in per cent as a fraction: "33.33333" → 0.3333333, "100" → 1. Raises Unusable outside −100…100."""
    try:
        number = Decimal(percent.strip().replace(",", "."))
    except InvalidOperation:
        raise Unusable(say("bobot '%(text)s%%' bukan angka", text=percent.strip()[:20])) from None
    if not number.is_finite() or not -100 <= number <= 100:
        raise Unusable(say("bobot %(text)s%% di luar −100 sampai 100", text=percent.strip()[:20]))
    return fraction(number / 100)


def fraction(value: Decimal | float) -> float | int:
    """A fraction to seven places; whole numbers as such."""
    rounded = round(float(value), 7)
    return int(rounded) if rounded.is_integer() else rounded


def percent(value: float | Decimal) -> str:
    """A fraction as a weight in per cent with at most five places: 0.3333333 → "33.33333"."""
    text = f"{Decimal(str(value)) * 100:.5f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def grouped(text: str) -> str:
    """What is to be said of a number such as 1.500, which people write for 1500 and no program for 1½; empty for any other."""
    found = _GROUPED.search(text)
    if found is None:
        return ""
    return say("'%(text)s' dibaca dengan titik desimal; bila titik itu pemisah ribuan, hapus titiknya", text=found[0])


def number(text: str) -> str:
    """A number in plain digits with a dot, as the kinds read it: "1,5" → "1.5", "2e3" → "2000". Raises Unusable.

    One mark is the decimal mark, also in 1.250, as in files of programs; more of them are read as candidates' are.
    """
    given = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    if given.count(",") + given.count(".") > 1:
        given = str(number_in(given) or given)
    given = given.replace(",", ".")
    try:
        value = Decimal(given)
    except InvalidOperation:
        raise Unusable(say("'%(text)s' bukan angka", text=text.strip()[:40])) from None
    if not value.is_finite() or abs(value.adjusted()) > 20:
        raise Unusable(say("angka '%(text)s' terlalu besar atau terlalu kecil", text=text.strip()[:40]))
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain

"""Takes fields out of a raw question, as a package or an importer brings it, and gathers all that is wrong with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lms.questions.content import LETTERS, PLACES, BadQuestion, Problem
from lms.questions.said import say

#: Fields that every question of a package has beside its content; whoever imports the package reads them.
TAGS = frozenset({"id", "kind", "lesson", "competency", "level", "difficulty", "purpose", "tags", "enemies"})
#: Fields of every kind. name: what its authors call it · points: what it counts in an exam, 1 where nothing is said.
COMMON = frozenset({"name", "stem", "explanation", "points"})
FEWEST_OPTIONS, MOST_OPTIONS = 2, len(LETTERS)
LEAST_POINTS, MOST_POINTS = Decimal("0.25"), Decimal(100)
LONGEST_NAME = 120
#: Letters of one text: twenty pages. Longer ones would not be formatted, and every paper would carry them.
LONGEST_TEXT = 50_000

#: A picture without words for who cannot see it, a recording without words for who cannot hear it.
_WORDLESS = re.compile(r"!\[\s*\]\(gambar:")
_SOUNDLESS = re.compile(r"!\[\s*\]\(audio:")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")


class Reader:
    """One raw question. Whoever asks for a field gets something usable, and a problem is noted where there was nothing."""

    def __init__(self, raw: Mapping[str, Any], *, fields: Sequence[str]) -> None:
        self._raw = raw
        self.problems: list[Problem] = []
        known = {*TAGS, *COMMON, *fields}
        for name in raw:
            if name not in known:
                self.refuse(str(name), say("isian ini tidak dikenal untuk jenis soal ini"))

    def refuse(self, field: str, message: str) -> None:
        """Note that a field cannot stand as it is."""
        self.problems.append(Problem(field, message))

    def has(self, field: str) -> bool:
        """Whether anything stands there."""
        return self._raw.get(field) is not None

    def value(self, field: str) -> Any:
        """Whatever stands there; None when nothing does."""
        return self._raw.get(field)

    def text(self, field: str, *, required: bool = True) -> str:
        """A text without blanks around it; empty when it may be missing."""
        return self.text_in(self._raw, field, field, required=required)

    def text_in(self, row: Mapping[str, Any], name: str, where: str, *, required: bool = True) -> str:
        """A text of a row that stands at `where`."""
        value = row.get(name, "")
        if not isinstance(value, str):
            self.refuse(where, say("tulis sebagai teks"))
            return ""
        if required and not value.strip():
            self.refuse(where, say("wajib diisi"))
        self._check_length(value, where)
        if _WORDLESS.search(value):
            self.refuse(where, say("beri setiap gambar teks yang mengatakan apa yang terlihat: ![teks](gambar:…)"))
        if _SOUNDLESS.search(value):
            self.refuse(where, say("beri setiap rekaman suara teks yang mengatakan isinya: ![teks](audio:…)"))
        return value.strip()

    def _check_length(self, text: str, where: str) -> None:
        if len(text) > LONGEST_TEXT:
            self.refuse(where, say("paling panjang %(longest)s huruf; pendekkan teks ini", longest=LONGEST_TEXT))

    def word(self, field: str, words: Sequence[str]) -> str:
        """One of some words; the first where nothing stands."""
        value = self._raw.get(field, words[0])
        if value not in words:
            self.refuse(field, say("isi dengan salah satu dari %(words)s", words=", ".join(words)))
            return words[0]
        return str(value)

    def truth(self, row: Mapping[str, Any], name: str, where: str) -> bool:
        """true or false; false where nothing stands."""
        value = row.get(name, False)
        if not isinstance(value, bool):
            self.refuse(where, say("tulis true atau false tanpa tanda kutip"))
        return value is True

    def whole(self, field: str, *, least: int, most: int) -> int | None:
        """A whole number within bounds; None where nothing stands."""
        value = self._raw.get(field)
        if value is not None and (type(value) is not int or not least <= value <= most):
            self.refuse(field, say("tulis bilangan bulat %(least)s sampai %(most)s", least=least, most=most))
            return None
        return value

    def decimal(self, value: object, where: str, *, least: Decimal | int, most: Decimal | int) -> Decimal:
        """A number within bounds, written as a number or as a text with a dot. `least` where it is none."""
        number = _decimal(value)
        if number is None or not least <= number <= most:
            self.refuse(
                where, say("tulis bilangan %(least)s sampai %(most)s dengan titik desimal", least=least, most=most)
            )
            return Decimal(least)
        return number

    def amount(self, value: object, where: str, *, least: int | None = None) -> Decimal:
        """Any number, or one that is not less than `least`. 0 where it is none."""
        number = _decimal(value)
        if number is None or (least is not None and number < least):
            any_number = say("tulis bilangan dengan titik desimal")
            bounded = say("tulis bilangan dengan titik desimal, paling kecil %(least)s", least=least)
            self.refuse(where, any_number if least is None else bounded)
            return Decimal(0)
        return number

    def fraction(self, row: Mapping[str, Any], where: str, *, least: int = 0) -> str:
        """A part of the mark, up to 1, to four places."""
        found = self.decimal(row.get("fraction"), f"{where}.fraction", least=least, most=1)
        return written(found.quantize(PLACES, ROUND_HALF_UP))

    def rows(self, field: str, known: Sequence[str], *, least: int, most: int) -> list[tuple[str, dict[str, Any]]]:
        """(where, row) of each row of a list of named fields. What is unusable is left out and noted."""
        return self.rows_in(self._raw, field, field, known, least=least, most=most)

    def rows_in(
        self, holder: Mapping[str, Any], name: str, where: str, known: Sequence[str], *, least: int, most: int
    ) -> list[tuple[str, dict[str, Any]]]:
        """As `rows`, of a list that stands inside something else."""
        rows = holder.get(name)
        if not isinstance(rows, list) or not least <= len(rows) <= most:
            self.refuse(where, say("tulis daftar, %(least)s sampai %(most)s butir", least=least, most=most))
            return []
        return list(self._usable(rows, where, known))

    def _usable(self, rows: list[Any], where: str, known: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for n, row in enumerate(rows, 1):
            here = f"{where}[{n}]"
            if not isinstance(row, dict):
                self.refuse(here, say("di sini diharapkan isian bernama"))
            elif unknown := sorted(str(name) for name in set(row) - set(known)):
                self.refuse(here, say("isian %(unknown)s tidak dikenal", unknown=", ".join(unknown)))
            else:
                yield here, row

    def texts(self, field: str, *, least: int, most: int) -> list[str]:
        """A list of texts that differ; where `least` is 0 it may be missing."""
        rows = self._raw.get(field, [] if least == 0 else None)
        if not isinstance(rows, list) or not least <= len(rows) <= most:
            self.refuse(field, say("tulis daftar, %(least)s sampai %(most)s butir", least=least, most=most))
            return []
        if not all(isinstance(row, str) and row.strip() for row in rows):
            self.refuse(field, say("tulis setiap butir sebagai teks"))
            return []
        texts = [row.strip() for row in rows]
        for n, text in enumerate(texts, 1):
            self._check_length(text, f"{field}[{n}]")
        if len(set(texts)) < len(texts):
            self.refuse(field, say("ada dua butir dengan teks yang sama"))
        return texts

    def options(self, *extra: str) -> list[dict[str, Any]]:
        """The options of a question, each a text and what `extra` names. What is unusable is left out and noted."""
        rows = self._raw.get("options")
        if not isinstance(rows, list) or not FEWEST_OPTIONS <= len(rows) <= MOST_OPTIONS:
            self.refuse(
                "options",
                say(
                    "tulis %(fewest_options)s sampai %(most_options)s pilihan",
                    fewest_options=FEWEST_OPTIONS,
                    most_options=MOST_OPTIONS,
                ),
            )
            return []
        usable = [row for n, row in enumerate(rows, 1) if self._is_option(n, row, extra)]
        texts = [row["text"].strip() for row in usable]
        if len(set(texts)) < len(texts):
            self.refuse("options", say("ada dua pilihan dengan teks yang sama"))
        return usable

    def graded_options(self, *, least: int) -> list[dict[str, Any]]:
        """Options that are right or wrong (`correct`), or that each give a part (`fraction`, from `least` to 1)."""
        rows = self.options("correct", "fraction", "feedback")
        by_part = any("fraction" in row for row in rows)
        if by_part and any("correct" in row for row in rows):
            self.refuse("options", say("pakai correct atau fraction, jangan keduanya"))
        made = []
        for n, row in enumerate(rows, 1):
            option: dict[str, Any] = {"text": row["text"].strip()}
            if by_part:
                where = f"options[{n}]"
                option["fraction"] = self.fraction(row, where, least=least) if "fraction" in row else "0"
            else:
                option["correct"] = row.get("correct") is True
            made.append(option | self.feedback(row, f"options[{n}]"))
        return made

    def feedback(self, row: Mapping[str, Any], where: str) -> dict[str, str]:
        """What is said to who gives this answer, as a field to add; nothing when it is empty."""
        said = self.text_in(row, "feedback", f"{where}.feedback", required=False)
        return {"feedback": said} if said else {}

    def _is_option(self, n: int, row: object, extra: Sequence[str]) -> bool:
        where = f"options[{n}]"
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
            self.refuse(where, say("tulis teks pilihan pada isian text"))
            return False
        self._check_length(row["text"], where)
        unknown = sorted(str(name) for name in set(row) - {"text", *extra})
        if unknown:
            self.refuse(where, say("isian %(unknown)s tidak dikenal", unknown=", ".join(unknown)))
        return not unknown

    def finish(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content, if nothing was wrong. Fields that say only what is true without them are left out. Raises BadQuestion."""
        stem, explanation, name = (
            self.text("stem"),
            self.text("explanation", required=False),
            self.text("name", required=False),
        )
        if len(name) > LONGEST_NAME:
            self.refuse("name", say("paling panjang %(longest_name)s huruf", longest_name=LONGEST_NAME))
        points = self._points()
        if self.problems:
            raise BadQuestion(self.problems)
        common = {"name": name} if name else {}
        common |= {"points": written(points)} if points != 1 else {}
        return {"stem": stem, "explanation": explanation, **common, **content}

    def _points(self) -> Decimal:
        if not self.has("points"):
            return Decimal(1)
        points = self.decimal(self.value("points"), "points", least=LEAST_POINTS, most=MOST_POINTS)
        if points != points.quantize(Decimal("0.01")):
            self.refuse("points", say("paling banyak dua angka di belakang koma"))
        return points


def _decimal(value: object) -> Decimal | None:
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def written(number: Decimal) -> str:
    """A number as content keeps it: plain, with a dot, without noughts at its end."""
    return f"{number.normalize():f}" if number else "0"

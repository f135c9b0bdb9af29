"""What the kinds of question share: reading a raw question with all its problems named, and what a page is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lms import markup

#: Fields that every question of a package has beside its content; whoever imports the package reads them.
TAGS = frozenset({"id", "kind", "lesson", "competency", "level", "difficulty", "purpose"})
LETTERS = "ABCDE"
FEWEST_OPTIONS, MOST_OPTIONS = 2, len(LETTERS)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, in words for its author."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class BadQuestion(ValueError):
    """A question cannot be read. `problems` holds all that is wrong with it, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Option:
    """An answer to choose. `id` is its place in the author's order and is what is stored; `letter` its place on the paper."""

    id: str
    letter: str
    html: Markup


@dataclass(frozen=True)
class Presented:
    """A question as a page shows it. `unit`: what a number is counted in, else empty."""

    kind: str
    stem: Markup
    options: tuple[Option, ...] = ()
    unit: str = ""


class Reader:
    """Takes fields out of a raw question and gathers what is wrong with them."""

    def __init__(self, raw: Mapping[str, Any], *, fields: Sequence[str]) -> None:
        self._raw = raw
        self.problems: list[Problem] = []
        known = {*TAGS, "stem", "explanation", *fields}
        for name in raw:
            if name not in known:
                self.refuse(str(name), "isian ini tidak dikenal untuk jenis soal ini")

    def refuse(self, field: str, message: str) -> None:
        """Note that a field cannot stand as it is."""
        self.problems.append(Problem(field, message))

    def text(self, field: str, *, required: bool = True) -> str:
        """A text without blanks around it; empty when it may be missing."""
        value = self._raw.get(field, "")
        if not isinstance(value, str):
            self.refuse(field, "tulis sebagai teks")
            return ""
        if required and not value.strip():
            self.refuse(field, "wajib diisi")
        return value.strip()

    def value(self, field: str) -> Any:
        """Whatever stands there; None when nothing does."""
        return self._raw.get(field)

    def options(self, extra: str) -> list[dict[str, Any]]:
        """The options of a question, each a text and what `extra` names. What is unusable is left out and noted."""
        rows = self._raw.get("options")
        if not isinstance(rows, list) or not FEWEST_OPTIONS <= len(rows) <= MOST_OPTIONS:
            self.refuse("options", f"tulis {FEWEST_OPTIONS} sampai {MOST_OPTIONS} pilihan")
            return []
        usable = [row for n, row in enumerate(rows, 1) if self._is_option(n, row, extra)]
        texts = [row["text"].strip() for row in usable]
        if len(set(texts)) < len(texts):
            self.refuse("options", "ada dua pilihan dengan teks yang sama")
        return usable

    def _is_option(self, n: int, row: object, extra: str) -> bool:
        where = f"options[{n}]"
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
            self.refuse(where, "tulis teks pilihan pada isian text")
            return False
        unknown = sorted(set(row) - {"text", extra})
        if unknown:
            self.refuse(where, f"isian {', '.join(map(str, unknown))} tidak dikenal")
        return not unknown

    def finish(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content, if nothing was wrong. Raises BadQuestion."""
        stem, explanation = self.text("stem"), self.text("explanation")
        if self.problems:
            raise BadQuestion(self.problems)
        return {"stem": stem, "explanation": explanation, **content}


def offered(content: Mapping[str, Any], order: Sequence[int]) -> tuple[Option, ...]:
    """The options in the order of a paper (places in the author's order); in the author's order where none is given."""
    rows = content["options"]
    places = order or range(len(rows))
    return tuple(
        Option(str(place), letter, _inline(markup.html(rows[place]["text"])))
        for letter, place in zip(LETTERS, places, strict=False)
    )


def chosen(content: Mapping[str, Any], value: object) -> Mapping[str, Any] | None:
    """The option that an answer names, or None."""
    known = {str(place): row for place, row in enumerate(content["options"])}
    return known.get(value) if isinstance(value, str) else None


def _inline(html: Markup) -> Markup:
    """One paragraph without its element: an option is a label, which holds words and no blocks."""
    inside = html.strip().removeprefix("<p>").removesuffix("</p>")
    return html if "<p>" in inside else Markup(inside)  # noqa: S704 - a part of what is safe already

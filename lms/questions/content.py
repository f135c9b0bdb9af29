"""What the kinds of question share: what is wrong with a raw question, what a page is given, and what an answer is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from lms import markup

LETTERS = "ABCDEFGHIJ"
#: Marks are written down to four places.
PLACES = Decimal("0.0001")
#: Thirds, sixths, sevenths and ninths: parts that four places cut short.
PARTS = (3, 6, 7, 9)
#: A share this near to all of it is all of it: authors write thirds as 0.3333.
WHOLE = Decimal("0.999")


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
    """Something to choose, to match or to put in order. `id` is what is stored; `letter` its place on the paper.

    text: its words alone, for where no HTML can stand, as in a list to choose from.
    """

    id: str
    letter: str
    html: Markup
    text: str = ""


@dataclass(frozen=True)
class Gap:
    """A place to fill in a text. kind: choice (then with `choices`), text or number."""

    id: str
    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Presented:
    """A question as a page shows it.

    points: what it counts · options: to choose from, to match with, or to put in order · prompts: what is matched with options ·
    unit: what a number is counted in, else empty; units: others that may be typed behind it · passage: the text and its gaps ·
    least_words, most_words: what an essay should keep to, 0 for none · types, max_mb: what file is taken.
    """

    kind: str
    stem: Markup
    options: tuple[Option, ...] = ()
    unit: str = ""
    units: tuple[str, ...] = ()
    prompts: tuple[Option, ...] = ()
    passage: tuple[Markup | Gap, ...] = ()
    least_words: int = 0
    most_words: int = 0
    types: tuple[str, ...] = ()
    max_mb: int = 0
    points: Decimal = Decimal(1)


def presented(kind: str, content: Mapping[str, Any], **more: Any) -> Presented:
    """What every kind shows, and what this one adds."""
    return Presented(kind, markup.html(content["stem"]), points=weight(content), **more)


def weight(content: Mapping[str, Any]) -> Decimal:
    """What the question counts: its `points`, else 1."""
    return Decimal(content.get("points", 1))


def worth(content: Mapping[str, Any], share: Fraction | int) -> Fraction:
    """The mark for a share from 0 to 1 of the question's weight, exactly: three thirds are a whole."""
    return (Fraction(1) if share >= WHOLE else max(Fraction(share), Fraction(0))) * Fraction(weight(content))


def to_places(mark: Fraction) -> Decimal:
    """A mark as it is written down: to four places."""
    return (Decimal(mark.numerator) / mark.denominator).quantize(PLACES, ROUND_HALF_UP)


def offered(content: Mapping[str, Any], order: Sequence[int]) -> tuple[Option, ...]:
    """The options in the order of a paper (places in the author's order); in the author's order where none is given."""
    rows = content["options"]
    return in_order([row["text"] for row in rows], order or range(len(rows)))


def in_order(texts: Sequence[str], order: Sequence[int]) -> tuple[Option, ...]:
    """Texts as options, in an order of their places; the place is the id. What has no letter left has its number."""
    return tuple(
        Option(
            id=str(place),
            letter=LETTERS[n] if len(texts) <= len(LETTERS) else str(n + 1),
            html=_label(texts[place]),
            text=words(texts[place]),
        )
        for n, place in enumerate(order)
    )


def chosen(content: Mapping[str, Any], value: object) -> Mapping[str, Any] | None:
    """The option that an answer names, or None."""
    known = {str(place): row for place, row in enumerate(content["options"])}
    return known.get(value) if isinstance(value, str) else None


def share_of(row: Mapping[str, Any]) -> Decimal:
    """What an option or an answer gives by itself: its fraction, or all or nothing where it is only right or wrong."""
    return Decimal(row["fraction"]) if "fraction" in row else Decimal(row["correct"])


def part_of(row: Mapping[str, Any]) -> Fraction:
    """The same exactly, as answers are marked by it."""
    return meant(share_of(row))


@lru_cache(maxsize=1024)
def meant(share: Decimal) -> Fraction:
    """What a fraction of four places stands for: 0.3333 for a third, 0.25 for itself."""
    for part in PARTS:
        near = (share * part).to_integral_value()
        if near % part and (near / part).quantize(PLACES, ROUND_HALF_UP) == share:
            return Fraction(int(near), part)
    return Fraction(share)


@lru_cache(maxsize=4096)  # a bank's options are shown again and again, in every order
def words(text: str) -> str:
    """The words of a text in one line."""
    return " ".join(markup.plain(text).split())


def short(stem: str, longest: int = 110) -> str:
    """A stem for a list: the question itself is its last paragraph."""
    text = words(stem.strip().rsplit("\n\n", 1)[-1])
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def no_feedback(content: Mapping[str, Any], value: object) -> Sequence[str]:
    """For kinds whose authors say something in the explanation only."""
    del content, value
    return ()


def feedback_of(row: Mapping[str, Any] | None) -> Sequence[str]:
    """What an author says to one option or answer, if anything."""
    return (row["feedback"],) if row and row.get("feedback") else ()


@lru_cache(maxsize=4096)
def _label(text: str) -> Markup:
    """One paragraph without its element: an option is a label, which holds words and no blocks."""
    html = markup.html(text)
    inside = html.strip().removeprefix("<p>").removesuffix("</p>")
    return html if "<p>" in inside else Markup(inside)  # noqa: S704 - a part of what is safe already

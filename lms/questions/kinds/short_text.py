"""A short text: a word or a few. An answer is what was typed; `texts.py` says how it is compared."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, feedback_of, part_of, presented, share_of, weight, worth
from lms.questions.kinds import texts
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.TEXT
MOST_ANSWERS = 20
LONGEST_ANSWER = 200


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """answers: [{text, fraction above 0 up to 1, feedback}], one of them 1; case_sensitive: false. Raises BadQuestion."""
    reader = Reader(raw, fields=("answers", "case_sensitive"))
    made = []
    for where, row in reader.rows("answers", ("text", "fraction", "feedback"), least=1, most=MOST_ANSWERS):
        made.append(read_answer(reader, row, where) | reader.feedback(row, where))
    check_answers(reader, made, "answers")
    strict = reader.truth(raw, "case_sensitive", "case_sensitive")
    return reader.finish({"answers": made} | ({"case_sensitive": True} if strict else {}))


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem."""
    del order
    return presented("short_text", content)


def size(content: Mapping[str, Any]) -> int:
    """Nothing to shuffle."""
    del content
    return 0


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """The best of the answers that it fits, else 0."""
    return worth(content, max(map(part_of, hits(content, value)), default=Fraction(0)))


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The first of the answers that get all of the mark."""
    return [next(texts.readable(row["text"]) for row in content["answers"] if share_of(row) == 1)]


def feedback(content: Mapping[str, Any], value: object) -> Sequence[str]:
    """What is said to the best of the answers that it fits."""
    return feedback_of(max(hits(content, value), key=share_of, default=None))


def hits(content: Mapping[str, Any], value: object) -> list[Mapping[str, Any]]:
    """The answers that a typed text fits. An empty one fits none, whatever stars there are."""
    if not isinstance(value, str) or not value.strip() or len(value) > shapes.LONGEST_TEXT:
        return []
    strict = content.get("case_sensitive", False)
    return [row for row in content["answers"] if texts.fits(row["text"], value, case_sensitive=strict)]


def read_answer(reader: Reader, row: Mapping[str, Any], where: str) -> dict[str, str]:
    """One answer with what it gives; all of the mark where nothing is said."""
    text = reader.text_in(row, "text", f"{where}.text")
    if len(text) > LONGEST_ANSWER or texts.stars(text) > texts.MOST_STARS:
        reader.refuse(
            f"{where}.text",
            say(
                "paling panjang %(longest_answer)s huruf dan %(most_stars)s tanda *",
                longest_answer=LONGEST_ANSWER,
                most_stars=texts.MOST_STARS,
            ),
        )
    if texts.takes_all(text):
        reader.refuse(f"{where}.text", say("tanda * saja menerima jawaban apa pun; tulis juga huruf yang harus ada"))
    fraction = reader.fraction({"fraction": 1} | dict(row), where)
    if fraction == "0":
        reader.refuse(f"{where}.fraction", say("harus lebih dari nol"))
    return {"text": text, "fraction": fraction}


def check_answers(reader: Reader, made: Sequence[Mapping[str, Any]], where: str) -> None:
    """Note when no answer gets all of the mark, or one stands twice; a number may, with another tolerance."""
    if made and not any(share_of(row) == 1 for row in made):
        reader.refuse(where, say("beri paling sedikit satu jawaban dengan fraction 1"))
    if len({(row["text"], row.get("tolerance")) for row in made}) < len(made):
        reader.refuse(where, say("ada dua jawaban yang sama"))

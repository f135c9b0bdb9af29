"""What stands between the braces of a GIFT question, by kind."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from lms.questions.exchange import wording
from lms.questions.exchange.drafted import MOST_PARTS, Reading, Unusable, check_parts, grouped, number, share
from lms.questions.exchange.gift_text import unmask
from lms.questions.said import say

Read = tuple[str, dict[str, Any]]
_WEIGHT = re.compile(r"\s*%([^%\n]{1,20})%")
_MARK = re.compile(r"[=~]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
#: Where a question has no place for what is said to one answer alone.
BOTH_SAID = say("umpan balik untuk jawaban benar dan salah menjadi satu pembahasan; periksa kalimatnya")
WRONG_SAID = say("umpan balik untuk jawaban salah menjadi pembahasan bagi semua; periksa kalimatnya")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}


@dataclass
class Answers:
    """The text between the braces, escapes masked. place(offset) names a place in it."""

    text: str
    place: Callable[[int], str]
    form: str
    found: Reading
    is_missing_word: bool
    left_out: set[str] = field(default_factory=set)
    general: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Take off the feedback that is for everyone."""
        at = self.text.rfind("####")
        if at >= 0:
            self.general = self.words(self.text[at + 4 :])
            self.text = self.text[:at]

    def words(self, masked: str) -> str:
        """The text in Markdown, by its own prefix or else the question's."""
        own = _FORMAT.match(masked)
        made, media = styled(_unprefixed(masked), own[1].lower() if own else self.form)
        self.left_out |= set(media)
        return made


@dataclass(frozen=True)
class One:
    """One answer. sign: = or ~. weight: as a fraction, None when none is given."""

    sign: str
    text: str
    weight: float | int | None
    feedback: str
    offset: int


def styled(masked: str, form: str) -> tuple[str, list[str]]:
    """(Markdown, media left out) of masked text in a GIFT text format."""
    text = unmask(masked).strip()
    if form == "markdown":
        return wording.from_marked(text)
    if form == "html":
        return wording.from_html(text)
    return (wording.from_plain(text), []) if form == "plain" else wording.from_unmarked(text)


def read(answers: Answers) -> Read:
    """(kind, fields of its raw question). Raises Unusable."""
    text = answers.text.strip()
    kind: str = "essay"
    fields: dict[str, Any] = {}
    if not text:
        pass
    elif text.startswith("#"):
        kind, fields = _numeric(answers)
    elif "~" in text:
        kind, fields = _choice(answers)
    elif "=" in text and _is_matching(text):
        kind, fields = _matching(answers)
    elif text.split("#")[0].strip().upper() in _TRUTH:
        kind, fields = _truth(answers)
    else:
        kind, fields = _short(answers)
    said = [one for one in (answers.general, fields.pop("explanation", "")) if one]
    return kind, fields | {"explanation": "\n\n".join(said)}


def _is_matching(text: str) -> bool:
    """Whether the answers are pairs: an arrow in what is said to one of them makes none."""
    parts = text.split("=")[1:]
    return any("->" in part.partition("#")[0] for part in parts) or all("->" in part for part in parts)


def _parts(answers: Answers, start: int = 0, *, is_told: bool = True) -> list[One]:
    """The answers, each with its sign. is_told: a # in them begins what is said to them. Raises Unusable for text before the first sign."""
    text = answers.text
    marks = [found.start() for found in islice(_MARK.finditer(text, start), MOST_PARTS + 1)]
    if marks and text[start : marks[0]].strip():
        raise Unusable(say("awali setiap jawaban dengan = (benar) atau ~ (salah)"), answers.place(start))
    check_parts(len(marks), answers.place(0))
    ends = [*marks[1:], len(text)]
    return [_one(answers, at, text[at + 1 : end], is_told=is_told) for at, end in zip(marks, ends, strict=True)]


def _one(answers: Answers, at: int, body: str, *, is_told: bool) -> One:
    weighed = _WEIGHT.match(body)
    try:
        weight = share(weighed[1]) if weighed else None
    except Unusable as error:
        raise Unusable(error.message, answers.place(at)) from None
    rest = body[weighed.end() :] if weighed else body
    words, _, feedback = rest.partition("#") if is_told else (rest, "", "")
    return One(answers.text[at], words.strip(), weight, answers.words(feedback), at)


def _choice(answers: Answers) -> Read:
    parts = _parts(answers)
    empty = next((one for one in parts if not one.text), None)
    if empty:
        raise Unusable(say("pilihan ini kosong; tulis teksnya atau hapus tandanya"), answers.place(empty.offset))
    is_single = any(one.sign == "=" for one in parts)
    if is_single:
        return "single_choice", {"options": [_single_option(answers, one, parts) for one in parts]}
    if not any((one.weight or 0) > 0 for one in parts):
        raise Unusable(
            say("tidak ada jawaban benar; tandai satu pilihan dengan = atau beri bobot seperti ~%50%"), answers.place(0)
        )
    options = [_option(answers, one, fraction=one.weight or 0) for one in parts]
    return "multiple_choice", {"options": options, "scoring": "fractions"}


def _single_option(answers: Answers, one: One, parts: list[One]) -> dict[str, Any]:
    if all(part.weight is None for part in parts) and sum(part.sign == "=" for part in parts) == 1:
        return _option(answers, one, correct=one.sign == "=")
    return _option(answers, one, fraction=one.weight if one.weight is not None else int(one.sign == "="))


def _option(answers: Answers, one: One, **worth: Any) -> dict[str, Any]:
    made = {"text": answers.words(one.text), **worth}
    return made | {"feedback": one.feedback} if one.feedback else made


def _truth(answers: Answers) -> Read:
    word, *feedback = answers.text.strip().split("#", MOST_PARTS + 1)
    check_parts(len(feedback), answers.place(0))
    said = [answers.words(one) for one in feedback if one.strip()]
    if len(set(said)) > 1:
        answers.found.warn(answers.place(0), BOTH_SAID)
    return "true_false", {"answer": _TRUTH[word.strip().upper()], "explanation": "\n\n".join(said)}


def _short(answers: Answers) -> Read:
    if "=" not in answers.text:
        answers.found.warn(answers.place(0), say("jawaban tanpa tanda =; dibaca sebagai isian singkat"))
        answers.text = "=" + answers.text
    rows = [
        {"text": _flat(_unprefixed(one.text)), "fraction": 1 if one.weight is None else one.weight}
        | ({"feedback": one.feedback} if one.feedback else {})
        for one in _parts(answers)
        if one.text
    ]
    if not any(row["fraction"] == 1 for row in rows):
        raise Unusable(say("tidak ada jawaban yang bernilai penuh; tambahkan satu jawaban dengan ="), answers.place(0))
    return "short_text", {"answers": rows}


def _matching(answers: Answers) -> Read:
    pairs, others = [], []
    for one in _parts(answers, is_told=False):
        if "#" in one.text:
            answers.found.warn(
                answers.place(one.offset), say("# di dalam pasangan bagian dari teksnya, bukan umpan balik")
            )
        left, arrow, right = one.text.partition("->")
        if not arrow or not right.strip():
            raise Unusable(say("tulis pasangan sebagai =kiri -> kanan"), answers.place(one.offset))
        if left.strip():
            pairs.append({"left": answers.words(left), "right": answers.words(right)})
        else:
            others.append(answers.words(right))
    return "matching", {"pairs": pairs, "distractors": others or None}


def _numeric(answers: Answers) -> Read:
    start = answers.text.index("#") + 1
    signed = _MARK.search(answers.text, start)
    is_list = signed is not None and not answers.text[start : signed.start()].strip()
    if is_list:
        parts = _parts(answers, start)
    else:
        first = signed.start() if signed else len(answers.text)
        words, _, feedback = answers.text[start:first].partition("#")
        parts = [One("=", words.strip(), None, answers.words(feedback), start)]
        parts += _parts(answers, first) if signed else []
    right = [one for one in parts if one.text and one.sign == "=" and not (one.text == "*" and one.weight == 0)]
    rows = [_number(answers, one) for one in right]
    said = [one.feedback for one in parts if one.feedback and one not in right]
    if not any(row["fraction"] == 1 for row in rows):
        raise Unusable(say("tidak ada angka yang bernilai penuh; tulis misalnya {#3:0.5}"), answers.place(start))
    if said:
        answers.found.warn(answers.place(start), WRONG_SAID)
    return "numeric", numbers(rows) | {"explanation": "\n\n".join(said)}


def numbers(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The fields of a numeric question: a single number that is all of the mark is its answer."""
    if len(rows) > 1 or "feedback" in rows[0]:
        return {"answers": rows}
    return {"answer": rows[0]["value"], "tolerance": rows[0]["tolerance"]}


def _number(answers: Answers, one: One) -> dict[str, Any]:
    """3:0.5 is 3 ± 0.5, and 1..5 is 3 ± 2."""
    try:
        value, tolerance = _interval(_flat(one.text))
    except Unusable as error:
        raise Unusable(error.message, answers.place(one.offset)) from None
    if said := grouped(_flat(one.text)):
        answers.found.warn(answers.place(one.offset), said)
    row = {"value": value, "tolerance": tolerance, "fraction": 1 if one.weight is None else one.weight}
    return row | {"feedback": one.feedback} if one.feedback else row


def _interval(text: str) -> tuple[str, str]:
    low, dots, high = text.partition("..")
    if dots:
        return middle(number(low), number(high))
    value, _, tolerance = text.partition(":")
    return number(value), number(tolerance or "0")


def middle(low: str, high: str) -> tuple[str, str]:
    """(middle, half the width) of a range. Raises Unusable when it runs backwards."""
    first, last = Decimal(low), Decimal(high)
    if first > last:
        raise Unusable(say("rentang %(low)s..%(high)s terbalik; tulis yang kecil dulu", low=low, high=high))
    return number(str((first + last) / 2)), number(str((last - first) / 2))


def _flat(masked: str) -> str:
    return " ".join(unmask(masked).split())


def _unprefixed(masked: str) -> str:
    """The words of an answer that is typed: a prefix that says their format is none of them."""
    own = _FORMAT.match(masked)
    return masked[own.end() :] if own else masked

"""A number, with a tolerance and perhaps a unit. An answer is the text that was typed; `numbers.py` says how it is read.

Beside its unit a question may name others with what they count in it: {unit: km, factor: "1000"} where the unit is m. Who types
no unit means the question's own.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, feedback_of, no_feedback, part_of, presented, share_of, weight, worth
from lms.questions.kinds.numbers import amount_in, is_plain
from lms.questions.reader import Reader, written
from lms.questions.said import say

SHAPE = shapes.TEXT
MOST_ANSWERS, MOST_UNITS = 10, 10
LONGEST_UNIT = 30


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """answer and tolerance, as texts, plain with a dot; or answers: [{value, tolerance, fraction, feedback}], one of them worth 1.

    unit: a text · units: [{unit, factor}]. Raises BadQuestion.
    """
    reader = Reader(raw, fields=("answer", "tolerance", "unit", "answers", "units"))
    content = _answers(reader) if reader.has("answers") else _answer(reader)
    unit = reader.text("unit", required=False)
    content["unit"] = unit
    if units := _units(reader, unit):
        content["units"] = units
    return reader.finish(content)


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem, the unit, and the others that may be typed."""
    del order
    units = tuple(row["unit"] for row in content.get("units", ()))
    return presented("numeric", content, unit=content["unit"], units=units)


def size(content: Mapping[str, Any]) -> int:
    """Nothing to shuffle."""
    del content
    return 0


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """The best of the answers within whose tolerance it lies (its ends included), else 0."""
    return worth(content, max(map(part_of, _hits(content, value)), default=Fraction(0)))


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The numbers that get all of the mark, written as in Indonesian, with their unit."""
    best = [row["value"] for row in rows_of(content) if share_of(row) == 1]
    return [f"{number.replace('.', ',')} {content['unit']}".strip() for number in best]


def feedback(content: Mapping[str, Any], value: object) -> Sequence[str]:
    """What is said to the best of the answers that fit."""
    hits = _hits(content, value)
    return feedback_of(max(hits, key=share_of)) if hits else no_feedback(content, value)


def _hits(content: Mapping[str, Any], value: object) -> list[Mapping[str, Any]]:
    units = {content["unit"]: Decimal(1)}
    units |= {row["unit"]: Decimal(row["factor"]) for row in content.get("units", ())}
    number = amount_in(value, units) if isinstance(value, str) else None
    if number is None:
        return []
    return [row for row in rows_of(content) if abs(number - Decimal(row["value"])) <= Decimal(row["tolerance"])]


def rows_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The numbers that count, each with its tolerance and what it gives; a single right one gives all."""
    if "answers" in content:
        return list(content["answers"])
    return [{"value": content["answer"], "tolerance": content["tolerance"], "fraction": "1"}]


def _answer(reader: Reader) -> dict[str, Any]:
    answer, tolerance = reader.text("answer"), reader.text("tolerance", required=False) or "0"
    for field, text in (("answer", answer), ("tolerance", tolerance)):
        if text and not is_plain(text):
            reader.refuse(field, say('tulis bilangan dalam tanda kutip dengan titik desimal, misalnya "12.5"'))
    if tolerance.startswith("-"):
        reader.refuse("tolerance", say("tidak boleh kurang dari nol"))
    return {"answer": answer, "tolerance": tolerance}


def _answers(reader: Reader) -> dict[str, Any]:
    for field in ("answer", "tolerance"):
        if reader.has(field):
            reader.refuse(field, say("pakai answer atau answers, jangan keduanya"))
    made = []
    known = ("value", "tolerance", "fraction", "feedback")
    for where, row in reader.rows("answers", known, least=1, most=MOST_ANSWERS):
        value = reader.amount(row.get("value"), f"{where}.value")
        tolerance = reader.amount(row.get("tolerance", 0), f"{where}.tolerance", least=0)
        answer = {"value": written(value), "tolerance": written(tolerance)}
        answer["fraction"] = reader.fraction({"fraction": 1} | row, where)
        made.append(answer | reader.feedback(row, where))
    if made and not any(share_of(row) == 1 for row in made):
        reader.refuse("answers", say("beri paling sedikit satu jawaban dengan fraction 1"))
    return {"answers": made}


def _units(reader: Reader, unit: str) -> list[dict[str, str]]:
    if not reader.has("units"):
        return []
    made = []
    for where, row in reader.rows("units", ("unit", "factor"), least=1, most=MOST_UNITS):
        name = reader.text_in(row, "unit", f"{where}.unit")
        factor = reader.amount(row.get("factor"), f"{where}.factor", least=0)
        if not factor:
            reader.refuse(f"{where}.factor", say("harus lebih dari nol"))
        if len(name) > LONGEST_UNIT or any(letter.isdigit() for letter in name):
            reader.refuse(
                f"{where}.unit", say("paling panjang %(longest_unit)s huruf, tanpa angka", longest_unit=LONGEST_UNIT)
            )
        made.append({"unit": name, "factor": written(factor)})
    if len({row["unit"].casefold() for row in made} | {unit.casefold()}) < len(made) + 1:
        reader.refuse("units", say("ada satuan yang tertulis dua kali"))
    return made

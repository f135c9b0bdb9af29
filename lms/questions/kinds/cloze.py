"""Cloze: a text with gaps, {{1}}, {{2}}, …. An answer is {"1": what was typed or chosen, …}.

A gap is a choice, a text (compared as in `texts.py`) or a number (read as in `numbers.py`). The mark is the mean of the gaps' marks
by their weights. The words of a choice stand in the order of the alphabet.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from lms import markup
from lms.questions import shapes
from lms.questions.content import Gap, Presented, feedback_of, part_of, presented, share_of, weight, worth
from lms.questions.kinds import short_text, texts
from lms.questions.kinds.numbers import amount_in
from lms.questions.reader import LEAST_POINTS, MOST_POINTS, Reader, written
from lms.questions.said import say

SHAPE = shapes.GAPS
MOST_GAPS, MOST_ANSWERS = 20, 20
KINDS = ("choice", "text", "number")
_GAP = re.compile(r"\{\{([1-9][0-9]?)\}\}")
_TAG = re.compile(r"<[^>]*>")
_FIELDS = {"kind", "answers", "options", "tolerance", "weight", "case_sensitive"}


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """text with each gap once; gaps: {"1": {kind, answers: [{text, fraction, feedback}], weight}}. Raises BadQuestion.

    choice: `options` are further words to choose from, and answers with fraction 0 too · text: case_sensitive · number: tolerance,
    where an answer may have its own.
    """
    reader = Reader(raw, fields=("text", "gaps"))
    text = reader.text("text")
    found = reader.value("gaps")
    if not isinstance(found, dict) or not 1 <= len(found) <= MOST_GAPS:
        reader.refuse("gaps", say('tulis 1 sampai %(most_gaps)s isian bernomor, misalnya "1"', most_gaps=MOST_GAPS))
        found = {}
    gaps = {str(name): _gap(reader, f"gaps.{name}", row) for name, row in sorted(found.items(), key=_by_number)}
    if sorted(gaps_in(text)) != sorted(gaps):
        reader.refuse(
            "text", say("pakai setiap isian tepat satu kali, misalnya {{1}}, dan beri nomor yang ada di gaps")
        )
    return reader.finish({"text": text, "gaps": gaps})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem, and the text cut where its gaps stand."""
    del order
    parts: list[Markup | Gap] = []
    # Every second piece is the number of a gap.
    for n, piece in enumerate(_GAP.split(markup.html(content["text"]))):
        if n % 2:
            gap = content["gaps"][piece]
            parts.append(Gap(piece, gap["kind"], _choices(gap)))
        else:
            parts.append(Markup(piece))  # noqa: S704 - a part of what is safe already
    return presented("cloze", content, passage=tuple(parts))


def size(content: Mapping[str, Any]) -> int:
    """Nothing to shuffle: gaps stand where they stand."""
    del content
    return 0


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction:
    """The weighted mean over all gaps; one that is empty or makes no sense counts 0."""
    if not isinstance(value, dict):
        return worth(content, 0)
    got = total = Fraction(0)
    for name, gap in content["gaps"].items():
        factor = Fraction(gap.get("weight", 1))
        got += factor * max(map(part_of, _hits(gap, value.get(name))), default=Fraction(0))
        total += factor
    return worth(content, got / total)


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """The first full answer of each gap, as what stands in it."""
    return [f"({name}) {_best(gap)}" for name, gap in sorted(content["gaps"].items(), key=_by_number)]


def feedback(content: Mapping[str, Any], value: object) -> Sequence[str]:
    """What is said to what stands in each gap."""
    given = value if isinstance(value, dict) else {}
    hits = (_hits(gap, given.get(name)) for name, gap in sorted(content["gaps"].items(), key=_by_number))
    return [said for rows in hits for said in feedback_of(max(rows, key=share_of, default=None))]


def _hits(gap: Mapping[str, Any], value: object) -> list[Mapping[str, Any]]:
    """The answers of a gap that fit what stands in it."""
    if not isinstance(value, str) or not value.strip():
        return []
    match gap["kind"]:
        case "choice":
            return [row for row in gap["answers"] if row["text"] == value]
        case "number":
            number = amount_in(value, {})
            return [
                row
                for row in gap["answers"]
                if number is not None and abs(number - Decimal(row["text"])) <= Decimal(tolerance_of(gap, row))
            ]
    return short_text.hits(gap, value)


def tolerance_of(gap: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """How far a number may lie from an answer of a gap: the answer's own tolerance, else the gap's."""
    return str(row.get("tolerance", gap.get("tolerance", "0")))


def _choices(gap: Mapping[str, Any]) -> tuple[str, ...]:
    if gap["kind"] != "choice":
        return ()
    found = {row["text"] for row in gap["answers"]} | set(gap.get("options", ()))
    return tuple(sorted(found, key=lambda text: (text.casefold(), text)))


def _best(gap: Mapping[str, Any]) -> str:
    text = str(next(row["text"] for row in gap["answers"] if share_of(row) == 1))
    match gap["kind"]:
        case "text":
            return texts.readable(text)
        case "number":
            return text.replace(".", ",")
    return text


def _gap(reader: Reader, where: str, row: object) -> dict[str, Any]:
    if not isinstance(row, dict) or row.get("kind") not in KINDS:
        reader.refuse(where, say("isi kind dengan salah satu dari %(kinds)s", kinds=", ".join(KINDS)))
        return {}
    if unknown := sorted(str(name) for name in set(row) - _FIELDS):
        reader.refuse(where, say("isian %(unknown)s tidak dikenal", unknown=", ".join(unknown)))
    kind = str(row["kind"])
    made: dict[str, Any] = {"kind": kind, "answers": _answers(reader, kind, row, where)}
    made |= {"choice": _of_choice, "text": _of_text, "number": _of_number}[kind](reader, row, where, made)
    if "weight" in row:
        factor = reader.decimal(row["weight"], f"{where}.weight", least=LEAST_POINTS, most=MOST_POINTS)
        made |= {"weight": written(factor)} if factor != 1 else {}
    return made


def _answers(reader: Reader, kind: str, row: Mapping[str, Any], where: str) -> list[dict[str, str]]:
    made = []
    known = ("text", "fraction", "feedback", *(("tolerance",) if kind == "number" else ()))
    for here, answer in reader.rows_in(row, "answers", f"{where}.answers", known, least=1, most=MOST_ANSWERS):
        one = _answer(reader, kind, answer, here)
        if kind == "number":
            number = reader.amount(answer.get("text"), f"{here}.text")
            one["text"] = written(number)
            if "tolerance" in answer:
                one["tolerance"] = written(reader.amount(answer["tolerance"], f"{here}.tolerance", least=0))
        made.append(one | reader.feedback(answer, here))
    short_text.check_answers(reader, made, f"{where}.answers")
    return made


def _answer(reader: Reader, kind: str, answer: Mapping[str, Any], here: str) -> dict[str, str]:
    """A choice may hold wrong words; what is typed is compared with right ones only."""
    if kind == "text":
        return short_text.read_answer(reader, answer, here)
    text = "" if kind == "number" else reader.text_in(answer, "text", f"{here}.text")
    return {"text": text, "fraction": reader.fraction({"fraction": 1} | dict(answer), here)}


def _of_choice(reader: Reader, row: Mapping[str, Any], where: str, made: Mapping[str, Any]) -> dict[str, Any]:
    options = row.get("options", [])
    if not isinstance(options, list) or not all(isinstance(one, str) and one.strip() for one in options):
        reader.refuse(f"{where}.options", say("tulis daftar teks"))
        return {}
    wrong = [one.strip() for one in options]
    texts_there = {answer["text"] for answer in made["answers"]}
    extra = [one for one in dict.fromkeys(wrong) if one not in texts_there]
    if made["answers"] and not 2 <= len(texts_there | set(extra)) <= MOST_ANSWERS:
        reader.refuse(where, say("beri 2 sampai %(most_answers)s pilihan", most_answers=MOST_ANSWERS))
    if any(len(one) > shapes.LONGEST_GAP for one in (*texts_there, *extra)):
        reader.refuse(where, say("pilihan paling panjang %(longest_gap)s huruf", longest_gap=shapes.LONGEST_GAP))
    return {"options": extra} if extra else {}


def _of_text(reader: Reader, row: Mapping[str, Any], where: str, made: Mapping[str, Any]) -> dict[str, Any]:
    del made
    return {"case_sensitive": True} if reader.truth(row, "case_sensitive", f"{where}.case_sensitive") else {}


def _of_number(reader: Reader, row: Mapping[str, Any], where: str, made: Mapping[str, Any]) -> dict[str, Any]:
    del made
    near = reader.amount(row.get("tolerance", 0), f"{where}.tolerance", least=0)
    return {"tolerance": written(near)} if near else {}


def gaps_in(text: str) -> list[str]:
    """The numbers of the gaps that stand in the text itself, and not inside an element's attributes."""
    return _GAP.findall(_TAG.sub(" ", markup.html(text))) if text else []


def _by_number(item: tuple[object, object]) -> tuple[int, str]:
    name = str(item[0])
    return (int(name) if name.isdigit() else 0, name)

"""Embedded answers of Moodle, such as `{1:SHORTANSWER:=Bandung~%50%Bdg#hampir}`. After docs.moodle.org ("Embedded answers (Cloze)")."""

import re
from html import unescape
from typing import Any

from lms.questions.exchange import wording
from lms.questions.exchange.drafted import Unusable, check_parts, grouped, number, share
from lms.questions.said import say

_TEXT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_CHOICE = {
    "MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH",
    "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS",
}  # fmt: skip
_NUMBER = {"NUMERICAL", "NM"}
_MANY = {"MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"}
_EMBEDDED = re.compile(r"\{([0-9]{0,4}):([A-Z_]+):((?:\\.|[^\\}])*+)\}", re.DOTALL)
#: What was meant as a gap, and would show its answers.
_MEANT = re.compile(
    r"\{[0-9]{0,4}\s*:\s*(?:SHORTANSWER|SA|MW|MULTICHOICE|MC|NUMERICAL|NM|MULTIRESPONSE|MR)[A-Z_]*\s*[:}]",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"(?:\\.|[^\\~])+", re.DOTALL)
_BEFORE_HASH = re.compile(r"(?:\\.|[^\\#]|\\$)*+", re.DOTALL)
_WEIGHT = re.compile(r"%(-?[\d.,]+)%")
_GAP = re.compile(r"\\?\[\\?\[([0-9]{1,4})\\?\]\\?\]")

Gaps = dict[str, dict[str, Any]]


def read(source: str) -> tuple[str, Gaps, list[str]]:
    """(the text with {{1}} … in place of the embedded answers, the gaps, warnings). Raises Unusable."""
    gaps: Gaps = {}
    warnings: list[str] = []

    def put(found: re.Match[str]) -> str:
        gap = str(len(gaps) + 1)
        gaps[gap] = _gap(gap, found[2], found[3], warnings)
        if found[1] not in {"", "0", "1"}:
            gaps[gap]["weight"] = int(found[1])
        check_parts(len(gaps))
        return "{{" + gap + "}}"

    end = _last_brace(source)  # a gap that is never closed would be looked for up to the end, each anew
    made = _EMBEDDED.sub(put, source[:end]) + source[end:]
    if not gaps:
        raise Unusable(say("tidak ada rumpang yang dikenali; tulis misalnya {1:SHORTANSWER:=jawaban}"))
    if left := _MEANT.search(made):
        raise Unusable(
            say(
                "'%(text)s' tidak terbaca sebagai rumpang, jadi jawabannya akan terlihat; periksa tulisannya",
                text=left[0],
            )
        )
    return made, gaps, warnings


def _last_brace(source: str) -> int:
    """Past the last closing brace that no backslash takes its meaning; 0 where there is none."""
    at = source.rfind("}")
    while at >= 0:
        before = source[:at] if at < 100 else source[at - 100 : at]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return at + 1
        at = source.rfind("}", 0, at)
    return 0


def numbered(stem: str, boxes: list[tuple[str, str]]) -> tuple[str, Gaps]:
    """(text, gaps) of a Markdown text with [[n]] where the n-th box (word, group) belongs. Raises Unusable."""
    gaps: Gaps = {}

    def put(found: re.Match[str]) -> str:
        place = int(found[1])
        if not 1 <= place <= len(boxes):
            raise Unusable(
                say("rumpang [[%(place)s]] tidak punya kata; ada %(words)s kata", place=place, words=len(boxes))
            )
        word, group = _words(boxes[place - 1][0]), boxes[place - 1][1]
        options = [text for text in dict.fromkeys(_words(text) for text, of in boxes if of == group) if text != word]
        gap = str(len(gaps) + 1)
        gaps[gap] = {"kind": "choice", "answers": [{"text": word, "fraction": 1}], "options": options}
        return "{{" + gap + "}}"

    made = _GAP.sub(put, stem)
    if not gaps:
        raise Unusable(say("tidak ada rumpang; tulis [[1]] di tempatnya"))
    return made, gaps


def _gap(gap: str, kind: str, body: str, warnings: list[str]) -> dict[str, Any]:
    if kind in _MANY:
        raise Unusable(
            say(
                "rumpang %(gap)s: %(kind)s (beberapa pilihan sekaligus) tidak ada di sini; pecah menjadi beberapa rumpang",
                gap=gap,
                kind=kind,
            )
        )
    rows = [row for row in map(_alternative, _ALTERNATIVE.findall(body)) if row["text"]]
    right = [row for row in rows if row["fraction"] > 0]
    if not any(row["fraction"] == 1 for row in right):
        raise Unusable(say("rumpang %(gap)s tidak punya jawaban yang bernilai penuh; tandai satu dengan =", gap=gap))
    if any(row["fraction"] < 0 for row in rows):
        warnings.append(say("bobot di bawah nol pada rumpang %(gap)s disimpan sebagai 0", gap=gap))
    if kind in _CHOICE:
        kept = [
            row if row["fraction"] > 0 else row | {"fraction": 0}
            for row in rows
            if row["fraction"] > 0 or "feedback" in row
        ]
        others = [row["text"] for row in rows if row not in kept and row["fraction"] <= 0 and "feedback" not in row]
        return {"kind": "choice", "answers": kept} | ({"options": others} if others else {})
    if any("feedback" in row for row in rows if row["fraction"] <= 0):
        warnings.append(say("umpan balik untuk jawaban salah pada rumpang %(gap)s tidak ikut dimuat", gap=gap))
    if kind in _NUMBER:
        warnings += [told for row in right if (told := grouped(row["text"]))]
        return _number(gap, right)
    if kind in _TEXT:
        return {"kind": "text", "answers": right} | ({"case_sensitive": True} if kind.endswith("C") else {})
    raise Unusable(say("rumpang %(gap)s: jenis %(kind)s tidak dikenal", gap=gap, kind=kind))


def _number(gap: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Answers look like 3:0.5, each with its own tolerance; one that all share is the gap's."""
    made, tolerances = [], []
    for row in rows:
        value, _, near = row["text"].partition(":")
        if value.strip() != "*":
            made.append(row | {"text": number(value)})
            tolerances.append(number(near or "0"))
    if not any(row["fraction"] == 1 for row in made):
        raise Unusable(say("rumpang %(gap)s tidak punya angka yang bernilai penuh", gap=gap))
    if len(set(tolerances)) > 1:
        made = [row | {"tolerance": near} for row, near in zip(made, tolerances, strict=True)]
        return {"kind": "number", "answers": made}
    return {"kind": "number", "answers": made} | ({"tolerance": tolerances[0]} if tolerances[0] != "0" else {})


def _alternative(part: str) -> dict[str, Any]:
    """One alternative: text, fraction, and its feedback if there is any."""
    text = part.strip()
    worth: float | int = 0
    weight = _WEIGHT.match(text)
    if text.startswith("="):
        text, worth = text[1:], 1
    elif weight:
        text, worth = text[weight.end() :], share(weight[1])
    before = _BEFORE_HASH.match(text)
    words = before[0] if before else ""
    feedback = text[len(words) + 1 :]
    made = {"text": _words(_unescaped(words)), "fraction": worth}
    said = _words(_unescaped(feedback))
    return made | {"feedback": said} if said else made


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _words(source: str) -> str:
    """Words of a piece of HTML, on one line."""
    return " ".join((wording.plain(wording.from_html(source)[0]) if "<" in source else unescape(source)).split())

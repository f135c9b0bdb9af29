"""Embedded answers of Moodle, such as `{1:SHORTANSWER:=Bandung~%50%Bdg#hampir}`. After docs.moodle.org ("Embedded answers (Cloze)")."""

import re
from html import unescape
from typing import Any

from lms.questions.exchange import wording
from lms.questions.exchange.drafted import Unusable, number, share

_TEXT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_CHOICE = {
    "MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH",
    "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS",
}  # fmt: skip
_NUMBER = {"NUMERICAL", "NM"}
_MANY = {"MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"}
_EMBEDDED = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_ALTERNATIVE = re.compile(r"(?:\\.|[^\\~])+", re.DOTALL)
_WEIGHT = re.compile(r"%(-?[\d.,]+)%")
_GAP = re.compile(r"\\?\[\\?\[(\d+)\\?\]\\?\]")

Gaps = dict[str, dict[str, Any]]


def read(source: str) -> tuple[str, Gaps, list[str]]:
    """(the text with {{1}} … in place of the embedded answers, the gaps, warnings). Raises Unusable."""
    gaps: Gaps = {}
    weights: set[str] = set()
    lost: list[str] = []

    def put(found: re.Match[str]) -> str:
        gap = str(len(gaps) + 1)
        gaps[gap] = _gap(gap, found[2], found[3], lost)
        weights.add(found[1] or "1")
        return "{{" + gap + "}}"

    made = _EMBEDDED.sub(put, source)
    if not gaps:
        raise Unusable("tidak ada rumpang yang dikenali; tulis misalnya {1:SHORTANSWER:=jawaban}")
    warnings = ["bobot rumpang tidak sama; di sini semua rumpang dihitung sama"] if len(weights) > 1 else []
    if lost:
        warnings.append(f"umpan balik pada rumpang {', '.join(sorted(set(lost), key=int))} tidak ikut dimuat")
    return made, gaps, warnings


def numbered(stem: str, boxes: list[tuple[str, str]]) -> tuple[str, Gaps]:
    """(text, gaps) of a Markdown text with [[n]] where the n-th box (word, group) belongs. Raises Unusable."""
    gaps: Gaps = {}

    def put(found: re.Match[str]) -> str:
        place = int(found[1])
        if not 1 <= place <= len(boxes):
            raise Unusable(f"rumpang [[{place}]] tidak punya kata; ada {len(boxes)} kata")
        word, group = _words(boxes[place - 1][0]), boxes[place - 1][1]
        options = list(dict.fromkeys(_words(text) for text, of in boxes if of == group))
        gap = str(len(gaps) + 1)
        gaps[gap] = {"kind": "choice", "answers": [{"text": word, "fraction": 1}], "options": options}
        return "{{" + gap + "}}"

    made = _GAP.sub(put, stem)
    if not gaps:
        raise Unusable("tidak ada rumpang; tulis [[1]] di tempatnya")
    return made, gaps


def _gap(gap: str, kind: str, body: str, lost: list[str]) -> dict[str, Any]:
    if kind in _MANY:
        raise Unusable(f"rumpang {gap}: {kind} (beberapa pilihan sekaligus) tidak ada di sini; pecah menjadi beberapa rumpang")
    rows = [_alternative(part) for part in _ALTERNATIVE.findall(body)]
    rows = [row for row in rows if row[0]]
    if any(feedback for _text, _worth, feedback in rows):
        lost.append(gap)
    right = [(text, worth) for text, worth, _feedback in rows if worth > 0]
    if not any(worth == 1 for _text, worth in right):
        raise Unusable(f"rumpang {gap} tidak punya jawaban yang bernilai penuh; tandai satu dengan =")
    answers = [{"text": text, "fraction": worth} for text, worth in right]
    if kind in _CHOICE:
        return {"kind": "choice", "answers": answers, "options": list(dict.fromkeys(text for text, _worth, _said in rows))}
    if kind in _NUMBER:
        return _number(answers)
    if kind in _TEXT:
        return {"kind": "text", "answers": answers}
    raise Unusable(f"rumpang {gap}: jenis {kind} tidak dikenal")


def _number(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Answers look like 3:0.5. A gap has one tolerance here: that of its full answer."""
    parts = [(row["text"].partition(":"), row["fraction"]) for row in answers if row["text"] != "*"]
    full = next((part for part, worth in parts if worth == 1), parts[0][0] if parts else ("", "", ""))
    tolerance = number(full[2] or "0")
    made = [{"text": number(part[0]), "fraction": worth} for part, worth in parts]
    return {"kind": "number", "answers": made} | ({"tolerance": tolerance} if tolerance != "0" else {})


def _alternative(part: str) -> tuple[str, float | int, str]:
    """(text, fraction, feedback) of one alternative."""
    text = part.strip()
    worth: float | int = 0
    weight = _WEIGHT.match(text)
    if text.startswith("="):
        text, worth = text[1:], 1
    elif weight:
        text, worth = text[weight.end() :], share(weight[1])
    words, _, feedback = re.sub(r"\\#", "\ue000", text).partition("#")
    return _words(re.sub(r"\\(.)", r"\1", words.replace("\ue000", "#"))), worth, feedback.strip()


def _words(source: str) -> str:
    """Words of a piece of HTML, on one line."""
    made, _media = wording.from_html(source) if "<" in source else (unescape(source), [])
    return " ".join(wording.plain(made).split())

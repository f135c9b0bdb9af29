"""Writes questions as a workbook that can be read again, and the template with its definitions.

Cells are written as texts: what begins with = + - or @ stays text and is never a formula.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

from lms.questions.exchange import sheet_cells as cells
from lms.questions.exchange.aiken import LETTERS
from lms.questions.exchange.cloze_text import joined
from lms.questions.exchange.columns import HEADINGS, KINDS
from lms.questions.exchange.drafted import Drafted, Finding
from lms.questions.exchange.losses import left_out, lost, rubric_text
from lms.questions.exchange.sheet_definitions import DEFINITIONS, EXAMPLES
from lms.questions.exchange.weights import in_percent
from lms.questions.exchange.written import Written
from lms.questions.kinds import numeric
from lms.questions.said import say
from lms.workbooks import LONGEST_CELL

Cells = dict[str, str]


def write(drafts: Sequence[Drafted]) -> Written:
    """A workbook of all questions that its cells can hold."""
    findings: list[Finding] = []
    rows = []
    for drafted in drafts:
        why = _unwritable(drafted)
        if why:
            findings.append(left_out(drafted, why))
            continue
        cells_of = _row(drafted)
        if any(len(cell) > LONGEST_CELL for cell in cells_of.values()):
            findings.append(left_out(drafted, say("satu sel memuat paling banyak %(most)s huruf", most=LONGEST_CELL)))
            continue
        findings += _losses(drafted)
        rows.append(cells_of)
    return Written(_book(rows), tuple(findings))


def template() -> bytes:
    """The workbook to fill in: an example of every kind, and a sheet that says what goes where."""
    return _book(EXAMPLES)


def _book(rows: Sequence[Mapping[str, str]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrapped = (
        book.add_format({"bold": True, "text_wrap": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet = book.add_worksheet("Soal")
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(HEADINGS):
        sheet.set_column(column, column, 50 if field == "stem" else 18)
        sheet.write_string(0, column, HEADINGS[field][0], bold)
        for line, row in enumerate(rows, 1):
            if row.get(field):
                sheet.write_string(line, column, row[field], wrapped)
    notes = book.add_worksheet("Keterangan")
    notes.set_column(0, 0, 24)
    notes.set_column(1, 1, 100)
    for line, (name, meaning) in enumerate(DEFINITIONS):
        notes.write_string(line, 0, name, bold)
        notes.write_string(line, 1, meaning, wrapped)
    book.close()
    return made.getvalue()


def _unwritable(drafted: Drafted) -> str:
    raw = drafted.raw
    if drafted.kind == "matching":
        texts = [side for pair in raw["pairs"] for side in pair.values()]
        if any("->" in text for text in texts):
            return say("tanda -> di dalam teks berarti pasangan di sini")
        if len(raw["pairs"]) + len(raw.get("distractors", ())) > len(LETTERS):
            return say("lebih dari %(most)s pasangan", most=len(LETTERS))
    many = raw["items"] if drafted.kind == "ordering" else raw["gaps"] if drafted.kind == "cloze" else ()
    return say("lebih dari %(most)s butir", most=len(LETTERS)) if len(many) > len(LETTERS) else ""


def _losses(drafted: Drafted) -> list[Finding]:
    raw = drafted.raw
    scoring = ("scoring",) if drafted.kind == "ordering" else ()
    made = lost(
        drafted, "case_sensitive", "words", "rubric", "feedback", "limits", "weight", "pictures", "audio", *scoring
    )
    if drafted.kind == "numeric" and len({row["tolerance"] for row in raw.get("answers", ())}) > 1:
        made.append(
            Finding(drafted.where, say("toleransi berbeda per jawaban; yang pertama ditulis untuk semua"), "warning")
        )
    if any("tolerance" in row for gap in raw.get("gaps", {}).values() for row in gap["answers"]):
        made.append(
            Finding(
                drafted.where, say("toleransi berbeda per jawaban; milik jawaban penuh ditulis untuk semua"), "warning"
            )
        )
    return made


def _row(drafted: Drafted) -> Cells:
    raw, tags = drafted.raw, drafted.tags
    stem = joined(drafted.stem, raw["text"]) if drafted.kind == "cloze" else drafted.stem
    return {
        "name": drafted.name,
        "kind": KINDS[drafted.kind][0],
        "stem": cells.cell(stem),
        "explanation": cells.cell(raw["explanation"]) if raw.get("explanation") else "",
        "competency": str(tags.get("competency", "")),
        "level": str(tags.get("level", "")),
        "difficulty": str(tags.get("difficulty", "")),
        "points": str(raw.get("points", "")),
        "tags": ", ".join(tags.get("tags", ())),
        "folder": str(tags.get("folder", "")),
        **_KINDS[drafted.kind](raw),
    }


def _lettered(texts: Sequence[str]) -> Cells:
    return dict(zip(LETTERS, texts, strict=False))


def _choice(raw: Mapping[str, Any]) -> Cells:
    rows = raw["options"]
    made = _lettered([cells.cell(row["text"]) for row in rows])
    if "fraction" in rows[0]:
        weights = zip(LETTERS, rows, strict=False)
        return made | {"key": ", ".join(f"{letter}:{in_percent(row['fraction'])}%" for letter, row in weights)}
    whole = " (semua)" if raw.get("scoring") == "all_or_nothing" else ""
    return made | {
        "key": ", ".join(letter for letter, row in zip(LETTERS, rows, strict=False) if row["correct"]) + whole
    }


def _situational(raw: Mapping[str, Any]) -> Cells:
    rows = raw["options"]
    key = ", ".join(f"{letter}={row['points']}" for letter, row in zip(LETTERS, rows, strict=False))
    return _lettered([cells.cell(row["text"]) for row in rows]) | {"key": key}


def _numeric(raw: Mapping[str, Any]) -> Cells:
    rows = numeric.rows_of(raw)
    key = cells.accepted_cell([(row["value"], row["fraction"]) for row in rows])
    near = rows[0]["tolerance"]
    return {"key": key, "tolerance": near if near != "0" else "", "unit": cells.units_cell(raw)}


def _matching(raw: Mapping[str, Any]) -> Cells:
    rows = [f"{cells.cell(pair['left'])} -> {cells.cell(pair['right'])}" for pair in raw["pairs"]]
    return _lettered([*rows, *(f"-> {cells.cell(text)}" for text in raw.get("distractors", ()))])


_KINDS: dict[str, Callable[[Mapping[str, Any]], Cells]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "situational": _situational,
    "true_false": lambda raw: {"key": "Benar" if raw["answer"] else "Salah"},
    "numeric": _numeric,
    "short_text": lambda raw: {"key": cells.accepted_cell([(row["text"], row["fraction"]) for row in raw["answers"]])},
    "matching": _matching,
    "ordering": lambda raw: _lettered([cells.cell(text) for text in raw["items"]]),
    "cloze": lambda raw: _lettered([cells.gap_cell(raw["gaps"][name]) for name in sorted(raw["gaps"], key=int)]),
    "essay": lambda raw: {"key": cells.cell(rubric_text(raw)) if rubric_text(raw) else ""},
    "file": lambda raw: {"key": cells.cell(rubric_text(raw)) if rubric_text(raw) else ""},
}

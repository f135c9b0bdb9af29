"""What every answer of a question gives, as its author and its reviewer read it: beside the key the parts of a mark, how far a
number may lie away, and what is said to whoever answers so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from lms import markup
from lms.questions.content import share_of
from lms.questions.kinds import cloze, numeric
from lms.web.presentation import written

_SCORINGS = {
    "net": lambda: _("Benar dikurangi salah"),
    "all_or_nothing": lambda: _("Semua benar atau nol"),
    "fractions": lambda: _("Menurut bobot pilihan"),
    "places": lambda: _("Setiap butir di tempatnya"),
    "pairs": lambda: _("Setiap dua butir yang berurutan"),
}


@dataclass(frozen=True)
class Worth:
    """An answer, what it gives, and what is said to it. letter: of an option."""

    letter: str
    answer: Markup
    gives: str
    said: Markup


def answers(kind: str, content: Mapping[str, Any]) -> tuple[Worth, ...]:
    """What each answer gives; none where the key alone says it all."""
    match kind:
        case "single_choice" | "multiple_choice" | "situational":
            return _of_options(content["options"])
        case "numeric":
            is_said = "answers" in content or Decimal(content["tolerance"])
            return tuple(_number(row, content) for row in numeric.rows_of(content)) if is_said else ()
        case "short_text":
            rows = content["answers"]
            return tuple(_typed("", row) for row in rows) if len(rows) > 1 or rows[0].get("feedback") else ()
        case "cloze":
            return tuple(_of_gaps(content["gaps"]))
    return ()


def rules(kind: str, content: Mapping[str, Any]) -> tuple[str, ...]:
    """What else decides on the mark: how parts are counted, units, and letters."""
    made = []
    if kind in {"multiple_choice", "ordering"} and content.get("scoring") in _SCORINGS:
        made.append(_("Skor: %(rule)s", rule=_SCORINGS[content["scoring"]]()))
    made += [f"1 {row['unit']} = {written(row['factor'])} {content['unit']}" for row in content.get("units", ())]
    if content.get("case_sensitive"):
        made.append(_("Huruf besar dan kecil dibedakan"))
    for name, gap in content.get("gaps", {}).items():
        if gap.get("case_sensitive"):
            made.append(_("Isian %(n)s: huruf besar dan kecil dibedakan", n=name))
        if "weight" in gap:
            made.append(_("Isian %(n)s: bobot %(weight)s", n=name, weight=written(gap["weight"])))
    return tuple(made)


def _of_options(options: list[Mapping[str, Any]]) -> tuple[Worth, ...]:
    if not any("points" in row or "fraction" in row or row.get("feedback") for row in options):
        return ()
    return tuple(
        Worth(chr(ord("A") + place), markup.inline(row["text"]), gives(row), markup.html(row.get("feedback", "")))
        for place, row in enumerate(options)
    )


def gives(row: Mapping[str, Any]) -> str:
    """What an option or an answer gives, in words; "–" for nothing."""
    if "points" in row:
        return _("%(n)s poin", n=row["points"])
    if "fraction" in row:
        return format_decimal(share_of(row), format="#,##0.##%")
    return _("Kunci") if row.get("correct") else "–"


def near(value: str, tolerance: str) -> str:
    """A number with how far from it an answer may lie, if at all: 12,5 ± 0,5."""
    return f"{_ungrouped(value)} ± {_ungrouped(tolerance)}" if Decimal(tolerance) else _ungrouped(value)


def _ungrouped(number: str) -> str:
    """As the key writes it: a year has no thousands."""
    return number.replace(".", ",")


def in_gap(gap: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """An answer of a gap, a number with its tolerance."""
    return near(row["text"], cloze.tolerance_of(gap, row)) if gap["kind"] == "number" else str(row["text"])


def _number(row: Mapping[str, Any], content: Mapping[str, Any]) -> Worth:
    text = f"{near(row['value'], row['tolerance'])} {content.get('unit', '')}".strip()
    return _typed("", {**row, "text": text})


def _typed(place: str, row: Mapping[str, Any]) -> Worth:
    return Worth(place, Markup.escape(row["text"]), gives(row), markup.html(row.get("feedback", "")))


def _of_gaps(gaps: Mapping[str, Mapping[str, Any]]) -> Iterator[Worth]:
    for name, gap in sorted(gaps.items(), key=lambda one: int(one[0])):
        for row in gap["answers"]:
            yield _typed(f"({name})", {**row, "text": in_gap(gap, row)})

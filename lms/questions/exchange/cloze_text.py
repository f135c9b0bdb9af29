"""A text with gaps, cut into what is asked and the passage itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lms.questions.kinds import cloze

#: What is asked where a file has nothing but the text.
ASKED = "Lengkapi teks berikut."


def passage(text: str, gaps: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """(stem, fields) of a cloze question: the paragraphs before the first with a gap are what is asked."""
    blocks = text.strip().split("\n\n")
    first = next((n for n, block in enumerate(blocks) if "{{" in block), 0)
    stem = "\n\n".join(blocks[:first]) or ASKED
    return stem, {"text": "\n\n".join(blocks[first:]), "gaps": gaps}


def joined(stem: str, text: str) -> str:
    """The two as one text, for formats that know only that."""
    return text if stem == ASKED else f"{stem}\n\n{text}"


def once(gap: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers of a gap, each text once and worth the most that it is, for formats without a tolerance of each."""
    best: dict[str, dict[str, Any]] = {}
    for row in gap["answers"]:
        if row["text"] not in best or Decimal(str(best[row["text"]]["fraction"])) < Decimal(str(row["fraction"])):
            best[row["text"]] = row
    return list(best.values())


def common_tolerance(gap: Mapping[str, Any]) -> str:
    """The tolerance that stands for all answers of a gap: its own, else that of its full answer."""
    full: Mapping[str, Any] = next((row for row in gap["answers"] if Decimal(str(row["fraction"])) == 1), {})
    return cloze.tolerance_of(gap, full)

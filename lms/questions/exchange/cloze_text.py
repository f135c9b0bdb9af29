"""A text with gaps, cut into what is asked and the passage itself."""

from typing import Any

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

"""The shapes of answers: what may enter the journal. Each kind has one, named by a letter, so that a paper's shapes fit a token.

A shape says what an answer is made of, not whether it makes sense: an option that is not on the paper is marked 0.
Where an exam asks how certain one is, the letter is a capital and the answer is wrapped:
{"answer": …, "certainty": 1, 2 or 3}. Work that is marked by hand is never wrapped.
"""

import re
from collections.abc import Callable
from typing import Any

CHOICE, CHOICES, TRUTH, TEXT, PAIRS, ORDER, GAPS, PROSE, FILE = "cmbtpogef"
#: Letters in an essay at most; a line of a number or a word; a gap.
LONGEST_PROSE, LONGEST_TEXT, LONGEST_GAP = 20_000, 500, 200
MOST_PARTS = 40
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_FILE_NAME = 120
CERTAINTIES = (1, 2, 3)

_ID = re.compile(r"[0-9]{1,2}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def fits(shape: str, value: Any) -> bool:
    """Whether an answer has the shape. Nothing at all, which clears an answer, always has."""
    if value is None:
        return True
    if shape.isupper():
        if not isinstance(value, dict) or set(value) != {"answer", "certainty"}:
            return False
        certainty = value["certainty"]
        return type(certainty) is int and certainty in CERTAINTIES and _bare(shape.lower(), value["answer"])
    return _bare(shape, value)


def certain(shape: str) -> str:
    """The shape in an exam that asks how certain one is."""
    return shape if shape in {PROSE, FILE} else shape.upper()


def _bare(shape: str, value: Any) -> bool:
    return shape in _FITS and _FITS[shape](value)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _are_ids(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_PARTS and all(map(_is_id, value))


def _is_text(longest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _is_map(is_value: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict)
        and len(value) <= MOST_PARTS
        and all(_is_id(key) and is_value(part) for key, part in value.items())
    )


def _is_file(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"name", "size", "sha256"}:
        return False
    name, size, digest = value["name"], value["size"], value["sha256"]
    return (
        isinstance(name, str)
        and 1 <= len(name) <= LONGEST_FILE_NAME
        and name.isprintable()  # it stands in a header when the file is given back
        and type(size) is int
        and 1 <= size <= LARGEST_FILE
        and isinstance(digest, str)
        and _SHA256.fullmatch(digest) is not None
    )


_FITS: dict[str, Callable[[Any], bool]] = {
    CHOICE: _is_id,
    CHOICES: _are_ids,
    TRUTH: lambda value: isinstance(value, bool),
    TEXT: _is_text(LONGEST_TEXT),
    PAIRS: _is_map(_is_id),
    ORDER: _are_ids,
    GAPS: _is_map(_is_text(LONGEST_GAP)),
    PROSE: _is_text(LONGEST_PROSE),
    FILE: _is_file,
}

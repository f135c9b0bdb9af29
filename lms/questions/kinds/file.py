"""File: work that is handed in as a file and marked by people. An answer is {"name", "size" in bytes, "sha256"} of what was uploaded."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions import shapes
from lms.questions.content import Presented, no_feedback, presented, weight, worth
from lms.questions.kinds import rubrics
from lms.questions.reader import Reader
from lms.questions.said import say

SHAPE = shapes.FILE
TYPES = ("pdf", "docx", "xlsx", "jpg", "png")
MOST_MB = shapes.LARGEST_FILE // 2**20
feedback = no_feedback


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """types: some of pdf, docx, xlsx, jpg, png, all where nothing is said; max_mb 1 to 10; rubric. Raises BadQuestion."""
    reader = Reader(raw, fields=("types", "max_mb", "rubric"))
    types = reader.value("types") if reader.has("types") else list(TYPES)
    if not isinstance(types, list) or not types or not all(one in TYPES for one in types):
        reader.refuse("types", say("tulis daftar dari %(types)s", types=", ".join(TYPES)))
        types = []
    most = reader.whole("max_mb", least=1, most=MOST_MB) or MOST_MB
    kept = [one for one in TYPES if one in types]
    return reader.finish({"types": kept, "max_mb": most, "rubric": rubrics.read(reader)})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and what file is taken."""
    del order
    return presented("file", content, types=tuple(content["types"]), max_mb=content["max_mb"])


def size(content: Mapping[str, Any]) -> int:
    """Nothing to shuffle."""
    del content
    return 0


def maximum(content: Mapping[str, Any]) -> Decimal:
    """The question's points."""
    return weight(content)


def mark(content: Mapping[str, Any], value: object) -> Fraction | None:
    """None, which waits for a person; 0 for nothing or for what names no file."""
    return None if isinstance(value, dict) and shapes.fits(SHAPE, value) else worth(content, 0)


def solution(content: Mapping[str, Any]) -> Sequence[str]:
    """There is no single one."""
    del content
    return ()

"""Rubrics: by what work that people mark is judged."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.questions.content import to_places, worth
from lms.questions.reader import Reader, written
from lms.questions.said import say

MOST_CRITERIA = 12
MOST_LEVELS = 10
MOST_POINTS = Decimal(100)
#: Where an author writes no rubric, the work is judged as a whole.
WHOLE = [{"criterion": "Nilai keseluruhan", "points": "100"}]


def read(reader: Reader) -> list[dict[str, Any]]:
    """rubric: [{criterion, points, description, levels}], points above 0 and up to 100 each; or nothing.

    levels: [{points, description}], what may be given for the criterion; without them any points up to its own.
    """
    if not reader.has("rubric"):
        return [dict(row) for row in WHOLE]
    made = []
    known = ("criterion", "points", "description", "levels")
    for where, row in reader.rows("rubric", known, least=1, most=MOST_CRITERIA):
        points = reader.decimal(row.get("points"), f"{where}.points", least=0, most=MOST_POINTS)
        if not points:
            reader.refuse(f"{where}.points", say("harus lebih dari nol"))
        said = reader.text_in(row, "description", f"{where}.description", required=False)
        levels = _levels(reader, row, where, points) if "levels" in row else []
        made.append(
            {"criterion": reader.text_in(row, "criterion", f"{where}.criterion"), "points": written(points)}
            | ({"description": said} if said else {})
            | ({"levels": levels} if levels else {})
        )
    if len({row["criterion"] for row in made}) < len(made):
        reader.refuse("rubric", say("ada dua kriteria yang sama"))
    return made


def mark(content: Mapping[str, Any], given: Sequence[Decimal]) -> Decimal:
    """The mark for the points given to each criterion: their sum ÷ the rubric's sum, of what the question counts.

    Raises ValueError when they are not one for each criterion, or one is not among what its criterion has.
    """
    rubric = content["rubric"]
    if len(given) != len(rubric) or not all(map(_may_be_given, rubric, given)):
        raise ValueError("points outside the rubric")
    whole = sum(Fraction(row["points"]) for row in rubric)
    return to_places(worth(content, sum(map(Fraction, given), Fraction(0)) / whole))


def _may_be_given(row: Mapping[str, Any], points: Decimal) -> bool:
    if "levels" in row:
        return points in [Decimal(level["points"]) for level in row["levels"]]
    return 0 <= points <= Decimal(row["points"])


def _levels(reader: Reader, row: Mapping[str, Any], where: str, most: Decimal) -> list[dict[str, str]]:
    made = []
    rows = reader.rows_in(row, "levels", f"{where}.levels", ("points", "description"), least=2, most=MOST_LEVELS)
    for here, level in rows:
        points = reader.decimal(level.get("points"), f"{here}.points", least=0, most=most)
        made.append(
            {"points": written(points), "description": reader.text_in(level, "description", f"{here}.description")}
        )
    points_given = [Decimal(level["points"]) for level in made]
    if len(set(points_given)) < len(points_given):
        reader.refuse(f"{where}.levels", say("ada dua tingkat dengan poin yang sama"))
    if made and max(points_given) != most:
        reader.refuse(f"{where}.levels", say("tingkat tertinggi harus sama dengan points kriterianya"))
    return made


def of_words(text: str) -> list[dict[str, str]] | None:
    """Words for the marker as a rubric that judges the work as a whole; None for none."""
    return [{**WHOLE[0], "description": text}] if text else None

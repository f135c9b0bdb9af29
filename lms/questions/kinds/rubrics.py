"""Rubrics: by what work that people mark is judged."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms.questions.content import worth
from lms.questions.reader import Reader, written

MOST_CRITERIA = 12
MOST_POINTS = Decimal(100)
#: Where an author writes no rubric, the work is judged as a whole.
WHOLE = [{"criterion": "Nilai keseluruhan", "points": "100"}]


def read(reader: Reader) -> list[dict[str, str]]:
    """rubric: [{criterion, points, description}], points above 0 and up to 100 each; or nothing."""
    if not reader.has("rubric"):
        return [dict(row) for row in WHOLE]
    made = []
    known = ("criterion", "points", "description")
    for where, row in reader.rows("rubric", known, least=1, most=MOST_CRITERIA):
        points = reader.decimal(row.get("points"), f"{where}.points", least=0, most=MOST_POINTS)
        if not points:
            reader.refuse(f"{where}.points", "harus lebih dari nol")
        said = reader.text_in(row, "description", f"{where}.description", required=False)
        made.append(
            {"criterion": reader.text_in(row, "criterion", f"{where}.criterion"), "points": written(points)}
            | ({"description": said} if said else {})
        )
    if len({row["criterion"] for row in made}) < len(made):
        reader.refuse("rubric", "ada dua kriteria yang sama")
    return made


def mark(content: Mapping[str, Any], given: Sequence[Decimal]) -> Decimal:
    """The mark for the points given to each criterion: their sum ÷ the rubric's sum, of what the question counts.

    Raises ValueError when they are not one for each criterion, or one is below 0 or above what its criterion has.
    """
    most = [Decimal(row["points"]) for row in content["rubric"]]
    if len(given) != len(most) or any(not 0 <= points <= top for points, top in zip(given, most, strict=False)):
        raise ValueError("points outside the rubric")
    return worth(content, sum(given, Decimal(0)) / sum(most))

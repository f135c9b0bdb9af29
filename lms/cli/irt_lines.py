"""The two-parameter model of a table of marks, as JSON and as lines."""

from dataclasses import asdict
from typing import Any

from lms.exams import irt, irt_words, marks_file
from lms.exams.irt import Calibration, Refusal


def calibrated(table: marks_file.Table) -> Calibration[str] | Refusal[str]:
    """The model; an empty cell is a wrong answer."""
    return irt.calibrate(
        [dict(zip(table.names, zip(row, table.maxima, strict=True), strict=True)) for row in table.rows]
    )


def as_row(model: Calibration[str] | Refusal[str]) -> dict[str, Any]:
    """What stands under "irt"."""
    left_out = [{"name": name, "why": why, "message": irt_words.ITEMS[why]} for name, why in model.left_out.items()]
    if isinstance(model, Refusal):
        return {"refused": model.why, "message": irt_words.refused(model), "n": model.n, "left_out": left_out}
    items = [{"name": name, **asdict(one)} for name, one in model.items.items()]
    return {"n": model.n, "cycles": model.cycles, "items": items, "left_out": left_out}


def as_table(model: Calibration[str] | Refusal[str]) -> str:
    """A line an item, then what was left out."""
    left_out = [f"{name}: {irt_words.ITEMS[why]}" for name, why in model.left_out.items()]
    if isinstance(model, Refusal):
        return "\n".join([irt_words.refused(model), *left_out])
    head = f"{'model 2PL':<24}" + "".join(f"{name:>11}" for name in ("n", "a", "galat a", "b", "galat b"))
    rows = [
        f"{name[:23]:<24}{one.n:>11}"
        + "".join(f"{value:>11.3f}".replace(".", ",") for value in (one.a, one.a_se, one.b, one.b_se))
        for name, one in model.items.items()
    ]
    return "\n".join([head, *rows, *left_out])

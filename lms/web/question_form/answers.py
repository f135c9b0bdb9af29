"""Answers that are typed a line each, in the notation of the sheets: "Bdg:50% # Tulis lengkap."; numbers "12,5 ± 0,5".

What is said to an answer stands behind " # ", with ¶ where it has a new line. A " # " inside an answer is written " \\# ".
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lms.questions.exchange import sheet_cells
from lms.questions.exchange.drafted import Unusable
from lms.web.question_form.fields import Form, line, lines, number, shown

_NEAR = re.compile(r"±|\+/-")


class Line(NamedTuple):
    """An answer as it was typed. weight: a part of the mark, or what stands in its place; None for none."""

    text: str
    weight: float | int | str | None
    feedback: str

    def row(self, name: str = "text") -> dict[str, Any]:
        """As kinds read it: all of the mark where no weight stands."""
        made = {name: self.text, "fraction": 1 if self.weight is None else self.weight}
        return made | ({"feedback": self.feedback} if self.feedback else {})


def split(typed: str) -> Line:
    """An answer, its weight and what is said to it."""
    answer, _, said = typed.partition(" # ")
    answer, weight = _weighed(answer.strip())
    return Line(answer.replace(" \\# ", " # "), weight, whole_lines(said.strip()))


def joined(row: Mapping[str, Any], text: str) -> str:
    """An answer of content as `split` reads it. text: the answer itself."""
    answer = sheet_cells.with_weight(text.replace(" # ", " \\# "), row["fraction"])
    return f"{answer} # {one_line(row['feedback'])}" if row.get("feedback") else answer


def one_line(said: str) -> str:
    """A text with ¶ for its breaks."""
    return said.replace("\n", "¶")


def whole_lines(said: str) -> str:
    """A text with breaks for its ¶."""
    return said.replace("¶", "\n")


def short_text(form: Form) -> dict[str, Any]:
    """jawaban: a line each · huruf."""
    rows = [split(one).row() for one in lines(form, "jawaban")]
    return {"answers": rows, "case_sensitive": bool(form.get("huruf"))}


def fill_short_text(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    form["jawaban"] = "\n".join(joined(row, row["text"]) for row in content["answers"])
    form["huruf"] = "ya" if content.get("case_sensitive") else ""


def numeric(form: Form) -> dict[str, Any]:
    """jawaban: a line each, toleransi for those that name none · satuan, and satuan-lain as "cm = 0,01", a line each.

    One number with nothing behind it is the question's answer, else there are several, each with its part of the mark.
    """
    rows = [split(one) for one in lines(form, "jawaban")]
    typed = [_near(row.text, number(line(form, "toleransi")) or "0") for row in rows]
    unit, units = line(form, "satuan"), [_unit(one) for one in lines(form, "satuan-lain")]
    made: dict[str, Any] = ({"unit": unit} if unit else {}) | ({"units": units} if units else {})
    if len(rows) > 1 or (rows and (rows[0].weight is not None or rows[0].feedback)):
        several = [near | row.row("value") | {"value": near["value"]} for row, near in zip(rows, typed, strict=True)]
        return made | {"answers": several}
    only = typed[0] if typed else {"value": "", "tolerance": number(line(form, "toleransi")) or "0"}
    return made | {"answer": only["value"], "tolerance": only["tolerance"]}


def fill_numeric(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    form["jawaban"] = shown(content.get("answer", ""))
    form["toleransi"] = shown(content.get("tolerance", "0"))
    form["satuan"] = content.get("unit", "")
    form["satuan-lain"] = "\n".join(f"{row['unit']} = {shown(row['factor'])}" for row in content.get("units", ()))
    if "answers" in content:
        form["jawaban"] = "\n".join(_number_line(row) for row in content["answers"])


def _number_line(row: Mapping[str, Any]) -> str:
    near = f" ± {shown(row['tolerance'])}" if row["tolerance"] != "0" else ""
    typed = joined(row, shown(row["value"]) + near)
    # Its weight tells one of several answers from the only one.
    answer, mark, said = typed.partition(" # ")
    return typed if split(typed).weight is not None else f"{answer}:100%{mark}{said}"


def _near(typed: str, common: str) -> dict[str, str]:
    value, *near = _NEAR.split(typed, maxsplit=1)
    return {"value": number(value), "tolerance": number(near[0]) if near else common}


def _unit(typed: str) -> dict[str, str]:
    name, mark, factor = typed.rpartition("=")
    return {"unit": name.strip(), "factor": number(factor)} if mark else {"unit": typed, "factor": ""}


def _weighed(typed: str) -> tuple[str, float | int | str | None]:
    try:
        return sheet_cells.weighed(typed) or (typed, None)
    except Unusable:
        answer, _, weight = typed.rpartition(":")
        return answer.strip(), weight.strip()

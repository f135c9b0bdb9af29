"""Forms of what people mark: essays and files, with their rubric."""

from collections.abc import Mapping
from typing import Any

from lms.web.question_form.answers import one_line, whole_lines
from lms.web.question_form.fields import Form, filled_rows, line, lines, number, shown, text, whole


def essay(form: Form) -> dict[str, Any]:
    """kata-min, kata-maks, and the rubric."""
    bounds = {"words_min": whole(form, "kata-min"), "words_max": whole(form, "kata-maks")}
    return {name: bound for name, bound in bounds.items() if bound != ""} | _rubric(form)


def fill_essay(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    form["kata-min"], form["kata-maks"] = str(content.get("words_min", "")), str(content.get("words_max", ""))
    _fill_rubric(form, content)


def file(form: Form) -> dict[str, Any]:
    """tipe: each that is taken · mb: the most · and the rubric."""
    return {"types": form.getlist("tipe"), "max_mb": whole(form, "mb")} | _rubric(form)


def fill_file(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    form.setlist("tipe", content["types"])
    form["mb"] = str(content["max_mb"])
    _fill_rubric(form, content)


def _rubric(form: Form) -> dict[str, Any]:
    """kriteria-n, nilai-n, uraian-n, and jenjang-n: "5: Lengkap", a line each. Nothing typed is no rubric."""
    rows = [_criterion(form, n) for n in filled_rows(form, "kriteria")]
    return {"rubric": rows} if rows else {}


def _criterion(form: Form, n: int) -> dict[str, Any]:
    made: dict[str, Any] = {"criterion": line(form, f"kriteria-{n}"), "points": number(line(form, f"nilai-{n}"))}
    said, levels = text(form, f"uraian-{n}"), [_level(one) for one in lines(form, f"jenjang-{n}")]
    return made | ({"description": said} if said else {}) | ({"levels": levels} if levels else {})


def _level(typed: str) -> dict[str, str]:
    points, _, said = typed.partition(":")
    return {"points": number(points), "description": whole_lines(said.strip())}


def _fill_rubric(form: Form, content: Mapping[str, Any]) -> None:
    for n, row in enumerate(content["rubric"], 1):
        form[f"kriteria-{n}"], form[f"nilai-{n}"] = row["criterion"], shown(row["points"])
        form[f"uraian-{n}"] = row.get("description", "")
        levels = (f"{shown(one['points'])}: {one_line(one['description'])}" for one in row.get("levels", ()))
        form[f"jenjang-{n}"] = "\n".join(levels)

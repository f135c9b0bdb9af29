"""Forms of what is put together: pairs, orders, and texts with gaps."""

from collections.abc import Mapping
from typing import Any

from lms.questions.kinds import cloze as gapped
from lms.web.question_form.answers import joined, split
from lms.web.question_form.fields import Form, filled_rows, line, lines, number, shown, shown_rows, text


def matching(form: Form) -> dict[str, Any]:
    """kiri-n and kanan-n, pengecoh-n."""
    pairs = [{"left": text(form, f"kiri-{n}"), "right": text(form, f"kanan-{n}")} for n in filled_rows(form, "kiri")]
    return {"pairs": pairs, "distractors": [text(form, f"pengecoh-{n}") for n in filled_rows(form, "pengecoh")]}


def fill_matching(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    for n, pair in enumerate(content["pairs"], 1):
        form[f"kiri-{n}"], form[f"kanan-{n}"] = pair["left"], pair["right"]
    for n, distractor in enumerate(content.get("distractors", ()), 1):
        form[f"pengecoh-{n}"] = distractor


def ordering(form: Form) -> dict[str, Any]:
    """butir-n in the right order; skor: the rule."""
    items = [text(form, f"butir-{n}") for n in filled_rows(form, "butir")]
    return {"items": items, "scoring": form.get("skor", "places")}


def fill_ordering(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    for n, item in enumerate(content["items"], 1):
        form[f"butir-{n}"] = item
    form["skor"] = content.get("scoring", "places")


def cloze(form: Form) -> dict[str, Any]:
    """teks, and for each gap that stands in it or was filled: jenis-isian-n, isian-n a line each, and what its kind has beside."""
    typed = text(form, "teks")
    return {"text": typed, "gaps": {str(n): _gap(form, n) for n in _gaps(form)}}


def fill_cloze(form: Form, content: Mapping[str, Any]) -> None:
    """The other way round."""
    form["teks"] = content["text"]
    for n, gap in content["gaps"].items():
        form[f"jenis-isian-{n}"], form[f"isian-{n}"] = gap["kind"], "\n".join(_gap_lines(gap))
        form[f"toleransi-isian-{n}"] = shown(gap.get("tolerance", ""))
        form[f"bobot-isian-{n}"] = shown(gap.get("weight", ""))
        form[f"huruf-isian-{n}"] = "ya" if gap.get("case_sensitive") else ""


def shown_gaps(form: Form) -> list[int]:
    """The numbers of the gaps that a page has inputs for."""
    return sorted({*shown_rows(form, "isian"), *_gaps(form)})


def _gaps(form: Form) -> list[int]:
    return sorted({*map(int, gapped.gaps_in(text(form, "teks"))), *filled_rows(form, "isian")})


def _gap(form: Form, n: int) -> dict[str, Any]:
    kind, near, weight = (line(form, f"{name}-isian-{n}") for name in ("jenis", "toleransi", "bobot"))
    typed = list(lines(form, f"isian-{n}"))
    made: dict[str, Any] = {"kind": kind or "text"} | ({"weight": number(weight)} if weight else {})
    match kind:
        case "choice":
            return made | _choice(typed)
        case "number":
            rows = [row | {"text": number(row["text"])} for row in (split(one).row() for one in typed)]
            return made | {"answers": rows} | ({"tolerance": number(near)} if near else {})
    return made | {"answers": [split(one).row() for one in typed], "case_sensitive": bool(form.get(f"huruf-isian-{n}"))}


def _choice(typed: list[str]) -> dict[str, Any]:
    """A star is before what is right. What has neither a star nor a weight nor words said to it is only to choose from."""
    answers, options = [], []
    for one in typed:
        found = split(one.removeprefix("*").strip())
        is_right = one.startswith("*")
        if is_right or found.weight is not None or found.feedback:
            answers.append(found.row() | ({} if is_right or found.weight is not None else {"fraction": 0}))
        else:
            options.append(found.text)
    return {"answers": answers} | ({"options": options} if options else {})


def _gap_lines(gap: Mapping[str, Any]) -> list[str]:
    if gap["kind"] == "number":
        return [joined(row, shown(row["text"])) for row in gap["answers"]]
    star = "*" if gap["kind"] == "choice" else ""
    made = [(star if row["fraction"] != "0" else "") + joined(row, row["text"]) for row in gap["answers"]]
    return made + [text.replace(" # ", " \\# ") for text in gap.get("options", ())]

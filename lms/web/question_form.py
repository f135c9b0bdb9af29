"""The form of a question: what was typed as its kind reads it, and what a version says as the form shows it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.questions import kinds
from lms.questions.content import BadQuestion
from lms.questions.exchange.marked_tags import free_tag
from lms.questions.kinds.numbers import number_in
from lms.questions.reader import MOST_OPTIONS

#: Kinds that are written here; the others come by import.
KINDS = ("single_choice", "multiple_choice", "true_false", "numeric", "short_text")
ROWS = MOST_OPTIONS
MOST_TAGS = 10
LONGEST = 20_000

Form = MultiDict[str, str]


def raw(kind: str, form: Form) -> dict[str, Any]:
    """What was typed, as the kind's `read` takes it."""
    made: dict[str, Any] = {"kind": kind, "stem": _text(form, "soal"), "explanation": _text(form, "pembahasan")}
    made |= {"name": _text(form, "nama")} if _text(form, "nama") else {}
    points = _number(form, "poin")
    made |= {"points": points} if points not in {"", "1"} else {}
    if kind in {"single_choice", "multiple_choice"}:
        return made | {"options": _options(form)} | _scoring(kind, form)
    if kind == "true_false":
        return made | {"answer": {"true": True, "false": False}.get(form.get("jawaban", ""))}
    if kind == "numeric":
        unit = _text(form, "satuan")
        tolerance = _number(form, "toleransi") or "0"
        return made | {"answer": _number(form, "jawaban"), "tolerance": tolerance} | ({"unit": unit} if unit else {})
    lines = [line.strip() for line in _text(form, "jawaban").split("\n") if line.strip()]
    return made | {"answers": [{"text": line} for line in lines], "case_sensitive": bool(form.get("huruf"))}


def filled(kind: str, content: Mapping[str, Any]) -> Form:
    """The form of a version's content."""
    form: Form = MultiDict({"soal": content["stem"], "pembahasan": content.get("explanation", "")})
    form["nama"], form["poin"] = content.get("name", ""), str(content.get("points", "")).replace(".", ",")
    for n, row in enumerate(content.get("options", ()), 1):
        form[f"pilihan-{n}"], form[f"umpan-{n}"] = row["text"], row.get("feedback", "")
        if row.get("correct"):
            form.add("benar", str(n))
    form["skor"] = content.get("scoring", "net")
    if kind == "true_false":
        form["jawaban"] = "true" if content["answer"] else "false"
    if kind == "numeric":
        form["jawaban"] = str(content.get("answer", "")).replace(".", ",")
        form["toleransi"] = str(content.get("tolerance", "0")).replace(".", ",")
        form["satuan"] = content.get("unit", "")
    if kind == "short_text":
        form["jawaban"] = "\n".join(row["text"] for row in content["answers"])
        form["huruf"] = "ya" if content.get("case_sensitive") else ""
    return form


def holds(kind: str, content: Mapping[str, Any]) -> bool:
    """Whether the form keeps all that a version says: what it cannot show it must not lose."""
    if kind not in KINDS:
        return False
    try:
        return kinds.read(raw(kind, filled(kind, content))) == content
    except BadQuestion:
        return False


def tags(form: Form) -> list[str]:
    """The tags, typed with commas between."""
    return sorted({tag for word in form.get("tag", "").split(",")[:MOST_TAGS] if (tag := free_tag(word))})


def folder(form: Form) -> str:
    """The folder: names with "/" between, without blanks around them."""
    return "/".join(part for part in (" ".join(one.split()) for one in form.get("folder", "").split("/")) if part)[:120]


def _options(form: Form) -> list[dict[str, Any]]:
    right = set(form.getlist("benar"))
    made = []
    for n in range(1, ROWS + 1):
        text, said = _text(form, f"pilihan-{n}"), _text(form, f"umpan-{n}")
        if text:
            made.append({"text": text, "correct": str(n) in right} | ({"feedback": said} if said else {}))
    return made


def _scoring(kind: str, form: Form) -> dict[str, Any]:
    rule = form.get("skor", "net")
    return {"scoring": rule} if kind == "multiple_choice" and rule != "net" else {}


def _text(form: Form, name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n").strip()[:LONGEST]


def _number(form: Form, name: str) -> str:
    """A number, read as a candidate's is, with a dot; anything else as it was typed, for its kind to refuse."""
    text = "".join(form.get(name, "").split())
    number = number_in(text)
    return text if number is None else f"{number:f}"

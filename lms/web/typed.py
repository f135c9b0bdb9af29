"""Answers as a form without scripts sends them, in the shape that their kind marks. templates/questions/ has the inputs."""

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.questions.shapes import LONGEST_GAP, LONGEST_PROSE, LONGEST_TEXT, MOST_PARTS

Form = MultiDict[str, str]
#: The inputs of what has parts are called so, with the part's id behind it.
PART = "jawaban-"


def whole(text: str) -> int | None:
    """A whole number of at most nine digits that a form carries; None for anything else. No number is made of more, and no key is one."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def placed(form: Form) -> Callable[[str], int]:
    """A key to sort inputs by: as they stand on the page, which sends them in that order; what was not sent comes last."""
    places = {name: n for n, name in enumerate(form)}
    return lambda name: places.get(name, len(places))


def answer(kind: str, form: Form) -> Any:
    """What was sent; None when it is empty. A file is not in it: it comes as a file."""
    match kind:
        case "multiple_choice":
            return form.getlist("jawaban")[:MOST_PARTS] or None
        case "true_false":
            return {"true": True, "false": False}.get(form.get("jawaban", ""))
        case "matching":
            return _parts(form) or None
        case "cloze":
            return {id: text[:LONGEST_GAP] for id, text in _parts(form).items()} or None
        case "ordering":
            return _order(_parts(form), _ids(form))
        case "essay":
            text = form.get("jawaban", "").replace("\r\n", "\n")
            return text[:LONGEST_PROSE] if text.strip() else None
    return form.get("jawaban", "").strip()[:LONGEST_TEXT] or None


def is_muddled(kind: str, form: Form) -> bool:
    """Whether an order was begun in which a number is missing or stands twice: it is kept, and has to be looked at."""
    numbers = list(_parts(form).values())
    return kind == "ordering" and bool(numbers) and len(set(numbers)) < len(_ids(form))


def certainty(form: Form) -> int:
    """How certain: 1 where nothing is said."""
    return {"2": 2, "3": 3}.get(form.get("yakin", ""), 1)


def _ids(form: Form) -> list[str]:
    return [name.removeprefix(PART) for name in form if name.startswith(PART)][:MOST_PARTS]


def _parts(form: Form) -> dict[str, str]:
    """Part id → what was typed or chosen, without the empty ones."""
    return {id: form[PART + id].strip() for id in _ids(form) if form[PART + id].strip()}


def _order(numbers: dict[str, str], ids: list[str]) -> list[str] | None:
    """Ids by the numbers given to them; those without one, or with the same, stay as they stood."""
    if not numbers:
        return None
    last = len(ids) + 1
    given = {id: place for id, number in numbers.items() if (place := whole(number)) is not None}
    return sorted(ids, key=lambda id: given.get(id, last))

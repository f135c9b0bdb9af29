"""What an organiser says of a key, made into the contents by which answers are marked again. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from lms.exams.corrections import Correction, Remedy
from lms.questions import kinds
from lms.questions.content import share_of

#: Kinds that have a key of a form that can be said again. Of the others an item can be dropped, or given full marks.
KEYED = ("single_choice", "multiple_choice", "true_false", "numeric", "short_text")


class SameKey(ValueError):
    """The key that was given is the one that holds."""


def offered(kind: str) -> tuple[Remedy, ...]:
    """The remedies that a question of this kind can have, but for taking one back.

    Where two answers are all there are, accepting both is "full".
    """
    if kind not in KEYED:
        return ("drop", "full")
    return ("key", "drop", "full") if kind == "true_false" else ("key", "accept", "drop", "full")


def with_key(kind: str, content: Mapping[str, Any], key: Any) -> dict[str, Any]:
    """The question with another key, otherwise as it was.

    key: the place of an option as text · several of them · true or false · a number as a text with a dot · a text.
    Raises BadQuestion where that makes no question.
    """
    raw: dict[str, Any] = {**content, "kind": kind}
    match kind:
        case "single_choice":
            raw["options"] = _options(content, [key])
        case "multiple_choice":
            raw["options"] = _options(content, key)
            raw.pop("scoring", None)
            raw |= {"scoring": content["scoring"]} if content.get("scoring") == "all_or_nothing" else {}
        case "true_false":
            raw["answer"] = key
        case "numeric":
            tolerance = content.get("tolerance") or min(
                (row["tolerance"] for row in content.get("answers", ())), default="0"
            )
            raw.pop("answers", None)
            raw |= {"answer": key, "tolerance": tolerance}
        case _:
            raw["answers"] = [{"text": key}]
    return kinds.read(raw)


def contents(
    remedy: Remedy, kind: str, content: Mapping[str, Any], key: Any, before: Correction | None
) -> tuple[Mapping[str, Any], ...]:
    """By what answers are marked under a remedy. before: the correction that holds now, whose accepted answers stay accepted.

    The key as it was written, while a correction holds, takes that back: no contents. Raises SameKey, and as with_key.
    """
    if remedy in ("drop", "full"):
        return ()
    made = with_key(kind, content, key)
    given = _key_of(kind, made)
    holding = before.contents_for(content) if before else (content,)
    is_marked = before is None or before.remedy not in ("drop", "full")
    if remedy == "key":
        if is_marked and [given] == [_key_of(kind, one) for one in holding]:
            raise SameKey
        return () if given == _key_of(kind, content) else (made,)
    if any(given == _key_of(kind, one) for one in holding):
        raise SameKey
    return (*holding, made)


def _options(content: Mapping[str, Any], right: Sequence[str]) -> list[dict[str, Any]]:
    kept = ("text", "feedback")
    return [
        {**{name: row[name] for name in kept if name in row}, "correct": str(place) in right}
        for place, row in enumerate(content["options"])
    ]


def _key_of(kind: str, content: Mapping[str, Any]) -> Any:
    match kind:
        case "single_choice" | "multiple_choice":
            return [share_of(row) for row in content["options"]]
        case "true_false":
            return content["answer"]
        case "numeric":
            return (
                [(row["value"], row["tolerance"]) for row in content["answers"]]
                if "answers" in content
                else [(content["answer"], content["tolerance"])]
            )
    return [(row["text"], row.get("fraction")) for row in content["answers"]]

"""Answers and keys in words, for whoever looks at a paper after it was graded."""

from collections.abc import Mapping, Sequence
from typing import Any

from lms.exams.papers import Item
from lms.questions.content import share_of, words
from lms.questions.kinds import BY_HAND, TABLE


def said(item: Item, answer: Any) -> Sequence[str]:
    """What was answered, a line each; empty for nothing, or for what makes no sense. Truth is "true" or "false"."""
    if certainty(item, answer) is not None:
        answer = answer.get("answer")
    content = item.content
    match item.kind, answer:
        case (("single_choice" | "situational"), str()):
            return _options(content, [answer])
        case "multiple_choice", list():
            return _options(content, answer)
        case "true_false", bool():
            return ("true" if answer else "false",)
        case "ordering", list():
            texts = {one.id: one.text for one in item.present().options}
            return [texts[id] for id in answer if id in texts]
        case "matching", dict():
            shown = item.present()
            right = {one.id: one.text for one in shown.options}
            return [f"{one.text} – {right[answer[one.id]]}" for one in shown.prompts if answer.get(one.id) in right]
        case "cloze", dict():
            return [f"({gap}) {text}" for gap, text in sorted(answer.items())]
        case "file", dict():
            return (str(answer.get("name", "")),)
        case _, str():
            return (answer,) if answer.strip() else ()
    return ()


def certainty(item: Item, answer: Any) -> int | None:
    """How certain one was of an answer that was given with it; None for any other."""
    is_with_it = isinstance(answer, Mapping) and "certainty" in answer and item.kind not in BY_HAND
    return answer["certainty"] if is_with_it else None


def key(item: Item, content: Mapping[str, Any]) -> Sequence[str]:
    """The best answer, a line each; empty where there is no single one. content: by which the item is marked now."""
    if item.kind in ("single_choice", "multiple_choice"):
        return [words(row["text"]) for row in content["options"] if share_of(row) > 0]
    if item.kind == "true_false":
        return ("true" if content["answer"] else "false",)
    if item.kind == "situational":
        best = max(row["points"] for row in content["options"])
        return [words(row["text"]) for row in content["options"] if row["points"] == best]
    return TABLE[item.kind].solution(content)


def keys(item: Item, contents: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """The best answers by each of several contents that count, as after "this answer, too"; a line that comes twice once."""
    return list(dict.fromkeys(line for content in contents for line in key(item, content)))


def _options(content: Mapping[str, Any], chosen: Sequence[Any]) -> list[str]:
    return [words(row["text"]) for place, row in enumerate(content["options"]) if str(place) in chosen]

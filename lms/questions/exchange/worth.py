"""What each answer of a question is worth, in one list for every kind."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms.questions.exchange import wording
from lms.questions.exchange.cloze_text import joined
from lms.questions.exchange.drafted import Drafted, fraction

Row = dict[str, Any]


def answers(drafted: Drafted) -> list[Row]:
    """[{text, fraction}] of a question, fractions from −1 to 1.

    Choices: all options as they stand; right ones without a weight share 1 · true_false: true, then false · numbers and short texts:
    what is accepted · matching: "left -> right", 1/n each · ordering: the right order, 1/n each · cloze: what each gap accepts, by
    the gap's part of the whole · essay and file: none.
    """
    raw = drafted.raw
    match drafted.kind:
        case "single_choice" | "multiple_choice" | "situational":
            return _options(raw["options"])
        case "true_false":
            return [_row("true", int(raw["answer"])), _row("false", int(not raw["answer"]))]
        case "numeric" if "answers" in raw:
            return [_row(one["value"], one["fraction"]) for one in raw["answers"]]
        case "numeric":
            return [_row(raw["answer"], 1)]
        case "short_text":
            return [_row(one["text"], one["fraction"]) for one in raw["answers"]]
        case "matching":
            pairs = raw["pairs"]
            return [_row(f"{_seen(one['left'])} -> {_seen(one['right'])}", Decimal(1) / len(pairs)) for one in pairs]
        case "ordering":
            return [_row(_seen(one), Decimal(1) / len(raw["items"])) for one in raw["items"]]
        case "cloze":
            return _gaps(raw["gaps"])
    return []


def stem(drafted: Drafted) -> str:
    """What is asked, plain where it has no formatting; of a cloze the text with its gaps."""
    return wording.plain(joined(drafted.stem, drafted.raw["text"]) if drafted.kind == "cloze" else drafted.stem)


def _options(options: Sequence[Mapping[str, Any]]) -> list[Row]:
    right = sum(one.get("correct") is True for one in options) or 1
    return [_row(_seen(one["text"]), _worth(one, right)) for one in options]


def _worth(option: Mapping[str, Any], right: int) -> Any:
    if "points" in option:
        return Decimal(option["points"]) / 5
    return option["fraction"] if "fraction" in option else Decimal(bool(option.get("correct"))) / right


def _gaps(gaps: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    total = sum(Decimal(str(gap.get("weight", 1))) for gap in gaps.values())
    return [
        _row(one["text"], Decimal(str(one["fraction"])) * Decimal(str(gap.get("weight", 1))) / total)
        for _name, gap in sorted(gaps.items(), key=lambda item: int(item[0]))
        for one in gap["answers"]
        if Decimal(str(one["fraction"])) > 0
    ]


def _row(text: str, worth: Any) -> Row:
    return {"text": text, "fraction": fraction(Decimal(str(worth)))}


def _seen(text: str) -> str:
    return wording.plain(text)

"""Choices of a QTI item: one or several options, each right, wrong or worth a part; and truths."""

from collections.abc import Mapping
from typing import Any

from lms.questions.exchange import qti_body
from lms.questions.exchange.drafted import Unusable, fraction, whole
from lms.questions.exchange.gift_answers import BOTH_SAID
from lms.questions.exchange.qti_asked import Item, Read, check_keys, gains_of, worth_of
from lms.questions.exchange.qti_response import CORRECT, MAPPED, Declaration
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

_TRUTH = {"true": True, "false": False}
#: What such a choice says where it is nothing but a truth: any other words are options of their own.
_SAYS = {"true": {"true", "benar", "betul"}, "false": {"false", "salah"}}


def choice(item: Item, node: Node) -> Read:
    """One option or several, by the cardinality of the answer; a truth where the options say nothing else. Raises Unusable."""
    declared = item.declaration(node)
    choices = [one for one in node.children if one.name == "simpleChoice"]
    known = [one.get("identifier") for one in choices]
    check_keys(item, declared, known)
    texts = [_option(item, one) for one in choices]
    if _is_truth(known, texts) and len(declared.correct) == 1:
        return "true_false", {"answer": _TRUTH[declared.correct[0]], "explanation": _said_to_truth(item, texts)}
    _tell_fixed(item, node)
    _tell_other_key(item, declared)
    if declared.cardinality in {"multiple", "ordered"}:
        _tell_limit(item, node, declared)
        return _multiple(item, declared, known, texts)
    gains = gains_of(item, declared)
    if item.scoring == MAPPED and declared.mapping and not _is_all_or_nothing(gains):
        other = worth_of(declared, declared.default)
        return "single_choice", {
            "options": [one | {"fraction": gains.get(key, other)} for key, one in zip(known, texts, strict=True)]
        }
    return "single_choice", {
        "options": [one | {"correct": gains.get(key) == 1} for key, one in zip(known, texts, strict=True)]
    }


def _is_truth(known: list[str], texts: list[dict[str, Any]]) -> bool:
    return set(known) == set(_TRUTH) and all(
        one["text"].strip(" .").casefold() in _SAYS[key] for key, one in zip(known, texts, strict=True)
    )


def _said_to_truth(item: Item, texts: list[dict[str, Any]]) -> str:
    """What is said to either, which a truth has no place for but its explanation."""
    said = [one["feedback"] for one in texts if "feedback" in one]
    if said:
        item.warn(BOTH_SAID)
    return "\n\n".join(said)


def _tell_other_key(item: Item, declared: Declaration) -> None:
    """Say that the key names others than those which the mapping rewards most."""
    if item.scoring != MAPPED or not declared.mapping or not declared.correct:
        return
    best = max(declared.mapping.values()) if declared.cardinality == "single" else None
    rewarded = {key for key, value in declared.mapping.items() if (value > 0 if best is None else value == best)}
    wanted = set(declared.correct)
    if wanted - rewarded or (best is None and rewarded - wanted):
        said = say(
            "kunci dan pemetaan nilai di sana berbeda; dipakai pemetaannya: %(keys)s",
            keys=", ".join(sorted(rewarded))[:60],
        )
        item.warn(said)


def _tell_fixed(item: Item, node: Node) -> None:
    """Say that an option which keeps its place there does not here."""
    fixed = [one for one in node.children if one.get("fixed").lower() == "true"]
    if node.get("shuffle").lower() == "true" and fixed:
        said = item.words(fixed[0], *qti_body.FEEDBACK)[:40]
        item.warn(say("pilihan '%(text)s' tetap di tempatnya di sana; di sini semua pilihan diacak", text=said))


def _tell_limit(item: Item, node: Node, declared: Declaration) -> None:
    """Say what keeps candidates from ticking everything there and not here, and that no question here gives less than nothing."""
    if item.scoring != MAPPED or not declared.mapping:
        return
    most_ticks, count = whole(node.get("maxChoices")) or 0, len(node.all("simpleChoice"))
    known = [declared.mapping.get(one.get("identifier"), declared.default) for one in node.all("simpleChoice")]
    if min(known, default=0) >= 0 and 0 < most_ticks < count:
        item.warn(
            say(
                "di sana paling banyak %(most)s pilihan; di sini semua dapat dipilih, jadi kurangi nilai yang salah",
                most=most_ticks,
            )
        )
    if min(known, default=0) < 0 and (declared.lower is None or declared.lower < 0):
        item.warn(say("nilai soal ini dapat di bawah nol di sana; di sini paling sedikit 0"))


def _is_all_or_nothing(gains: Mapping[str, float]) -> bool:
    return sorted(gain for gain in gains.values() if gain) == [1]


def _multiple(item: Item, declared: Declaration, known: list[str], texts: list[dict[str, Any]]) -> Read:
    if item.scoring == MAPPED and declared.mapping:
        total = sum(value for value in declared.mapping.values() if value > 0)
        best = declared.upper if declared.upper and 0 < declared.upper < total else total
        if best <= 0:
            raise Unusable(say("tidak ada jawaban benar; beri mapping nilai lebih dari nol"))
        worth = {key: fraction(min(max(value / best, -1), 1)) for key, value in declared.mapping.items()}
        default = fraction(min(max(declared.default / best, -1), 1))
        rows = [one | {"fraction": worth.get(key, default)} for key, one in zip(known, texts, strict=True)]
        return "multiple_choice", {"options": rows, "scoring": "fractions"}
    rows = [one | {"correct": key in declared.correct} for key, one in zip(known, texts, strict=True)]
    return "multiple_choice", {"options": rows, "scoring": "all_or_nothing" if item.scoring == CORRECT else None}


def _option(item: Item, choice: Node) -> dict[str, Any]:
    """Text and feedback of a choice: within it, or in a modalFeedback that bears its name."""
    within = [item.words(one) for name in qti_body.FEEDBACK for one in choice.all(name)]
    modal = [
        item.words(one) for one in item.node.all("modalFeedback") if one.get("identifier") == choice.get("identifier")
    ]
    said = "\n\n".join(one for one in (*within, *modal) if one)
    return {"text": item.words(choice, *qti_body.FEEDBACK)} | ({"feedback": said} if said else {})

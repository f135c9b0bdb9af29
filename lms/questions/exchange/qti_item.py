"""One QTI item (2.1, 2.2 or 3.0) as a question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.questions.exchange import qti_body
from lms.questions.exchange.cloze_text import passage
from lms.questions.exchange.drafted import Reading, Unusable, check_parts, fraction, number
from lms.questions.exchange.gift import BLANK
from lms.questions.exchange.gift_answers import numbers
from lms.questions.exchange.moodle_xml import rubric_of
from lms.questions.exchange.qti_body import Body
from lms.questions.exchange.qti_response import (
    CORRECT,
    CUSTOM,
    MAPPED,
    Declaration,
    declarations,
    processing,
    tolerance,
)
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

Read = tuple[str, dict[str, Any]]
#: What a question can have many of.
_PARTS = {
    "simpleChoice", "inlineChoice", "simpleAssociableChoice", "gapText", "gapImg", "gap", "textEntryInteraction",
    "inlineChoiceInteraction", "value", "mapEntry",
}  # fmt: skip
_TRUTH = {"true": True, "false": False}


@dataclass
class Item:
    """An item being read. scoring: how its score comes about."""

    node: Node
    where: str
    found: Reading
    body: Body
    declared: dict[str, Declaration]
    scoring: str

    def words(self, node: Node, *without: str) -> str:
        """Markdown inside an element, without its children of some names."""
        kept = [one for one in node.content if isinstance(one, str) or one.name not in without]
        return qti_body.words(Node(node.name, node.line, {}, kept).html(), self.where, self.found)

    def declaration(self, node: Node) -> Declaration:
        """The declaration that an interaction answers to. Raises Unusable."""
        name = node.get("responseIdentifier")
        if name not in self.declared:
            raise Unusable(say("responseDeclaration '%(name)s' tidak ada", name=name[:60]))
        return self.declared[name]


def read(node: Node, where: str, found: Reading) -> None:
    """Add the question of one assessmentItem, or say why it cannot be one."""
    name = " ".join((node.get("title") or node.get("identifier")).split())
    with found.question(where):
        check_parts(len(node.children), where)
        check_parts(sum(one.name in _PARTS for one in node.walk()), where)
        body = qti_body.read(node, where, found)
        item = Item(node, where, found, body, declarations(node), processing(node))
        if body.foreign:
            raise Unusable(
                say(
                    "%(element)s tidak dapat dimuat: %(why)s",
                    element=body.foreign[0],
                    why=qti_body.FOREIGN[body.foreign[0]],
                )
            )
        stem, (kind, fields) = _question(item)
        if not stem:
            raise Unusable(say("soal ini tidak punya teks; isi prompt atau itemBody"))
        options = {one.get("identifier") for one in node.walk() if one.name == "simpleChoice"}
        said = [
            qti_body.words(one.html(), where, found)
            for one in node.all("modalFeedback")
            if one.get("identifier") not in options
        ]
        explanation = "\n\n".join(dict.fromkeys(one for one in said if one))
        found.take(kind, stem, where=where, name=name, **fields, explanation=explanation)
        if item.scoring == CUSTOM and kind not in {"essay", "file"}:
            found.warn(
                where, say("bobot tidak dapat dibaca: pemrosesan jawabannya buatan sendiri; dipakai kuncinya saja")
            )


def _question(item: Item) -> tuple[str, Read]:
    body = item.body
    gap_match = [one for one in body.blocks if one.name == "gapMatchInteraction"]
    count = len(body.blocks) + (1 if body.gaps and not gap_match else 0)
    if count == 0:
        raise Unusable(say("item ini tidak punya interaksi; bukan soal"))
    if count > 1:
        raise Unusable(say("item ini memuat %(count)s interaksi; pecah menjadi satu soal per item", count=count))
    if gap_match:
        return _passage(item, _gap_match(item, gap_match[0]))
    if body.blocks:
        return body.stem, _BLOCKS[body.blocks[0].name](item, body.blocks[0])
    if len(body.gaps) == 1 and body.gaps[0].name == "textEntryInteraction":
        return _single_entry(item)
    return _passage(item, {str(n): _gap(item, one) for n, one in enumerate(body.gaps, 1)})


def _passage(item: Item, gaps: dict[str, Any]) -> tuple[str, Read]:
    stem, fields = passage(item.body.stem, gaps)
    return stem, ("cloze", fields)


def _single_entry(item: Item) -> tuple[str, Read]:
    """One place to type in: a short text or a number, whose place in the text a line shows unless it is the end."""
    before, _, after = item.body.stem.partition("{{1}}")
    stem = f"{before}{BLANK}{after}".strip() if after.strip() else before.strip()
    rows = _typed(item, item.declaration(item.body.gaps[0]))
    if item.declaration(item.body.gaps[0]).base_type in {"integer", "float"}:
        near = tolerance(item.node, item.body.gaps[0].get("responseIdentifier"))
        values = [{"value": number(row["text"]), "tolerance": near, "fraction": row["fraction"]} for row in rows]
        return stem, ("numeric", numbers(values))
    strict = item.declaration(item.body.gaps[0]).is_case_sensitive or None
    return stem, (
        "short_text",
        {"answers": [row | {"text": row["text"].replace("*", "\\*")} for row in rows], "case_sensitive": strict},
    )


def _typed(item: Item, declared: Declaration) -> list[dict[str, Any]]:
    """What may be typed, with what it gives."""
    gains = _gains(item, declared)
    rows = [{"text": key, "fraction": gain} for key, gain in gains.items() if gain > 0]
    if not rows:
        raise Unusable(say("tidak ada jawaban benar; isi correctResponse atau mapping"))
    return rows


def _gains(item: Item, declared: Declaration) -> dict[str, float | int]:
    """Key → fraction of the whole: by the mapping, its best value as 1; or 1 for what is correct."""
    if item.scoring == MAPPED and declared.mapping:
        best = max([*declared.mapping.values(), declared.default])
        if best <= 0:
            raise Unusable(say("tidak ada jawaban benar; beri mapping nilai lebih dari nol"))
        return {key: fraction(max(value / best, -1)) for key, value in declared.mapping.items()}
    return dict.fromkeys(declared.correct, 1)


def _choice(item: Item, node: Node) -> Read:
    declared = item.declaration(node)
    choices = [one for one in node.children if one.name == "simpleChoice"]
    known = [one.get("identifier") for one in choices]
    _check_keys(item, declared, known)
    if set(known) == set(_TRUTH) and len(declared.correct) == 1:
        return "true_false", {"answer": _TRUTH[declared.correct[0]]}
    texts = [_option(item, one) for one in choices]
    if declared.cardinality in {"multiple", "ordered"}:
        return _multiple(item, declared, known, texts)
    gains = _gains(item, declared)
    if item.scoring == MAPPED and declared.mapping and not _is_all_or_nothing(gains):
        return "single_choice", {
            "options": [one | {"fraction": gains.get(key, 0)} for key, one in zip(known, texts, strict=True)]
        }
    return "single_choice", {
        "options": [one | {"correct": gains.get(key) == 1} for key, one in zip(known, texts, strict=True)]
    }


def _is_all_or_nothing(gains: Mapping[str, float]) -> bool:
    return sorted(gain for gain in gains.values() if gain) == [1]


def _multiple(item: Item, declared: Declaration, known: list[str], texts: list[dict[str, Any]]) -> Read:
    if item.scoring == MAPPED and declared.mapping:
        total = sum(value for value in declared.mapping.values() if value > 0)
        whole = declared.upper if declared.upper and 0 < declared.upper < total else total
        if whole <= 0:
            raise Unusable(say("tidak ada jawaban benar; beri mapping nilai lebih dari nol"))
        worth = {key: fraction(min(max(value / whole, -1), 1)) for key, value in declared.mapping.items()}
        default = fraction(min(max(declared.default / whole, -1), 1))
        rows = [one | {"fraction": worth.get(key, default)} for key, one in zip(known, texts, strict=True)]
        return "multiple_choice", {"options": rows, "scoring": "fractions"}
    rows = [one | {"correct": key in declared.correct} for key, one in zip(known, texts, strict=True)]
    return "multiple_choice", {"options": rows, "scoring": "all_or_nothing" if item.scoring == CORRECT else None}


def _check_keys(item: Item, declared: Declaration, known: list[str]) -> None:
    keys = [*declared.correct, *(declared.mapping if item.scoring == MAPPED else ())]
    strange = next((key for key in keys if key not in known), None)
    if strange is not None:
        raise Unusable(
            say(
                "kunci '%(strange)s' tidak ada; pilihan hanya %(known)s",
                strange=strange[:60],
                known=", ".join(known)[:120],
            )
        )
    if not declared.correct and not (item.scoring == MAPPED and declared.mapping):
        raise Unusable(say("tidak ada jawaban benar; isi correctResponse, misalnya <value>A</value>"))


def _option(item: Item, choice: Node) -> dict[str, Any]:
    """Text and feedback of a choice: within it, or in a modalFeedback that bears its name."""
    inline = [item.words(one) for one in choice.all("feedbackInline")]
    modal = [
        item.words(one) for one in item.node.all("modalFeedback") if one.get("identifier") == choice.get("identifier")
    ]
    said = "\n\n".join(one for one in (*inline, *modal) if one)
    return {"text": item.words(choice, "feedbackInline")} | ({"feedback": said} if said else {})


def _order(item: Item, node: Node) -> Read:
    declared = item.declaration(node)
    texts = {one.get("identifier"): item.words(one) for one in node.all("simpleChoice")}
    if sorted(declared.correct) != sorted(texts):
        raise Unusable(say("urutan benar harus memuat setiap butir tepat satu kali di correctResponse"))
    return "ordering", {
        "items": [texts[key] for key in declared.correct],
        "scoring": "all_or_nothing" if item.scoring == CORRECT else None,
    }


def _pairs(item: Item, declared: Declaration) -> list[tuple[str, str]]:
    """The right pairs: those of the key, or those that the mapping rewards."""
    keys = declared.correct or [key for key, value in declared.mapping.items() if value > 0]
    pairs = [tuple(key.split()) for key in keys]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise Unusable(say("pasangan benar tidak ada; isi correctResponse, misalnya <value>A X</value>"))
    return [(pair[0], pair[1]) for pair in pairs]


def _match(item: Item, node: Node) -> Read:
    sets = node.all("simpleMatchSet")
    if len(sets) != 2:
        raise Unusable(say("matchInteraction harus memuat dua simpleMatchSet"))
    left, right = ({one.get("identifier"): item.words(one) for one in each.children} for each in sets)
    return _matching(_pairs(item, item.declaration(node)), left, right)


def _associate(item: Item, node: Node) -> Read:
    texts = {one.get("identifier"): item.words(one) for one in node.all("simpleAssociableChoice")}
    pairs = _pairs(item, item.declaration(node))
    firsts = {first for first, _second in pairs}
    return _matching(pairs, texts, {key: text for key, text in texts.items() if key not in firsts})


def _matching(pairs: list[tuple[str, str]], left: dict[str, str], right: dict[str, str]) -> Read:
    strange = next((f"{a} {b}" for a, b in pairs if a not in left or b not in right), None)
    if strange is not None:
        raise Unusable(say("pasangan '%(strange)s' menunjuk butir yang tidak ada", strange=strange[:60]))
    if len({first for first, _second in pairs}) < len(pairs):
        raise Unusable(
            say("satu butir kiri berpasangan lebih dari sekali; di sini setiap butir kiri punya satu pasangan")
        )
    used = {right[second] for _first, second in pairs}
    others = [text for text in right.values() if text not in used]
    return "matching", {
        "pairs": [{"left": left[a], "right": right[b]} for a, b in pairs],
        "distractors": others or None,
    }


def _gap_match(item: Item, node: Node) -> dict[str, Any]:
    """Words are put into gaps: each gap is a choice among all words."""
    texts = {one.get("identifier"): _line(one) for one in node.children if one.name in {"gapText", "gapImg"}}
    right: dict[str, str] = {}
    for word, gap in _pairs(item, item.declaration(node)):
        if word not in texts:
            word, gap = gap, word  # noqa: PLW2901 - some write the gap first
        if word not in texts:
            raise Unusable(
                say("pasangan '%(gap)s %(word)s' menunjuk kata yang tidak ada", gap=gap[:30], word=word[:30])
            )
        right[gap] = texts[word]
    gaps: dict[str, Any] = {}
    for n, gap_node in enumerate(item.body.gaps, 1):
        name = gap_node.get("identifier")
        if name not in right:
            raise Unusable(say("rumpang '%(name)s' tidak punya jawaban benar di correctResponse", name=name[:60]))
        gaps[str(n)] = _choices(right[name], list(texts.values()))
    return gaps


def _choices(best: str, texts: list[str]) -> dict[str, Any]:
    others = [text for text in dict.fromkeys(texts) if text != best]
    return {"kind": "choice", "answers": [{"text": best, "fraction": 1}], "options": others}


def _gap(item: Item, node: Node) -> dict[str, Any]:
    declared = item.declaration(node)
    if node.name == "textEntryInteraction":
        rows = _typed(item, declared)
        if declared.base_type in {"integer", "float"}:
            return {"kind": "number", "answers": [row | {"text": number(row["text"])} for row in rows]}
        made = {"kind": "text", "answers": [row | {"text": row["text"].replace("*", "\\*")} for row in rows]}
        return made | ({"case_sensitive": True} if declared.is_case_sensitive else {})
    texts = {one.get("identifier"): _line(one) for one in node.all("inlineChoice")}
    _check_keys(item, declared, list(texts))
    gains = {texts[key]: gain for key, gain in _gains(item, declared).items() if gain > 0}
    answers = [{"text": text, "fraction": gain} for text, gain in gains.items()]
    return {"kind": "choice", "answers": answers, "options": [text for text in texts.values() if text not in gains]}


def _line(node: Node) -> str:
    """The words of a choice that stands in a line: a gap holds no formatting."""
    return " ".join(node.text.split())


def _essay(item: Item, node: Node) -> Read:
    del node
    return "essay", {"rubric": rubric_of(item.body.rubric)}


def _file(item: Item, node: Node) -> Read:
    kinds = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"} | {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    }
    named = node.get("type").split()
    return "file", {
        "types": [kinds[one] for one in named if one in kinds] or None,
        "rubric": rubric_of(item.body.rubric),
    }


_BLOCKS: dict[str, Callable[[Item, Node], Read]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "extendedTextInteraction": _essay,
    "uploadInteraction": _file,
}

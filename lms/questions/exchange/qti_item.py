"""One QTI item (2.1, 2.2 or 3.0) as a question."""

from collections.abc import Callable
from typing import Any

from lms.questions.exchange import qti_body, qti_choices, qti_pairs
from lms.questions.exchange.cloze_text import passage
from lms.questions.exchange.drafted import Reading, Unusable, check_parts, number
from lms.questions.exchange.gift import BLANK
from lms.questions.exchange.gift_answers import BOTH_SAID, numbers
from lms.questions.exchange.qti_asked import Item, Read, amounts, check_keys, gains_of, line, most, typed
from lms.questions.exchange.qti_response import (
    CORRECT,
    CUSTOM,
    MAPPED,
    declarations,
    processing,
    tolerance,
)
from lms.questions.exchange.xml_tree import Node
from lms.questions.kinds import file, rubrics
from lms.questions.said import say

#: What a question can have many of.
_PARTS = {
    "simpleChoice", "inlineChoice", "simpleAssociableChoice", "gapText", "gapImg", "gap", "textEntryInteraction",
    "inlineChoiceInteraction", "value", "mapEntry",
}  # fmt: skip


def read(node: Node, where: str, found: Reading, *, reading: str = "") -> None:
    """Add the question of one assessmentItem, or say why it cannot be one. reading: Markdown that comes before what is asked."""
    title, identifier = (" ".join(node.get(attribute).split()) for attribute in ("title", "identifier"))
    # An item has to have a title: who gave it none repeats the identifier.
    name = "" if title == identifier else title or identifier
    asked = next((one for one in node.walk() if one.name.endswith("Interaction")), node)
    with found.question(say("%(item)s, %(place)s", item=where, place=asked.place), " ".join(_words_of(node).split())):
        check_parts(len(node.children), where)
        check_parts(sum(one.name in _PARTS for one in node.walk()), where)
        if node.child("templateProcessing") or _is_printed(node.child("itemBody")):
            raise Unusable(
                say("isi soal ini dihitung saat ditampilkan (templateProcessing); tulis nilainya sebagai teks")
            )
        body = qti_body.read(node, where, found)
        body.stem = "\n\n".join(part for part in (reading, body.stem) if part)
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
        told = (*said, body.feedback, fields.pop("explanation", ""))
        explanation = "\n\n".join(dict.fromkeys(one for one in told if one))
        if sum(map(bool, said)) + body.feedbacks > 1:
            found.warn(where, BOTH_SAID)
        if body.rubric and kind not in {"essay", "file"}:
            found.warn(where, say("pedoman untuk pemeriksa tidak ikut dimuat"))
        found.take(kind, stem, where=where, name=name, **fields, explanation=explanation, points=_points(node))
        if item.scoring == CUSTOM and kind not in {"essay", "file"}:
            found.warn(
                where, say("bobot tidak dapat dibaca: pemrosesan jawabannya buatan sendiri; dipakai kuncinya saja")
            )


def _is_printed(node: Node | None) -> bool:
    """Whether what is asked shows a value that is not written there."""
    waiting = [node] if node else []
    while waiting:
        one = waiting.pop()
        if one.name == "printedVariable":
            return True
        waiting += [child for child in one.children if child.name not in qti_body.FEEDBACK]
    return False


def _points(node: Node) -> float | int | None:
    """What the whole of it is worth, where its author says so."""
    declared = next(
        (one for one in node.all("outcomeDeclaration") if one.get("identifier").upper() == "MAXSCORE"), None
    )
    given = declared.words("defaultValue/value") if declared else ""
    if not given:
        return None
    value = float(number(given))
    if value <= 0:  # what some write where nobody has said it
        return None
    return int(value) if value.is_integer() else value


def _words_of(node: Node) -> str:
    """By what its author knows a question again."""
    body = node.child("itemBody")
    return body.text[:2_000] if body else ""


def _question(item: Item) -> tuple[str, Read]:
    body = item.body
    gap_match = [one for one in body.blocks if one.name == "gapMatchInteraction"]
    count = len(body.blocks) + (1 if body.gaps and not gap_match else 0)
    if count == 0:
        raise Unusable(say("item ini tidak punya interaksi; bukan soal"))
    if count > 1:
        raise Unusable(say("item ini memuat %(count)s interaksi; pecah menjadi satu soal per item", count=count))
    if gap_match:
        return _passage(item, qti_pairs.gap_match(item, gap_match[0]))
    if body.blocks:
        return body.stem, _BLOCKS[body.blocks[0].name](item, body.blocks[0])
    if len(body.gaps) == 1 and body.gaps[0].name == "textEntryInteraction":
        return _single_entry(item)
    return _passage(item, _gaps(item))


def _gaps(item: Item) -> dict[str, Any]:
    made = {str(n): _gap(item, one) for n, one in enumerate(item.body.gaps, 1)}
    if item.scoring == MAPPED:
        qti_pairs.weigh(made, [most(item, item.declaration(one)) for one in item.body.gaps])
    item.warn_of_parts(len(made))
    return made


def _passage(item: Item, gaps: dict[str, Any]) -> tuple[str, Read]:
    stem, fields = passage(item.body.stem, gaps)
    return stem, ("cloze", fields)


def _single_entry(item: Item) -> tuple[str, Read]:
    """One place to type in: a short text or a number, whose place in the text a line shows unless it is the end."""
    before, _, after = item.body.stem.partition("{{1}}")
    stem = f"{before}{BLANK}{after}".strip() if after.strip() else before.strip()
    declared = item.declaration(item.body.gaps[0])
    if declared.base_type in {"integer", "float"}:
        rows = amounts(item, declared) or _near(item, item.body.gaps[0])
        return stem, ("numeric", numbers([{"value": row.pop("text")} | row for row in rows]))
    rows = typed(item, declared)
    strict = item.is_case_sensitive(declared) or None
    return stem, (
        "short_text",
        {"answers": [row | {"text": row["text"].replace("*", "\\*")} for row in rows], "case_sensitive": strict},
    )


def _near(item: Item, gap: Node) -> list[dict[str, Any]]:
    """The right numbers of a place to type in, each with the tolerance of the rule there; says where the two sides of it differ."""
    rule = tolerance(item.near_rules.get(gap.get("responseIdentifier")))
    if rule.below != rule.above:
        item.warn(say("toleransi ke bawah dan ke atas berbeda; dipakai yang lebih kecil"))
    rows = typed(item, item.declaration(gap))
    return [
        {"text": number(row["text"]), "tolerance": rule.around(row["text"]), "fraction": row["fraction"]}
        for row in rows
    ]


def _order(item: Item, node: Node) -> Read:
    declared = item.declaration(node)
    texts = {one.get("identifier"): item.words(one) for one in node.all("simpleChoice")}
    if sorted(declared.correct) != sorted(texts):
        raise Unusable(say("urutan benar harus memuat setiap butir tepat satu kali di correctResponse"))
    return "ordering", {
        "items": [texts[key] for key in declared.correct],
        "scoring": "all_or_nothing" if item.scoring == CORRECT else None,
    }


def _gap(item: Item, node: Node) -> dict[str, Any]:
    declared = item.declaration(node)
    if node.name == "textEntryInteraction":
        if declared.base_type in {"integer", "float"}:
            return {"kind": "number"} | _number_gap(amounts(item, declared) or _near(item, node))
        rows = typed(item, declared)
        made = {"kind": "text", "answers": [row | {"text": row["text"].replace("*", "\\*")} for row in rows]}
        return made | ({"case_sensitive": True} if item.is_case_sensitive(declared) else {})
    texts = {one.get("identifier"): line(one) for one in node.all("inlineChoice")}
    check_keys(item, declared, list(texts))
    gains = {texts[key]: gain for key, gain in gains_of(item, declared).items() if gain > 0}
    answers = [{"text": text, "fraction": gain} for text, gain in gains.items()]
    return {"kind": "choice", "answers": answers, "options": [text for text in texts.values() if text not in gains]}


def _number_gap(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Answers of a number gap: one tolerance for all of them is the gap's."""
    near = {row["tolerance"] for row in rows}
    if len(near) > 1:
        return {"answers": rows}
    return {"answers": [{key: row[key] for key in ("text", "fraction")} for row in rows], "tolerance": near.pop()}


def _essay(item: Item, node: Node) -> Read:
    del node
    return "essay", {"rubric": rubrics.of_words(item.body.rubric)}


def _file(item: Item, node: Node) -> Read:
    kinds = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"} | {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    }
    named = node.get("type").replace(",", " ").split()
    if lost := [one for one in named if one not in kinds]:
        item.warn(
            say(
                "jenis berkas %(lost)s tidak diterima di sini; yang ada %(file)s",
                lost=", ".join(lost)[:100],
                file=", ".join(file.TYPES),
            )
        )
    return "file", {
        "types": [kinds[one] for one in named if one in kinds] or None,
        "rubric": rubrics.of_words(item.body.rubric),
    }


_BLOCKS: dict[str, Callable[[Item, Node], Read]] = {
    "choiceInteraction": qti_choices.choice,
    "orderInteraction": _order,
    "matchInteraction": qti_pairs.match,
    "associateInteraction": qti_pairs.associate,
    "extendedTextInteraction": _essay,
    "uploadInteraction": _file,
}

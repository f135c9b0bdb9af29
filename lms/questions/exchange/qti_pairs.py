"""Pairs of a QTI item: matching, associating, and words that are put into gaps."""

from typing import Any

from lms.questions.exchange.drafted import Unusable, fraction
from lms.questions.exchange.qti_asked import Item, Read, line
from lms.questions.exchange.qti_response import MAPPED, Declaration
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

_OTHERWISE = say(
    "bobot pasangannya tidak dapat dipertahankan; di sini setiap pasangan sama berat dan yang salah bernilai 0"
)


def _pairs(item: Item, declared: Declaration) -> list[tuple[str, str]]:
    """The right pairs: those of the key, or those that the mapping rewards."""
    keys = declared.correct or [key for key, value in declared.mapping.items() if value > 0]
    pairs = [tuple(key.split()) for key in keys]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise Unusable(say("pasangan benar tidak ada; isi correctResponse, misalnya <value>A X</value>"))
    return [(pair[0], pair[1]) for pair in pairs]


def match(item: Item, node: Node) -> Read:
    """Each text of the first set with its own of the second."""
    sets = node.all("simpleMatchSet")
    if len(sets) != 2:
        raise Unusable(say("matchInteraction harus memuat dua simpleMatchSet"))
    left, right = ({one.get("identifier"): item.words(one) for one in each.children} for each in sets)
    return _matching(item, item.declaration(node), left, right)


def associate(item: Item, node: Node) -> Read:
    """Pairs within one set: what is named first is the left."""
    texts = {one.get("identifier"): item.words(one) for one in node.all("simpleAssociableChoice")}
    firsts = {first for first, _second in _pairs(item, item.declaration(node))}
    return _matching(
        item,
        item.declaration(node),
        texts,
        {key: text for key, text in texts.items() if key not in firsts},
        is_one_set=True,
    )


def _matching(
    item: Item, declared: Declaration, left: dict[str, str], right: dict[str, str], *, is_one_set: bool = False
) -> Read:
    pairs = _pairs(item, declared)
    strange = next((f"{a} {b}" for a, b in pairs if a not in left or b not in right), None)
    if strange is not None:
        raise Unusable(say("pasangan '%(strange)s' menunjuk butir yang tidak ada", strange=strange[:60]))
    if len({first for first, _second in pairs}) < len(pairs):
        raise Unusable(
            say("satu butir kiri berpasangan lebih dari sekali; di sini setiap butir kiri punya satu pasangan")
        )
    item.warn_of_parts(len(pairs))
    if item.scoring == MAPPED and (len(set(_weights(declared, pairs))) > 1 or _takes_off(declared)):
        item.warn(_OTHERWISE)
    if forgotten := [text for key, text in left.items() if not is_one_set and key not in dict(pairs)]:
        item.warn(say("butir kiri '%(text)s' tanpa pasangan benar, jadi tidak ikut dimuat", text=forgotten[0][:40]))
    used = {right[second] for _first, second in pairs}
    others = [text for text in right.values() if text not in used]
    return "matching", {
        "pairs": [{"left": left[a], "right": right[b]} for a, b in pairs],
        "distractors": others or None,
    }


def gap_match(item: Item, node: Node) -> dict[str, Any]:
    """Words are put into gaps: each gap is a choice among all words."""
    texts = {one.get("identifier"): line(one) for one in node.children if one.name in {"gapText", "gapImg"}}
    if not all(texts.values()):
        raise Unusable(say("ada pilihan rumpang tanpa kata, misalnya gambar; tulis sebagai kata"))
    declared = item.declaration(node)
    pairs = _pairs(item, declared)
    if item.scoring == MAPPED:
        rewarded = (key.split() for key, value in declared.mapping.items() if value > 0)
        pairs = list(dict.fromkeys([*pairs, *((pair[0], pair[-1]) for pair in rewarded)]))
    right: dict[str, dict[str, float]] = {}
    for (word, gap), weight in zip(pairs, _weights(declared, pairs), strict=True):
        if word not in texts:
            word, gap = gap, word  # noqa: PLW2901 - some write the gap first
        if word not in texts:
            raise Unusable(
                say("pasangan '%(gap)s %(word)s' menunjuk kata yang tidak ada", gap=gap[:30], word=word[:30])
            )
        right.setdefault(gap, {})[texts[word]] = weight if item.scoring == MAPPED else 1
    gaps: dict[str, Any] = {}
    for n, gap_node in enumerate(item.body.gaps, 1):
        name = gap_node.get("identifier")
        if name not in right:
            raise Unusable(say("rumpang '%(name)s' tidak punya jawaban benar di correctResponse", name=name[:60]))
        gaps[str(n)] = _choices(right[name], list(texts.values()))
    if item.scoring == MAPPED:
        weigh(gaps, [max(right[one.get("identifier")].values()) for one in item.body.gaps])
        if _takes_off(declared):
            item.warn(say("kata yang salah tidak mengurangi nilai di sini"))
    item.warn_of_parts(len(gaps))
    return gaps


def _choices(right: dict[str, float], texts: list[str]) -> dict[str, Any]:
    """A gap that is a choice. right: word → what it gives, the best of them all of the mark."""
    best = max(right.values())
    gains = {text: fraction(worth / best) if best > 0 else 1 for text, worth in right.items()}
    answers = [{"text": text, "fraction": gain} for text, gain in gains.items() if gain > 0]
    others = [text for text in dict.fromkeys(texts) if gains.get(text, 0) <= 0]
    return {"kind": "choice", "answers": answers, "options": others}


def weigh(gaps: dict[str, Any], weights: list[float]) -> None:
    """Give each gap its weight where they differ."""
    if len(set(weights)) > 1:
        for gap, weight in zip(gaps.values(), weights, strict=True):
            gap["weight"] = weight


def _weights(declared: Declaration, pairs: list[tuple[str, str]]) -> list[float]:
    return [declared.mapping.get(f"{one} {other}", declared.default) for one, other in pairs]


def _takes_off(declared: Declaration) -> bool:
    """Whether a wrong pair makes the mark smaller."""
    return min([declared.default, *declared.mapping.values()]) < 0

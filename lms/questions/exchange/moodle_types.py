"""What each type of question of Moodle XML becomes: the kind, what is asked, and the fields that the kind reads."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from lms.questions.exchange import moodle_cloze, wording
from lms.questions.exchange.cloze_text import passage
from lms.questions.exchange.drafted import Unusable, grouped, number, share, whole
from lms.questions.exchange.gift_answers import BOTH_SAID, WRONG_SAID, numbers
from lms.questions.exchange.moodle_text import Asked
from lms.questions.exchange.xml_tree import Node
from lms.questions.kinds import file, rubrics
from lms.questions.said import say

#: The format of what is typed or chosen from a list, which a file need not name: words, where a < is a letter.
_WORDS = "moodle_auto_format"
Read = tuple[str, str, dict[str, Any]]
#: How Moodle marks an order → our rule; any other is by places, which only _BY_PLACE means.
_GRADING = {
    "ALL_OR_NOTHING": "all_or_nothing",
    "-1": "all_or_nothing",
    "RELATIVE_NEXT_EXCLUDE_LAST": "pairs",
    "1": "pairs",
}
_BY_PLACE = {"", "0", "ABSOLUTE_POSITION"}


def _stem(asked: Asked) -> str:
    return asked.text(asked.node.child("questiontext"))


def _options(asked: Asked, worth: Callable[[Node], Mapping[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for answer in asked.node.all("answer"):
        feedback = asked.text(answer.child("feedback"))
        made.append({"text": asked.text(answer), **worth(answer)} | ({"feedback": feedback} if feedback else {}))
    return made


def _fraction(answer: Node) -> float | int:
    with _at(answer):
        return share(answer.get("fraction") or "0")


@contextmanager
def _at(node: Node) -> Iterator[None]:
    """What cannot be used stands here rather than where the question begins."""
    try:
        yield
    except Unusable as error:
        raise Unusable(error.message, error.where or node.place) from None


def _multichoice(asked: Asked) -> Read:
    options = _options(asked, lambda answer: {"fraction": _fraction(answer)})
    if not any(one["fraction"] > 0 for one in options):
        raise Unusable(say('tidak ada jawaban benar; beri satu jawaban fraction="100"'))
    if asked.words("single").lower() in {"false", "0"}:
        return "multiple_choice", _stem(asked), {"options": options, "scoring": "fractions"}
    if sorted({one["fraction"] for one in options}) in ([0, 1], [1]) and sum(one["fraction"] for one in options) == 1:
        options = [{"text": one["text"], "correct": one["fraction"] == 1} | _feedback(one) for one in options]
    return "single_choice", _stem(asked), {"options": options}


def _feedback(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"feedback": one["feedback"]} if "feedback" in one else {}


def _multichoiceset(asked: Asked) -> Read:
    options = _options(asked, lambda answer: {"correct": _fraction(answer) > 0})
    return "multiple_choice", _stem(asked), {"options": options, "scoring": "all_or_nothing"}


def _oumultiresponse(asked: Asked) -> Read:
    options = _options(asked, lambda answer: {"correct": answer.words("correctanswer") == "1" or _fraction(answer) > 0})
    asked.found.warn(
        asked.where,
        say("di sana pilihan salah hanya mengurangi nilai bila terlalu banyak yang dipilih; di sini selalu mengurangi"),
    )
    return "multiple_choice", _stem(asked), {"options": options, "scoring": "net"}


def _truefalse(asked: Asked) -> Read:
    right = {answer.words("text").lower(): _fraction(answer) > 0 for answer in asked.node.all("answer")}
    said = [asked.text(answer.child("feedback")) for answer in asked.node.all("answer")]
    if right.get("true", False) == right.get("false", False):
        raise Unusable(say('tidak jelas mana yang benar; beri true atau false fraction="100" dan yang lain "0"'))
    if len(set(filter(None, said))) > 1:
        asked.found.warn(asked.where, BOTH_SAID)
    return "true_false", _stem(asked), {"answer": right.get("true", False), "explanation": _joined(said)}


def _joined(said: list[str]) -> str:
    return "\n\n".join(one for one in said if one)


def _shortanswer(asked: Asked) -> Read:
    rows = []
    for answer in asked.node.all("answer"):
        text, feedback = wording.plain(asked.text(answer, otherwise=_WORDS)), asked.text(answer.child("feedback"))
        row = {"text": " ".join(text.split()), "fraction": _fraction(answer)}
        rows.append(row | ({"feedback": feedback} if feedback else {}))
    if not any(row["fraction"] == 1 for row in rows):
        raise Unusable(say('tidak ada jawaban yang bernilai penuh; beri satu jawaban fraction="100"'))
    return "short_text", _stem(asked), {"answers": rows, "case_sensitive": asked.words("usecase") == "1" or None}


def _numerical(asked: Asked) -> Read:
    rows, said = [], []
    for answer in asked.node.all("answer"):
        feedback = asked.text(answer.child("feedback"))
        if _fraction(answer) < 0 or answer.words("text") == "*":
            said.append(feedback)
            continue
        with _at(answer):
            tolerance = number(answer.words("tolerance") or answer.get("tolerance") or "0")
            row = {"value": number(answer.words("text")), "tolerance": tolerance, "fraction": _fraction(answer)}
        if told := grouped(answer.words("text")):
            asked.found.warn(answer.place, told)
        rows.append(row | ({"feedback": feedback} if feedback else {}))
    if not any(row["fraction"] == 1 for row in rows):
        raise Unusable(say('tidak ada angka yang bernilai penuh; beri satu jawaban fraction="100"'))
    if any(said):
        asked.found.warn(asked.where, WRONG_SAID)
    return "numeric", _stem(asked), {**numbers(rows), **_units(asked), "explanation": _joined(said)}


def _units(asked: Asked) -> dict[str, Any]:
    """An answer in a unit ÷ its multiplier is the answer in the unit whose multiplier is 1; factors here are what is multiplied."""
    given = {
        unit.words("unit_name"): Decimal(number(unit.words("multiplier") or "1"))
        for group in asked.node.all("units")
        for unit in group.all("unit")
        if unit.words("unit_name")
    }
    if any(multiplier <= 0 for multiplier in given.values()):
        raise Unusable(say("pengali satuan harus lebih dari nol"))
    main = next((name for name, multiplier in given.items() if multiplier == 1), "")
    others = [
        {"unit": name, "factor": number(f"{1 / multiplier:.10f}")} for name, multiplier in given.items() if name != main
    ]
    if given and asked.words("unitgradingtype") in {"1", "2"}:
        asked.found.warn(
            asked.where,
            say("di sana satuan yang salah atau tidak ditulis mengurangi nilai; di sini satuan boleh tidak ditulis"),
        )
    return {"unit": main, "units": others or None}


def _matching(asked: Asked) -> Read:
    pairs, others = [], []
    for row in asked.node.all("subquestion"):
        left, right = asked.text(row), asked.text(row.child("answer"), otherwise=_WORDS)
        if left and right:
            pairs.append({"left": left, "right": right})
        elif right:
            others.append(right)
        elif left:
            asked.found.warn(
                asked.where, say("butir kiri '%(text)s' tanpa pasangan benar, jadi tidak ikut dimuat", text=left[:40])
            )
    return "matching", _stem(asked), {"pairs": pairs, "distractors": others or None}


def _ordering(asked: Asked) -> Read:
    """The answers stand in their right order; where fractions are whole numbers from 1, those say it."""
    rows = [(answer.get("fraction"), asked.text(answer)) for answer in asked.node.all("answer")]
    places = [whole(re.sub(r"\.0+$", "", place)) or 0 for place, _text in rows]
    if sorted(places) == list(range(1, len(rows) + 1)):
        rows = [row for _place, row in sorted(zip(places, rows, strict=True))]
    grading = asked.words("gradingtype")
    if grading not in _GRADING and grading not in _BY_PLACE:
        said = say("cara menilai %(kind)s tidak ada di sini; yang dinilai letak setiap butir", kind=grading[:40])
        asked.found.warn(asked.where, said)
    if asked.words("selecttype") not in {"", "0", "ALL"} and (whole(asked.words("selectcount")) or 0) < len(rows):
        asked.found.warn(asked.where, say("di sana hanya sebagian butir ditampilkan; di sini semuanya"))
    scoring = _GRADING.get(grading)
    return "ordering", _stem(asked), {"items": [text for _place, text in rows], "scoring": scoring}


def _essay(asked: Asked) -> Read:
    rubric = rubrics.of_words(asked.text(asked.node.child("graderinfo")))
    if asked.words("responseformat") == "noinline":
        most = whole(asked.words("maxbytes"))
        max_mb = min(max(-(-most // 2**20), 1), file.MOST_MB) if most else None
        return "file", _stem(asked), {"types": _types(asked), "max_mb": max_mb, "rubric": rubric}
    words = {field: whole(asked.words(field)) or None for field in ("minwordlimit", "maxwordlimit")}
    if {asked.words("attachments"), asked.words("attachmentsrequired")} - {"", "0"}:
        asked.found.warn(asked.where, say("lampiran tidak dikenal pada esai; buat soal berkas bila perlu"))
    return (
        "essay",
        _stem(asked),
        {"words_min": words["minwordlimit"], "words_max": words["maxwordlimit"], "rubric": rubric},
    )


def _types(asked: Asked) -> list[str] | None:
    """The kinds of file that are taken; None for all."""
    named = [
        part.strip(" .").lower() for part in re.split(r"[,;\s]+", asked.words("filetypeslist")) if part.strip(" .")
    ]
    known = list(dict.fromkeys({"jpeg": "jpg"}.get(one, one) for one in named))
    kept = [one for one in known if one in file.TYPES]
    if len(kept) < len(known):
        lost = ", ".join(one for one in known if one not in file.TYPES)
        asked.found.warn(
            asked.where,
            say(
                "jenis berkas %(lost)s tidak diterima di sini; yang ada %(file)s", lost=lost, file=", ".join(file.TYPES)
            ),
        )
    return kept or None


def _cloze(asked: Asked) -> Read:
    at = asked.node.child("questiontext")
    source = at.words("text") if at else ""
    marked, gaps, warnings = moodle_cloze.read(source)
    for warning in warnings:
        asked.found.warn(asked.where, warning)
    made = asked.made(marked, at) if at else marked
    return ("cloze", *passage(made, gaps))


def _gap_choice(asked: Asked, box: str) -> Read:
    """[[2]] in the text is a gap whose right word is the second box; the boxes of its group are its options."""
    boxes = [(row.words("text"), row.words("group") or "1") for row in asked.node.all(box)]
    made, gaps = moodle_cloze.numbered(_stem(asked), boxes)
    return ("cloze", *passage(made, gaps))


#: Type in the file → how it is read.
TYPES: dict[str, Callable[[Asked], Read]] = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoiceset,
    "oumultiresponse": _oumultiresponse,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ddmatch": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": lambda asked: _gap_choice(asked, "selectoption"),
    "ddwtos": lambda asked: _gap_choice(asked, "dragbox"),
}

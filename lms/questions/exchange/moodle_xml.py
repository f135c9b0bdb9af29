"""Moodle XML. Written after its public description at docs.moodle.org ("Moodle XML format").

Penalties, numbering and shuffling belong to a quiz and are passed over; pictures and recordings come in, other
media are named in a warning.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.questions.exchange import attachments, html_media, moodle_cloze, wording, xml_tree
from lms.questions.exchange.cloze_text import passage
from lms.questions.exchange.drafted import Reading, TooMany, Unusable, check_parts, number, share, whole
from lms.questions.exchange.gift_answers import numbers
from lms.questions.exchange.marked_tags import folder_of, tags_of
from lms.questions.exchange.xml_tree import Node
from lms.questions.kinds import file, rubrics
from lms.questions.said import say

Read = tuple[str, str, dict[str, Any]]
_NEVER = {
    "random": say("soal acak hanya menunjuk soal lain"),
    "randomsamatch": say("soal acak hanya menunjuk soal lain"),
    "calculated": say("nilainya dihitung dengan rumus dan kumpulan data; ubah menjadi soal angka"),
    "calculatedsimple": say("nilainya dihitung dengan rumus dan kumpulan data; ubah menjadi soal angka"),
    "calculatedmulti": say("nilainya dihitung dengan rumus dan kumpulan data; ubah menjadi pilihan ganda"),
    "ddimageortext": say("jawabannya diseret ke atas gambar; ubah menjadi menjodohkan"),
    "ddmarker": say("jawabannya ditandai pada gambar; ubah menjadi pilihan ganda"),
}

#: A picture in Markdown, among the question's own files.
_FILE = re.compile(r"!\[([^\]]*)\]\((@@PLUGINFILE@@/[^)\s]+)\)")
#: How Moodle marks an order → our rule; any other is by places.
_GRADING = {
    "ALL_OR_NOTHING": "all_or_nothing",
    "-1": "all_or_nothing",
    "RELATIVE_NEXT_EXCLUDE_LAST": "pairs",
    "1": "pairs",
}


@dataclass
class Asked:
    """One <question> being read, and where what is said about it goes."""

    node: Node
    where: str
    found: Reading

    def text(self, at: Node | None) -> str:
        """Markdown of an element with a <text> and a format; pictures and recordings come with it, other media are named in a warning."""
        if at is None:
            return ""
        files = {file.get("name"): attachments.decoded(file.text) for file in at.all("file")}
        take = attachments.taker(self.found, files)
        made, media = styled(at.words("text"), at.get("format"), take)
        for said in html_media.unsaid(made):
            self.found.warn(self.where, said)
        for name in media:
            self.found.warn(
                self.where,
                say("gambar atau media '%(name)s' tidak ikut dimuat; tambahkan lagi setelah impor", name=name),
            )
        return made

    def words(self, path: str) -> str:
        """Plain words at a path."""
        return self.node.words(path)


def styled(text: str, form: str, take: html_media.Take | None = None) -> tuple[str, list[str]]:
    """(Markdown, media left out) of a text in one of Moodle's formats; without one it is HTML, as Moodle writes it."""
    if form == "markdown":
        return _marked(text.strip(), take)
    if form == "plain_text":
        return wording.from_plain(text), []
    if form == "moodle_auto_format":
        return wording.from_unmarked(text)
    return wording.from_html(text, take)


def _marked(text: str, take: html_media.Take | None) -> tuple[str, list[str]]:
    """Markdown with its pictures taken, and the names of those that could not be."""
    missing: list[str] = []

    def kept(found: re.Match[str]) -> str:
        name = take(found[2]) if take else None
        if name:
            return html_media.reference(name, found[1])
        missing.append(found[2].rpartition("/")[2])
        return found[1]

    return _FILE.sub(kept, text), missing


def read(data: bytes) -> Reading:
    """All questions of a Moodle XML file. Raises Unusable when it is no such file."""
    found = Reading()
    root = xml_tree.parse(data, found)
    if root.name != "quiz":
        raise Unusable(
            say("elemen pertama <%(name)s>, bukan <quiz>; ini bukan Moodle XML", name=root.name),
            say("Baris %(line)s", line=root.line),
        )
    folder = ""
    try:
        for node in root.children:
            if node.name != "question":
                found.warn(
                    say("Baris %(line)s", line=node.line),
                    say("elemen <%(name)s> bukan soal dan tidak dibaca", name=node.name[:40]),
                )
            elif node.get("type") == "category":
                folder = folder_of(node.words("category/text"))
            else:
                _read_question(node, folder, found)
        _tell_passed_over(root, found)
    except TooMany as error:
        found.stop(error)
    return found


#: What an author wrote for the quiz of Moodle, and a question here has no place for.
_PASSED_OVER = {
    "hint": say("petunjuk (hint)"),
    "correctfeedback": say("umpan balik untuk semua jawaban benar"),
    "partiallycorrectfeedback": say("umpan balik untuk jawaban benar sebagian"),
    "incorrectfeedback": say("umpan balik untuk semua jawaban salah"),
    "responsetemplate": say("teks awal jawaban esai"),
}


def _tell_passed_over(root: Node, found: Reading) -> None:
    """Say once for the whole file what of its questions does not come in."""
    for name, called in _PASSED_OVER.items():
        count = sum(any(one.words("text") for one in node.all(name)) for node in root.all("question"))
        if count:
            said = say("%(what)s tidak ikut dimuat; ada pada %(count)s soal", what=called, count=count)
            found.warn(say("Berkas"), said)


def _read_question(node: Node, folder: str, found: Reading) -> None:
    name = " ".join(node.words("name/text").split())
    where = (
        say("Baris %(line)s (%(name)s)", line=node.line, name=name[:60])
        if name
        else say("Baris %(line)s", line=node.line)
    )
    with found.question(where):
        check_parts(len(node.children), where)
        kind_name = node.get("type")
        if kind_name == "description":
            found.warn(where, say("ini keterangan (description), bukan soal, dan tidak dimuat"))
            return
        if kind_name not in _TYPES:
            why = _NEVER.get(kind_name, say("jenis ini tidak dikenal di sini"))
            raise Unusable(
                say(
                    "soal jenis %(kind)s tidak dapat dimuat: %(why)s",
                    kind=kind_name or say("(kosong)"),
                    why=why,
                )
            )
        asked = Asked(node, where, found)
        kind, stem, fields = _TYPES[kind_name](asked)
        if not stem:
            raise Unusable(say("soal ini tidak punya teks; isi questiontext"))
        explanation = "\n\n".join(
            part for part in (asked.text(node.child("generalfeedback")), fields.pop("explanation", "")) if part
        )
        tags = ({"folder": folder} if folder else {}) | tags_of(
            tag.text.strip() for part in node.all("tags") for tag in part.all("tag")
        )
        fields |= {"explanation": explanation, "points": _points(node)}
        found.take(kind, stem, where=where, name=name, tags=tags, **fields)


def _points(node: Node) -> int | float | None:
    given = node.words("defaultgrade")
    if not given:
        return None
    value = float(number(given))
    if value <= 0:
        return None
    return int(value) if value.is_integer() else value


def _stem(asked: Asked) -> str:
    return asked.text(asked.node.child("questiontext"))


def _options(asked: Asked, worth: Callable[[Node], Mapping[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for answer in asked.node.all("answer"):
        feedback = asked.text(answer.child("feedback"))
        made.append({"text": asked.text(answer), **worth(answer)} | ({"feedback": feedback} if feedback else {}))
    return made


def _fraction(answer: Node) -> float | int:
    return share(answer.get("fraction") or "0")


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
    return "multiple_choice", _stem(asked), {"options": options, "scoring": "net"}


def _truefalse(asked: Asked) -> Read:
    right = {answer.words("text").lower(): _fraction(answer) > 0 for answer in asked.node.all("answer")}
    said = [asked.text(answer.child("feedback")) for answer in asked.node.all("answer")]
    if right.get("true", False) == right.get("false", False):
        raise Unusable(say('tidak jelas mana yang benar; beri true atau false fraction="100" dan yang lain "0"'))
    return "true_false", _stem(asked), {"answer": right.get("true", False), "explanation": _joined(said)}


def _joined(said: list[str]) -> str:
    return "\n\n".join(one for one in said if one)


def _shortanswer(asked: Asked) -> Read:
    rows = []
    for answer in asked.node.all("answer"):
        text, feedback = wording.plain(asked.text(answer)), asked.text(answer.child("feedback"))
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
        tolerance = number(answer.words("tolerance") or answer.get("tolerance") or "0")
        row = {"value": number(answer.words("text")), "tolerance": tolerance, "fraction": _fraction(answer)}
        rows.append(row | ({"feedback": feedback} if feedback else {}))
    if not any(row["fraction"] == 1 for row in rows):
        raise Unusable(say('tidak ada angka yang bernilai penuh; beri satu jawaban fraction="100"'))
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
    return {"unit": main, "units": others or None}


def _matching(asked: Asked) -> Read:
    pairs, others = [], []
    for row in asked.node.all("subquestion"):
        left, right = asked.text(row), asked.text(row.child("answer"))
        if left and right:
            pairs.append({"left": left, "right": right})
        elif right:
            others.append(right)
    return "matching", _stem(asked), {"pairs": pairs, "distractors": others or None}


def _ordering(asked: Asked) -> Read:
    """The answers stand in their right order; where fractions are whole numbers from 1, those say it."""
    rows = [(answer.get("fraction"), asked.text(answer)) for answer in asked.node.all("answer")]
    places = [whole(re.sub(r"\.0+$", "", place)) or 0 for place, _text in rows]
    if sorted(places) == list(range(1, len(rows) + 1)):
        rows = [row for _place, row in sorted(zip(places, rows, strict=True))]
    scoring = _GRADING.get(asked.words("gradingtype"))
    return "ordering", _stem(asked), {"items": [text for _place, text in rows], "scoring": scoring}


def _essay(asked: Asked) -> Read:
    rubric = rubric_of(asked.text(asked.node.child("graderinfo")))
    if asked.words("responseformat") == "noinline":
        most = whole(asked.words("maxbytes"))
        max_mb = min(max(-(-most // 2**20), 1), file.MOST_MB) if most else None
        return "file", _stem(asked), {"types": _types(asked), "max_mb": max_mb, "rubric": rubric}
    words = {field: whole(asked.words(field)) or None for field in ("minwordlimit", "maxwordlimit")}
    if asked.words("attachmentsrequired") not in {"", "0"}:
        asked.found.warn(asked.where, say("lampiran wajib tidak dikenal pada esai; buat soal berkas bila perlu"))
    return (
        "essay",
        _stem(asked),
        {"words_min": words["minwordlimit"], "words_max": words["maxwordlimit"], "rubric": rubric},
    )


def rubric_of(text: str) -> list[dict[str, str]] | None:
    """Words for the marker as a rubric that judges the work as a whole; None for none."""
    return [{**rubrics.WHOLE[0], "description": text}] if text else None


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
    made, media = styled(marked, at.get("format") if at else "")
    for name in media:
        asked.found.warn(
            asked.where, say("gambar atau media '%(name)s' tidak ikut dimuat; tambahkan lagi setelah impor", name=name)
        )
    return ("cloze", *passage(made, gaps))


def _gap_choice(asked: Asked, box: str) -> Read:
    """[[2]] in the text is a gap whose right word is the second box; the boxes of its group are its options."""
    boxes = [(row.words("text"), row.words("group") or "1") for row in asked.node.all(box)]
    made, gaps = moodle_cloze.numbered(_stem(asked), boxes)
    return ("cloze", *passage(made, gaps))


_TYPES: dict[str, Callable[[Asked], Read]] = {
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

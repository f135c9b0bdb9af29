"""Writes Moodle XML. Texts are plain_text where they are only words, html where they hold recordings, else markdown."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import escape as html_escape
from typing import Any
from xml.sax.saxutils import escape

from lms.questions import media
from lms.questions.exchange import attachments, wording
from lms.questions.exchange.cloze_text import joined
from lms.questions.exchange.drafted import Drafted, Finding
from lms.questions.exchange.losses import lost, rubric_text
from lms.questions.exchange.marked_tags import path_of, words_of
from lms.questions.exchange.weights import in_percent, of_options
from lms.questions.exchange.written import Written
from lms.questions.kinds import cloze, numeric
from lms.questions.said import say

_TYPES = {
    "single_choice": "multichoice", "multiple_choice": "multichoice", "situational": "multichoice", "true_false": "truefalse",
    "numeric": "numerical", "short_text": "shortanswer", "matching": "matching", "ordering": "ordering", "cloze": "cloze",
    "essay": "essay", "file": "essay",
}  # fmt: skip
GRADING = {"places": "ABSOLUTE_POSITION", "all_or_nothing": "ALL_OR_NOTHING", "pairs": "RELATIVE_NEXT_EXCLUDE_LAST"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(drafts: Sequence[Drafted]) -> Written:
    """A Moodle XML file of all questions."""
    findings: list[Finding] = []
    made = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    folder = ""
    for drafted in drafts:
        in_cloze = ("pictures", "audio") if drafted.kind == "cloze" else ()
        findings += lost(drafted, "rubric", *in_cloze) + _changed(drafted)
        if drafted.tags.get("folder", "") != folder:
            folder = drafted.tags.get("folder", "")
            made.append(f'<question type="category"><category>{_plain(path_of(folder))}</category></question>')
        made.append(_with_media(_question(drafted), drafted))
    return Written("\n".join([*made, "</quiz>", ""]).encode(), tuple(findings))


def _changed(drafted: Drafted) -> list[Finding]:
    said = []
    if drafted.kind == "situational":
        said.append(say("situasional ditulis sebagai pilihan tunggal berbobot"))
    if drafted.kind == "multiple_choice" and drafted.raw.get("scoring", "net") != "fractions":
        said.append(say("aturan skor ditulis sebagai bobot per pilihan"))
    weights = [Decimal(str(gap.get("weight", 1))) for gap in drafted.raw.get("gaps", {}).values()]
    if any(weight != weight.to_integral_value() for weight in weights):
        said.append(say("bobot rumpang dibulatkan"))
    told = [row.get("feedback", "") for gap in drafted.raw.get("gaps", {}).values() for row in gap["answers"]]
    if any("\n" in words for words in told):
        said.append(say("umpan balik rumpang menjadi satu baris"))
    return [Finding(drafted.where, message, "warning") for message in said]


def _question(drafted: Drafted) -> str:
    raw = drafted.raw
    stem = _cloze_text(drafted) if drafted.kind == "cloze" else _text("questiontext", drafted.stem)
    tags = "".join(f"<tag>{_plain(word)}</tag>" for word in words_of(drafted.tags))
    lines = [
        f'<question type="{_TYPES[drafted.kind]}">',
        f"<name>{_plain(drafted.name)}</name>",
        stem,
        _text("generalfeedback", raw.get("explanation", "")),
        f"<defaultgrade>{raw.get('points', 1)}</defaultgrade>",
        *_ANSWERS[drafted.kind](raw),
        f"<tags>{tags}</tags>" if tags else "",
        "</question>",
    ]
    return "\n".join(line for line in lines if line)


def _with_media(xml: str, drafted: Drafted) -> str:
    """The files of a question filled with what is kept; one that is not kept stays empty."""
    for name, content in drafted.media.items():
        empty = f'<file name="{name}" path="/" encoding="base64">'
        xml = xml.replace(f"{empty}</file>", f"{empty}{b64encode(content).decode()}</file>")
    return xml


def _plain(text: str) -> str:
    return f"<text>{escape(_CONTROL.sub('', text))}</text>"


def _text(element: str, markdown: str, *, attributes: str = "", inside: str = "") -> str:
    if named := list(dict.fromkeys(media.named(markdown))):
        files = "".join(f'<file name="{name}" path="/" encoding="base64"></file>' for name in named)
        form, moved = _with_places(markdown, plays=any(map(media.is_audio, named)))
        return f'<{element}{attributes} format="{form}">{_plain(moved)}{files}{inside}</{element}>'
    is_plain = wording.is_plain(markdown)
    form = "plain_text" if is_plain else "markdown"
    return f'<{element}{attributes} format="{form}">{_plain(wording.plain(markdown) if is_plain else markdown)}{inside}</{element}>'


def _with_places(markdown: str, *, plays: bool) -> tuple[str, str]:
    """(format, text) with the question's own files in it. Markdown there has no players: it becomes HTML."""
    if plays:
        return "html", attachments.playing(wording.to_html(markdown), attachments.PLUGINFILE)
    return "markdown", attachments.in_markdown(markdown, attachments.PLUGINFILE)


def _answer(text: str, share: Any, row: Mapping[str, Any], *, extra: str = "") -> str:
    feedback = _text("feedback", row["feedback"]) if row.get("feedback") else ""
    return f'<answer fraction="{in_percent(share)}" format="plain_text">{_plain(text)}{extra}{feedback}</answer>'


def _choice(raw: Mapping[str, Any]) -> list[str]:
    single = "false" if raw["kind"] == "multiple_choice" else "true"
    rows = [
        _text(
            "answer",
            row["text"],
            attributes=f' fraction="{in_percent(share)}"',
            inside=_text("feedback", row["feedback"]) if row.get("feedback") else "",
        )
        for row, share in zip(raw["options"], of_options(raw), strict=True)
    ]
    return [f"<single>{single}</single>", "<shuffleanswers>true</shuffleanswers>", *rows]


def _truth(raw: Mapping[str, Any]) -> list[str]:
    return [_answer(word, int(raw["answer"] is value), {}) for word, value in (("true", True), ("false", False))]


def _numeric(raw: Mapping[str, Any]) -> list[str]:
    rows = numeric.rows_of(raw)
    made = [
        _answer(row["value"], row["fraction"], row, extra=f"<tolerance>{row['tolerance']}</tolerance>") for row in rows
    ]
    units = ([(raw["unit"], "1")] if raw.get("unit") else []) + [
        (row["unit"], _multiplier(row["factor"])) for row in raw.get("units", ())
    ]
    lines = [
        f"<unit><multiplier>{factor}</multiplier><unit_name>{escape(unit)}</unit_name></unit>" for unit, factor in units
    ]
    return [*made, *(["<units>", *lines, "</units>"] if lines else [])]


def _multiplier(factor: str) -> str:
    """What a unit is multiplied with there, exact enough for its factor to come back: Moodle keeps twenty places."""
    return f"{1 / Decimal(factor):.20f}".rstrip("0").rstrip(".")


def _short(raw: Mapping[str, Any]) -> list[str]:
    rows = [_answer(row["text"], row["fraction"], row) for row in raw["answers"]]
    return [f"<usecase>{int(bool(raw.get('case_sensitive')))}</usecase>", *rows]


def _matching(raw: Mapping[str, Any]) -> list[str]:
    pairs = [(pair["left"], pair["right"]) for pair in raw["pairs"]] + [
        ("", text) for text in raw.get("distractors", ())
    ]
    return ["<shuffleanswers>true</shuffleanswers>"] + [
        _text("subquestion", left, inside=_text("answer", right)) for left, right in pairs
    ]


def _ordering(raw: Mapping[str, Any]) -> list[str]:
    rows = [_text("answer", text, attributes=f' fraction="{n}"') for n, text in enumerate(raw["items"], 1)]
    return [f"<gradingtype>{GRADING[raw.get('scoring', 'places')]}</gradingtype>", *rows]


def _essay(raw: Mapping[str, Any]) -> list[str]:
    limits = [
        f"<{name}>{raw[key]}</{name}>"
        for name, key in (("minwordlimit", "words_min"), ("maxwordlimit", "words_max"))
        if key in raw
    ]
    return ["<responseformat>editor</responseformat>", *limits, _text("graderinfo", rubric_text(raw))]


def _file(raw: Mapping[str, Any]) -> list[str]:
    types = ",".join(f".{one}" for one in raw["types"])
    return [
        "<responseformat>noinline</responseformat><attachments>1</attachments><attachmentsrequired>1</attachmentsrequired>",
        f"<maxbytes>{raw['max_mb'] * 2**20}</maxbytes><filetypeslist>{types}</filetypeslist>",
        _text("graderinfo", rubric_text(raw)),
    ]


def _cloze(raw: Mapping[str, Any]) -> list[str]:
    del raw
    return []


def _cloze_text(drafted: Drafted) -> str:
    text = joined(drafted.stem, drafted.raw["text"])
    is_plain = wording.is_plain(text)
    gaps: Mapping[str, Any] = drafted.raw["gaps"]
    source = re.sub(r"\{\{(\d+)\}\}", lambda found: _gap(gaps[found[1]]), wording.plain(text) if is_plain else text)
    return f'<questiontext format="{"plain_text" if is_plain else "markdown"}">{_plain(source)}</questiontext>'


def _gap(gap: Mapping[str, Any]) -> str:
    kind = {"choice": "MULTICHOICE", "number": "NUMERICAL", "text": "SHORTANSWER"}[gap["kind"]]
    kind += "_C" if gap.get("case_sensitive") else ""
    is_number = gap["kind"] == "number"
    rows = [_alternative(row, f":{cloze.tolerance_of(gap, row)}" if is_number else "") for row in gap["answers"]]
    rows += [_embedded(text) for text in gap.get("options", ())]
    weight = max(int(Decimal(str(gap.get("weight", 1))).to_integral_value()), 1)
    return f"{{{weight}:{kind}:{'~'.join(rows)}}}"


def _alternative(row: Mapping[str, Any], near: str) -> str:
    weight = in_percent(row["fraction"])
    sign = "=" if weight == "100" else f"%{weight}%"
    return sign + _embedded(row["text"]) + near + (f"#{_embedded(row['feedback'])}" if row.get("feedback") else "")


def _embedded(text: str) -> str:
    """Words inside an embedded answer: HTML, and the marks of the format escaped."""
    return re.sub(r"[\\~#}=%]", lambda found: "\\" + found[0], html_escape(text, quote=False))


_ANSWERS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "situational": _choice,
    "true_false": _truth,
    "numeric": _numeric,
    "short_text": _short,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _essay,
    "file": _file,
}

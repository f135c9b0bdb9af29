"""The small languages inside the cells of a sheet: letters with weights, accepted answers, pairs, gaps."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from lms.questions.exchange import wording
from lms.questions.exchange.cloze_text import common_tolerance, once
from lms.questions.exchange.drafted import Unusable, number, percent, share
from lms.questions.said import say

_PREFIX = re.compile(r"\[(markdown|html)\]\s*", re.IGNORECASE)
_LETTER = re.compile(r"([A-Za-z])[.)]?(?:\s*[:=]\s*(.+))?")
_WEIGHT = re.compile(r"\s*(-?[\d.,]+)\s*%")
_POINT = re.compile(r"(?<!\w)([A-Za-z])\s*[:=]\s*([0-9]{1,9})\s*(?:[,;|](?!\d)|(?=\s|$))")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![\d.,])")
#: A right choice of a gap, or one whose star is a letter.
_STARRED = re.compile(r"\\*\*")
_BAR = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"\s*(teks|text|angka|number|pilihan|choice)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_GAP_KINDS = {
    "teks": "text",
    "text": "text",
    "angka": "number",
    "number": "number",
    "pilihan": "choice",
    "choice": "choice",
}


@contextmanager
def at(refuse: Callable[[str, str], Unusable], field: str) -> Iterator[None]:
    """Give what is wrong inside the place of its column."""
    try:
        yield
    except Unusable as error:
        raise (error if error.where else refuse(field, error.message)) from None


def styled(text: str) -> tuple[str, list[str]]:
    """(Markdown, media left out) of a cell: plain, or as its prefix says."""
    prefix = _PREFIX.match(text)
    if prefix is None:
        return wording.from_plain(text), []
    rest = text[prefix.end() :]
    return (rest.strip(), []) if prefix[1].lower() == "markdown" else wording.from_html(rest)


def cell(markdown: str) -> str:
    """Markdown as a cell writes it."""
    return (
        wording.plain(markdown)
        if wording.is_plain(markdown) and not _PREFIX.match(markdown)
        else f"[markdown] {markdown}"
    )


def is_letter(key: str) -> bool:
    """Whether a key is one letter, perhaps with a mark behind it as in "B." """
    return len(key.strip().rstrip(".)")) == 1


def letters(key: str) -> dict[str, float | int | None]:
    """ "A, C" or "A:50%, C:50%, B:-50%": letter → weight, None for none. Raises Unusable."""
    made: dict[str, float | int | None] = {}
    text = " ".join(re.sub(r"\(semua\)", "", key, flags=re.IGNORECASE).split())
    for part in (
        [text] if is_letter(text) else re.split(r"\s*[;|]\s*|\s*,\s*(?=[A-Za-z]\b)|\s+(?=[A-Za-z](?:\s|$))", text)
    ):
        found = _LETTER.fullmatch(part.strip())
        if part.strip() and found is None:
            raise Unusable(
                say("'%(text)s' tidak dimengerti; tulis huruf pilihan, misalnya B atau A, C", text=part.strip()[:20])
            )
        if found is not None:
            weight = found[2].strip() if found[2] else None
            made[found[1].upper()] = share(weight.removesuffix("%")) if weight else None
    if not made:
        raise Unusable(say("kosong; tulis huruf pilihan yang benar"))
    return made


def points(key: str, known: Sequence[str]) -> dict[str, int]:
    """ "A=5, B=4, C=1": letter → points 1 to 5, every letter once, and nothing else beside them. Raises Unusable."""
    pairs = _POINT.findall(key)
    made = {letter.upper(): int(value) for letter, value in pairs}
    if sorted(made) != sorted(known) or len(pairs) > len(made) or _POINT.sub("", key).strip():
        raise Unusable(say("tulis poin setiap pilihan, misalnya A=5, B=4, C=3, D=2, E=1"))
    return made


def ambiguous(text: str) -> list[str]:
    """Numbers such as 1.250, which a candidate would type for 1250 and a program writes for 1¼."""
    return _THOUSANDS.findall(text)


def accepted(key: str) -> list[tuple[str, float | int]]:
    """ "Bandung | Bdg:50%": (text, weight). A bar inside an answer is written \\|. Raises Unusable when there is none."""
    made: list[tuple[str, float | int]] = []
    for part in _BAR.split(key):
        text = part.strip().replace("\\|", "|")
        if text:
            made.append(weighed(text) or (text, 1))
    if not made:
        raise Unusable(say("kosong; tulis jawaban yang diterima, dipisah dengan |"))
    return made


def weighed(text: str) -> tuple[str, float | int] | None:
    """ "Bdg:50%" as ("Bdg", 0.5); None where no weight stands at the end. Raises Unusable."""
    words, colon, rest = text.rpartition(":")
    weight = _WEIGHT.fullmatch(rest) if colon else None
    return (words.strip(), share(weight[1])) if weight else None


def accepted_cell(rows: Sequence[tuple[str, Any]]) -> str:
    """Accepted answers as a cell writes them."""
    return " | ".join(with_weight(text.replace("|", "\\|"), weight) for text, weight in rows)


def with_weight(text: str, weight: Any) -> str:
    """An answer as `weighed` reads it; all of the mark needs no weight."""
    is_plain = percent(weight) == "100" and not _WEIGHT.fullmatch(text.rpartition(":")[2])
    return text if is_plain else f"{text}:{percent(weight)}%"


def pair(text: str) -> tuple[str, str]:
    """ "kiri -> kanan" as Markdown; the left is empty for one that belongs to none."""
    left, _, right = text.partition("->")
    return styled(left.strip())[0], styled(right.strip())[0]


def units(text: str) -> dict[str, Any]:
    """ "m" or "m; cm=0,01": the unit, and others with what they count in it. Raises Unusable."""
    main, *others = [part.strip() for part in text.split(";")]
    made: dict[str, Any] = {"unit": main}
    rows = []
    for other in filter(None, others):
        name, _, factor = other.rpartition("=")
        if not name.strip() or not re.fullmatch(r"\s*[\d.,]+", factor):
            raise Unusable(say("satuan '%(other)s' tidak dimengerti; tulis misalnya m; cm=0,01", other=other[:20]))
        rows.append({"unit": name.strip(), "factor": number(factor)})
    return made | ({"units": rows} if rows else {})


def units_cell(content: Mapping[str, Any]) -> str:
    """The units as a cell writes them."""
    others = [f"{row['unit']}={row['factor']}" for row in content.get("units", ())]
    return "; ".join([content.get("unit", ""), *others]) if others else str(content.get("unit", ""))


def gap(text: str) -> dict[str, Any]:
    """ "teks: a | b:50%", "angka: 3 ± 0,5" or "pilihan: *benar | salah". Without a word in front it is a text. Raises Unusable."""
    named = _GAP.fullmatch(text)
    kind, body = (_GAP_KINDS[named[1].lower()], named[2]) if named else ("text", text)
    if kind == "choice":
        return _choice_gap(body)
    if kind == "text":
        return {"kind": "text", "answers": [{"text": one, "fraction": weight} for one, weight in accepted(body)]}
    values, _, near = body.partition("±")
    rows = [{"text": number(one), "fraction": weight} for one, weight in accepted(values)]
    return {"kind": "number", "answers": rows} | ({"tolerance": number(near)} if near.strip() else {})


def _choice_gap(body: str) -> dict[str, Any]:
    rows = [
        (text[1:].strip() if _STARRED.match(text) else text, weight, text.startswith("*"))
        for text, weight in accepted(body)
    ]
    right = [{"text": text, "fraction": weight} for text, weight, is_right in rows if is_right]
    if not right:
        raise Unusable(say("tandai pilihan yang benar dengan *, misalnya pilihan: *benar | salah"))
    others = [text for text, _weight, is_right in rows if not is_right]
    return {"kind": "choice", "answers": right} | ({"options": others} if others else {})


def gap_cell(content: Mapping[str, Any]) -> str:
    """A gap as a cell writes it."""
    rows = [(row["text"], row["fraction"]) for row in once(content)]
    if content["kind"] == "choice":
        starred = [(f"*{text}", weight) for text, weight in rows if percent(weight) != "0"]
        others = [text for text, weight in rows if percent(weight) == "0"] + list(content.get("options", ()))
        others = [f"\\{text}" if _STARRED.match(text) else text for text in others]
        return "pilihan: " + " | ".join([accepted_cell(starred), *(accepted_cell([(text, 1)]) for text in others)])
    if content["kind"] == "number":
        near = common_tolerance(content)
        return f"angka: {accepted_cell(rows)}" + (f" ± {near}" if near != "0" else "")
    return f"teks: {accepted_cell(rows)}"

"""Writes GIFT. Texts are [plain] where they are only words, else [markdown]."""

from collections.abc import Callable, Sequence
from typing import Any

from lms.questions.exchange import wording
from lms.questions.exchange.drafted import Drafted, Finding
from lms.questions.exchange.gift_text import escape
from lms.questions.exchange.losses import left_out, lost, rubric_text
from lms.questions.exchange.marked_tags import path_of, words_of
from lms.questions.exchange.weights import in_percent, of_options
from lms.questions.exchange.written import Written
from lms.questions.said import say

_NEVER = {
    "ordering": say("GIFT tidak mengenal mengurutkan"),
    "cloze": say("GIFT tidak mengenal rumpang"),
    "file": say("GIFT tidak mengenal berkas"),
}


def write(drafts: Sequence[Drafted]) -> Written:
    """A GIFT file of the questions that it can hold."""
    findings: list[Finding] = []
    blocks: list[str] = []
    folder = ""
    for drafted in drafts:
        why = _NEVER.get(drafted.kind) or _unwritable(drafted)
        if why:
            findings.append(left_out(drafted, why))
            continue
        findings += lost(
            drafted, "points", "unit", "case_sensitive", "words", "rubric", "pictures", "audio"
        ) + _changed(drafted)
        if drafted.tags.get("folder", "") != folder:
            folder = drafted.tags.get("folder", "")
            blocks.append(f"$CATEGORY: {escape(path_of(folder))}")
        blocks.append(_block(drafted))
    return Written(("\n\n".join(blocks) + "\n").encode(), tuple(findings))


def _unwritable(drafted: Drafted) -> str:
    raw = drafted.raw
    arrows = [pair["left"] for pair in raw.get("pairs", ())] if drafted.kind == "matching" else []
    if drafted.kind == "short_text":
        # Moodle takes an arrow anywhere between the braces for a pair, also in what is said to an answer.
        arrows = [text for row in raw["answers"] for text in (row["text"], row.get("feedback", ""))]
    return say("tanda -> di dalam teks berarti pasangan di GIFT") if any("->" in text for text in arrows) else ""


def _changed(drafted: Drafted) -> list[Finding]:
    if drafted.kind == "situational":
        return [Finding(drafted.where, say("situasional ditulis sebagai pilihan tunggal berbobot"), "warning")]
    if drafted.kind == "multiple_choice" and drafted.raw.get("scoring", "net") != "fractions":
        return [Finding(drafted.where, say("aturan skor ditulis sebagai bobot per pilihan"), "warning")]
    said = rubric_text(drafted.raw) if drafted.kind == "essay" else ""
    return [Finding(drafted.where, say("tanpa pedoman penilaian"), "warning")] if said else []


def _block(drafted: Drafted) -> str:
    texts = _texts(drafted)
    form = "plain" if all(wording.is_plain(text) for text in texts) else "markdown"

    def said(text: str) -> str:
        words = escape(wording.plain(text) if form == "plain" else text)
        return f"[{form}]{words}" if words.startswith(("%", "[")) else words

    tags = "".join(f" [tag:{word}]" for word in words_of(drafted.tags))
    name = f"::{escape(drafted.name)}::" if drafted.name else ""
    stem = escape(wording.plain(drafted.stem) if form == "plain" else drafted.stem)
    explanation = drafted.raw.get("explanation", "")
    general = f"\n\t####{said(explanation)}" if explanation else ""
    return (f"//{tags}\n" if tags else "") + f"{name}[{form}]{stem}{{{_ANSWERS[drafted.kind](drafted, said)}{general}}}"


def _texts(drafted: Drafted) -> list[str]:
    raw = drafted.raw
    made = [drafted.stem, raw.get("explanation", ""), *raw.get("distractors", ())]
    made += [row["text"] for row in raw.get("options", ())]
    made += [row.get("feedback", "") for row in (*raw.get("options", ()), *raw.get("answers", ()))]
    return made + [side for pair in raw.get("pairs", ()) for side in (pair["left"], pair["right"])]


Said = Callable[[str], str]


def _choice(drafted: Drafted, said: Said) -> str:
    rows = drafted.raw["options"]
    worth = of_options(drafted.raw)
    is_weighed = drafted.kind != "single_choice" or any("fraction" in row for row in rows)
    lines: list[str] = []
    for row, share in zip(rows, worth, strict=True):
        weight = in_percent(share)
        # Once at most: without any ~ these would be answers to type.
        is_first = drafted.kind != "multiple_choice" and weight == "100" and not any(line[2] == "=" for line in lines)
        lines.append(
            f"\n\t{'=' if is_first else '~'}"
            + (f"%{weight}%" if is_weighed else "")
            + said(row["text"])
            + _feedback(row, said)
        )
    return "".join(lines)


def _feedback(row: Any, said: Said) -> str:
    return f"#{said(row['feedback'])}" if row.get("feedback") else ""


def _truth(drafted: Drafted, said: Said) -> str:
    del said
    return "TRUE" if drafted.raw["answer"] else "FALSE"


def _short(drafted: Drafted, said: Said) -> str:
    return "".join(
        f"\n\t={_weight(row['fraction'], row['text'])}{_typed(row['text'])}{_feedback(row, said)}"
        for row in drafted.raw["answers"]
    )


def _typed(text: str) -> str:
    """An answer as it is typed, after a format of its own where it would begin with the name of one."""
    return f"[plain]{escape(text)}" if text.startswith("[") else escape(text)


def _weight(fraction: Any, text: str) -> str:
    weight = in_percent(fraction)
    return f"%{weight}%" if weight != "100" or text.startswith("%") else ""


def _numeric(drafted: Drafted, said: Said) -> str:
    raw = drafted.raw
    if "answers" not in raw:
        return f"#{raw['answer']}:{raw['tolerance']}"
    rows = [
        f"\n\t=%{in_percent(row['fraction'])}%{row['value']}:{row['tolerance']}{_feedback(row, said)}"
        for row in raw["answers"]
    ]
    return "#" + "".join(rows)


def _matching(drafted: Drafted, said: Said) -> str:
    pairs = "".join(f"\n\t={said(pair['left'])} -> {said(pair['right'])}" for pair in drafted.raw["pairs"])
    return pairs + "".join(f"\n\t= -> {said(text)}" for text in drafted.raw.get("distractors", ()))


def _essay(drafted: Drafted, said: Said) -> str:
    del drafted, said
    return ""


_ANSWERS: dict[str, Callable[[Drafted, Said], str]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "situational": _choice,
    "true_false": _truth,
    "short_text": _short,
    "numeric": _numeric,
    "matching": _matching,
    "essay": _essay,
}

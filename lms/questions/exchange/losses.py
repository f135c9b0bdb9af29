"""What of a question a format cannot hold, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lms import markup
from lms.questions import media
from lms.questions.exchange.drafted import Drafted, Finding
from lms.questions.kinds import file, rubrics
from lms.questions.said import say

#: Part of a question → how it is called.
PARTS = {
    "points": say("poin"),
    "unit": say("satuan"),
    "case_sensitive": say("pembedaan huruf besar dan kecil"),
    "scoring": say("aturan skor"),
    "words": say("batas jumlah kata"),
    "rubric": say("rubrik"),
    "feedback": say("umpan balik per jawaban"),
    "limits": say("batas berkas"),
    "weight": say("bobot per rumpang"),
    "pictures": say("gambar"),
    "audio": say("rekaman suara"),
    "struck": say("coretan"),
}


def lost(drafted: Drafted, *parts: str) -> list[Finding]:
    """A warning that names the parts, of those given, that the question has."""
    there = [PARTS[part] for part in parts if _has(drafted, part)]
    return [Finding(drafted.where, say("tanpa %(parts)s", parts=tuple(there)), "warning")] if there else []


def left_out(drafted: Drafted, why: str) -> Finding:
    """The whole question cannot be written."""
    return Finding(drafted.where, say("tidak ditulis: %(why)s", why=why), "error")


def rubric_text(raw: Mapping[str, Any]) -> str:
    """The rubric as words for a marker; empty where the work is only judged as a whole."""
    rows: Sequence[Mapping[str, Any]] = raw.get("rubric") or ()
    if len(rows) == 1 and rows[0]["criterion"] == rubrics.WHOLE[0]["criterion"]:
        return str(rows[0].get("description", ""))
    # Apart, or the next criterion would be read as part of the last level.
    return "\n\n".join(_criterion(row) for row in rows)


def _criterion(row: Mapping[str, Any]) -> str:
    """A criterion in a line, and each of its levels in one of its own."""
    head = f"{row['criterion']} ({row['points']}): {row.get('description', '')}".rstrip(": ")
    return "\n".join([head, *(f"- {level['points']}: {level['description']}" for level in row.get("levels", ()))])


def _has(drafted: Drafted, part: str) -> bool:
    raw = drafted.raw
    match part:
        case "pictures":
            return any(not media.is_audio(name) for name in media.named(raw))
        case "audio":
            return any(media.is_audio(name) for name in media.named(raw))
        case "struck":
            return any("<s>" in markup.html(text) for text in _texts(raw) if "~~" in text)
        case "words":
            return "words_min" in raw or "words_max" in raw
        case "unit":
            return bool(raw.get("unit") or raw.get("units"))
        case "rubric":
            rows: list[Any] = list(raw.get("rubric", []))
            return bool(rows) and (
                len(rows) > 1 or rows[0]["criterion"] != rubrics.WHOLE[0]["criterion"] or rows[0]["points"] != "100"
            )
        case "limits":
            return drafted.kind == "file" and (list(raw["types"]) != list(file.TYPES) or raw["max_mb"] != file.MOST_MB)
        case "feedback":
            given = [*raw.get("options", []), *raw.get("answers", [])]
            given += [row for gap in raw.get("gaps", {}).values() for row in gap["answers"]]
            return any("feedback" in row for row in given)
        case "weight":
            return any("weight" in gap for gap in raw.get("gaps", {}).values())
        case "case_sensitive":
            return bool(raw.get(part)) or any("case_sensitive" in gap for gap in raw.get("gaps", {}).values())
    return part in raw


def _texts(there: Any) -> Iterator[str]:
    """All texts of a question's content, however deep."""
    if isinstance(there, str):
        yield there
    elif isinstance(there, Mapping):
        yield from (text for one in there.values() for text in _texts(one))
    elif isinstance(there, Sequence):
        yield from (text for one in there for text in _texts(one))

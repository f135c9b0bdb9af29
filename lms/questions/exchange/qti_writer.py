"""Writes a QTI 3.0 package: one file for each item, and imsmanifest.xml."""

import io
import re
import zipfile
from collections.abc import Sequence

from lms.questions.exchange import qti_parts
from lms.questions.exchange.drafted import Drafted, Finding
from lms.questions.exchange.losses import lost
from lms.questions.exchange.qti_markup import attribute, html, number_of
from lms.questions.exchange.written import Written
from lms.questions.kinds import file
from lms.questions.said import say

SPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
#: One date for every entry, so that the same questions give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def write(drafts: Sequence[Drafted]) -> Written:
    """A package of all questions."""
    tags = Finding(say("Semua soal"), say("tanpa kompetensi, tingkat, dan kesulitan"), "warning")
    findings = [tags] if any(one.tags for one in drafts) else []
    if any(one.tags.get("tags") or one.tags.get("folder") for one in drafts):
        findings.append(Finding(say("Semua soal"), say("tanpa tag dan folder"), "warning"))
    names = [f"items/soal-{n:04}.xml" for n in range(1, len(drafts) + 1)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        kept = {name: content for one in drafts for name, content in one.media.items()}
        archive.writestr(zipfile.ZipInfo("imsmanifest.xml", _DATE), _manifest(names, drafts))
        for name in sorted(kept):
            archive.writestr(zipfile.ZipInfo(f"media/{name}", _DATE), kept[name])
        for n, (name, drafted) in enumerate(zip(names, drafts, strict=True), 1):
            findings += _losses(drafted)
            archive.writestr(zipfile.ZipInfo(name, _DATE), _item(drafted, f"soal-{n:04}"), zipfile.ZIP_DEFLATED)
    return Written(packed.getvalue(), tuple(findings))


def _losses(drafted: Drafted) -> list[Finding]:
    raw, said = drafted.raw, []
    if drafted.kind == "situational":
        said.append(say("situasional ditulis sebagai pilihan tunggal berbobot"))
    if drafted.kind == "multiple_choice" and "scoring" not in raw:
        said.append(say("aturan skor ditulis sebagai bobot per pilihan"))
    if drafted.kind == "ordering" and raw.get("scoring") != "all_or_nothing":
        said.append(say("aturan skor menjadi: benar semua atau nol"))
    if drafted.kind == "cloze" and [gap["kind"] != "choice" for gap in raw["gaps"].values()] == [True]:
        said.append(say("satu rumpang untuk diketik sama dengan isian singkat atau angka di QTI"))
    patterns = [row["text"] for row in raw.get("answers", ()) if "text" in row]
    patterns += [row["text"] for gap in raw.get("gaps", {}).values() if gap["kind"] == "text" for row in gap["answers"]]
    if any(re.search(r"(?<!\\)\*", text) for text in patterns):
        said.append(say("tanda * sebagai pengganti huruf tidak dikenal QTI; ditulis sebagai bintang"))
    feedback = () if drafted.kind in {"single_choice", "multiple_choice"} else ("feedback",)
    limits = ("limits",) if drafted.kind == "file" and raw["max_mb"] != file.MOST_MB else ()
    return [Finding(drafted.where, message, "warning") for message in said] + lost(
        drafted, "points", "unit", "words", "rubric", "struck", *feedback, *limits
    )


def _manifest(names: Sequence[str], drafts: Sequence[Drafted]) -> str:
    resources = "\n".join(
        f'<resource identifier="R{n}" type="imsqti_item_xmlv3p0" href="{name}"><file href="{name}"/>'
        + "".join(f'<file href="media/{medium}"/>' for medium in sorted(drafted.media))
        + "</resource>"
        for n, (name, drafted) in enumerate(zip(names, drafts, strict=True), 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="bank">\n'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{resources}\n</resources>\n</manifest>\n"
    )


def _item(drafted: Drafted, identifier: str) -> str:
    parts = qti_parts.made(drafted)
    explanation = drafted.raw.get("explanation", "")
    if explanation:
        parts.feedback.append('<qti-base-value base-type="identifier">pembahasan</qti-base-value>')
    said = (
        '<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="pembahasan" show-hide="show">'
        f"<qti-content-body>{html(explanation)}</qti-content-body></qti-modal-feedback>"
    )
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<qti-assessment-item xmlns="{SPACE}" identifier="{identifier}" title={attribute(drafted.name or identifier)}'
            ' adaptive="false" time-dependent="false">',
            *parts.declared,
            '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"'
            f' normal-maximum="{number_of(parts.maximum)}"/>',
            *(
                f'<qti-outcome-declaration identifier="{name}" cardinality="single" base-type="float"/>'
                for name in parts.outcomes
            ),
            '<qti-outcome-declaration identifier="FEEDBACK" cardinality="multiple" base-type="identifier"/>'
            if parts.feedback
            else "",
            f"<qti-item-body>{parts.body}</qti-item-body>",
            parts.processing(),
            said if explanation else "",
            "</qti-assessment-item>",
            "",
        ]
    )

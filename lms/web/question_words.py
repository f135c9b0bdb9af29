"""What the pages of a bank share: its words, and a question with its key as they show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from lms import markup
from lms.questions import kinds
from lms.questions.content import Presented
from lms.web import question_worth
from lms.web.presentation import written
from lms.web.question_worth import Worth

KINDS = {
    "single_choice": _l("Pilihan ganda"), "multiple_choice": _l("Pilihan jamak"), "true_false": _l("Benar/salah"),
    "situational": _l("Situasional"), "numeric": _l("Angka"), "short_text": _l("Isian singkat"), "matching": _l("Menjodohkan"),
    "ordering": _l("Mengurutkan"), "cloze": _l("Rumpang"), "essay": _l("Esai"), "file": _l("Berkas"),
}  # fmt: skip
STATUSES = {
    "trial": _l("Uji coba"),
    "live": _l("Dipakai"),
    "suspended": _l("Ditangguhkan"),
    "retired": _l("Dihentikan"),
}
ACTS = {
    "made": _l("Ditulis"), "edited": _l("Disunting"), "approved": _l("Disetujui"), "returned": _l("Dikembalikan"),
    "suspended": _l("Ditangguhkan"), "restored": _l("Dipakai lagi"), "retired": _l("Dihentikan"), "undone": _l("Dibatalkan"),
}  # fmt: skip
USES = {
    "belum": _l("Belum pernah ditarik"),
    "pernah": _l("Pernah ditarik"),
    "sering": _l("Sering ditarik (10 naskah ke atas)"),
}
QUEUES = {"tinjau": _l("Menunggu tinjauan Anda"), "kembali": _l("Dikembalikan kepada Anda")}
DIFFICULTIES = {"mudah": _l("Mudah"), "sedang": _l("Sedang"), "sulit": _l("Sulit")}
FORMATS = {
    "xlsx": "Excel (XLSX)", "csv": _l("CSV atau tabel yang ditempel"), "gift": "GIFT", "moodle-xml": "Moodle XML",
    "qti": "QTI 2.1–3.0", "aiken": "Aiken",
}  # fmt: skip
#: As what the formats are written.
WRITTEN = FORMATS | {"qti": "QTI 3.0"}
LEVELS = [(str(level), str(level)) for level in range(1, 6)]


@dataclass(frozen=True)
class Shown:
    """A question as a candidate sees it, with what only its author does.

    right: ids of the options that give something · rubric: by what people mark it · worth: what each answer gives · rules: what
    else decides on the mark.
    """

    presented: Presented
    right: frozenset[str]
    solution: tuple[str, ...]
    explanation: Markup
    rubric: tuple[Mapping[str, Any], ...]
    worth: tuple[Worth, ...]
    rules: tuple[str, ...]


def shown(kind: str, content: dict[str, Any]) -> Shown:
    """A question with its key."""
    table = kinds.TABLE[kind]
    return Shown(
        presented=table.present(content, ()),
        right=frozenset(str(place) for place, row in enumerate(content.get("options", ())) if _gives(row)),
        solution=tuple(table.solution(content))
        if kind != "true_false"
        else (_("Benar") if content["answer"] else _("Salah"),),
        explanation=markup.html(content.get("explanation", "")),
        rubric=tuple(content.get("rubric", ())),
        worth=question_worth.answers(kind, content),
        rules=(*_points(content), *question_worth.rules(kind, content)),
    )


def _points(content: Mapping[str, Any]) -> tuple[str, ...]:
    """What the question counts, where that is not one point."""
    return (_("Soal ini bernilai %(n)s poin", n=written(content["points"])),) if "points" in content else ()


def words() -> dict[str, Any]:
    """The words that pages of a bank share."""
    return {
        "kinds": KINDS,
        "statuses": STATUSES,
        "difficulties": DIFFICULTIES,
        "formats": FORMATS,
        "written": WRITTEN,
        "levels": LEVELS,
        "uses": USES,
        "queues": QUEUES,
    }


def _gives(row: dict[str, Any]) -> bool:
    return bool(row.get("correct") is True or row.get("points") == 5 or float(row.get("fraction", 0)) > 0)

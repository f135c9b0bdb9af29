"""What the reader of packages says of a blueprint, in the words of its form; and the parts that the form leaves as they are."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.questions.said import Said, told
from lms.web.blueprint_form import SHOWN

#: Field of a package → what the form calls it.
LABELS = {
    "duration_minutes": _l("Lama ujian (menit)"), "attempts": _l("Kesempatan"), "cooldown_hours": _l("Jeda antarkesempatan (jam)"),
    "title": _l("Nama"), "competency": lazy_pgettext("one", "Kompetensi"), "level": _l("Tingkat"), "draw": _l("Jumlah soal"),
    "difficulty": _l("soal menurut kesulitan"), "tags": _l("Semua soal bertag"), "tagged": _l("Paling sedikit sekian soal bertag"),
    "fixed": _l("Soal tetap"), "scoring": _l("Poin jawaban"), "right": _l("Jawaban benar"), "wrong": _l("Jawaban salah"),
    "blank": _l("Tidak dijawab"),
    "pass": _l("Batas lulus"), "pass_points": _l("Batas lulus"), "pass_total": _l("Batas lulus seluruhnya"),
    "pass_total_points": _l("Batas lulus seluruhnya"), "certainty": _l("tingkat keyakinan"), "trial": _l("Soal uji coba"),
    "facility": _l("Peluang (persen)"), "tolerance": _l("Meleset (poin)"),
    "percent": _l("Persen naskah"), "days": _l("Selama (hari)"), "sections": _l("Bagian"), "code": _l("Kode"),
    "from": _l("Mulai dari (persen)"), "mudah": _l("Mudah"), "sedang": _l("Sedang"), "sulit": _l("Sulit"),
}  # fmt: skip
#: Parts of a blueprint that the form keeps as they are.
KEPT = {
    "live_scores": _l("layar skor"), "marking": _l("cara menilai"),
    "release": _l("yang dilihat peserta setelah dinilai"), "release_after": _l("kapan soal dan poin tampil"), "appeals": _l("sanggahan"),
    "rehearsals": _l("latihan dan uji coba"),
    "panel": _l("panel batas lulus"),
}  # fmt: skip
#: How the reader asks for a decimal in a file; the form takes it as it is written here.
DECIMAL = 'isi %(name)s dengan bilangan %(least)s sampai %(most)s; desimal dalam kutip, misalnya "90.01"'
#: Shares, which the form takes in whole per cent: from, to.
PERCENTS = {"facility": (0, 100), "tolerance": (1, 25)}
WHOLE = "isi %(name)s dengan bilangan bulat %(least)s sampai %(most)s"
#: Values of what is said that are fields.
_FIELDS = ("name", "other", "right", "wrong", "blank")


def said(message: str) -> str:
    """A problem as a sentence of the form."""
    if not isinstance(message, Said):
        return _sentence(message)
    if message.values.get("name") in PERCENTS:
        least, most = PERCENTS[message.values["name"]]
        message = Said(WHOLE, {"name": message.values["name"], "least": least, "most": most})
    values = {name: _named(value) if name in _FIELDS else value for name, value in message.values.items()}
    if message.id == DECIMAL:
        return _("Isi %(name)s dengan bilangan %(least)s sampai %(most)s, misalnya 65 atau 90,01.", **values)
    return _sentence(told(Said(message.id, values), _))


def kept(content: Mapping[str, Any]) -> list[str]:
    """What a content says that the form does not show."""
    return [str(KEPT.get(name, name)) for name in content if name not in SHOWN]


def _named(field: str) -> str:
    return f"“{LABELS[field]}”" if field in LABELS else str(field)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

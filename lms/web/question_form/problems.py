"""What is wrong with a question, as its form shows it: at which input, called what, and in words for who sees no package."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from flask_babel import format_decimal, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.questions.content import Problem
from lms.questions.said import Said, say, told
from lms.web.question_form.fields import Form, filled_rows

_FIELD = re.compile(r"(?P<name>\w+)(?:\[(?P<row>\d+)\]|\.(?P<gap>\d+))?(?:\.(?P<part>\w+))?(?:\[(?P<line>\d+)\])?")
_ANSWERS_OF_A_GAP = re.compile(r"gaps\.\d+\.answers")
#: Field of a raw question → its input.
_PLACES = {
    "stem": "soal", "explanation": "pembahasan", "name": "nama", "points": "poin", "scoring": "skor", "text": "teks", "gaps": "teks",
    "answer": "jawaban", "answers": "jawaban", "tolerance": "toleransi", "unit": "satuan", "units": "satuan-lain",
    "words_min": "kata-min", "words_max": "kata-maks", "types": "tipe", "max_mb": "mb",
}  # fmt: skip
#: List of a raw question → the group of its rows; and the inputs of what has parts.
_GROUPS = {"options": "pilihan", "pairs": "kiri", "distractors": "pengecoh", "items": "butir", "rubric": "kriteria"}
_PARTS = {
    ("options", "fraction"): "bobot", ("options", "points"): "poin", ("options", "feedback"): "umpan", ("pairs", "right"): "kanan",
    ("rubric", "points"): "nilai", ("rubric", "description"): "uraian", ("rubric", "levels"): "jenjang",
    ("gaps", "tolerance"): "toleransi-isian", ("gaps", "weight"): "bobot-isian",
}  # fmt: skip
#: What an input is called; n: its row.
NAMES = {
    "soal": lazy_pgettext("one", "Soal"), "pembahasan": _l("Pembahasan"), "nama": _l("Nama"), "poin": _l("Bobot"),
    "skor": _l("Cara menilai"), "teks": _l("Teks rumpang"), "jawaban": _l("Kunci"), "toleransi": _l("Toleransi"),
    "satuan": _l("Satuan"), "satuan-lain": _l("Satuan lain"), "kata-min": _l("Kata paling sedikit"), "kata-maks": _l("Kata paling banyak"),
    "tipe": _l("Jenis berkas"), "mb": _l("Ukuran paling besar"), "pilihan": _l("Pilihan"), "kiri": _l("Pasangan"),
    "pengecoh": _l("Pengecoh"), "butir": _l("Butir"), "kriteria": _l("Rubrik"),
    "pilihan-n": _l("Pilihan %(n)s"), "bobot-n": _l("Bobot pilihan %(n)s"), "poin-n": _l("Poin pilihan %(n)s"),
    "umpan-n": _l("Umpan balik pilihan %(n)s"), "kiri-n": _l("Butir kiri %(n)s"), "kanan-n": _l("Pasangan butir %(n)s"),
    "pengecoh-n": _l("Pengecoh %(n)s"), "butir-n": _l("Butir %(n)s"), "isian-n": _l("Isian %(n)s"),
    "toleransi-isian-n": _l("Toleransi isian %(n)s"), "bobot-isian-n": _l("Bobot isian %(n)s"),
    "kriteria-n": _l("Kriteria %(n)s"), "nilai-n": _l("Poin kriteria %(n)s"), "uraian-n": _l("Uraian kriteria %(n)s"),
    "jenjang-n": _l("Jenjang kriteria %(n)s"),
}  # fmt: skip
#: What kinds say to who writes packages → what the form says instead.
WORDS = {
    "tandai tepat satu pilihan dengan correct: true": say("tandai tepat satu pilihan yang benar"),
    "tulis teks pilihan pada isian text": say("tulis teks pilihan ini"),
    "beri paling sedikit satu pilihan dengan fraction 1": say("beri paling sedikit satu pilihan bobot 100 persen"),
    "beri paling sedikit satu jawaban dengan fraction 1": say("beri paling sedikit satu jawaban bobot 100 persen"),
    "jumlah fraction yang lebih dari nol harus mencapai 1": say("jumlah bobot yang lebih dari nol harus mencapai 100 persen"),
    "beri setiap pilihan fraction, bukan correct": say("isi bobot setiap pilihan, atau pilih cara menilai yang lain"),
    "isi dengan salah satu dari %(words)s": say("pilih menurut bobot, atau kosongkan bobot setiap pilihan"),
    "tulis true atau false tanpa tanda kutip": say("pilih Benar atau Salah"),
    'tulis bilangan dalam tanda kutip dengan titik desimal, misalnya "12.5"': say("tulis bilangan, misalnya 12,5"),
    "tulis bilangan dengan titik desimal": say("tulis bilangan, misalnya 12,5"),
    "tulis bilangan dengan titik desimal, paling kecil %(least)s": say("tulis bilangan, paling kecil %(least)s"),
    "tulis bilangan %(least)s sampai %(most)s dengan titik desimal": say("tulis bilangan %(least)s sampai %(most)s"),
    "tulis daftar, %(least)s sampai %(most)s butir": say("isi %(least)s sampai %(most)s butir"),
    "tulis setiap butir sebagai teks": say("isi setiap butir"),
    'tulis 1 sampai %(most_gaps)s isian bernomor, misalnya "1"': say("tandai 1 sampai %(most_gaps)s isian, misalnya {{1}}"),
    "pakai setiap isian tepat satu kali, misalnya {{1}}, dan beri nomor yang ada di gaps": say(
        "tandai setiap isian tepat satu kali, misalnya {{1}}"
    ),
    "tidak boleh kurang dari words_min": say("tidak boleh kurang dari jumlah kata paling sedikit"),
    "tingkat tertinggi harus sama dengan points kriterianya": say("jenjang tertinggi harus sama dengan poin kriterianya"),
    "ada dua tingkat dengan poin yang sama": say("ada dua jenjang dengan poin yang sama"),
    "tulis daftar dari %(types)s": say("pilih paling sedikit satu jenis berkas"),
}  # fmt: skip


class Wrong(NamedTuple):
    """A problem as the form shows it. place: id of its input · about: its name, where `said` does not stand alone."""

    place: str
    about: str
    said: str


def wrong(problem: Problem, form: Form) -> Wrong:
    """A problem for this form. What a kind says continues the name of its field and knows the files of packages."""
    found = _FIELD.match(problem.field)
    place, about = _placed(found.groupdict() if found else {"name": problem.field}, form)
    said = told(_as_seen(problem), _)
    if not said[:1].islower():
        return Wrong(place, "", said)
    return Wrong(place, about, f"{said[0].upper()}{said[1:]}.")


def name_of(place: str) -> str:
    """What an input is called."""
    name, _dash, n = place.rpartition("-")
    return str(NAMES[f"{name}-n"]) % {"n": n} if n.isdecimal() else str(NAMES.get(place, ""))


def _placed(parts: Mapping[str, str | None], form: Form) -> tuple[str, str]:
    """(the input that a problem is about, what it is called)."""
    name, part = parts["name"] or "", parts.get("part") or ""
    if name == "gaps" and parts.get("gap"):
        place = f"{_PARTS.get((name, part), 'isian')}-{parts['gap']}"
        return place, name_of(place)
    if name in _GROUPS:
        group = _GROUPS[name]
        rows, nth = filled_rows(form, group), int(parts.get("row") or 0)
        n = rows[nth - 1] if 0 < nth <= len(rows) else (rows or [1])[0]
        place = f"{_PARTS.get((name, part), group)}-{n}"
        return place, _lined(name_of(place), parts.get("line")) if nth else str(NAMES[group])
    place = _PLACES.get(name, name)
    return place, _lined(name_of(place), parts.get("row"))


def _lined(name: str, line: str | None) -> str:
    return _("%(name)s, baris %(line)s", name=name, line=line) if line else name


def _as_seen(problem: Problem) -> str:
    message = problem.message
    if not isinstance(message, Said):
        return message
    if problem.field.endswith(".fraction") and message.values.get("most") == 1:
        return say("tulis bobot %(least)s sampai 100 persen", least=int(message.values["least"]) * 100)
    if _ANSWERS_OF_A_GAP.fullmatch(problem.field) and "butir" in message.id:
        return say("isi jawaban yang benar; pada pilihan, awali dengan tanda *")
    if message.id not in WORDS:
        return message
    values = {name: format_decimal(one) if isinstance(one, Decimal) else one for name, one in message.values.items()}
    return Said(WORDS[message.id].id, values)

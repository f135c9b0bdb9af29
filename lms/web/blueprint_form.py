"""The form of a blueprint: what a content says as the form shows it, and its rows. blueprint_typed.py reads it.

Sections, groups and bands are rows. Each has a key that stays its own however rows move; the form lists the keys in order
(`bagian`, `kelompok`, `predikat`), and the names of a row's inputs begin with its letter and key: b0-judul, k0-kode, p0-nama.
b0-jenis lists the kinds of question that have points of their own in a section, in b0-numeric-benar and so on.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.questions.kinds import KINDS

Form = MultiDict[str, str]

#: What the form shows of a blueprint; the rest is kept as it was.
SHOWN = frozenset(
    ("sections", "pass_total", "pass_total_points", "compensation", "certainty", "predicates", "groups", "exposure", "balance",
     "trial")
)  # fmt: skip
#: List of keys → the letter of its rows' inputs.
ROWS = {"bagian": "b", "kelompok": "k", "predikat": "p"}
MOST = 20
#: The form's word for a threshold that need not be reached.
NONE = "tanpa"
WEIGHTS = {"right": "benar", "wrong": "salah", "blank": "kosong"}
_KEY = re.compile(r"[0-9]{1,4}")


def keys(form: Form, rows: str) -> list[str]:
    """The keys of the rows, in order."""
    return list(dict.fromkeys(key for key in form.getlist(rows) if _KEY.fullmatch(key)))[: MOST + 1]


def of(rules: Mapping[str, int], content: Mapping[str, Any]) -> Form:
    """The form of an exam's rules and a blueprint's content."""
    form: Form = MultiDict({"durasi": str(rules["duration_minutes"]), "kesempatan": str(rules["attempts"])})
    form["jeda"] = str(rules["cooldown_hours"])
    _show_threshold(form, "", content, "pass_total")
    form["kompensasi"] = _yes(content.get("compensation"))
    form["yakin"] = _yes(content.get("certainty"))
    exposure = content.get("exposure", {})
    form["paparan"], form["paparan-hari"] = str(exposure.get("percent", "")), str(exposure.get("days", ""))
    balance = content.get("balance", {})
    form["kesukaran"], form["kesukaran-selisih"] = (_percent(balance.get(name)) for name in ("facility", "tolerance"))
    form["percobaan"] = str(content.get("trial", ""))
    for n, section in enumerate(content["sections"]):
        form.add("bagian", str(n))
        _show_section(form, f"b{n}-", section)
    for n, band in enumerate(content.get("predicates", ())):
        form.add("predikat", str(n))
        form[f"p{n}-nama"], form[f"p{n}-mulai"] = band["title"], _shown(band["from"])
    for n, group in enumerate(content.get("groups", ())):
        form.add("kelompok", str(n))
        _show_group(form, f"k{n}-", group, [section["title"] for section in content["sections"]])
    return form


def kinds(form: Form, section: str) -> list[str]:
    """The kinds of question that have points of their own in a section. section: its key."""
    listed = form.getlist(f"b{section}-jenis")
    return [kind for kind in KINDS if kind in listed]


def act(form: Form, button: str) -> str:
    """Add, remove or move a row, as a button says: `bagian-tambah`, `bagian-hapus-3`, `bagian-naik-3`, `jenis-tambah-3`. Returns
    the row that the page goes on with, such as b3; empty where the button is none of these."""
    rows, _, rest = button.partition("-")
    what, _, key = rest.partition("-")
    if (rows, what) == ("jenis", "tambah") and key in keys(form, "bagian"):
        form.add(f"b{key}-jenis", form.pop(f"b{key}-jenis-baru", ""))
        return f"b{key}-jenis"
    listed = keys(form, rows) if rows in ROWS else []
    if rows in ROWS and what == "tambah" and len(listed) < MOST:
        key = str(max((int(one) for one in listed), default=-1) + 1)
        listed.append(key)
        if rows == "kelompok":
            form[f"k{key}-satuan"] = NONE
    elif key not in listed or what not in {"hapus", "naik", "turun"}:
        return ""
    else:
        place = listed.index(key)
        listed.pop(place)
        if what == "hapus":
            key = listed[min(place, len(listed) - 1)] if listed else ""
        else:
            listed.insert(max(place + (-1 if what == "naik" else 1), 0), key)
    form.setlist(rows, listed)
    return f"{ROWS[rows]}{key}" if key else f"{rows}-tambah"


def _show_section(form: Form, name: str, section: Mapping[str, Any]) -> None:
    form[f"{name}judul"], form[f"{name}kompetensi"] = section["title"], section["competency"]
    form[f"{name}tingkat"], form[f"{name}soal"] = str(section["level"]), str(section["draw"])
    for difficulty, count in section.get("difficulty", {}).items():
        form[f"{name}{difficulty}"] = str(count)
    form[f"{name}tag"] = ", ".join(section.get("tags", ()))
    form[f"{name}bertag"] = "\n".join(f"{tag}: {count}" for tag, count in section.get("tagged", {}).items())
    form[f"{name}tetap"] = "\n".join(section.get("fixed", ()))
    _show_threshold(form, name, section, "pass")
    scoring = section.get("scoring", {})
    own = scoring.get("kinds", {})
    form.setlist(f"{name}jenis", list(own))
    for place, weights in ((name, scoring), *((f"{name}{kind}-", own[kind]) for kind in own)):
        for weight, word in WEIGHTS.items():
            form[f"{place}{word}"] = _shown(weights.get(weight, ""))


def _show_group(form: Form, name: str, group: Mapping[str, Any], titles: Sequence[str]) -> None:
    form[f"{name}kode"], form[f"{name}nama"] = group["code"], group["title"]
    _show_threshold(form, name, group, "pass_total")
    form[f"{name}kompensasi"] = _yes(group["compensation"]) if "compensation" in group else "umum"
    own = {section["title"]: section for section in group.get("sections", ())}
    for n, title in enumerate(titles):
        _show_threshold(form, f"{name}b{n}-", own.get(title, {}), "pass")


def _show_threshold(form: Form, name: str, holder: Mapping[str, Any], field: str) -> None:
    percent, points = holder.get(field), holder.get(f"{field}_points")
    form[f"{name}satuan"] = "poin" if points is not None else NONE if percent is None else "persen"
    form[f"{name}batas"] = _shown(percent if points is None else points)


def _shown(value: Any) -> str:
    """A number as it is written here."""
    return "" if value is None else str(value).replace(".", ",")


def _percent(share: str | None) -> str:
    """A share as a text with at most two decimals, such as "0.62", in per cent."""
    return "" if share is None else f"{Decimal(share) * 100:.0f}"


def _yes(value: Any) -> str:
    return "ya" if value else "tidak"

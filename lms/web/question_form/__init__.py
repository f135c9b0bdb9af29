"""The form of a question: what was typed as its kind reads it, and what a version says as the form shows it. Kinds are in files beside.

A new question may be turned into one of another kind. What the new kind has no inputs for waits aside, in inputs that are not
seen: under its name where several kinds mean the same by it, else under the kind it was typed for.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from lms.questions import kinds
from lms.questions.content import BadQuestion
from lms.questions.exchange.cloze_text import ASKED
from lms.questions.free_tags import free_tags
from lms.questions.kinds import file
from lms.web.question_form import answers, arranged, choices, work
from lms.web.question_form.fields import Form, line, number, shown, shown_rows, text

#: What waits aside: `simpan-pilihan-1`, `simpan-ordering-skor`.
ASIDE = "simpan-"
OPTIONS, ANSWERS, RUBRIC = (
    ("pilihan-", "umpan-", "bobot-"),
    ("jawaban",),
    ("kriteria-", "nilai-", "uraian-", "jenjang-"),
)
_GAPS = ("isian-", "jenis-isian-", "toleransi-isian-", "bobot-isian-", "huruf-isian-")


class KindForm(NamedTuple):
    """raw: what its inputs say, as its kind reads it · fill: its inputs for a content · groups of rows · texts with pictures ·
    shared: inputs that other kinds have, too, and mean the same by · own: the others. A row's name ends before its number."""

    raw: Callable[[Form], dict[str, Any]]
    fill: Callable[[Form, Mapping[str, Any]], None]
    groups: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


TABLE: dict[str, KindForm] = {
    "single_choice": KindForm(
        choices.single_choice, choices.fill_options, ("pilihan",), ("pilihan",), OPTIONS, (choices.RIGHT,)
    ),
    "multiple_choice": KindForm(
        choices.multiple_choice, choices.fill_options, ("pilihan",), ("pilihan",), OPTIONS, (choices.RIGHT, "skor")
    ),
    "true_false": KindForm(choices.true_false, choices.fill_true_false, own=("jawaban",)),
    "situational": KindForm(
        choices.situational, choices.fill_situational, ("pilihan",), ("pilihan",), ("pilihan-",), ("poin-",)
    ),
    "numeric": KindForm(
        answers.numeric, answers.fill_numeric, shared=ANSWERS, own=("toleransi", "satuan", "satuan-lain")
    ),
    "short_text": KindForm(answers.short_text, answers.fill_short_text, shared=ANSWERS, own=("huruf",)),
    "matching": KindForm(
        arranged.matching, arranged.fill_matching, ("kiri", "pengecoh"), ("kiri",), own=("kiri-", "kanan-", "pengecoh-")
    ),
    "ordering": KindForm(arranged.ordering, arranged.fill_ordering, ("butir",), ("butir",), own=("butir-", "skor")),
    "cloze": KindForm(arranged.cloze, arranged.fill_cloze, ("isian",), ("teks",), own=("teks", *_GAPS)),
    "essay": KindForm(work.essay, work.fill_essay, ("kriteria",), shared=RUBRIC, own=("kata-min", "kata-maks")),
    "file": KindForm(work.file, work.fill_file, ("kriteria",), shared=RUBRIC, own=("tipe", "mb")),
}
KINDS = tuple(TABLE)


def raw(kind: str, form: Form) -> dict[str, Any]:
    """What was typed, as the kind's `read` takes it."""
    made: dict[str, Any] = {"kind": kind, "stem": text(form, "soal"), "explanation": text(form, "pembahasan")}
    made |= {"name": line(form, "nama")} if line(form, "nama") else {}
    points = number(line(form, "poin"))
    made |= {"points": points} if points not in {"", "1"} else {}
    return made | TABLE[kind].raw(form)


def filled(kind: str, content: Mapping[str, Any]) -> Form:
    """The form of a version's content."""
    form: Form = MultiDict({"soal": content["stem"], "pembahasan": content.get("explanation", "")})
    form["nama"], form["poin"] = content.get("name", ""), shown(content.get("points", ""))
    TABLE[kind].fill(form, content)
    return form


def fresh(kind: str) -> Form:
    """The form of a new question: what most questions of its kind say."""
    form: Form = MultiDict({"soal": ASKED} if kind == "cloze" else {})
    if kind == "file":
        form.setlist("tipe", file.TYPES)
        form["mb"] = str(file.MOST_MB)
    return form


def turned(was: str, kind: str, form: Form) -> Form:
    """What was typed for a kind, as the form of another, with what a new question of that kind says where nothing was typed."""
    made = fresh(kind)
    for name in form:
        if form[name]:
            made.setlist(_aside(was, kind, name), form.getlist(name))
    for name in [name for name in made if name.startswith(ASIDE)]:
        typed, mine = name.removeprefix(ASIDE), f"{ASIDE}{kind}-"
        if name.startswith(mine):
            made.setlist(name.removeprefix(mine), made.poplist(name))
        elif _unnumbered(typed) in TABLE[kind].shared:
            made.setlist(typed, made.poplist(name))
    if choices.RIGHT in TABLE[kind].own:
        made.setlist(choices.RIGHT, choices.right_of(kind, form, made))
    return made


def _aside(was: str, kind: str, name: str) -> str:
    """What an input of a kind is called in the form of another."""
    base, before = _unnumbered(name), TABLE[was]
    if base in before.own:
        return f"{ASIDE}{was}-{name}"
    return f"{ASIDE}{name}" if base in before.shared and base not in TABLE[kind].shared else name


def _unnumbered(name: str) -> str:
    return name.rstrip("0123456789")


def holds(kind: str, content: Mapping[str, Any]) -> bool:
    """Whether the form keeps all that a version says: what it cannot show it must not lose."""
    try:
        return kinds.read(raw(kind, filled(kind, content))) == content
    except BadQuestion:
        return False


def rows(kind: str, form: Form) -> dict[str, list[int]]:
    """Group → the numbers of its rows that the page shows."""
    made = {group: shown_rows(form, group) for group in TABLE[kind].groups}
    return made | ({"isian": arranged.shown_gaps(form)} if kind == "cloze" else {})


def texts(kind: str, form: Form) -> list[str]:
    """The inputs that may hold a picture or a recording, in the order of the page."""
    there = rows(kind, form)
    own = [f"{name}-{n}" for name in TABLE[kind].texts if name in there for n in there[name]]
    return ["soal", *(own or TABLE[kind].texts), "pembahasan"]


def tags(form: Form) -> list[str]:
    """The tags, typed with commas between."""
    return sorted(free_tags(form.get("tag", "")))


def folder(form: Form) -> str:
    """The folder: names with "/" between, without blanks around them."""
    return "/".join(part for part in (" ".join(one.split()) for one in form.get("folder", "").split("/")) if part)

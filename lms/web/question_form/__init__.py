"""The form of a question: what was typed as its kind reads it, and what a version says as the form shows it. Kinds are in files beside."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from lms.questions import kinds
from lms.questions.content import BadQuestion
from lms.questions.exchange.cloze_text import ASKED
from lms.questions.exchange.marked_tags import free_tag
from lms.questions.kinds import file
from lms.web.question_form import answers, arranged, choices, work
from lms.web.question_form.fields import Form, line, number, shown, shown_rows, text

MOST_TAGS = 10


class KindForm(NamedTuple):
    """raw: what its inputs say, as its kind reads it · fill: its inputs for a content · groups of rows · texts with pictures."""

    raw: Callable[[Form], dict[str, Any]]
    fill: Callable[[Form, Mapping[str, Any]], None]
    groups: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


TABLE: dict[str, KindForm] = {
    "single_choice": KindForm(choices.single_choice, choices.fill_options, ("pilihan",), ("pilihan",)),
    "multiple_choice": KindForm(choices.multiple_choice, choices.fill_options, ("pilihan",), ("pilihan",)),
    "true_false": KindForm(choices.true_false, choices.fill_true_false),
    "situational": KindForm(choices.situational, choices.fill_situational, ("pilihan",), ("pilihan",)),
    "numeric": KindForm(answers.numeric, answers.fill_numeric),
    "short_text": KindForm(answers.short_text, answers.fill_short_text),
    "matching": KindForm(arranged.matching, arranged.fill_matching, ("kiri", "pengecoh"), ("kiri",)),
    "ordering": KindForm(arranged.ordering, arranged.fill_ordering, ("butir",), ("butir",)),
    "cloze": KindForm(arranged.cloze, arranged.fill_cloze, ("isian",), ("teks",)),
    "essay": KindForm(work.essay, work.fill_essay, ("kriteria",)),
    "file": KindForm(work.file, work.fill_file, ("kriteria",)),
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


def turned(kind: str, form: Form) -> Form:
    """What was typed for another kind, with what a new question of this kind says where nothing was."""
    made = fresh(kind)
    for name in form:
        if form[name]:
            made.setlist(name, form.getlist(name))
    return made


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
    return sorted({tag for word in form.get("tag", "").split(",")[:MOST_TAGS] if (tag := free_tag(word))})


def folder(form: Form) -> str:
    """The folder: names with "/" between, without blanks around them."""
    return "/".join(part for part in (" ".join(one.split()) for one in form.get("folder", "").split("/")) if part)[:120]

"""What was typed into the form of a blueprint, as the reader of packages takes it; which input each problem is about."""

import re
from typing import Any, NamedTuple

from lms.packages import exam_file
from lms.packages.located import Located, Path
from lms.packages.package import Problem
from lms.questions.listing import DIFFICULTIES
from lms.web import typed
from lms.web.blueprint_form import NONE, WEIGHTS, Form, keys, kinds

_AMOUNT = re.compile(r"-?[0-9]{1,9}")
#: Fifty addresses of questions fit.
LONGEST = 8000
#: The address of a question's pages, as a browser shows it.
_ADDRESS = re.compile(r"(?:.*/)?soal/[^/?#]+/([^/?#]+)(?:[/?#].*)?")
#: What is compared with the number of questions, and so is not judged while that cannot be read.
_OF_DRAW = frozenset((DIFFICULTIES[0], "bertag", "tetap"))


class Typed(NamedTuple):
    """source: what was typed, as the reader takes it; what it calls a line is the number of an input, from 1."""

    source: Located
    inputs: list[str]


class Judged(NamedTuple):
    """rules: of the exam · content: of its blueprint · wrong: input → the first problem there.

    Where something is wrong, rules and content hold what the reader puts in its place.
    """

    rules: dict[str, int]
    content: dict[str, Any]
    wrong: dict[str, str]


def judge(form: Form) -> Judged:
    """What was typed, as the reader of packages finds it."""
    source, inputs = read(form)
    found: list[Problem] = []
    rules, content = exam_file.read_rules(source, found), exam_file.read_blueprint(source, found)
    wrong: dict[str, str] = {}
    for problem in found:
        place = inputs[problem.place.line - 1]
        row, _, field = place.partition("-")
        if field not in _OF_DRAW or f"{row}-soal" not in wrong:
            wrong.setdefault(place, problem.message)
    return Judged(rules, content, wrong)


def read(form: Form) -> Typed:
    """What was typed, for the reader of packages."""
    taken = _Taken(form)
    exam: dict[str, Any] = {
        **taken.number((), "duration_minutes", "durasi"),
        **taken.number((), "attempts", "kesempatan"),
        **taken.number((), "cooldown_hours", "jeda"),
        **taken.threshold((), "pass_total", ""),
        **taken.truth((), "compensation", "kompensasi"),
        **taken.truth((), "certainty", "yakin"),
        **taken.number((), "trial", "percobaan"),
    }
    exam |= _exposure(taken) | _balance(taken)
    taken.at(("sections",), "bagian-tambah")
    exam["sections"] = [_section(taken, ("sections", n), key) for n, key in enumerate(keys(form, "bagian"))]
    if bands := keys(form, "predikat"):
        taken.at(("predicates",), "predikat-tambah")
        exam["predicates"] = [_band(taken, ("predicates", n), f"p{key}-") for n, key in enumerate(bands)]
    if groups := keys(form, "kelompok"):
        taken.at(("groups",), "kelompok-tambah")
        exam["groups"] = [_group(taken, ("groups", n), f"k{key}-") for n, key in enumerate(groups)]
    return Typed(Located(exam, "", taken.lines), taken.inputs)


class _Taken:
    """Takes fields out of the form and notes from which input each comes."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.lines: dict[Path, int] = {}
        self.inputs: list[str] = []
        self.at((), "bagian-tambah")

    def at(self, path: Path, name: str) -> str:
        """What was typed into an input, which is that of a field; empty where there is none."""
        self.inputs.append(name)
        self.lines[path] = len(self.inputs)
        return self.form.get(name, "").replace("\r\n", "\n").strip()[:LONGEST]

    def text(self, path: Path, field: str, name: str) -> dict[str, str]:
        """{field: text}, empty where nothing was typed; the others are alike."""
        said = " ".join(self.at((*path, field), name).split())
        return {field: said} if said else {}

    def number(self, path: Path, field: str, name: str) -> dict[str, int | str]:
        """What is no whole number stays as it was typed, for the reader to refuse."""
        said = self.at((*path, field), name)
        number = typed.whole(said)
        return {field: said if number is None else number} if said else {}

    def amount(self, path: Path, field: str, name: str) -> dict[str, int | str]:
        """A decimal is a text with a dot, so that nothing is rounded."""
        said = self.at((*path, field), name).replace(",", ".")
        return {field: int(said) if _AMOUNT.fullmatch(said) else said} if said else {}

    def share(self, path: Path, field: str, name: str) -> dict[str, str]:
        """A whole per cent as a share with two decimals; what is none stays as it was typed."""
        said = self.at((*path, field), name)
        number = typed.whole(said)
        return {field: said if number is None else f"{number // 100}.{number % 100:02}"} if said else {}

    def truth(self, path: Path, field: str, name: str) -> dict[str, bool]:
        """Only where it holds."""
        return {field: True} if self.at((*path, field), name) == "ya" else {}

    def threshold(self, path: Path, field: str, name: str) -> dict[str, Any]:
        """{field: per cent}, {field_points: points}, or {field: None} where nothing need be reached."""
        self.lines[(*path, f"{field}_points")] = len(self.inputs) + 1
        unit = self.form.get(f"{name}satuan")
        if unit == "poin":
            self.at((*path, field), f"{name}batas")
            return self.amount(path, f"{field}_points", f"{name}batas") or {f"{field}_points": ""}
        said = self.number(path, field, f"{name}batas")
        return {field: None} if unit == NONE else said or {field: ""}


def _exposure(taken: _Taken) -> dict[str, Any]:
    path = ("exposure",)
    taken.at(path, "paparan")
    said = taken.number(path, "percent", "paparan") | taken.number(path, "days", "paparan-hari")
    return {"exposure": said} if said else {}


def _balance(taken: _Taken) -> dict[str, Any]:
    path = ("balance",)
    taken.at(path, "kesukaran")
    said = taken.share(path, "facility", "kesukaran") | taken.share(path, "tolerance", "kesukaran-selisih")
    return {"balance": said} if said else {}


def _section(taken: _Taken, path: Path, key: str) -> dict[str, Any]:
    name = f"b{key}-"
    taken.at(path, f"{name}judul")
    made: dict[str, Any] = {
        **taken.text(path, "title", f"{name}judul"),
        **taken.text(path, "competency", f"{name}kompetensi"),
        **taken.number(path, "level", f"{name}tingkat"),
        **taken.number(path, "draw", f"{name}soal"),
        **taken.threshold(path, "pass", name),
    }
    of_difficulty = (*path, "difficulty")
    wanted: dict[str, Any] = {}
    for word in DIFFICULTIES:
        wanted |= taken.number(of_difficulty, word, f"{name}{word}")
    taken.at(of_difficulty, f"{name}{DIFFICULTIES[0]}")
    tags = [tag for tag in taken.at((*path, "tags"), f"{name}tag").split(",") if tag.strip()]
    fixed = questions(taken.at((*path, "fixed"), f"{name}tetap"))
    more = {"difficulty": wanted, "tags": tags, "fixed": fixed, "tagged": _tagged(taken, path, name)}
    return made | {field: value for field, value in more.items() if value} | _scoring(taken, path, key)


def questions(text: str) -> list[str]:
    """The UUIDs of questions that were typed, or stand in the addresses of their pages, each once."""
    typed_in = (_ADDRESS.fullmatch(word) or word for word in text.split())
    return list(dict.fromkeys(one if isinstance(one, str) else one[1] for one in typed_in))


def _tagged(taken: _Taken, path: Path, name: str) -> dict[str, Any]:
    """Lines such as `surel: 2`."""
    made: dict[str, Any] = {}
    for line in taken.at((*path, "tagged"), f"{name}bertag").split("\n"):
        tag, mark, count = line.rpartition(":")
        number = typed.whole(count.strip())
        if line.strip():
            made[tag.strip() if mark else line.strip()] = count.strip() if number is None or not mark else number
    return made


def _scoring(taken: _Taken, path: Path, key: str) -> dict[str, Any]:
    """Points for an answer; kinds: those of their own for some kinds of question, without the kinds for which none are typed."""
    here, name = (*path, "scoring"), f"b{key}-"
    made: dict[str, Any] = _weights(taken, here, name)
    own = {kind: _weights(taken, (*here, "kinds", kind), f"{name}{kind}-") for kind in kinds(taken.form, key)}
    if own := {kind: weights for kind, weights in own.items() if weights}:
        made["kinds"] = own
    return {"scoring": made} if made else {}


def _weights(taken: _Taken, path: Path, name: str) -> dict[str, Any]:
    taken.at(path, f"{name}benar")
    made: dict[str, Any] = {}
    for weight, word in WEIGHTS.items():
        made |= taken.amount(path, weight, f"{name}{word}")
    return made


def _band(taken: _Taken, path: Path, name: str) -> dict[str, Any]:
    taken.at(path, f"{name}nama")
    return taken.text(path, "title", f"{name}nama") | taken.amount(path, "from", f"{name}mulai")


def _group(taken: _Taken, path: Path, name: str) -> dict[str, Any]:
    taken.at(path, f"{name}kode")
    made: dict[str, Any] = {
        **taken.text(path, "code", f"{name}kode"),
        **taken.text(path, "title", f"{name}nama"),
        **_own(taken.threshold(path, "pass_total", name)),
    }
    compensation = taken.at((*path, "compensation"), f"{name}kompensasi")
    if compensation in {"ya", "tidak"}:
        made["compensation"] = compensation == "ya"
    sections: dict[str, dict[str, Any]] = {}
    for key in keys(taken.form, "bagian"):
        title = " ".join(taken.form.get(f"b{key}-judul", "").split())
        if taken.form.get(f"{name}b{key}-satuan", NONE) != NONE and title not in sections:
            here = (*path, "sections", len(sections))
            sections[title] = {"title": title, **taken.threshold(here, "pass", f"{name}b{key}-")}
            taken.at(here, f"{name}b{key}-batas")
    return made | ({"sections": list(sections.values())} if sections else {})


def _own(threshold: dict[str, Any]) -> dict[str, Any]:
    """Of a group, what is none is left out."""
    return {field: value for field, value in threshold.items() if value is not None}

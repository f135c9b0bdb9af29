"""From what a file says to what a bank can keep: every question is read by its kind, and all that is wrong is said."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from lms.questions import kinds, look_alikes
from lms.questions.content import BadQuestion
from lms.questions.exchange import marked_tags
from lms.questions.exchange.decoding import WHERE
from lms.questions.exchange.drafted import Drafted, Finding, Reading, number
from lms.questions.kinds.numbers import MOST_PLACES
from lms.questions.reader import LEAST_POINTS, LONGEST_NAME, MOST_POINTS
from lms.questions.said import say

_LONG_NUMBER = re.compile(rf"-?[0-9]{{1,15}}\.[0-9]{{{MOST_PLACES + 1},40}}")
_LINE = re.compile(r"Baris (\d+)")


@dataclass(frozen=True)
class Ready:
    """A question that can be kept. content: what its kind read."""

    drafted: Drafted
    content: dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """All of a file: the questions that can be kept, and the findings in the order of the file."""

    ready: tuple[Ready, ...]
    findings: tuple[Finding, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)

    def of(self, level: str) -> list[Finding]:
        """The findings of one level."""
        return [one for one in self.findings if one.level == level]

    @property
    def errors(self) -> list[Finding]:
        """What is kept out."""
        return self.of("error")

    @property
    def warnings(self) -> list[Finding]:
        """What comes in and should be looked at."""
        return self.of("warning")


def check(reading: Reading) -> Checked:
    """Read every question by its kind."""
    findings = list(reading.findings)
    if not reading.drafts and not any(one.level == "error" for one in findings):
        findings.append(Finding(WHERE, say("tidak ada soal di berkas ini"), "error"))
    ready = []
    for place, read in enumerate(reading.drafts):
        reading.tell("checking", place, len(reading.drafts))
        settled, said = _settled(read)
        tags, more = marked_tags.fitted(read.tags)
        drafted = replace(read, tags=tags)
        findings += [Finding(drafted.where, message, "warning") for message in (*said, *more)]
        try:
            content = kinds.read(settled)
        except BadQuestion as error:
            findings += [_finding(drafted, flaw.field, flaw.message) for flaw in error.problems]
            continue
        if alike := look_alikes.problems(content):
            findings += [_finding(drafted, flaw.field, flaw.message) for flaw in alike]
        else:
            ready.append(Ready(drafted, content))
    findings = list(dict.fromkeys([*findings, *_doubles([one.drafted for one in ready])]))
    return Checked(tuple(ready), tuple(sorted(findings, key=_line)), reading.media)


def refused(where: str, message: str) -> Checked:
    """A whole file that cannot be taken."""
    return Checked((), (Finding(where, message, "error"),))


def _settled(drafted: Drafted) -> tuple[dict[str, Any], list[str]]:
    """What the kind is given: what other systems allow and the kinds do not is made to fit, and said."""
    raw = {**drafted.raw, "stem": drafted.stem}
    said: list[str] = []
    if len(raw.get("name", "")) > LONGEST_NAME:
        raw["name"] = raw["name"][:LONGEST_NAME].rstrip()
        said.append(say("nama dipotong menjadi %(longest_name)s huruf", longest_name=LONGEST_NAME))
    points = raw.get("points")
    if points is not None and not LEAST_POINTS <= points <= MOST_POINTS:
        del raw["points"]
        said.append(
            say(
                "poin %(points)s di luar %(least_points)s sampai %(most_points)s; dihitung 1 poin",
                points=points,
                least_points=LEAST_POINTS,
                most_points=MOST_POINTS,
            )
        )
    elif isinstance(points, float):
        raw["points"] = round(points, 2)
    if drafted.kind == "single_choice" and any(_is_below(one) for one in raw["options"]):
        raw["options"] = [one | {"fraction": 0} if _is_below(one) else one for one in raw["options"]]
        said.append(say("bobot di bawah nol pada pilihan tunggal disimpan sebagai 0"))
    if drafted.kind == "short_text" and any(one["fraction"] <= 0 for one in raw["answers"]):
        raw["answers"] = [one for one in raw["answers"] if one["fraction"] > 0]
        said.append(say("jawaban dengan bobot nol atau kurang tidak disimpan"))
    exact: dict[str, Any] = {
        name: _shortened(raw[name]) for name in ("answer", "tolerance", "answers", "gaps") if name in raw
    }
    if drafted.kind in {"numeric", "cloze"} and any(raw[name] != value for name, value in exact.items()):
        raw |= exact
        said.append(say("bilangan dibulatkan sampai %(places)s angka di belakang koma", places=MOST_PLACES))
    return raw, said


def _shortened(value: Any, field: str = "answer") -> Any:
    """The same with all numbers in it cut to as many places as are kept: programs write 3.141592653589793."""
    if isinstance(value, list):
        return [_shortened(one, field) for one in value]
    if isinstance(value, dict):
        is_words = value.get("kind") in {"text", "choice"}
        return value if is_words else {name: _shortened(one, name) for name, one in value.items()}
    if field in {"answer", "value", "text", "tolerance"} and isinstance(value, str) and _LONG_NUMBER.fullmatch(value):
        return number(str(round(Decimal(value), MOST_PLACES)))
    return value


def _line(finding: Finding) -> int:
    found = _LINE.search(finding.where)
    return int(found[1]) if found else 0


def _is_below(option: Mapping[str, Any]) -> bool:
    return bool(option.get("fraction", 0) < 0)


def _finding(drafted: Drafted, field: str, message: str) -> Finding:
    said = say("%(field)s: %(message)s", field=_named(field), message=message)
    return Finding(drafted.where, said, "error", drafted.stem)


_FIELDS = {
    "answer": say("jawaban"),
    "answers": say("jawaban"),
    "distractors": say("pengecoh"),
    "explanation": say("pembahasan"),
    "gaps": say("rumpang"),
    "items": say("butir"),
    "name": say("nama"),
    "options": say("pilihan"),
    "pairs": say("pasangan"),
    "points": say("poin"),
    "rubric": say("rubrik"),
    "stem": say("soal"),
    "text": say("teks"),
    "tolerance": say("toleransi"),
    "types": say("jenis berkas"),
    "unit": say("satuan"),
    "units": say("satuan"),
}


def _named(field: str) -> str:
    """options[2].fraction → pilihan 2."""
    name, _, rest = field.partition("[")
    first = name.partition(".")[0]
    number = rest.partition("]")[0]
    called = _FIELDS.get(first, first)
    return say("%(field)s %(n)s", field=called, n=number) if number else called


def _doubles(drafts: list[Drafted]) -> list[Finding]:
    """Names that are used twice, and questions that say the same."""
    names = Counter(one.name.casefold() for one in drafts if one.name)
    said = [
        Finding(
            one.where,
            say(
                "nama '%(name)s' dipakai %(names)s kali; bedakan bila perlu",
                name=one.name[:60],
                names=names[one.name.casefold()],
            ),
            "warning",
        )
        for one in drafts
        if one.name and names[one.name.casefold()] > 1
    ]
    first: dict[tuple[str, str], str] = {}
    for one in drafts:
        key = (one.kind, repr(sorted((name, repr(value)) for name, value in one.raw.items() if name != "name")))
        if key in first:
            said.append(Finding(one.where, say("isinya sama dengan soal di %(first)s", first=first[key]), "warning"))
        first.setdefault(key, one.where)
    return said

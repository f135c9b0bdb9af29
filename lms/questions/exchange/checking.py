"""From what a file says to what a bank can keep: every question is read by its kind, and all that is wrong is said."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.questions import kinds
from lms.questions.content import BadQuestion
from lms.questions.exchange.drafted import Drafted, Finding, Reading
from lms.questions.reader import LEAST_POINTS, LONGEST_NAME, MOST_POINTS

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
    pictures: Mapping[str, bytes] = field(default_factory=dict)

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
    ready = []
    for drafted in reading.drafts:
        settled, said = _settled(drafted)
        findings += said
        try:
            ready.append(Ready(drafted, kinds.read(settled)))
        except BadQuestion as error:
            findings += [_finding(drafted, flaw.field, flaw.message) for flaw in error.problems]
    findings += _doubles([one.drafted for one in ready])
    return Checked(tuple(ready), tuple(sorted(findings, key=_line)), reading.pictures)


def refused(where: str, message: str) -> Checked:
    """A whole file that cannot be taken."""
    return Checked((), (Finding(where, message, "error"),))


def _settled(drafted: Drafted) -> tuple[dict[str, Any], list[Finding]]:
    """What the kind is given: what other systems allow and the kinds do not is made to fit, and said."""
    raw = {**drafted.raw, "stem": drafted.stem}
    said: list[str] = []
    if len(raw.get("name", "")) > LONGEST_NAME:
        raw["name"] = raw["name"][:LONGEST_NAME].rstrip()
        said.append(f"nama dipotong menjadi {LONGEST_NAME} huruf")
    points = raw.get("points")
    if points is not None and not LEAST_POINTS <= points <= MOST_POINTS:
        del raw["points"]
        said.append(f"poin {points} di luar {LEAST_POINTS} sampai {MOST_POINTS}; dihitung 1 poin")
    elif isinstance(points, float):
        raw["points"] = round(points, 2)
    if drafted.kind == "single_choice" and any(_is_below(one) for one in raw["options"]):
        raw["options"] = [one | {"fraction": 0} if _is_below(one) else one for one in raw["options"]]
        said.append("bobot di bawah nol pada pilihan tunggal disimpan sebagai 0")
    if drafted.kind == "short_text" and any(one["fraction"] <= 0 for one in raw["answers"]):
        raw["answers"] = [one for one in raw["answers"] if one["fraction"] > 0]
        said.append("jawaban dengan bobot nol atau kurang tidak disimpan")
    return raw, [Finding(drafted.where, message, "warning") for message in said]


def _line(finding: Finding) -> int:
    found = _LINE.search(finding.where)
    return int(found[1]) if found else 0


def _is_below(option: Mapping[str, Any]) -> bool:
    return bool(option.get("fraction", 0) < 0)


def _finding(drafted: Drafted, field: str, message: str) -> Finding:
    return Finding(drafted.where, f"{_named(field)}: {message}", "error", drafted.stem)


_FIELDS = {"options": "pilihan", "stem": "soal", "answers": "jawaban", "pairs": "pasangan", "items": "butir", "gaps": "rumpang"} | {
    "answer": "jawaban", "tolerance": "toleransi", "units": "satuan", "unit": "satuan", "points": "poin", "name": "nama",
    "text": "teks", "types": "jenis berkas", "rubric": "rubrik", "distractors": "pengecoh", "explanation": "pembahasan",
}  # fmt: skip


def _named(field: str) -> str:
    """options[2].fraction → pilihan 2."""
    name, _, rest = field.partition("[")
    first = name.partition(".")[0]
    number = rest.partition("]")[0]
    return f"{_FIELDS.get(first, first)} {number}".strip()


def _doubles(drafts: list[Drafted]) -> list[Finding]:
    """Names that are used twice, and questions that say the same."""
    names = Counter(one.name.casefold() for one in drafts if one.name)
    said = [
        Finding(one.where, f"nama '{one.name[:60]}' dipakai {names[one.name.casefold()]} kali", "warning")
        for one in drafts
        if one.name and names[one.name.casefold()] > 1
    ]
    first: dict[tuple[str, str], str] = {}
    for one in drafts:
        key = (one.kind, repr(sorted((name, repr(value)) for name, value in one.raw.items() if name != "name")))
        if key in first:
            said.append(Finding(one.where, f"isinya sama dengan soal di {first[key]}", "warning"))
        first.setdefault(key, one.where)
    return said

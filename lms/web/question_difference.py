"""What two versions of a question say differently, field by field, in the words of its pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from lms.authoring.difference import Line, lines_between
from lms.questions.kinds import numeric
from lms.web import question_worth
from lms.web.presentation import written
from lms.web.question_words import DIFFICULTIES, KINDS


@dataclass(frozen=True)
class Version:
    """One version as it is compared. competency: name and code, as they are shown."""

    kind: str
    content: Mapping[str, Any]
    competency: str
    level: int
    difficulty: str
    tags: Sequence[str] = ()
    lesson: str = ""


@dataclass(frozen=True)
class Change:
    """One field that differs. lines: empty where only blank lines do."""

    label: str
    lines: tuple[Line, ...]


def between(old: Version, new: Version) -> tuple[Change, ...]:
    """The fields that differ, in the order of the form; empty where both say the same."""
    before, after = dict(_said(old)), dict(_said(new))
    fields = [*after, *(name for name in before if name not in after)]
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in fields)
    return tuple(Change(name, lines_between(was, now)) for name, was, now in pairs if was != now)


def _said(version: Version) -> Iterator[tuple[str, str]]:
    """(field, all that it says, a line each) of what the version says anything of."""
    kind, content = version.kind, version.content
    yield _("Jenis"), str(KINDS[kind])
    yield _("Nama"), content.get("name", "")
    yield _("Pertanyaan"), content["stem"]
    yield _("Teks"), content.get("text", "")
    yield _("Pilihan"), "\n".join(_options(content))
    yield _("Urutan yang benar"), "\n".join(f"{n}. {one}" for n, one in enumerate(content.get("items", ()), 1))
    yield _("Pasangan"), "\n".join(f"{row['left']} → {row['right']}" for row in content.get("pairs", ()))
    yield _("Pengecoh"), "\n".join(content.get("distractors", ()))
    yield _("Kunci"), "\n".join(_answers(kind, content))
    yield _("Umpan balik"), "\n".join(_feedback(content))
    yield _("Aturan penilaian"), "\n".join(_rules(kind, content))
    yield _("Rubrik"), "\n".join(_rubric(content))
    yield _("Poin"), written(str(content.get("points", 1)))
    yield _("Pembahasan"), content.get("explanation", "")
    yield pgettext("one", "Kompetensi"), version.competency
    yield _("Tingkat"), str(version.level)
    yield _("Kesulitan"), str(DIFFICULTIES[version.difficulty])
    yield _("Tag"), "\n".join(version.tags)
    yield _("Materi"), version.lesson


def _options(content: Mapping[str, Any]) -> Iterator[str]:
    for place, row in enumerate(content.get("options", ())):
        yield f"{_letter(place)}. {row['text']}{_giving(row)}"


def _answers(kind: str, content: Mapping[str, Any]) -> Iterator[str]:
    """What is right where nothing is chosen among options, and the words that a gap offers."""
    if kind == "true_false":
        yield _("Benar") if content["answer"] else _("Salah")
    elif kind == "numeric":
        for row in numeric.rows_of(content):
            text = f"{question_worth.near(row['value'], row['tolerance'])} {content['unit']}".rstrip()
            yield f"{text}{_giving(row)}"
    elif kind == "short_text":
        yield from (f"{row['text']}{_giving(row)}" for row in content["answers"])
    for name, gap in _gaps(content):
        yield from (f"({name}) {question_worth.in_gap(gap, row)}{_giving(row)}" for row in gap["answers"])
        yield from (f"({name}) {text} (–)" for text in gap.get("options", ()))


def _feedback(content: Mapping[str, Any]) -> Iterator[str]:
    for place, row in enumerate(content.get("options", ())):
        if row.get("feedback"):
            yield f"{_letter(place)}: {row['feedback']}"
    answers = list(content.get("answers", ()))
    answers += [row for _name, gap in _gaps(content) for row in gap["answers"]]
    for row in answers:
        if row.get("feedback"):
            yield f"{row.get('text', row.get('value'))}: {row['feedback']}"


def _rules(kind: str, content: Mapping[str, Any]) -> Iterator[str]:
    yield from question_worth.rules(kind, content)
    if "words_min" in content:
        yield _("Paling sedikit %(n)s kata", n=content["words_min"])
    if "words_max" in content:
        yield _("Paling banyak %(n)s kata", n=content["words_max"])
    if "types" in content:
        yield _("Jenis berkas: %(types)s", types=", ".join(content["types"]))
        yield _("Paling besar %(n)s MB", n=content["max_mb"])
    yield from (_GAPS[gap["kind"]](name) for name, gap in _gaps(content))


def _rubric(content: Mapping[str, Any]) -> Iterator[str]:
    for row in content.get("rubric", ()):
        said = f": {row['description']}" if row.get("description") else ""
        yield f"{row['criterion']} ({_('0 sampai %(n)s', n=written(row['points']))}){said}"
        yield from (f"{written(level['points'])}: {level['description']}" for level in row.get("levels", ()))


_GAPS = {
    "choice": lambda name: _("Isian %(n)s: dipilih dari daftar", n=name),
    "text": lambda name: _("Isian %(n)s: diketik sebagai kata", n=name),
    "number": lambda name: _("Isian %(n)s: diketik sebagai bilangan", n=name),
}


def _gaps(content: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(content.get("gaps", {}).items(), key=lambda one: int(one[0]))


def _giving(row: Mapping[str, Any]) -> str:
    gives = question_worth.gives(row)
    return "" if gives == "–" else f" ({gives})"


def _letter(place: int) -> str:
    return chr(ord("A") + place)

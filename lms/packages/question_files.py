"""Reads the files of questions of a package. What stands in a question beside its tags is for its kind to read."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from lms.packages import located
from lms.packages.fields import UUID
from lms.packages.files import Folder
from lms.packages.located import Located
from lms.packages.package import PackagedQuestion, Place, Problem
from lms.questions import kinds
from lms.questions.content import BadQuestion
from lms.questions.free_tags import LONGEST_TAG, MOST_TAGS, free_tag

#: Questions of this file are for practice; those of all others for the exam.
PRACTICE = "latihan.yaml"
MOST_QUESTIONS = 500
DIFFICULTIES = ("mudah", "sedang", "sulit")


def read_questions(folder: Folder, found: list[Problem], *, lessons: Collection[str]) -> tuple[PackagedQuestion, ...]:
    """The questions of all files in the order of names and places; the unusable are noted and left out."""
    made: list[PackagedQuestion] = []
    for file in folder.listing("questions", ".yaml"):
        text = folder.text(file)
        if text is None:
            continue
        source = located.read(text, folder.named(file))
        if isinstance(source, Problem):
            found.append(source)
            continue
        purpose = "practice" if Path(file).name == PRACTICE else "exam"
        made += _of_file(source, found, purpose=purpose, lessons=lessons)
    return _both_ways(made, found)


def _both_ways(made: list[PackagedQuestion], found: list[Problem]) -> tuple[PackagedQuestion, ...]:
    """Who names an enemy is an enemy of it, too. One that the package does not hold is noted."""
    known = {one.uuid for one in made}
    enemies: dict[str, set[str]] = defaultdict(set)
    for one in made:
        for other in one.enemies:
            enemies[one.uuid].add(other)
            enemies[other].add(one.uuid)
            if other not in known or other == one.uuid:
                found.append(Problem(one.place, f"enemies: soal {other} tidak ada di paket ini, atau soal itu sendiri"))
    return tuple(replace(one, enemies=tuple(sorted(enemies[one.uuid]))) for one in made)


def _of_file(
    source: Located, found: list[Problem], *, purpose: str, lessons: Collection[str]
) -> list[PackagedQuestion]:
    rows = source.value
    if not isinstance(rows, list) or len(rows) > MOST_QUESTIONS:
        found.append(Problem(source.place(), f"tulis daftar soal, paling banyak {MOST_QUESTIONS}"))
        return []
    read = (_question(source, n, found, purpose=purpose, lessons=lessons) for n in range(len(rows)))
    return [question for question in read if question]


def _question(
    source: Located, n: int, found: list[Problem], *, purpose: str, lessons: Collection[str]
) -> PackagedQuestion | None:
    raw = source.value[n]
    place = source.place((n,))
    if not isinstance(raw, dict):
        found.append(Problem(place, "di sini diharapkan satu soal dengan isian bernama"))
        return None
    before = len(found)
    _check_tags(raw, source, n, found, lessons)
    if purpose == "practice" and raw.get("kind") in kinds.BY_HAND:
        found.append(Problem(source.place((n, "kind")), "soal latihan harus dapat dinilai sendiri"))
    content: dict[str, Any] = {}
    try:
        content = kinds.read(raw)
    except BadQuestion as error:
        found += [Problem(_place_of(source, n, flaw.field), f"{flaw.field}: {flaw.message}") for flaw in error.problems]
    if len(found) > before:
        return None
    return PackagedQuestion(
        uuid=raw["id"],
        kind=raw["kind"],
        purpose=purpose,
        lesson=raw["lesson"],
        competency=raw["competency"],
        level=raw["level"],
        difficulty=raw["difficulty"],
        content=content,
        tags=tuple(sorted({free_tag(tag) for tag in raw.get("tags", ())})),
        enemies=tuple(sorted(set(raw.get("enemies", ())))),
        place=place,
    )


def _check_tags(raw: dict[str, Any], source: Located, n: int, found: list[Problem], lessons: Collection[str]) -> None:
    def refuse(name: str, message: str) -> None:
        found.append(Problem(source.place((n, name)), message))

    if not isinstance(raw.get("id"), str) or not UUID.fullmatch(raw["id"]):
        refuse("id", "isi id dengan UUID versi 4")
    if not isinstance(raw.get("lesson"), str) or raw["lesson"] not in lessons:
        refuse("lesson", f"materi {raw.get('lesson')} tidak ada di kursus ini")
    if not isinstance(raw.get("competency"), str) or not 1 <= len(raw["competency"]) <= 20:
        refuse("competency", "isi competency dengan kode kompetensi")
    if type(raw.get("level")) is not int or not 1 <= raw["level"] <= 5:
        refuse("level", "isi level dengan bilangan bulat 1 sampai 5")
    for name in ("tags", "enemies"):
        words = raw.get(name, [])
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            refuse(name, f"isi {name} dengan daftar teks")
        elif name == "tags" and (len(words) > MOST_TAGS or any(len(free_tag(word)) > LONGEST_TAG for word in words)):
            refuse(name, f"tulis paling banyak {MOST_TAGS} tag, masing-masing paling panjang {LONGEST_TAG} huruf")
    if raw.get("difficulty") not in DIFFICULTIES:
        refuse("difficulty", f"isi difficulty dengan salah satu dari {', '.join(DIFFICULTIES)}")


def _place_of(source: Located, n: int, field: str) -> Place:
    """Where a field such as `options[2].points` stands; options are counted from 1 there."""
    path: tuple[str | int, ...] = (n,)
    for step in field.split("."):
        name, _, index = step.removesuffix("]").partition("[")
        path = (*path, name, int(index) - 1) if index.isdigit() else (*path, name)
    return source.place(path)

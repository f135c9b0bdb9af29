"""What a package says, as values. Where each part stands in its files is remembered for messages, not compared."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from lms.catalogue.editions import CourseContent
from lms.db import canonical_json


@dataclass(frozen=True)
class Place:
    """A line of a file, as a person would look it up. Lines count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class BadPackage(ValueError):
    """A package cannot be used. `problems` holds all that is wrong with it, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


NOWHERE = Place("")
#: Fields of the parts of a package that older packages do not have.
LATER = ("more", "certainty", "tags", "enemies")


@dataclass(frozen=True)
class PackagedQuestion:
    """One question with its tags. content: what its kind's `read` returns.

    tags: free words, sorted. enemies: UUIDs of questions with which it never stands on one paper, sorted.
    """

    uuid: str
    kind: str
    purpose: str
    lesson: str
    competency: str
    level: int
    difficulty: str
    content: dict[str, Any]
    tags: tuple[str, ...] = ()
    enemies: tuple[str, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class PackagedSection:
    """A part of a paper: from which questions it is drawn, and the per cent of its marks that pass it.

    more: what else a blueprint may say of a section, as its content has it; empty where nothing is said.
    """

    title: str
    competency: str
    level: int
    draw: int
    pass_mark: int | None
    difficulty: dict[str, int]
    more: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default=NOWHERE, compare=False)


class Plan(NamedTuple):
    """How papers are drawn and passed. more: what else a blueprint says, as its content has it."""

    pass_total: int | None
    certainty: bool
    sections: tuple[PackagedSection, ...]
    more: dict[str, Any]

    def blueprint(self) -> dict[str, Any]:
        """The content of an `exams.models.Blueprint`."""
        total = {} if self.pass_total is None else {"pass_total": self.pass_total}
        weighing = {"certainty": True} if self.certainty else {}
        return {**total, **weighing, "sections": [_section(section) for section in self.sections], **self.more}


@dataclass(frozen=True)
class PackagedExam:
    """The exam that closes a course. more: what else its blueprint says, as its content has it."""

    uuid: str
    slug: str
    title: str
    duration_minutes: int
    pass_total: int | None
    proctored: bool
    attempts: int
    cooldown_hours: int
    sections: tuple[PackagedSection, ...]
    certainty: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default=NOWHERE, compare=False)

    def blueprint(self) -> dict[str, Any]:
        """The content of an `exams.models.Blueprint`."""
        return Plan(self.pass_total, self.certainty, self.sections, self.more).blueprint()


@dataclass(frozen=True)
class Package:
    """A course with its questions, and its exam if it has one."""

    uuid: str
    slug: str
    content: CourseContent
    questions: tuple[PackagedQuestion, ...]
    exam: PackagedExam | None
    place: Place = field(default=NOWHERE, compare=False)
    competency_place: Place = field(default=NOWHERE, compare=False)

    @property
    def hash(self) -> str:
        """SHA-256 over all that is said; how questions are spread over files does not matter."""
        questions = sorted((_comparable(question) for question in self.questions), key=lambda one: str(one["uuid"]))
        whole = {
            "uuid": self.uuid,
            "slug": self.slug,
            "content": asdict(self.content),
            "questions": questions,
            "exam": None if self.exam is None else {**_comparable(self.exam), "sections": self.exam.blueprint()},
        }
        return hashlib.sha256(canonical_json(whole).encode()).hexdigest()


def _comparable(part: PackagedQuestion | PackagedExam) -> dict[str, Any]:
    said = asdict(part)
    del said["place"]
    # What came later and is not said must not change the hash of a package that was written before.
    return {name: value for name, value in said.items() if name not in LATER or value}


def _section(section: PackagedSection) -> dict[str, Any]:
    return {
        "title": section.title,
        "competency": section.competency,
        "level": section.level,
        "draw": section.draw,
        **({} if section.pass_mark is None else {"pass": section.pass_mark}),
        "difficulty": dict(section.difficulty),
        **section.more,
    }

"""What must be right before a draft can be published. Pure: everything it looks at is handed to it."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lms.catalogue import lesson_text
from lms.catalogue.editions import CourseContent, LessonContent, learning_hours


class Matter(StrEnum):
    """What an item of the checklist is about, in the order of the list."""

    CHANGE = "change"
    FIELDS = "fields"
    LESSONS = "lessons"
    OBJECTIVES = "objectives"
    TEXTS = "texts"
    PRACTICE = "practice"
    HOURS = "hours"


@dataclass(frozen=True)
class Finding:
    """One thing to put right. said: in words, with places for the facts, and extracted for translation.

    lesson: the slug of the lesson it is in; line: of its text, 0 for none.
    """

    said: str
    facts: tuple[tuple[str, str | int], ...] = ()
    lesson: str = ""
    title: str = ""
    line: int = 0


@dataclass(frozen=True)
class Item:
    """One matter and what is wrong with it; nothing means that it is in order."""

    matter: Matter
    findings: tuple[Finding, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not self.findings


def items(content: CourseContent, *, published: CourseContent | None, practice: Collection[str]) -> tuple[Item, ...]:
    """The whole list. practice: the UUIDs of the practice questions that exist."""
    found = {
        Matter.CHANGE: _change(content, published),
        Matter.FIELDS: _fields(content),
        Matter.LESSONS: _lessons(content),
        Matter.OBJECTIVES: _objectives(content),
        Matter.TEXTS: _texts(content),
        Matter.PRACTICE: _practice(content, practice),
        Matter.HOURS: _hours(content),
    }
    return tuple(Item(matter, tuple(findings)) for matter, findings in found.items())


def embedded(content: CourseContent) -> list[tuple[LessonContent, lesson_text.Embedded]]:
    """Every place of a course where a practice question stands."""
    return [(lesson, asked) for lesson in content.lessons for asked in lesson_text.embedded(lesson.body)]


def _change(content: CourseContent, published: CourseContent | None) -> Iterator[Finding]:
    if published is not None and content.hash == published.hash:
        yield Finding("Draf masih sama dengan edisi yang terbit.")


def _fields(content: CourseContent) -> Iterator[Finding]:
    if not content.title.strip():
        yield Finding("Judul masih kosong.")
    if not content.summary.strip():
        yield Finding("Ringkasan masih kosong.")
    if not content.audience.strip():
        yield Finding("Sasaran masih kosong.")


def _lessons(content: CourseContent) -> Iterator[Finding]:
    if not content.lessons:
        yield Finding("Kursus ini belum punya materi.")


def _objectives(content: CourseContent) -> Iterator[Finding]:
    for lesson in content.lessons:
        if not lesson.objectives:
            yield Finding("Tulis paling sedikit satu tujuan belajar.", (), lesson.slug, lesson.title)


def _texts(content: CourseContent) -> Iterator[Finding]:
    slugs = {lesson.slug for lesson in content.lessons}
    for lesson in content.lessons:
        for flaw in lesson_text.flaws(lesson.body, lessons=slugs):
            yield Finding(flaw.said, flaw.facts, lesson.slug, lesson.title, flaw.line)


def _practice(content: CourseContent, practice: Collection[str]) -> Iterator[Finding]:
    places = embedded(content)
    times = Counter(asked.uuid for _, asked in places)
    for lesson, asked in places:
        if asked.uuid not in practice:
            yield Finding("Soal latihan ini tidak ada di bank soal.", (), lesson.slug, lesson.title, asked.line)
        elif times[asked.uuid] > 1:
            yield Finding("Soal latihan ini dipakai lebih dari sekali.", (), lesson.slug, lesson.title, asked.line)


def _hours(content: CourseContent) -> Iterator[Finding]:
    hours = learning_hours(content.lessons)
    if content.lessons and content.learning_hours != hours:
        minutes = sum(lesson.minutes for lesson in content.lessons)
        yield Finding(
            "Semua materi %(minutes)s menit, yaitu %(hours)s JP; di keterangan tertulis %(written)s JP.",
            (("minutes", minutes), ("hours", hours), ("written", content.learning_hours)),
        )

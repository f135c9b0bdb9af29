"""The difference between two contents of a course, as data that a page can show word by word. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from lms.catalogue.editions import CourseContent, LessonContent

#: Lines that stay the same are shown this far around a change.
CONTEXT = 1
#: Longer lines, and lines less alike than this, are shown as taken out and put in.
MOST_WORDS = 800
ALIKE = 0.35
#: Pairs of equal lines, one of each text, that are weighed against each other: the time grows with the square of them.
MOST_PAIRS = 20_000
#: Pairs of words, one of each line, in all lines of a text that are compared word by word; lines after them are shown whole.
MOST_WORD_PAIRS = 4_000_000

#: (what became of it, from, to in the old, from, to in the new)
Step = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Part:
    """A run of words: "same", "del" (taken out) or "ins" (put in)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line with its parts; without parts it stands for lines left out because they stay the same."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Change:
    """One field that changed. name: "title", "minutes" …, "body"."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class LessonChange:
    """A lesson that is "new", "gone", "changed", or only "moved" to another place."""

    kind: str
    uuid: str
    slug: str
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    """All that differs: the course's own fields, then its lessons in the new order, those that are gone last."""

    course: tuple[Change, ...]
    lessons: tuple[LessonChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.course and not self.lessons


def between(old: CourseContent, new: CourseContent, *, competencies: Mapping[str, str] | None = None) -> Difference:
    """What `new` says that `old` does not, and the other way round. competencies: code → name."""
    names = competencies or {}
    fields = ("title", "summary", "audience", "learning_hours", "licence", "language", "method")
    course = _changes({name: (str(getattr(old, name)), str(getattr(new, name))) for name in fields})
    course += _changes({"competencies": (_competencies(old, names), _competencies(new, names))})
    before = {lesson.uuid: lesson for lesson in old.lessons}
    moved = _moved(old, new)
    lessons = [_lesson(before.get(lesson.uuid), lesson, moved) for lesson in new.lessons]
    after = {lesson.uuid for lesson in new.lessons}
    gone = [_one_sided("gone", lesson) for lesson in old.lessons if lesson.uuid not in after]
    return Difference(course, tuple(change for change in lessons if change) + tuple(gone))


def lines_between(old: str, new: str) -> tuple[Line, ...]:
    """Two texts compared line by line, and changed lines word by word; what stays the same is folded.

    Blank lines do not count: empty when nothing else differs.
    """
    before, after = _filled(old), _filled(new)
    if before == after:
        return ()
    made: list[Line] = []
    left = MOST_WORD_PAIRS
    for tag, i1, i2, j1, j2 in _steps(before, after):
        if tag == "equal":
            made += _folded(before[i1:i2], is_first=i1 == 0, is_last=i2 == len(before))
        else:
            for was, now in zip_longest(before[i1:i2], after[j1:j2]):
                left -= len(_words(was or "")) * len(_words(now or ""))
                made += _line(was, now) if left >= 0 else _whole(was, now)
    return tuple(made)


def _steps(before: Sequence[str], after: Sequence[str]) -> Sequence[Step]:
    """What became of which lines. Where too many are equal to each other, all between the ends that both share is replaced."""
    counted = Counter(before)
    if sum(counted[line] for line in after) <= MOST_PAIRS:
        return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    head = _shared(before, after)
    tail = min(_shared(before[::-1], after[::-1]), len(before) - head, len(after) - head)
    old, new = len(before) - tail, len(after) - tail
    steps = [
        ("equal", 0, head, 0, head),
        ("replace", head, old, head, new),
        ("equal", old, len(before), new, len(after)),
    ]
    return [step for step in steps if step[2] > step[1] or step[4] > step[3]]


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many lines two texts begin with alike."""
    pairs = zip(first, second, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _lesson(old: LessonContent | None, new: LessonContent, moved: set[str]) -> LessonChange | None:
    if old is None:
        return _one_sided("new", new)
    changes = _changes(
        {
            "title": (old.title, new.title),
            "minutes": (str(old.minutes), str(new.minutes)),
            "objectives": ("\n".join(old.objectives), "\n".join(new.objectives)),
            "body": (old.body, new.body),
        }
    )
    if not changes and new.uuid not in moved:
        return None
    return LessonChange("changed" if changes else "moved", new.uuid, new.slug, new.title, changes)


def _one_sided(kind: str, lesson: LessonContent) -> LessonChange:
    side = "ins" if kind == "new" else "del"
    lines = tuple(Line((Part(side, line),)) for line in _filled(lesson.body))
    return LessonChange(kind, lesson.uuid, lesson.slug, lesson.title, (Change("body", lines),) if lines else ())


def _moved(old: CourseContent, new: CourseContent) -> set[str]:
    """The lessons that stand in another order among those that both have."""
    after = {lesson.uuid for lesson in new.lessons}
    before = [lesson.uuid for lesson in old.lessons if lesson.uuid in after]
    known = set(before)
    now = [lesson.uuid for lesson in new.lessons if lesson.uuid in known]
    kept = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    stayed = {uuid for block in kept for uuid in before[block.a : block.a + block.size]}
    return known - stayed


def _changes(pairs: dict[str, tuple[str, str]]) -> tuple[Change, ...]:
    return tuple(Change(name, lines_between(old, new)) for name, (old, new) in pairs.items() if old != new)


def _competencies(content: CourseContent, names: Mapping[str, str]) -> str:
    return "\n".join(f"{names.get(one.code, one.code)} {one.level}/5" for one in content.competencies)


def _folded(same: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[Line]:
    """Equal lines: those next to a change, and a gap for the rest."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    if len(same) <= head + tail:
        yield from (Line((Part("same", line),)) for line in same)
        return
    yield from (Line((Part("same", line),)) for line in same[:head])
    yield Line(())
    yield from (Line((Part("same", line),)) for line in same[len(same) - tail :])


def _line(was: str | None, now: str | None) -> Iterator[Line]:
    old, new = _words(was or ""), _words(now or "")
    if was is None or now is None or max(len(old), len(new)) > MOST_WORDS:
        yield from _whole(was, now)
        return
    match = SequenceMatcher(None, old, new, autojunk=False)
    if match.ratio() < ALIKE:
        yield from _whole(was, now)
        return
    yield Line(tuple(_parts(match, old, new)))


def _whole(was: str | None, now: str | None) -> Iterator[Line]:
    """What was taken out, then what was put in, as far as there is either."""
    yield from (Line((Part(kind, text),)) for kind, text in (("del", was), ("ins", now)) if text is not None)


def _parts(match: "SequenceMatcher[str]", old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    for tag, i1, i2, j1, j2 in match.get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(old[i1:i2]))
            continue
        if i2 > i1:
            yield Part("del", "".join(old[i1:i2]))
        if j2 > j1:
            yield Part("ins", "".join(new[j1:j2]))


def _filled(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _words(line: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", line)

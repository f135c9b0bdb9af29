"""What the page of an exam tells of its rules, as one person reads it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.exams import live_scores, pass_rules
from lms.exams.definitions import Definition
from lms.exams.live_scores import ShownAs
from lms.exams.models import EXAM
from lms.exams.pass_rules import Points, Threshold
from lms.exams.release import Release, release_of


@dataclass(frozen=True)
class Limits:
    """Pass marks under a name: of a group, or those for everyone, whose title is empty. sections: (title, threshold)."""

    title: str
    total: Threshold
    sections: tuple[tuple[str, Threshold], ...]
    compensation: bool


@dataclass(frozen=True)
class Rules:
    """What the rules page says of an exam. sections: (title, questions, threshold).

    total, sections, compensation: as they hold for the reader, under the name of their group if they are in one; others: what
    holds for everybody else, what is general first.
    certainty: answers are weighed by how certain one is · live_scores: how one may stand on a score screen.
    unit: whose exam it is. points: what an answer counts, where a section says so. predicates: (name, from which per
    cent on), the highest first.
    """

    code: str
    title: str
    duration_minutes: int
    max_attempts: int
    cooldown_hours: int
    questions: int
    total: Threshold
    sections: tuple[tuple[str, int, Threshold], ...]
    compensation: bool
    group_title: str
    others: tuple[Limits, ...]
    course_slug: str | None
    course_title: str | None
    certainty: bool = False
    on_trial: int = 0
    live_scores: ShownAs | None = None
    mode: str = EXAM
    unit: str = ""
    points: tuple[Points, ...] = ()
    predicates: tuple[tuple[str, Decimal], ...] = ()
    release: Release | None = None


def rules_of(found: Definition, *, sitting_id: int | None, situational: Collection[str] = ()) -> Rules:
    """The rules of an exam, for its page as one person reads it who stands before a sitting.

    situational: titles of the sections that ask situational questions alone, in which no answer is right or wrong.
    """
    exam, content = found.exam, found.blueprint.content if found.blueprint else {"sections": []}
    own = pass_rules.rules_for(content, found.group_in(sitting_id))
    drawn = [section["draw"] for section in content["sections"]]
    titles = [section["title"] for section in content["sections"]]
    return Rules(
        code=exam.code,
        title=exam.title,
        duration_minutes=exam.duration_minutes,
        max_attempts=exam.max_attempts,
        cooldown_hours=exam.cooldown_hours,
        questions=sum(drawn) + content.get("trial", 0),
        total=own.total,
        sections=tuple(zip(titles, drawn, own.sections, strict=True)),
        compensation=own.compensation,
        group_title=own.group_title,
        others=tuple(_others(content, own.group)),
        course_slug=found.course.slug if found.course else None,
        course_title=found.course_title,
        certainty=bool(content.get("certainty")),
        on_trial=content.get("trial", 0),
        live_scores=live_scores.shown_as(content),
        mode=exam.mode,
        unit=found.unit,
        points=tuple(pass_rules.points_of(content, situational)),
        predicates=pass_rules.bands(content),
        release=release_of(content) if found.blueprint and exam.mode == EXAM else None,
    )


def _others(content: Mapping[str, Any], own: str) -> Iterator[Limits]:
    """Everybody's pass marks but those of the group `own`."""
    titles = [section["title"] for section in content["sections"]]
    for code in ("", *(one["code"] for one in content.get("groups", ()))):
        if code != own:
            rules = pass_rules.rules_for(content, code)
            parts = tuple(zip(titles, rules.sections, strict=True))
            yield Limits(rules.group_title, rules.total, parts, rules.compensation)

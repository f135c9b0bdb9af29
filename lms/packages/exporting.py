"""Writes a course back as a package: what the published edition, the live questions and the exam's rules say.

Reading the files again gives an equal package, and writing that gives the same bytes.
"""

from collections.abc import Iterable
from typing import Any

import yaml
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.catalogue import editions, lesson_text
from lms.catalogue.editions import CourseContent, LessonContent
from lms.catalogue.models import Course, Edition
from lms.exams import blueprints
from lms.exams.models import EXAM, Blueprint, Exam
from lms.exams.panels import taking
from lms.frameworks.models import Competency
from lms.packages.package import Package, PackagedExam, PackagedQuestion, PackagedSection
from lms.packages.question_files import PRACTICE
from lms.questions import enemies
from lms.questions.models import Bank, Question, QuestionVersion

#: What of a blueprint has a place of its own, or stays in the product: a panel's record is no part of a package.
_ELSEWHERE = frozenset({"pass_total", "certainty", "sections", taking.SOURCE})


class NothingToExport(LookupError):
    """The course has no published edition."""


def export(session: Session, course: Course) -> dict[str, str]:
    """The files of a course's package: path inside the folder → text. Raises NothingToExport."""
    return files(gather(session, course))


def gather(session: Session, course: Course) -> Package:
    """A course as it stands in the product. Raises NothingToExport."""
    if course.published_id is None:
        raise NothingToExport(course.slug)
    edition = session.get_one(Edition, course.published_id)
    content = editions.content_of(edition, editions.lessons_of(session, edition.id))
    exam = _exam(session, course)
    drawn = bool(exam and exam.more.get("rehearsals"))
    return Package(course.uuid, course.slug, content, _questions(session, course, content, drawn=drawn), exam)


def files(package: Package) -> dict[str, str]:
    """The files of a package. Exam questions go to the file of their lesson, practice questions to one of their own."""
    made = {"course.yaml": _yaml(_course(package))}
    if package.exam is not None:
        made["exam.yaml"] = _yaml(_exam_file(package.exam))
    for lesson in package.content.lessons:
        made[f"lessons/{lesson.slug}.md"] = _lesson(lesson)
    for question in package.questions:
        name = PRACTICE if question.purpose == "practice" else f"{question.lesson}.yaml"
        made.setdefault(f"questions/{name}", "")
    for file in [file for file in made if file.startswith("questions/")]:
        made[file] = _yaml([_question(one) for one in _in_file(package.questions, file)])
    return made


def _in_file(questions: Iterable[PackagedQuestion], file: str) -> list[PackagedQuestion]:
    if file == f"questions/{PRACTICE}":
        return [question for question in questions if question.purpose == "practice"]
    return [one for one in questions if one.purpose == "exam" and file == f"questions/{one.lesson}.yaml"]


def _questions(
    session: Session, course: Course, content: CourseContent, *, drawn: bool
) -> tuple[PackagedQuestion, ...]:
    """A practice question goes with the lesson in which it stands; one that stands nowhere stays behind, unless a rehearsal
    draws it."""
    stands = {asked.uuid: lesson.slug for lesson in content.lessons for asked in lesson_text.embedded(lesson.body)}
    rows = (
        select(Question.uuid, Question.purpose, QuestionVersion, Competency.code)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(Bank.code == course.slug, Question.status == "live")
        .order_by(Question.id)
    )
    found = [row for row in session.execute(rows) if row.purpose == "exam" or row.uuid in stands or drawn]
    feuds = enemies.of(session, [row.uuid for row in found])
    return tuple(
        PackagedQuestion(
            uuid=uuid,
            kind=version.kind,
            purpose=purpose,
            lesson=stands.get(uuid, version.lesson) if purpose == "practice" else version.lesson,
            competency=code,
            level=version.level,
            difficulty=version.difficulty,
            content=version.content,
            tags=tuple(version.tags),
            enemies=tuple(sorted(feuds.get(uuid, ()))),
        )
        for uuid, purpose, version, code in found
    )


def _exam(session: Session, course: Course) -> PackagedExam | None:
    exam = session.scalars(
        select(Exam)
        .where(Exam.course_id == course.id, Exam.mode == EXAM, exists().where(Blueprint.exam_id == Exam.id))
        .order_by(Exam.id)
        .limit(1)
    ).one_or_none()
    if exam is None:
        return None
    plan = blueprints.in_force(session, exam.id)
    assert plan is not None, "only such are looked for"
    blueprint = plan.content
    return PackagedExam(
        uuid=exam.uuid,
        slug=exam.code,
        title=exam.title,
        duration_minutes=exam.duration_minutes,
        pass_total=blueprint.get("pass_total"),
        proctored=exam.proctored,
        attempts=exam.max_attempts,
        cooldown_hours=exam.cooldown_hours,
        sections=tuple(_section(section) for section in blueprint["sections"]),
        certainty=bool(blueprint.get("certainty")),
        more={name: value for name, value in blueprint.items() if name not in _ELSEWHERE},
    )


def _section(raw: dict[str, Any]) -> PackagedSection:
    plain = {"title", "competency", "level", "draw", "pass", "difficulty"}
    return PackagedSection(
        title=raw["title"],
        competency=raw["competency"],
        level=raw["level"],
        draw=raw["draw"],
        pass_mark=raw.get("pass"),
        difficulty=dict(raw.get("difficulty", {})),
        more={name: value for name, value in raw.items() if name not in plain},
    )


def _course(package: Package) -> dict[str, Any]:
    content = package.content
    return {
        "format": 1,
        "id": package.uuid,
        "slug": package.slug,
        "title": content.title,
        "summary": content.summary,
        "audience": content.audience,
        "language": content.language,
        "learning_hours": content.learning_hours,
        "method": content.method,
        "competencies": [{"code": one.code, "level": one.level} for one in content.competencies],
        "lessons": [lesson.slug for lesson in content.lessons],
        "licence": content.licence,
    }


def _exam_file(exam: PackagedExam) -> dict[str, Any]:
    return {
        "format": 1,
        "id": exam.uuid,
        "slug": exam.slug,
        "title": exam.title,
        "duration_minutes": exam.duration_minutes,
        **_said(exam.blueprint(), "pass_total", but="sections"),
        "proctored": exam.proctored,
        "attempts": exam.attempts,
        "cooldown_hours": exam.cooldown_hours,
        **({"certainty": True} if exam.certainty else {}),
        "sections": [_said(section, "pass") for section in exam.blueprint()["sections"]],
    }


def _said(rules: dict[str, Any], threshold: str, *, but: str = "") -> dict[str, Any]:
    """With `null` where nothing need be reached: a package says so."""
    none = {} if {threshold, f"{threshold}_points"} & rules.keys() else {threshold: None}
    return {name: value for name, value in rules.items() if name != but} | none


def _lesson(lesson: LessonContent) -> str:
    head = {
        "id": lesson.uuid,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "objectives": list(lesson.objectives),
    }
    return f"---\n{_yaml(head)}---\n\n{lesson.body}\n"


def _question(question: PackagedQuestion) -> dict[str, Any]:
    """The stem after the tags, then what the kind adds, and the explanation last, as an author would write it."""
    rest = {key: value for key, value in question.content.items() if key not in {"stem", "explanation"}}
    if "options" in rest:
        rest["options"] = [_option(option) for option in rest["options"]]
    return {
        "id": question.uuid,
        "kind": question.kind,
        "lesson": question.lesson,
        "competency": question.competency,
        "level": question.level,
        "difficulty": question.difficulty,
        **({"tags": list(question.tags)} if question.tags else {}),
        **({"enemies": list(question.enemies)} if question.enemies else {}),
        "stem": question.content["stem"],
        **dict(sorted(rest.items())),
        "explanation": question.content["explanation"],
    }


def _option(option: dict[str, Any]) -> dict[str, Any]:
    """A wrong option is one that is not marked as right."""
    return {key: value for key, value in option.items() if (key, value) != ("correct", False)}


class _Writer(yaml.SafeDumper):
    """Long texts as blocks, short ones in quotes, lists indented: the way the packages are written by hand."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _write_text)


def _yaml(value: Any) -> str:
    return yaml.dump(value, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=1_000_000)

"""Reads exam.yaml, and checks that the package's own questions can fill its blueprint."""

from collections.abc import Sequence
from typing import Any

from lms.exams import blueprint
from lms.exams.blueprint_rows import Candidate, Shortfall
from lms.exams.models import TRYOUT
from lms.packages import after_fields, drawing_fields, located, pass_rule_fields
from lms.packages.fields import Fields
from lms.packages.files import Folder
from lms.packages.located import Located
from lms.packages.package import PackagedExam, PackagedQuestion, PackagedSection, Plan, Problem
from lms.packages.question_files import DIFFICULTIES
from lms.questions.said import say

FILE = "exam.yaml"
RULE_FIELDS = ("duration_minutes", "attempts", "cooldown_hours")
PLAN_FIELDS = (
    "certainty",
    "sections",
    *pass_rule_fields.EXAM_FIELDS,
    *drawing_fields.EXAM_FIELDS,
    *after_fields.EXAM_FIELDS,
)
EXAM_FIELDS = ("format", "id", "slug", "title", "proctored", *RULE_FIELDS, *PLAN_FIELDS)
SECTION_FIELDS = (
    "title",
    "competency",
    "level",
    "draw",
    "difficulty",
    *pass_rule_fields.SECTION_FIELDS,
    *drawing_fields.SECTION_FIELDS,
)


def read_exam(folder: Folder, found: list[Problem]) -> PackagedExam | None:
    """The exam of a package; None when its file cannot be read, which is noted."""
    text = folder.text(FILE)
    if text is None:
        return None
    source = located.read(text, folder.named(FILE))
    if isinstance(source, Problem):
        found.append(source)
        return None
    fields = Fields(source, found, known=EXAM_FIELDS)
    fields.number("format", least=1, most=1)
    plan = _plan(source, fields, found)
    return PackagedExam(
        uuid=fields.uuid(),
        slug=fields.slug("slug"),
        title=fields.text("title", longest=200),
        proctored=fields.truth("proctored"),
        **_rules(fields),
        **plan._asdict(),
        place=fields.place(),
    )


def read_rules(source: Located, found: list[Problem]) -> dict[str, Any]:
    """duration_minutes, attempts and cooldown_hours alone."""
    return _rules(Fields(source, found, known=(*RULE_FIELDS, *PLAN_FIELDS)))


def read_blueprint(source: Located, found: list[Problem]) -> dict[str, Any]:
    """The content of a blueprint alone, as `PackagedExam.blueprint` has it."""
    return _plan(source, Fields(source, found, known=(*RULE_FIELDS, *PLAN_FIELDS)), found).blueprint()


def _rules(fields: Fields) -> dict[str, Any]:
    return {
        "duration_minutes": fields.number("duration_minutes", least=1, most=600),
        "attempts": fields.number("attempts", least=1, most=100),
        "cooldown_hours": fields.number("cooldown_hours", least=0, most=8760),
    }


def _plan(source: Located, fields: Fields, found: list[Problem]) -> Plan:
    sections = tuple(_section(source, n, found) for n in range(len(fields.rows("sections", most=20))))
    _refuse_namesakes(source, sections, found)
    total = pass_rule_fields.threshold(fields, "pass_total", required=True)
    drawing = drawing_fields.read_exam(source, fields, found)
    rules = pass_rule_fields.read_exam(source, fields, found, sections=[section.title for section in sections])
    rules |= after_fields.read(source, fields, found)
    return Plan(
        pass_total=total.get("pass_total"),
        certainty=_certainty(fields, sections),
        sections=sections,
        more={**rules, **drawing, **{name: value for name, value in total.items() if name != "pass_total"}},
    )


def _refuse_namesakes(source: Located, sections: Sequence[PackagedSection], found: list[Problem]) -> None:
    """The rules of a group and the result name a section by its title."""
    titles: set[str] = set()
    for n, section in enumerate(sections):
        if section.title and section.title in titles:
            fields = Fields(source, [], path=("sections", n), known=SECTION_FIELDS)
            found.append(Problem(fields.place("title"), say("ada dua bagian dengan %(name)s yang sama", name="title")))
        titles.add(section.title)


def _certainty(fields: Fields, sections: Sequence[PackagedSection]) -> bool:
    asked = fields.has("certainty") and fields.truth("certainty")
    if asked and any("scoring" in section.more for section in sections):
        fields.refuse(
            "certainty",
            say("pakai salah satu: %(name)s, atau %(other)s pada bagian", name="certainty", other="scoring"),
        )
    return asked


def _section(source: Located, n: int, found: list[Problem]) -> PackagedSection:
    fields = Fields(source, found, path=("sections", n), known=SECTION_FIELDS)
    least = pass_rule_fields.threshold(fields, "pass", required=True)
    more = {name: value for name, value in least.items() if name != "pass"}
    if fields.has("scoring"):
        more["scoring"] = pass_rule_fields.scoring(source, ("sections", n, "scoring"), found)
    more |= drawing_fields.read_section(source, fields, ("sections", n), found)
    section = PackagedSection(
        title=fields.text("title", longest=120),
        competency=fields.text("competency", longest=20),
        level=fields.number("level", least=1, most=5),
        draw=fields.number("draw", least=1, most=200),
        pass_mark=least.get("pass"),
        difficulty=fields.counts("difficulty", DIFFICULTIES),
        more=more,
        place=fields.place(),
    )
    if section.difficulty and sum(section.difficulty.values()) != section.draw:
        fields.refuse(
            "difficulty",
            say(
                "jumlah %(name)s harus sama dengan %(other)s, %(most)s",
                name="difficulty",
                other="draw",
                most=section.draw,
            ),
        )
    return section


def check_shortfalls(exam: PackagedExam | None, questions: Sequence[PackagedQuestion], found: list[Problem]) -> None:
    """Note each cell of the blueprint that the package's exam questions cannot fill, nor those for practice in a try-out."""
    if exam is None:
        return
    _check_pool(exam, [one for one in questions if one.purpose == "exam"], found)
    if TRYOUT in exam.more.get("rehearsals", ()):
        _check_pool(exam, [one for one in questions if one.purpose == "practice"], found, what="soal latihan")


def _check_pool(
    exam: PackagedExam, questions: Sequence[PackagedQuestion], found: list[Problem], *, what: str = "bank soal"
) -> None:
    number_of = {question.uuid: n for n, question in enumerate(questions)}
    pool = [
        Candidate(
            number_of[question.uuid],
            question.competency,
            question.level,
            question.difficulty,
            uuid=question.uuid,
            tags=frozenset(question.tags),
            enemies=frozenset(number_of[uuid] for uuid in question.enemies if uuid in number_of),
        )
        for question in questions
    ]
    for gap in blueprint.shortfalls(pool, exam.blueprint()):
        section = next((one for one in exam.sections if one.title == gap.section), None)
        found.append(Problem(section.place if section else exam.place, _said(gap, what)))


def _said(gap: Shortfall, what: str) -> str:
    if gap.why == "balance":
        return f"tidak ada naskah dengan tingkat kesukaran {gap.wanted}%; yang terdekat {gap.available}%"
    word = gap.difficulty or gap.tag
    cell = f"{gap.competency} tingkat {gap.level}" + (f", {word}" if word else "")
    if gap.why == "fixed":
        return f"soal tetap untuk {cell} tidak ada, tidak cocok, atau tidak boleh bersama soal tetap lain"
    said = {"enemies": " setelah soal yang tidak boleh bersama", "exposure": " menurut batas paparan"}.get(gap.why, "")
    return f"{what} kurang untuk {cell}: perlu {gap.wanted}, ada {gap.available}{said}"

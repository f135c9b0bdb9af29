"""Reads a package's folder into values, and names every problem by file and line.

Limits: a file 1 MB, a folder 400 files, a course 100 lessons, a file of questions 500, YAML 12 levels deep.
"""

from collections import Counter
from pathlib import Path

from lms.catalogue import lesson_text
from lms.catalogue.editions import CompetencyLevel, CourseContent, LessonContent, learning_hours
from lms.packages import located
from lms.packages.exam_file import check_shortfalls, read_exam
from lms.packages.fields import Fields
from lms.packages.files import Folder
from lms.packages.located import Located
from lms.packages.package import BadPackage, Package, PackagedQuestion, Place, Problem
from lms.packages.question_files import read_questions

MOST_LESSONS = 100
COURSE_FIELDS = (
    "format", "id", "slug", "title", "summary", "audience", "language", "learning_hours", "method", "competencies",
    "lessons", "licence",
)  # fmt: skip
LESSON_FIELDS = ("id", "title", "minutes", "objectives")


def read(folder: Path) -> Package:
    """The package in a folder. Raises BadPackage with all that is wrong with it."""
    found: list[Problem] = []
    package = _read(folder, found)
    if found or package is None:
        raise BadPackage(sorted(set(found), key=lambda problem: (problem.place.file, problem.place.line)))
    return package


def problems(folder: Path) -> list[Problem]:
    """All that is wrong with the package in a folder, by file and line; empty when nothing is."""
    try:
        read(folder)
    except BadPackage as error:
        return list(error.problems)
    return []


def _read(root: Path, found: list[Problem]) -> Package | None:
    folder = Folder(root, found)
    source = _yaml(folder, "course.yaml", found)
    if source is None:
        return None
    fields = Fields(source, found, known=COURSE_FIELDS)
    fields.number("format", least=1, most=1)
    slug = fields.slug("slug")
    if slug and slug != root.resolve().name:
        fields.refuse("slug", f"slug {slug} harus sama dengan nama foldernya, {root.resolve().name}")
    lessons, bodies = _lessons(folder, fields, found)
    content = CourseContent(
        title=fields.text("title", longest=200),
        summary=fields.text("summary", longest=2000),
        audience=fields.text("audience", longest=2000),
        language=fields.one_of("language", ("id", "en")),
        method=fields.text("method", longest=40),
        learning_hours=_learning_hours(fields, lessons),
        licence=fields.text("licence", longest=40),
        competencies=_competencies(source, fields, found),
        lessons=lessons,
    )
    questions = read_questions(folder, found, lessons={lesson.slug for lesson in lessons})
    exam = read_exam(folder, found) if folder.has("exam.yaml") else None
    _check_unique(questions, lessons, bodies, found)
    if not found:
        # Only now: a question that could not be read would be missed here a second time.
        _check_embedding(questions, lessons, bodies, found, alone=bool(exam and exam.more.get("rehearsals")))
        check_shortfalls(exam, questions, found)
    return Package(fields.uuid(), slug, content, questions, exam, fields.place(), fields.place("competencies"))


def _yaml(folder: Folder, file: str, found: list[Problem]) -> Located | None:
    text = folder.text(file)
    if text is None:
        return None
    source = located.read(text, folder.named(file))
    if isinstance(source, Problem):
        found.append(source)
        return None
    return source


def _competencies(source: Located, fields: Fields, found: list[Problem]) -> tuple[CompetencyLevel, ...]:
    made = []
    for n in range(len(fields.rows("competencies", most=20))):
        row = Fields(source, found, path=("competencies", n), known=("code", "level"))
        made.append(CompetencyLevel(row.text("code", longest=20), row.number("level", least=1, most=5)))
    return tuple(made)


def _learning_hours(fields: Fields, lessons: tuple[LessonContent, ...]) -> int:
    given = fields.number("learning_hours", least=1, most=1000)
    hours = learning_hours(lessons)
    if lessons and given != hours:
        minutes = sum(lesson.minutes for lesson in lessons)
        fields.refuse("learning_hours", f"semua materi {minutes} menit, yaitu {hours} JP, bukan {given}")
    return given


def _lessons(
    folder: Folder, fields: Fields, found: list[Problem]
) -> tuple[tuple[LessonContent, ...], dict[str, Place]]:
    """The lessons in order, and for each slug where its body begins."""
    slugs = fields.texts("lessons", most=MOST_LESSONS)
    for slug, times in Counter(slugs).items():
        if times > 1:
            fields.refuse("lessons", f"materi {slug} terdaftar {times} kali")
    made, bodies = [], {}
    for slug in dict.fromkeys(slugs):
        read_one = _lesson(folder, slug, set(slugs), found)
        if read_one:
            lesson, bodies[slug] = read_one
            made.append(lesson)
    for file in folder.listing("lessons", ".md"):
        if Path(file).stem not in slugs:
            found.append(Problem(Place(folder.named(file)), "materi ini tidak terdaftar di course.yaml"))
    return tuple(made), bodies


def _lesson(folder: Folder, slug: str, slugs: set[str], found: list[Problem]) -> tuple[LessonContent, Place] | None:
    file = f"lessons/{slug}.md"
    if "/" in slug or "\\" in slug or slug.startswith(".") or len(slug) > 80:
        found.append(Problem(Place(folder.named("course.yaml")), f"nama materi tidak dapat dipakai: {slug[:80]}"))
        return None
    text = folder.text(file)
    if text is None:
        return None
    parts = text.split("\n---\n", 1) if text.startswith("---\n") else []
    if len(parts) != 2:
        found.append(Problem(Place(folder.named(file), 1), "awali materi dengan keterangan di antara dua baris ---"))
        return None
    head = located.read(parts[0].removeprefix("---\n"), folder.named(file), first_line=2)
    if isinstance(head, Problem):
        found.append(head)
        return None
    before = parts[0].count("\n") + 2 + len(parts[1]) - len(parts[1].lstrip("\n"))
    body = parts[1].strip("\n").rstrip()
    for flaw in lesson_text.flaws(body, lessons=slugs):
        found.append(Problem(Place(folder.named(file), before + flaw.line), flaw.message))
    fields = Fields(head, found, known=LESSON_FIELDS)
    lesson = LessonContent(
        uuid=fields.uuid(),
        slug=slug,
        title=fields.text("title", longest=200),
        minutes=fields.number("minutes", least=1, most=600),
        objectives=fields.texts("objectives", most=8),
        body=body,
    )
    return lesson, Place(folder.named(file), before)


def _check_embedding(
    questions: tuple[PackagedQuestion, ...],
    lessons: tuple[LessonContent, ...],
    bodies: dict[str, Place],
    found: list[Problem],
    *,
    alone: bool,
) -> None:
    """Each practice question stands exactly once, in the lesson that it names; in none where a rehearsal draws them.

    alone: whether one does.
    """
    practice = {question.uuid: question for question in questions if question.purpose == "practice"}
    times: Counter[str] = Counter()
    for lesson in lessons:
        for asked in lesson_text.embedded(lesson.body):
            place = Place(bodies[lesson.slug].file, bodies[lesson.slug].line + asked.line)
            times[asked.uuid] += 1
            question = practice.get(asked.uuid)
            if question is None:
                found.append(Problem(place, f"soal latihan {asked.uuid} tidak ada di questions/latihan.yaml"))
            elif question.lesson != lesson.slug:
                found.append(Problem(place, f"soal latihan ini milik materi {question.lesson}"))
            elif times[asked.uuid] > 1:
                found.append(Problem(place, "soal latihan ini sudah dipakai di tempat lain"))
    for uuid, question in practice.items():
        if not times[uuid] and not alone:
            found.append(Problem(question.place, "soal latihan ini tidak dipakai di materi mana pun"))


def _check_unique(
    questions: tuple[PackagedQuestion, ...],
    lessons: tuple[LessonContent, ...],
    bodies: dict[str, Place],
    found: list[Problem],
) -> None:
    seen: dict[str, Place] = {}
    heads = [(lesson.uuid, Place(bodies[lesson.slug].file, 2)) for lesson in lessons]
    for uuid, place in [*heads, *((question.uuid, question.place) for question in questions)]:
        if uuid and uuid in seen:
            found.append(Problem(place, f"id ini sudah dipakai di {seen[uuid]}"))
        seen.setdefault(uuid, place)

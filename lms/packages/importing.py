"""Brings a package into the database without ever replacing what was made in the product.

- A course that is new: the course, its first edition, its bank, questions and exam.
- A course whose content is that of one of its editions: nothing.
- A course with other content: a draft, for a person to look at and publish. A draft that is open is left alone.
- A question with content it never had: its next version. A blueprint that the exam never had: its next number,
  and with it the exam's rules; an exam whose blueprints are known keeps the rules that stand.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.authoring import creation, drafts
from lms.authoring.models import Draft
from lms.catalogue import editions
from lms.catalogue.models import Course, Edition
from lms.frameworks.models import Competency
from lms.packages import exams
from lms.packages.package import BadPackage, Package, PackagedQuestion, Problem
from lms.people.models import OrgUnit
from lms.questions import banks, enemies
from lms.questions.models import Bank, Question, QuestionVersion


@dataclass(frozen=True)
class Imported:
    """What an import came to. course: "new", "unchanged", "draft" (one was made) or "kept" (the open draft was left alone)."""

    course_id: int
    course: str
    draft_id: int | None
    questions_new: int
    questions_changed: int
    exam: str


def import_(session: Session, package: Package, *, unit: OrgUnit, by: int | None, now: datetime) -> Imported:
    """Write what is new in a package. unit: the one that will own a new course.

    Raises BadPackage when it names a competency that is not in the dictionary, or takes a name that is another's.
    """
    competencies = _competencies(session, package)
    course, outcome, draft = _course(session, package, unit=unit, by=by, now=now)
    bank = _bank(session, package, course)
    new, changed = _questions(session, package, bank, competencies, by=by, now=now)
    enemies.add(session, [(one.uuid, other) for one in package.questions for other in one.enemies])
    exam = exams.bring(session, package, course, bank, now=now)
    made = Imported(course.id, outcome, draft.id if draft else None, new, changed, exam)
    if outcome in {"new", "draft"} or new or changed or exam in {"new", "changed"}:
        details = {key: value for key, value in asdict(made).items() if key != "course_id"}
        audit.record(session, "course.import", f"course:{course.id}", by=by, now=now, details=details)
    return made


def _competencies(session: Session, package: Package) -> dict[str, int]:
    """Code → key of all competencies in the dictionary; all that the package names are among them."""
    known = {row.code: row.id for row in session.execute(select(Competency.code, Competency.id))}
    named = [(level.code, package.competency_place) for level in package.content.competencies]
    named += [(question.competency, question.place) for question in package.questions]
    named += [(section.competency, section.place) for section in (package.exam.sections if package.exam else ())]
    missing = [
        Problem(place, f"kompetensi {code} tidak ada di kamus kompetensi") for code, place in named if code not in known
    ]
    if missing:
        raise BadPackage(missing)
    return known


def _course(
    session: Session, package: Package, *, unit: OrgUnit, by: int | None, now: datetime
) -> tuple[Course, str, Draft | None]:
    course = session.scalars(select(Course).where(Course.uuid == package.uuid)).one_or_none()
    if course is None:
        return _new_course(session, package, unit=unit, by=by, now=now), "new", None
    if session.scalar(select(Edition.id).where(Edition.course_id == course.id, Edition.hash == package.content.hash)):
        return course, "unchanged", None
    open_one = drafts.find(session, course.id)
    if open_one is not None:
        is_same = drafts.content_of(open_one, drafts.lessons_of(session, open_one.id)).hash == package.content.hash
        return course, "unchanged" if is_same else "kept", open_one
    return course, "draft", drafts.begin(session, course, package.content, by=by, now=now)


def _new_course(session: Session, package: Package, *, unit: OrgUnit, by: int | None, now: datetime) -> Course:
    if package.slug in creation.RESERVED:
        raise BadPackage([Problem(package.place, f"alamat {package.slug} dipakai halaman lain")])
    if session.scalar(select(Course.id).where(Course.slug == package.slug)):
        raise BadPackage([Problem(package.place, f"alamat {package.slug} sudah dipakai kursus lain")])
    course = Course(uuid=package.uuid, slug=package.slug, unit_id=unit.id)
    session.add(course)
    session.flush()  # its edition needs the key
    editions.publish(session, course, package.content, note="", by=by, now=now)
    return course


def _bank(session: Session, package: Package, course: Course) -> Bank:
    """The bank of a course bears the course's slug."""
    bank = session.scalars(select(Bank).where(Bank.code == course.slug)).one_or_none()
    if bank is None:
        bank = Bank(code=course.slug, title=package.content.title, unit_id=course.unit_id)
        session.add(bank)
        session.flush()  # its questions need the key
    elif bank.unit_id != course.unit_id:
        raise BadPackage([Problem(package.place, f"bank soal {course.slug} milik unit lain")])
    return bank


def _questions(
    session: Session, package: Package, bank: Bank, competencies: dict[str, int], *, by: int | None, now: datetime
) -> tuple[int, int]:
    """(new, changed). A content that a question has had before is not brought back: the product went on from there."""
    known: dict[str, set[str]] = {}
    rows = select(Question.uuid, QuestionVersion.hash).join(Question, Question.id == QuestionVersion.question_id)
    for uuid, digest in session.execute(rows.where(Question.uuid.in_([one.uuid for one in package.questions]))):
        known.setdefault(uuid, set()).add(digest)
    new = changed = 0
    for question in package.questions:
        if _digest(question) in known.get(question.uuid, ()):
            continue
        _add_version(session, bank, question, competencies[question.competency], by=by, now=now)
        new += question.uuid not in known
        changed += question.uuid in known
    return new, changed


def _digest(question: PackagedQuestion) -> str:
    return banks.content_hash(
        question.kind,
        question.content,
        {
            "competency": question.competency,
            "level": question.level,
            "difficulty": question.difficulty,
            "lesson": question.lesson,
            **({"tags": list(question.tags)} if question.tags else {}),
        },
    )


def _add_version(
    session: Session, bank: Bank, question: PackagedQuestion, competency: int, *, by: int | None, now: datetime
) -> None:
    try:
        banks.add_version(
            session,
            bank,
            uuid=question.uuid,
            kind=question.kind,
            content=question.content,
            competency_id=competency,
            level=question.level,
            difficulty=question.difficulty,
            lesson=question.lesson,
            purpose=question.purpose,
            tags=question.tags,
            why="paket kursus",
            by=by,
            now=now,
        )
    except banks.ForeignQuestion as error:
        raise BadPackage([Problem(question.place, "id soal ini milik bank soal lain")]) from error

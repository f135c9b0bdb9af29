"""Small published courses for tests: real rows, the least that makes sense."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import enrolment, progress
from lms.catalogue.models import Course, Edition, Lesson
from lms.exams.models import Attempt, Blueprint, Exam, Paper, Sitting
from lms.frameworks.models import Competency, Framework
from lms.people.models import Employee
from lms.questions.models import Bank, Question, QuestionVersion
from tests.cast import START, Cast, Person

CODE = "TEK.KI"
#: The practice question that every first lesson asks.
PRACTICE: dict[str, Any] = {
    "stem": "Sandi mana yang paling kuat?",
    "explanation": "Frasa yang panjang lebih kuat.",
    "options": [{"text": "`12345678`", "correct": False}, {"text": "Frasa empat kata acak", "correct": True}],
}


@dataclass(frozen=True)
class MadeCourse:
    """Keys of a course that was made, its lessons' in order."""

    id: int
    slug: str
    edition_id: int
    lessons: tuple[str, ...]
    practice: str


def course(
    session: Session,
    cast: Cast,
    *,
    slug: str = "keamanan-informasi",
    title: str = "Keamanan Informasi untuk ASN",
    summary: str = "Menjaga akun dan data warga.",
    hours: int = 4,
    method: str = "e-learning",
    lessons: int = 2,
    code: str = CODE,
    practice: str = "",
    published_at: datetime = START - timedelta(days=30),
) -> MadeCourse:
    """A published course of the province in its first edition. Its first lesson asks the practice question given, or PRACTICE."""
    competency(session, code)
    made = Course(uuid=str(uuid.uuid4()), slug=slug, unit_id=cast.jakarta)
    session.add(made)
    session.flush()
    practice = practice or question(session, cast, "single_choice", PRACTICE, code=code)
    ids = tuple(str(uuid.uuid4()) for _ in range(lessons))
    edition = _edition(session, made, 1, title, ids, practice, published_at, hours, summary, method, code)
    session.commit()
    return MadeCourse(made.id, slug, edition.id, ids, practice)


def next_edition(session: Session, made: MadeCourse, *, title: str = "Keamanan Informasi, diperbarui") -> int:
    """Publish the second edition of a course, with the same lessons. Returns its key."""
    row = session.get_one(Course, made.id)
    edition = _edition(
        session, row, 2, title, made.lessons, made.practice, START, 4, "Ringkasan baru.", "e-learning", CODE
    )
    session.commit()
    return edition.id


def withdraw(session: Session, made: MadeCourse) -> None:
    """Take a course out of the catalogue."""
    session.get_one(Course, made.id).withdrawn_at = START
    session.commit()


def competency(session: Session, code: str = CODE, name: str = "Keamanan Informasi") -> int:
    """A competency of a small framework; the same one for the same code."""
    found = session.scalar(select(Competency.id).where(Competency.code == code))
    if found is not None:
        return found
    framework = Framework(code=f"uji-{code}", title="Kamus uji", source="Uji", valid_from=START.date())
    session.add(framework)
    session.flush()
    made = Competency(
        code=code, framework_id=framework.id, kind="teknis", position=1, name=name, description="Untuk uji."
    )
    session.add(made)
    session.flush()
    return made.id


def question(
    session: Session, cast: Cast, kind: str, content: dict[str, Any], *, purpose: str = "practice", code: str = CODE
) -> str:
    """A live question in a bank of its own. Returns its UUID."""
    key = str(uuid.uuid4())
    bank = Bank(code=key, title="Bank uji", unit_id=cast.jakarta)
    session.add(bank)
    session.flush()
    made = Question(uuid=key, bank_id=bank.id, purpose=purpose)
    session.add(made)
    session.flush()
    version = QuestionVersion(
        question_id=made.id, bank_id=bank.id, number=1, kind=kind, content=content, hash="0" * 64,
        competency_id=competency(session, code), level=1, difficulty="mudah", made_at=START,
    )  # fmt: skip
    session.add(version)
    session.flush()
    made.current_id = version.id
    session.flush()
    return key


def exam(session: Session, cast: Cast, made: MadeCourse, *, opens_at: datetime, closes_at: datetime) -> int:
    """The exam of a course with one sitting. Returns the sitting's key."""
    bank = Bank(code=f"bank-{made.slug}", title="Bank ujian", unit_id=cast.jakarta)
    session.add(bank)
    session.flush()
    row = Exam(
        uuid=str(uuid.uuid4()), code=f"uk-{made.slug}", title="Uji Kompetensi Keamanan Informasi", unit_id=cast.jakarta,
        course_id=made.id, bank_id=bank.id, duration_minutes=30, max_attempts=3, cooldown_hours=24,
    )  # fmt: skip
    session.add(row)
    session.flush()
    sections = [{"title": "Dasar", "competency": CODE, "level": 1, "draw": 20, "pass": 60, "difficulty": {"mudah": 20}}]
    content = {"pass_total": 70, "sections": sections}
    session.add(Blueprint(exam_id=row.id, number=1, content=content, hash="0" * 64, made_at=START))
    sitting = Sitting(exam_id=row.id, code=made.slug[:12], title="Gelombang 1", opens_at=opens_at, closes_at=closes_at)
    session.add(sitting)
    session.commit()
    return sitting.id


def open_attempt(session: Session, person: Person, sitting_id: int, *, due_at: datetime) -> str:
    """An attempt that is under way. Returns its code."""
    sitting = session.get_one(Sitting, sitting_id)
    blueprint = session.scalars(select(Blueprint).where(Blueprint.exam_id == sitting.exam_id)).one()
    paper = Paper(exam_id=sitting.exam_id, blueprint_id=blueprint.id, items=[], hash="0" * 64, made_at=START)
    session.add(paper)
    session.flush()
    made = Attempt(
        code="p3ng3rj44n", exam_id=sitting.exam_id, sitting_id=sitting_id, employee_id=person.employee_id, number=1,
        paper_id=paper.id, state="open", started_at=START, due_at=due_at,
    )  # fmt: skip
    session.add(made)
    session.commit()
    return made.code


def learn(session: Session, person: Person, made: MadeCourse, *, now: datetime = START) -> int:
    """Enrol, read everything and finish, as in a course without an exam. Returns the enrolment's key."""
    key = enrolment.enrol(session, person.employee_id, made.id, by=person.user_id, now=now)
    for lesson in made.lessons:
        progress.complete_lesson(session, key, lesson, now=now)
    enrolment.finish(session, person.employee_id, made.id, year=now.year, now=now)
    session.commit()
    return key


def employed_as(session: Session, person: Person, employment: str) -> None:
    """Change how a person is employed: pns or pppk."""
    session.get_one(Employee, person.employee_id).employment = employment
    session.commit()


def _edition(
    session: Session,
    made: Course,
    number: int,
    title: str,
    lessons: tuple[str, ...],
    practice: str,
    published_at: datetime,
    hours: int,
    summary: str,
    method: str,
    code: str,
) -> Edition:
    edition = Edition(
        course_id=made.id, number=number, title=title, summary=summary, audience="Semua ASN.", language="id",
        method=method, learning_hours=hours, competencies=[{"code": code, "level": 2}], hash="0" * 64,
        published_at=published_at, note="Contoh di materi 1 diperbaiki." if number > 1 else "",
    )  # fmt: skip
    session.add(edition)
    session.flush()
    for position, key in enumerate(lessons, 1):
        ask = f"\n\n::: latihan {practice}\n:::" if position == 1 else ""
        session.add(
            Lesson(
                edition_id=edition.id, position=position, uuid=key, slug=f"materi-{position}", title=f"Materi {position}",
                minutes=20, objectives=[f"Melakukan hal {position}."], hash="0" * 64,
                body=f"Isi materi {position} edisi {number}.\n\n## Bagian\n\nTeks. [Lanjut](materi:materi-2){ask}",
            )
        )  # fmt: skip
    session.flush()
    made.published_id = edition.id
    session.flush()
    return edition

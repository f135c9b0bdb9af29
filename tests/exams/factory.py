"""An exam ready to be sat: a competency, a bank, a course with two lessons, a blueprint and a sitting that is open now.

The paper draws six questions: three of level 1 (the five kinds and one more are in the bank) and three of level 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Edition, Enrolment, Lesson, LessonProgress
from lms.exams.models import Attempt, Blueprint, Exam, Paper, Sitting
from lms.exams.starting import Entry
from lms.exams.terms import Place
from lms.frameworks.models import Competency, Framework
from lms.questions import kinds
from lms.questions.banks import add_version
from lms.questions.models import Bank
from tests.cast import START, Cast, Person
from tests.replay import again

CODE = "uk-keamanan-informasi"
SECRET = "rahasia untuk uji"
#: Who stands at the door with nothing in hand.
ENTRY = Entry(Place("192.0.2.10", "http://localhost/ujian/uk-keamanan-informasi/pengerjaan"), "", SECRET)
CONTENT = {
    "pass_total": 70,
    "sections": [
        {
            "title": "Dasar",
            "competency": "TEK.KI",
            "level": 1,
            "draw": 3,
            "pass": 60,
            "difficulty": {"mudah": 2, "sedang": 1},
        },
        {"title": "Penerapan", "competency": "TEK.KI", "level": 2, "draw": 3, "pass": 60},
    ],
}
#: A paper with one question of each kind and one more.
EVERY_KIND = {
    "pass_total": 70,
    "sections": [{"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 6, "pass": 60}],
}
BY_KIND: dict[str, dict[str, Any]] = {
    "single_choice": {"options": [{"text": "Benar", "correct": True}, {"text": "Salah"}, {"text": "Salah juga"}]},
    "multiple_choice": {
        "options": [
            {"text": "Satu", "correct": True},
            {"text": "Dua", "correct": True},
            {"text": "Tiga"},
            {"text": "Empat"},
        ]
    },
    "true_false": {"answer": True},
    "situational": {
        "options": [{"text": f"Pilihan {points}", "points": points} for points in (5, 4, 3, 2, 1)],
    },
    "numeric": {"answer": "12.5", "tolerance": "0.5", "unit": "jam"},
}
BY_KIND |= {
    "short_text": {
        "answers": [{"text": "Jakarta*"}, {"text": "Betawi", "fraction": "0.5", "feedback": "Nama lamanya."}]
    },
    "matching": {
        "pairs": [
            {"left": "Sandi", "right": "yang Anda tahu"},
            {"left": "Ponsel", "right": "yang Anda punya"},
            {"left": "PIN", "right": "yang Anda tahu"},
        ],
        "distractors": ["yang Anda beli"],
    },
    "ordering": {"items": ["Catat", "Amankan", "Lapor", "Bahas"]},
    "cloze": {
        "text": "Sandi paling pendek {{1}} huruf, disebut {{2}}, dan bersifat {{3}}.",
        "gaps": {
            "1": {"kind": "number", "answers": [{"text": "12"}], "tolerance": "1"},
            "2": {"kind": "text", "answers": [{"text": "frasa sandi"}, {"text": "sandi", "fraction": "0.5"}]},
            "3": {"kind": "choice", "answers": [{"text": "rahasia"}], "options": ["umum", "terbuka"], "weight": 2},
        },
    },
    "essay": {
        "words_min": 50,
        "rubric": [{"criterion": "Isi", "points": 6}, {"criterion": "Bahasa", "points": 2}],
    },
    "file": {"types": ["pdf", "png"], "max_mb": 2},
}
#: The kinds of which the bank has one each at every level, unless a test asks for others.
FIVE = ("single_choice", "multiple_choice", "true_false", "situational", "numeric")
#: What gets the full mark, and what gets nothing, by kind. Work that people mark has neither.
RIGHT: dict[str, Any] = {
    "single_choice": "0",
    "multiple_choice": ["0", "1"],
    "true_false": True,
    "situational": "0",
    "numeric": "12,5",
    "short_text": "jakarta pusat",
    "matching": {"0": "2", "1": "1", "2": "2"},
    "ordering": ["2", "0", "3", "1"],
    "cloze": {"1": "12", "2": "Frasa  Sandi", "3": "rahasia"},
}
WRONG: dict[str, Any] = {
    "single_choice": "1",
    "multiple_choice": ["2", "3"],
    "true_false": False,
    "situational": None,
    "numeric": "99",
    "short_text": "Bogor",
    "matching": {"0": "0", "1": "2", "2": "1"},
    "ordering": ["0", "1", "2", "3"],
    "cloze": {"1": "20", "2": "kata", "3": "umum"},
}
#: What is handed in for people to mark.
WORK: dict[str, Any] = {
    "essay": "Karena data pribadi harus dilindungi.",
    "file": {"name": "telaah.pdf", "size": 1200, "sha256": "a" * 64},
}


@dataclass(frozen=True)
class Hall:
    """Keys of what was made."""

    exam_id: int
    course_id: int
    bank_id: int
    sitting_id: int
    competency_id: int


def question(kind: str, stem: str = "Mana yang benar?") -> dict[str, Any]:
    """A raw question of a kind, as a course package has it."""
    return {"kind": kind, "stem": stem, "explanation": "Karena begitu.", **BY_KIND[kind]}


def build(
    session: Session,
    cast: Cast,
    *,
    now: datetime = START,
    content: dict[str, Any] | None = None,
    bank_of: Sequence[str] = (*FIVE, "single_choice"),
) -> Hall:
    """Make it all; the cast's learner has enrolled and finished both lessons. bank_of: kinds of the questions of each level."""
    plan, kinds_of_it = content or CONTENT, tuple(bank_of)

    def make() -> Hall:
        return _make(session, cast, now, plan, kinds_of_it)

    # Only the stopped clock comes round to the same moment again.
    made = again(session, (cast, repr(plan), kinds_of_it), make) if now == START else make()
    session.commit()
    return made


def _make(session: Session, cast: Cast, now: datetime, content: dict[str, Any], bank_of: Sequence[str]) -> Hall:
    competency = _competency(session)
    bank = Bank(code="bank-ki", title="Keamanan Informasi", unit_id=cast.jakarta)
    session.add(bank)
    session.flush()
    for level in (1, 2):
        for number, kind in enumerate(bank_of):
            _question(session, bank, competency, level=level, number=number, kind=kind, now=now)
    course = _course(session, cast, now)
    enrol(session, course, cast.learner, now=now, finished=2)
    exam = Exam(
        uuid="3e4cc512-052f-414f-a39e-24aef2681265",
        code=CODE,
        title="Uji Kompetensi Keamanan Informasi",
        unit_id=cast.jakarta,
        course_id=course.id,
        bank_id=bank.id,
        duration_minutes=30,
        max_attempts=3,
        cooldown_hours=24,
    )
    session.add(exam)
    session.flush()
    session.add(Blueprint(exam_id=exam.id, number=1, content=content, hash="b" * 64, made_at=now))
    sitting = Sitting(
        exam_id=exam.id,
        code="sesi-1",
        title="Sesi daring",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=30),
        zone="Asia/Jakarta",
    )
    session.add(sitting)
    session.flush()
    return Hall(exam.id, course.id, bank.id, sitting.id, competency.id)


def enrol(session: Session, course: Course, who: Person, *, now: datetime, finished: int) -> None:
    """Enrol a person who has finished the first lessons."""
    assert course.published_id is not None
    enrolment = Enrolment(
        employee_id=who.employee_id, course_id=course.id, edition_id=course.published_id, enrolled_at=now
    )
    session.add(enrolment)
    session.flush()
    for number in range(1, finished + 1):
        session.add(
            LessonProgress(enrolment_id=enrolment.id, lesson_uuid=f"lesson-{number}", opened_at=now, completed_at=now)
        )
    session.flush()


def paper_of(session: Session, code: str) -> list[dict[str, Any]]:
    """The items of an attempt's paper."""
    items: list[dict[str, Any]] = session.scalars(
        select(Paper.items).join(Attempt, Attempt.paper_id == Paper.id).where(Attempt.code == code)
    ).one()
    return items


def _competency(session: Session) -> Competency:
    framework = Framework(code="TEK", title="Kamus teknis", source="Uji", valid_from=date(2020, 1, 1))
    session.add(framework)
    session.flush()
    competency = Competency(
        code="TEK.KI",
        framework_id=framework.id,
        kind="teknis",
        position=1,
        name="Keamanan Informasi",
        description="Menjaga informasi.",
    )
    session.add(competency)
    session.flush()
    return competency


def _question(
    session: Session,
    bank: Bank,
    competency: Competency,
    *,
    level: int,
    number: int,
    kind: str,
    now: datetime,
    purpose: str = "exam",
) -> None:
    add_version(
        session,
        bank,
        uuid=f"{'soal' if purpose == 'exam' else 'latihan'}-{level}-{number}",
        kind=kind,
        content=kinds.read(question(kind, f"Soal {level}-{number}: mana yang benar?")),
        competency_id=competency.id,
        level=level,
        difficulty="mudah" if number < 4 else "sedang",
        lesson="01-masuk",
        purpose=purpose,
        by=None,
        now=now,
    )


def _course(session: Session, cast: Cast, now: datetime) -> Course:
    course = Course(uuid="kursus-ki", slug="keamanan-informasi", unit_id=cast.jakarta)
    session.add(course)
    session.flush()
    edition = Edition(
        course_id=course.id,
        number=1,
        title="Keamanan Informasi untuk ASN",
        summary="Ringkas.",
        audience="Semua.",
        language="id",
        method="e-learning",
        learning_hours=4,
        competencies=[{"code": "TEK.KI", "level": 2}],
        hash="e" * 64,
        published_at=now,
    )
    session.add(edition)
    session.flush()
    course.published_id = edition.id
    for number in (1, 2):
        session.add(
            Lesson(
                edition_id=edition.id,
                position=number,
                uuid=f"lesson-{number}",
                slug=f"0{number}-materi",
                title=f"Materi {number}",
                minutes=20,
                objectives=[],
                body="Isi.",
                hash="l" * 64,
            )
        )
    session.flush()
    return course


def shape_of(item: dict[str, Any]) -> str:
    """The letter of an item's answers, as the attempt's token carries it."""
    return kinds.TABLE[item["kind"]].SHAPE


def add_question(
    session: Session, kind: str, *, number: int, level: int = 1, now: datetime = START, purpose: str = "exam"
) -> None:
    """One more question for the bank."""
    bank, competency = session.scalars(select(Bank)).one(), session.scalars(select(Competency)).one()
    _question(session, bank, competency, level=level, number=number, kind=kind, now=now, purpose=purpose)

"""The exam that the candidates sit, and the candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from lms import clock
from lms.catalogue.models import Course
from lms.db import Database
from lms.exams.models import Attempt, Exam
from lms.people.models import Employee, User
from lms.people.sign_in import open_session
from lms.tables import metadata
from tests.cast import PASSWORD_HASH, Person, assemble
from tests.exams import factory

#: Kinds that the reckoning can mark by itself.
KINDS = ("single_choice", "true_false", "situational")
ITEMS = 20
CONTENT = {
    "pass_total": 70,
    "sections": [
        {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 10, "pass": 60},
        {"title": "Penerapan", "competency": "TEK.KI", "level": 2, "draw": 10, "pass": None},
    ],
}


@dataclass(frozen=True)
class Seat:
    """A candidate with two devices that are signed in: the tokens of their sessions."""

    first: str
    second: str


def fill(url: str, candidates: int) -> list[Seat]:
    """Make the exam in an empty database, and people who may take it."""
    database, now = Database(url), clock.now()
    metadata.create_all(database.engine)
    seats = []
    with database.transaction() as session:
        cast = assemble(session, now=now)
    with database.writer() as session:
        hall = factory.build(session, cast, now=now, content=CONTENT, bank_of=KINDS * 4)
    with database.transaction() as session:
        course = session.get_one(Course, hall.course_id)
        session.get_one(Exam, hall.exam_id).max_attempts = 1
        for number in range(candidates):
            nip = f"1990010120150{number:05d}"
            employee = Employee(code=f"f-{number}", nip=nip, name=f"Peserta {number}", grade="III/a", employment="pns")
            session.add(employee)
            session.flush()  # the account needs its key
            user = User(employee_id=employee.id, password_hash=PASSWORD_HASH)
            session.add(user)
            session.flush()  # its sessions need the key
            who = Person(employee.id, user.id, employee.code, nip, employee.name, "")
            factory.enrol(session, course, who, now=now, finished=2)
            tokens = [open_session(session, user.id, now=now, browser=name, second_factor=False) for name in "12"]
            seats.append(Seat(*tokens))
    database.engine.dispose()
    return seats


def shorten(url: str, codes: Sequence[str], seconds: int) -> None:
    """Let attempts end so many seconds from now."""
    database = Database(url)
    with database.transaction() as session:
        due_at = clock.now() + timedelta(seconds=seconds)
        session.execute(update(Attempt).where(Attempt.code.in_(codes)).values(due_at=due_at))
    database.engine.dispose()

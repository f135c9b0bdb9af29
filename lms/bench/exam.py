"""`lms bench exam`: what one exam costs, step by step, and how many whole exams a minute are done.

The client runs on the same machine as the server. Sign-ins are real, with Argon2id at its full strength. In the same
run single rows are inserted into the same database, one a transaction: the bare rate against which to read the rest.
"""

import os
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.orm import Session

from lms import clock, demo
from lms.bench import saves, starts
from lms.bench.candidate import COOKIE, Answer, Candidate
from lms.bench.server import Served, serve
from lms.catalogue.models import Edition, Enrolment, Lesson, LessonProgress
from lms.db import Database
from lms.exams import blueprints, drawing
from lms.exams.models import EXAM, Exam
from lms.people.models import Employee, User
from lms.people.passwords import HASHER, hash_password
from lms.people.sign_in import open_session
from lms.tables import metadata

PASSWORD = "kata sandi pengukuran"  # noqa: S105 - of accounts that live as long as one run
#: As other platforms are measured: all questions answered in so many saves, as pages of questions would send them.
QUESTIONS, SAVES = 40, 4
#: Candidates who start at once, how many of them then save at saturation, and how often each of these does.
STAMPEDE, SAVERS, SAVES_EACH = 300, 32, 100
#: Candidates before anything is measured, so that every connection has prepared its statements, as in a server that runs for days;
#: and candidates whose steps are measured one by one.
WARM_UP, WALKS = 64, 5
_BARE_ROWS, _HASHES = 2000, 40


@dataclass
class Step:
    """What a step took, over all its requests."""

    statements: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)


def run(*, url: str | None, exams: int, clients: int, stampede: int, workers: int) -> dict[str, Any]:
    """Measure. url: an empty PostgreSQL database, or None for SQLite in a folder of its own."""
    with _stage(url) as (var, database):
        exam, nips = _fill(database, exams + stampede + WARM_UP + WALKS)
        signed_in = _sign_in(database, nips[len(nips) - stampede :])
        del nips[len(nips) - stampede :]
        with serve(var, database, workers=workers) as served:
            _crowd(served, nips[:WARM_UP], exam, clients)  # what is made once a process or connection is made now
            steps: dict[str, Step] = defaultdict(Step)
            for nip in nips[WARM_UP : WARM_UP + WALKS]:
                _walk(served, nip, exam, steps)
            crowd = _crowd(served, nips[WARM_UP + WALKS :], exam, clients)
            waiting = [_seated(served, nip, exam, token) for nip, token in signed_in]
            started, codes = starts.measure(waiting)
            savers = waiting[:SAVERS], codes[:SAVERS]
            saved = [saves.measure(*savers, saves=SAVES_EACH, batch=size) for size in (1, 10)]
        bare = _bare_rate(database.engine)
    hashing = _hash_cpu_seconds()
    return {
        "database": "postgresql" if url else "sqlite",
        "questions": QUESTIONS,
        "saves": SAVES,
        "clients": clients,
        "steps": {name: _summary(step) for name, step in steps.items()},
        **crowd,
        "stampede": started,
        "saturation": saved,
        "bare_inserts_per_second": round(bare),
        "cpu_seconds_per_password_hash": round(hashing, 4),
        "server_cpu_per_exam_in_hashes": round(crowd["server_cpu_seconds_per_exam"] / hashing, 2),
    }


@contextmanager
def _stage(url: str | None) -> Iterator[tuple[Path, Database]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        database = Database(url or f"sqlite:///{folder}/teruji.db")
        metadata.create_all(database.engine)
        yield Path(folder), database
        database.engine.dispose()


def _fill(database: Database, count: int) -> tuple[str, list[str]]:
    """The demo, and candidates who have read all lessons. Returns the exam's code and the candidates' NIPs."""
    now = clock.now()
    password_hash = hash_password(PASSWORD)
    nips = [f"19900101201505{1 + n // 999}{1 + n % 999:03d}" for n in range(count)]
    with database.transaction() as session:
        today = clock.local_date(now, "Asia/Jakarta")
        demo.load(session, now=now, today=today, public_url="http://127.0.0.1:8000")
        exam = session.scalars(select(Exam).where(Exam.course_id.is_not(None), Exam.mode == EXAM)).one()
        _add_blueprint(session, exam, now)
        edition = session.scalars(select(Edition).where(Edition.course_id == exam.course_id)).one()
        lessons = list(session.scalars(select(Lesson.uuid).where(Lesson.edition_id == edition.id)))
        for number, nip in enumerate(nips):
            employee = Employee(
                code=f"bench-{number}", nip=nip, name=f"Peserta {number}", grade="III/a", employment="pns"
            )
            session.add(employee)
            session.flush()  # the rest needs its key
            session.add(User(employee_id=employee.id, password_hash=password_hash, is_demo=True))
            enrolment = Enrolment(
                employee_id=employee.id, course_id=edition.course_id, edition_id=edition.id, enrolled_at=now
            )
            session.add(enrolment)
            session.flush()  # its progress needs its key
            session.execute(
                insert(LessonProgress),
                [
                    {
                        "enrolment_id": enrolment.id,
                        "lesson_uuid": uuid,
                        "opened_at": now - timedelta(days=1),
                        "read_to": 1000,
                        "completed_at": now,
                    }
                    for uuid in lessons
                ],
            )
        return exam.code, nips


def _add_blueprint(session: Session, exam: Exam, now: datetime) -> None:
    """The next blueprint of the exam: as many questions as are measured, of whatever the bank holds most of."""
    there = Counter((one.competency, one.level) for one in drawing.pool(session, exam, {}, now=now))
    sections, missing = [], QUESTIONS
    for (competency, level), count in there.most_common():
        drawn = min(count, missing)
        missing -= drawn
        if drawn:
            sections.append({"title": f"Tingkat {level}", "competency": competency, "level": level, "draw": drawn})
    if missing:
        raise RuntimeError(f"the bank of the demo holds {missing} questions too few")
    content = {"pass_total": 70, "sections": [{**one, "pass": None, "difficulty": {}} for one in sections]}
    last = blueprints.in_force(session, exam.id)
    blueprints.append(session, exam.id, content, number=last.number + 1 if last else 1, now=now)


def _sign_in(database: Database, nips: list[str]) -> list[tuple[str, str]]:
    """(NIP, token of an open session) of each: people who signed in before they took their seats."""
    with database.transaction() as session:
        users = select(Employee.nip, User.id).join(User, User.employee_id == Employee.id).where(Employee.nip.in_(nips))
        rows = session.execute(users).all()
        return [
            (nip, open_session(session, user_id, now=clock.now(), browser="bench", second_factor=False))
            for nip, user_id in rows
        ]


def _seated(served: Served, nip: str, exam: str, token: str) -> Candidate:
    return Candidate(served.port, nip, PASSWORD, exam, lambda _name, _answer: None, cookies={COOKIE: token})


def _walk(served: Served, nip: str, exam: str, steps: dict[str, Step]) -> None:
    """One whole exam by one candidate, with the CPU time between requests put down to the step."""
    before = served.cpu_seconds()

    def note(name: str, answer: Answer) -> None:
        nonlocal before
        after = served.cpu_seconds()
        step = steps[name]
        step.statements.append(answer.statements)
        step.sizes.append(answer.size)
        step.server_ms.append((after[0] - before[0]) * 1000)
        step.database_ms.append((after[1] - before[1]) * 1000)
        before = after

    Candidate(served.port, nip, PASSWORD, exam, note).whole_exam(saves=SAVES)


def _crowd(served: Served, nips: list[str], exam: str, clients: int) -> dict[str, Any]:
    """Whole exams by several candidates at once."""
    waiting = list(nips)
    faults: list[str] = []
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not waiting or faults:
                    return
                nip = waiting.pop()
            try:
                Candidate(served.port, nip, PASSWORD, exam, lambda _name, _answer: None).whole_exam(saves=SAVES)
            except (OSError, RuntimeError, KeyError, ValueError) as fault:
                faults.append(str(fault))

    before, start = served.cpu_seconds(), time.perf_counter()
    crew = [threading.Thread(target=work) for _ in range(clients)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    took, after = time.perf_counter() - start, served.cpu_seconds()
    if faults:
        raise RuntimeError(f"{len(faults)} candidates failed; the first: {faults[0]}")
    return {
        "exams": len(nips),
        "exams_per_minute": round(len(nips) / took * 60, 1),
        "server_cpu_seconds_per_exam": round((after[0] - before[0]) / len(nips), 4),
        "database_cpu_seconds_per_exam": round((after[1] - before[1]) / len(nips), 4),
    }


def _hash_cpu_seconds() -> float:
    """Processor time of one password hash while all cores hash, as they do when everybody signs in: how fast the machine is now."""
    known = hash_password(PASSWORD)

    def check(_number: int) -> float:
        start = time.thread_time()
        HASHER.verify(known, PASSWORD)
        return time.thread_time() - start

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as cores:
        return statistics.mean(cores.map(check, range(_HASHES)))


def _bare_rate(engine: Engine) -> float:
    """Rows a second, one row a transaction, over one connection."""
    table = Table("bench_row", MetaData(), Column("id", Integer, primary_key=True), Column("value", Text))
    table.create(engine)
    writing = engine.execution_options(writes=True)
    with writing.connect() as connection:
        start = time.perf_counter()
        for _ in range(_BARE_ROWS):
            connection.execute(insert(table).values(value="x" * 100))
            connection.commit()
        return _BARE_ROWS / (time.perf_counter() - start)


def _summary(step: Step) -> dict[str, Any]:
    requests = len(step.sizes)
    return {
        "requests": requests,
        "statements": max(step.statements),
        "bytes": max(step.sizes),
        "server_cpu_ms": round(sum(step.server_ms) / requests, 2),
        "database_cpu_ms": round(sum(step.database_ms) / requests, 2),
    }

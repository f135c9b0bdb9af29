"""The demo's essay exam: held the day before yesterday, handed in by five people, and waiting for markers."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.exams import blueprints, journal, preparing
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import AnswerEvent, Attempt, Exam, Paper, Sitting
from lms.frameworks.models import Competency
from lms.people.models import Employee, OrgUnit
from lms.questions import kinds
from lms.questions.banks import add_version
from lms.questions.models import Bank, QuestionVersion

FILE = Path(__file__).with_name("essays.yaml")
_TAGS = {"uuid", "difficulty"}


def load(session: Session, unit: OrgUnit, people: dict[str, Employee], *, now: datetime) -> None:
    """Write the exam, its bank and sitting, and what was handed in."""
    given: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    begun = now - timedelta(days=2)
    exam, versions = _exam(session, unit, given, begun)
    for code, answers in given["candidates"].items():
        _sit(session, exam, people[code], dict(zip(versions, answers, strict=True)), begun)


def _exam(session: Session, unit: OrgUnit, given: dict[str, Any], begun: datetime) -> tuple[Exam, list[int]]:
    said = given["exam"]
    bank = Bank(code=said["bank"], title=said["title"], unit_id=unit.id)
    session.add(bank)
    session.flush()  # its questions need the key
    competency = session.scalars(select(Competency).where(Competency.code == said["competency"])).one()
    versions = [_question(session, bank, competency, said["level"], raw, begun).id for raw in given["questions"]]
    exam = Exam(
        uuid=said["uuid"], code=said["code"], title=said["title"], unit_id=unit.id, bank_id=bank.id,
        duration_minutes=60, max_attempts=1, cooldown_hours=0,
    )  # fmt: skip
    session.add(exam)
    session.flush()  # its blueprint and sitting need the key
    section = {
        "title": "Uraian",
        "competency": competency.code,
        "level": said["level"],
        "draw": len(versions),
        "pass": 0,
    }
    content = {**given["blueprint"], "sections": [section]}
    blueprints.append(session, exam.id, content, number=1, now=begun)
    window = {"opens_at": begun, "closes_at": begun + timedelta(hours=4)}
    session.add(Sitting(exam_id=exam.id, code="URAIAN-1", title="Sesi uraian", supervised=True, **window))
    session.flush()
    return exam, versions


def _question(
    session: Session, bank: Bank, competency: Competency, level: int, raw: dict[str, Any], begun: datetime
) -> QuestionVersion:
    return add_version(
        session,
        bank,
        uuid=raw["uuid"],
        kind=raw["kind"],
        content=kinds.read({name: value for name, value in raw.items() if name not in _TAGS}),
        competency_id=competency.id,
        level=level,
        difficulty=raw["difficulty"],
        lesson="",
        purpose="exam",
        by=None,
        now=begun,
    )


def _sit(session: Session, exam: Exam, who: Employee, answers: dict[int, Any], begun: datetime) -> None:
    """One candidate from the paper to handing in, forty minutes later."""
    found = definition(session, exam.code, now=begun)
    assert found is not None, "it was just written"
    preparing.prepare(session, found, may_start(session, found, who.id, now=begun), who.id, now=begun)
    mine = (Attempt.exam_id == exam.id) & (Attempt.employee_id == who.id)
    attempt, paper = session.execute(select(Attempt, Paper).join(Paper, Paper.id == Attempt.paper_id).where(mine)).one()
    due = begun + timedelta(minutes=exam.duration_minutes)
    session.execute(update(Attempt).where(mine).values(state="open", started_at=begun, due_at=due))
    writer, last = f"{journal.SERVER}1", None
    for number, item in enumerate(paper.items, 1):
        answer = answers[item["version"]]
        at = begun + timedelta(minutes=10 * number)
        value = str(answer) if item["kind"] == "single_choice" else answer
        last = journal.next_event(attempt.code, writer, last, item=number, kind="answer", value=value, now=at)
        session.add(AnswerEvent(attempt_id=attempt.id, writer=writer, received_at=at, **last._asdict()))
        session.flush()  # the order of arrival
    ended = begun + timedelta(minutes=40)
    completion.finish_attempt(session, mine, closed_by="candidate", by=None, now=ended, today=ended.date())

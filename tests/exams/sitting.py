"""Someone sits the factory's exam from the first page to handing in, below the web."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import completion
from lms.catalogue.models import Course
from lms.exams import preparing, saving, starting
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import Attempt
from lms.exams.token import Ticket
from tests.cast import START, Person
from tests.exams import factory
from tests.exams.device import Device


def sit(session: Session, who: Person, answers: Mapping[str, Any], *, now: datetime = START) -> Attempt:
    """Begin, answer each question by its kind, hand in ten minutes later. The attempt is closed and committed."""
    if may_not_yet(session, who, now=now):
        factory.enrol(session, session.scalars(select(Course)).one(), who, now=now, finished=2)
    found = definition(session, factory.CODE, now=now)
    assert found is not None
    standing = may_start(session, found, who.employee_id, now=now)
    preparing.prepare(session, found, standing, who.employee_id, now=now)
    begun = starting.start(
        session, factory.CODE, who.employee_id, entry=factory.ENTRY, user_session_id=1, by=who.user_id, now=now
    )
    assert isinstance(begun, starting.Started), standing.reasons
    attempt = session.get_one(Attempt, begun.attempt_id, populate_existing=True)
    tab = Device(attempt.code)
    paper = factory.paper_of(session, attempt.code)
    events = [
        tab.event(n, answers[item["kind"]]) for n, item in enumerate(paper, 1) if answers.get(item["kind"]) is not None
    ]
    letters = "".join(factory.shape_of(item) for item in paper)
    ticket = Ticket(attempt.id, attempt.code, attempt.lease or "", len(paper), letters)
    if events:
        saving.accept(session, ticket=ticket, batch=tab.batch(*events), now=now + timedelta(minutes=5))
    completion.finish_attempt(
        session,
        Attempt.id == attempt.id,
        closed_by="candidate",
        by=who.user_id,
        now=now + timedelta(minutes=10),
        today=now.date(),
    )
    session.commit()
    return session.get_one(Attempt, attempt.id, populate_existing=True)


def may_not_yet(session: Session, who: Person, *, now: datetime) -> bool:
    """Whether lessons stand in the way."""
    found = definition(session, factory.CODE, now=now)
    assert found is not None
    return may_start(session, found, who.employee_id, now=now).unfinished > 0

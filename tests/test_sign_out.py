"""Ending sessions."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import sign_out
from lms.exams import preparing, starting
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import Attempt
from lms.people import sign_in
from tests.cast import START, Cast, Person
from tests.exams import factory

LATER = START + timedelta(minutes=1)


def is_open(session: Session, token: str) -> bool:
    return sign_in.find_session(session, token, now=LATER, today=LATER.date()) is not None


def another(session: Session, person: Person) -> str:
    token = sign_in.open_session(session, person.user_id, now=START, browser="Firefox, Windows", second_factor=True)
    session.flush()
    return token


def key_of(session: Session, token: str) -> int:
    found = sign_in.find_session(session, token, now=LATER, today=LATER.date())
    assert found is not None
    return found.session_id


def test_one_session_ends_and_the_others_go_on(session: Session, cast: Cast) -> None:
    second = another(session, cast.learner)

    sign_out.end_session(session, key_of(session, second), now=LATER)

    assert not is_open(session, second)
    assert is_open(session, cast.learner.token)


def test_nobody_ends_somebody_else_s_session(session: Session, cast: Cast) -> None:
    mine = key_of(session, cast.learner.token)

    assert not sign_out.end_own_session(session, cast.colleague.user_id, mine, now=LATER)
    assert is_open(session, cast.learner.token)
    assert sign_out.end_own_session(session, cast.learner.user_id, mine, now=LATER)
    assert not sign_out.end_own_session(session, cast.learner.user_id, mine, now=LATER)


def test_all_sessions_of_a_person_but_one_end(session: Session, cast: Cast) -> None:
    others = [another(session, cast.learner) for _ in range(2)]
    here = key_of(session, cast.learner.token)

    assert sign_out.end_sessions_of(session, cast.learner.user_id, besides=here, now=LATER) == 2

    assert [is_open(session, token) for token in others] == [False, False]
    assert is_open(session, cast.learner.token)
    assert is_open(session, cast.colleague.token)
    assert sign_out.end_sessions_of(session, cast.learner.user_id, besides=None, now=LATER) == 1


def test_the_device_of_an_attempt_loses_it_with_its_session(session: Session, cast: Cast) -> None:
    factory.build(session, cast)
    here = key_of(session, cast.learner.token)
    found = definition(session, factory.CODE, now=START)
    assert found is not None
    who = cast.learner
    may = may_start(session, found, who.employee_id, now=START)
    preparing.prepare(session, found, may, who.employee_id, now=START)
    starting.start(
        session, factory.CODE, who.employee_id, entry=factory.ENTRY, user_session_id=here, by=who.user_id, now=START
    )
    rows = select(Attempt).execution_options(populate_existing=True)

    sign_out.end_sessions_of(session, who.user_id, besides=here, now=LATER)
    assert session.scalars(rows).one().lease is not None
    sign_out.end_session(session, here, now=LATER)
    assert session.scalars(rows).one().lease is None

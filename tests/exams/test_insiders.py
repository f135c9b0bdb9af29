"""Who knows the questions of an exam cannot sit it: by what they did, by their role, and until when."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access import POLICY, Permission, Role
from lms.exams import insiders, preparing, starting
from lms.exams.definitions import definition
from lms.exams.eligibility import Reason, may_start
from lms.exams.insiders import is_insider
from lms.exams.models import Attempt, Exam
from lms.people.models import RoleGrant
from lms.questions import lifecycle
from lms.questions.models import Bank, Question, QuestionStep, QuestionVersion
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.factory import CODE, Hall

DAY = timedelta(days=1)
TODAY = START.date()


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def knows(session: Session, who: Person, *, on: date = TODAY) -> bool:
    moment = START + (on - TODAY)
    return bool(session.scalar(select(is_insider(Exam, who.employee_id, moment)).select_from(Exam)))


def write(session: Session, who: Person) -> None:
    """The person wrote a version of one question."""
    one = session.scalars(select(QuestionVersion.id).limit(1)).one()
    session.execute(update(QuestionVersion).where(QuestionVersion.id == one).values(made_by=who.user_id))


def give(session: Session, who: Person, role: str, unit: int, **until: Any) -> None:
    session.add(RoleGrant(user_id=who.user_id, role=role, unit_id=unit, since=date(2020, 1, 1), **until))
    session.flush()


def test_who_wrote_a_question_cannot_start_and_others_can(session: Session, cast: Cast) -> None:
    write(session, cast.learner)
    found = definition(session, CODE, now=START, employee_id=cast.learner.employee_id)
    other = definition(session, CODE, now=START, employee_id=cast.colleague.employee_id)
    assert found is not None
    assert other is not None

    assert may_start(session, found, cast.learner.employee_id, now=START).reasons == (Reason.INSIDER,)
    assert not other.is_insider


def test_a_paper_that_lay_ready_before_is_not_begun(session: Session, cast: Cast) -> None:
    who = cast.learner
    found = definition(session, CODE, now=START, employee_id=who.employee_id)
    assert found is not None
    preparing.prepare(session, found, may_start(session, found, who.employee_id, now=START), who.employee_id, now=START)
    give(session, who, "trainer", cast.jakarta)

    begun = starting.start(
        session, CODE, who.employee_id, entry=factory.ENTRY, user_session_id=1, by=who.user_id, now=START
    )

    assert begun is None
    assert session.scalars(select(Attempt.state)).all() == ["prepared"]


def test_who_suspended_a_question_knows_it_until_it_is_retired(session: Session, cast: Cast) -> None:
    one = session.scalars(select(Question.id).limit(1)).one()
    lifecycle.suspend(session, one, reason="Kunci diragukan.", by=cast.learner.user_id, now=START)
    session.flush()
    assert knows(session, cast.learner)

    lifecycle.retire(session, one, reason="Usang.", by=cast.trainer.user_id, now=START)
    session.flush()

    assert not knows(session, cast.learner)


def test_what_one_did_is_looked_for_by_bank(session: Session, cast: Cast) -> None:
    """So that thousands of questions in other banks cost nothing: the index has the bank, which rows have from their question."""
    write(session, cast.learner)
    lifecycle.suspend(
        session,
        session.scalars(select(Question.id).limit(1)).one(),
        reason="Kunci.",
        by=cast.learner.user_id,
        now=START,
    )
    session.flush()
    for table in (QuestionVersion, QuestionStep):
        banks = select(table.bank_id, Question.bank_id).join(Question, Question.id == table.question_id).distinct()
        assert [own == of_question for own, of_question in session.execute(banks)] == [True]
    assert knows(session, cast.learner)

    session.execute(update(QuestionVersion).values(bank_id=0))
    session.execute(update(QuestionStep).values(bank_id=0))

    assert not knows(session, cast.learner)


@pytest.mark.parametrize("change", [{"mode": "practice"}, {"mode": "tryout"}])
def test_rehearsals_are_open_to_whoever_knows_the_questions(
    session: Session, cast: Cast, change: dict[str, str]
) -> None:
    write(session, cast.learner)
    session.execute(update(Exam).values(**change))

    assert not knows(session, cast.learner)


def test_what_was_written_for_practice_or_in_another_bank_bars_nobody(session: Session, cast: Cast) -> None:
    write(session, cast.learner)
    mine = select(QuestionVersion.question_id).where(QuestionVersion.made_by == cast.learner.user_id)
    other = Bank(code="lain", title="Lain", unit_id=cast.jakarta)
    session.add(other)
    session.flush()

    session.execute(update(Question).where(Question.id.in_(mine)).values(purpose="practice"))
    assert not knows(session, cast.learner)
    session.execute(update(Question).where(Question.id.in_(mine)).values(purpose="exam", bank_id=other.id))
    assert not knows(session, cast.learner)


def test_a_role_that_shows_keys_bars_within_its_unit_and_for_a_year_after(session: Session, cast: Cast) -> None:
    last = date(2026, 11, 30)
    give(session, cast.learner, "marker", cast.jakarta, until=last)
    give(session, cast.colleague, "trainer", cast.kembangan)
    give(session, cast.manager, "proctor", cast.jakarta)

    assert knows(session, cast.learner, on=last + 365 * DAY)
    assert not knows(session, cast.learner, on=last + 366 * DAY)
    assert not knows(session, cast.colleague), "her units do not hold the bank"
    assert not knows(session, cast.manager), "proctors see no keys"
    assert not knows(session, cast.trainer, on=date(2019, 12, 31)), "not before the role begins"


def test_the_unit_of_the_bank_counts_beside_that_of_the_exam(session: Session, cast: Cast) -> None:
    session.execute(update(Exam).values(unit_id=cast.tangsel))

    assert knows(session, cast.trainer)
    assert knows(session, cast.other_trainer)


def test_the_roles_are_those_to_which_the_policy_shows_keys() -> None:
    shown = (
        Permission.QUESTION_EDIT, Permission.QUESTION_REVIEW, Permission.EXAM_ANALYSE,
        Permission.EXAM_REGRADE, Permission.ATTEMPT_MARK, Permission.APPEAL_RULE,
    )  # fmt: skip

    assert {rule for one in shown for rule in POLICY[one]} == {Role(name) for name in insiders.READERS}

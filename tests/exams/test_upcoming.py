"""Exams that concern a learner."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.catalogue import enrolment
from lms.exams import upcoming
from tests.cast import START, Cast
from tests.catalogue import factory
from tests.catalogue.factory import MadeCourse

DAY = timedelta(days=1)


@pytest.fixture
def course(session: Session, cast: Cast) -> MadeCourse:
    made = factory.course(session, cast)
    enrolment.enrol(session, cast.learner.employee_id, made.id, by=cast.learner.user_id, now=START)
    return made


def test_a_sitting_of_one_s_own_course_is_coming_up(session: Session, cast: Cast, course: MadeCourse) -> None:
    factory.exam(session, cast, course, opens_at=START + DAY, closes_at=START + 2 * DAY)

    mine = upcoming.of_employee(session, cast.learner.employee_id, now=START, limit=3)

    assert [(row.exam_code, row.opens_at, row.attempt_code) for row in mine] == [
        ("uk-keamanan-informasi", START + DAY, None)
    ]
    assert upcoming.of_employee(session, cast.colleague.employee_id, now=START, limit=3) == []


def test_a_sitting_that_is_over_is_not(session: Session, cast: Cast, course: MadeCourse) -> None:
    factory.exam(session, cast, course, opens_at=START - 2 * DAY, closes_at=START - DAY)

    assert upcoming.of_employee(session, cast.learner.employee_id, now=START, limit=3) == []


def test_an_open_attempt_comes_first_even_when_its_sitting_has_closed(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    sitting = factory.exam(session, cast, course, opens_at=START - 2 * DAY, closes_at=START - DAY)
    code = factory.open_attempt(session, cast.learner, sitting, due_at=START + timedelta(minutes=5))

    found = upcoming.of_employee(session, cast.learner.employee_id, now=START, limit=3)

    assert [(row.attempt_code, row.due_at) for row in found] == [(code, START + timedelta(minutes=5))]


def test_the_exam_of_a_finished_course_is_over(session: Session, cast: Cast, course: MadeCourse) -> None:
    factory.exam(session, cast, course, opens_at=START, closes_at=START + DAY)
    factory.learn(session, cast.learner, course)

    assert upcoming.of_employee(session, cast.learner.employee_id, now=START, limit=3) == []


def test_a_course_names_its_exam_and_how_many_questions_it_draws(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    assert upcoming.of_course(session, course.id) is None
    factory.exam(session, cast, course, opens_at=START, closes_at=START + DAY)

    found = upcoming.of_course(session, course.id)

    assert found
    assert (found.code, found.duration_minutes, found.questions) == ("uk-keamanan-informasi", 30, 20)

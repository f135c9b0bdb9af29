"""Enrolling and finishing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.catalogue import enrolment, progress
from lms.catalogue.models import Enrolment, LearningCredit
from tests.cast import START, Cast
from tests.catalogue import factory


def test_enrolling_takes_the_edition_that_is_published(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    second = factory.next_edition(session, course)

    key = enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)

    row = session.get_one(Enrolment, key)
    assert (row.edition_id, row.enrolled_at, row.completed_at) == (second, START, None)


def test_enrolling_twice_changes_nothing_and_is_recorded_once(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    first = enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)
    factory.next_edition(session, course)
    again = enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)

    assert again == first
    assert session.get_one(Enrolment, first).edition_id == course.edition_id
    acts = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "enrolment.open")
    assert session.scalars(acts).one() == 1


def test_a_withdrawn_course_takes_no_new_learner_but_keeps_its_old_ones(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    old = enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)
    factory.withdraw(session, course)

    with pytest.raises(enrolment.CourseClosed):
        enrolment.enrol(session, cast.colleague.employee_id, course.id, by=cast.colleague.user_id, now=START)
    assert enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START) == old


def test_a_course_that_does_not_exist_takes_nobody(session: Session, cast: Cast) -> None:
    with pytest.raises(enrolment.CourseClosed):
        enrolment.enrol(session, cast.learner.employee_id, 999_999, by=cast.learner.user_id, now=START)


def test_finishing_dates_the_course_once_and_credits_each_year_once(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast, hours=4)
    key = factory.learn(session, cast.learner, course)
    later = datetime(2027, 2, 1, tzinfo=UTC)

    enrolment.finish(session, cast.learner.employee_id, course.id, year=2026, now=later)
    enrolment.finish(session, cast.learner.employee_id, course.id, year=2027, now=later)

    assert session.get_one(Enrolment, key).completed_at == START
    credits = session.scalars(select(LearningCredit).order_by(LearningCredit.year)).all()
    assert [(row.year, row.learning_hours, row.edition_id, row.credited_at) for row in credits] == [
        (2026, 4, course.edition_id, START),
        (2027, 4, course.edition_id, later),
    ]


def test_a_course_with_an_open_lesson_is_not_finished(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast, lessons=2)
    key = enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)
    progress.complete_lesson(session, key, course.lessons[0], now=START)

    enrolment.finish(session, cast.learner.employee_id, course.id, year=2026, now=START)

    assert session.get_one(Enrolment, key).completed_at is None
    assert session.scalars(select(LearningCredit)).all() == []


def test_who_is_not_enrolled_finishes_nothing(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    factory.learn(session, cast.learner, course)

    enrolment.finish(session, cast.colleague.employee_id, course.id, year=2026, now=START)

    assert session.scalars(select(LearningCredit.employee_id)).all() == [cast.learner.employee_id]

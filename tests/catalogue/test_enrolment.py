"""Enrolling and finishing."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.catalogue import enrolment
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


def test_finishing_credits_the_hours_of_the_edition_once(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast, hours=4)
    enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)

    first = enrolment.finish(session, cast.learner.employee_id, course.id, today=START.date(), now=START)
    again = enrolment.finish(session, cast.learner.employee_id, course.id, today=START.date(), now=START)

    assert (first, again) == (True, False)
    credit = session.scalars(select(LearningCredit)).one()
    assert (credit.year, credit.learning_hours, credit.edition_id) == (2026, 4, course.edition_id)
    assert credit.credited_at == START


def test_who_is_not_enrolled_finishes_nothing(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)

    assert not enrolment.finish(session, cast.colleague.employee_id, course.id, today=START.date(), now=START)
    assert session.scalars(select(LearningCredit)).all() == []

"""Exams that concern a learner."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.catalogue import enrolment
from lms.exams import upcoming
from lms.exams.eligibility import Reason
from lms.exams.models import Candidate, Sitting
from lms.exams.terms import Place
from lms.exams.upcoming import Upcoming
from tests.cast import START, Cast, Person
from tests.catalogue import factory
from tests.catalogue.factory import MadeCourse

DAY = timedelta(days=1)


@pytest.fixture
def course(session: Session, cast: Cast) -> MadeCourse:
    made = factory.course(session, cast)
    enrolment.enrol(session, cast.learner.employee_id, made.id, by=cast.learner.user_id, now=START)
    return made


def of(session: Session, who: Person) -> list[Upcoming]:
    return upcoming.of_employee(session, who.employee_id, now=START)


def test_the_exam_of_one_s_own_course_is_before_one(session: Session, cast: Cast, course: MadeCourse) -> None:
    factory.exam(session, cast, course, opens_at=START + DAY, closes_at=START + 2 * DAY)

    [one] = of(session, cast.learner)

    assert (one.code, one.course_slug, one.standing.running) == ("uk-keamanan-informasi", "keamanan-informasi", None)
    assert one.standing.reasons == (Reason.LESSONS, Reason.NOT_YET)
    assert one.standing.starts_at == START + DAY
    assert of(session, cast.colleague) == []


def test_when_no_sitting_is_left_that_is_the_reason(session: Session, cast: Cast, course: MadeCourse) -> None:
    factory.exam(session, cast, course, opens_at=START - 2 * DAY, closes_at=START - DAY)

    [one] = of(session, cast.learner)

    assert one.standing.reasons == (Reason.LESSONS, Reason.NO_SITTING)
    assert one.standing.starts_at is None


def test_an_open_attempt_comes_first_even_when_its_sitting_has_closed(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    other = factory.course(session, cast, slug="lain")
    enrolment.enrol(session, cast.learner.employee_id, other.id, by=cast.learner.user_id, now=START)
    factory.exam(session, cast, other, opens_at=START - DAY, closes_at=START + DAY)
    sitting = factory.exam(session, cast, course, opens_at=START - 2 * DAY, closes_at=START - DAY)
    code = factory.open_attempt(session, cast.learner, sitting, due_at=START + timedelta(minutes=5))

    found = of(session, cast.learner)

    assert [row.code for row in found] == ["uk-keamanan-informasi", "uk-lain"]
    running = found[0].standing.running
    assert running is not None
    assert (running.code, running.due_at) == (code, START + timedelta(minutes=5))


def test_the_exam_of_a_course_finished_without_it_is_over(session: Session, cast: Cast, course: MadeCourse) -> None:
    factory.exam(session, cast, course, opens_at=START, closes_at=START + DAY)
    factory.learn(session, cast.learner, course)

    assert of(session, cast.learner) == []


def test_a_course_names_its_exam_and_how_many_questions_it_draws(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    assert upcoming.of_course(session, course.id) is None
    factory.exam(session, cast, course, opens_at=START, closes_at=START + DAY)

    found = upcoming.of_course(session, course.id)

    assert found
    assert (found.code, found.duration_minutes, found.questions) == ("uk-keamanan-informasi", 30, 20)


def test_who_is_on_the_list_of_a_sitting_has_its_exam_before_them_without_the_course(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    sitting = factory.exam(session, cast, course, opens_at=START + DAY, closes_at=START + 2 * DAY)
    session.execute(update(Sitting).values(audience="listed"))
    session.add(Candidate(sitting_id=sitting, employee_id=cast.colleague.employee_id, added_at=START))

    [one] = of(session, cast.colleague)

    assert Reason.NOT_LISTED not in one.standing.reasons
    assert one.standing.sitting is not None
    assert one.standing.sitting.is_listed_only
    [hers] = of(session, cast.learner)
    assert hers.standing.reasons == (Reason.LESSONS, Reason.NOT_YET, Reason.NOT_LISTED)


def test_a_list_of_a_sitting_that_is_over_brings_nothing(session: Session, cast: Cast, course: MadeCourse) -> None:
    sitting = factory.exam(session, cast, course, opens_at=START - 2 * DAY, closes_at=START - DAY)
    session.add(Candidate(sitting_id=sitting, employee_id=cast.colleague.employee_id, added_at=START))

    assert of(session, cast.colleague) == []


def test_the_list_of_exams_tells_of_the_network_as_the_rules_page_does(
    session: Session, cast: Cast, course: MadeCourse
) -> None:
    factory.exam(session, cast, course, opens_at=START - DAY, closes_at=START + DAY)
    session.execute(update(Sitting).values(ip_ranges=["10.20.0.0/16"]))
    who = cast.learner.employee_id

    def reasons(address: str) -> tuple[Reason, ...]:
        [one] = upcoming.of_employee(session, who, now=START, place=Place(address, "https://teruji.test/ujian"))
        return one.standing.reasons

    assert reasons("10.20.3.4") == (Reason.LESSONS,)
    assert reasons("10.21.3.4") == (Reason.LESSONS, Reason.ADDRESS)

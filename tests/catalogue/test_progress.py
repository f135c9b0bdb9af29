"""How far a learner is."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import enrolment, progress
from lms.catalogue.models import LessonProgress
from tests.cast import START, Cast
from tests.catalogue import factory
from tests.catalogue.factory import MadeCourse

LATER = START + timedelta(minutes=20)


@pytest.fixture
def course(session: Session, cast: Cast) -> MadeCourse:
    return factory.course(session, cast, lessons=3)


@pytest.fixture
def mine(session: Session, cast: Cast, course: MadeCourse) -> int:
    return enrolment.enrol(session, cast.learner.employee_id, course.id, by=cast.learner.user_id, now=START)


def test_the_outline_tells_done_begun_and_new(session: Session, course: MadeCourse, mine: int) -> None:
    progress.complete_lesson(session, mine, course.lessons[0], now=START)
    progress.open_lesson(session, mine, course.lessons[1], now=START)

    found = progress.outline(session, mine)

    assert [step.status for step in found.steps] == ["done", "begun", "new"]
    assert (found.done, found.edition, found.is_outdated) == (1, 1, False)
    assert found.next == found.steps[1]


def test_one_goes_on_where_one_read_last_even_if_an_earlier_lesson_is_open(
    session: Session, course: MadeCourse, mine: int
) -> None:
    progress.open_lesson(session, mine, course.lessons[2], now=START)

    found = progress.outline(session, mine)

    assert found.next == found.steps[2]


def test_when_the_last_lesson_read_is_done_one_goes_on_with_the_first_open_one(
    session: Session, course: MadeCourse, mine: int
) -> None:
    progress.open_lesson(session, mine, course.lessons[2], now=START)
    progress.complete_lesson(session, mine, course.lessons[2], now=LATER)

    found = progress.outline(session, mine)

    assert found.next == found.steps[0]


def test_opening_again_keeps_the_first_time_and_the_place(session: Session, course: MadeCourse, mine: int) -> None:
    progress.open_lesson(session, mine, course.lessons[0], now=START)
    progress.note_place(session, mine, course.lessons[0], 437, now=START)
    progress.open_lesson(session, mine, course.lessons[0], now=LATER)

    row = session.scalars(select(LessonProgress)).one()
    assert (row.opened_at, row.read_to) == (START, 437)
    assert progress.outline(session, mine).last_read_at == LATER


@pytest.mark.parametrize(("sent", "kept"), [(0, 0), (1000, 1000), (1001, 1000), (-5, 0)])
def test_a_place_stays_within_the_lesson(session: Session, course: MadeCourse, mine: int, sent: int, kept: int) -> None:
    progress.open_lesson(session, mine, course.lessons[0], now=START)

    assert progress.note_place(session, mine, course.lessons[0], sent, now=START)
    assert progress.outline(session, mine).steps[0].read_to == kept


def test_a_lesson_never_opened_has_no_place(session: Session, course: MadeCourse, mine: int) -> None:
    assert not progress.note_place(session, mine, course.lessons[0], 500, now=START)


def test_finishing_a_lesson_twice_keeps_the_first_time(session: Session, course: MadeCourse, mine: int) -> None:
    progress.complete_lesson(session, mine, course.lessons[0], now=START)
    progress.complete_lesson(session, mine, course.lessons[0], now=LATER)

    assert progress.outline(session, mine).steps[0].completed_at == START


def test_unfinished_lessons_are_those_of_the_edition_one_began(
    session: Session, cast: Cast, course: MadeCourse, mine: int
) -> None:
    factory.next_edition(session, course)
    learner, colleague = cast.learner.employee_id, cast.colleague.employee_id
    assert progress.unfinished_lessons(session, learner, [course.id]) == {course.id: 3}

    progress.open_lesson(session, mine, course.lessons[1], now=START)
    progress.complete_lesson(session, mine, course.lessons[0], now=START)

    assert progress.unfinished_lessons(session, learner, [course.id]) == {course.id: 2}
    assert progress.unfinished_lessons(session, colleague, [course.id]) == {course.id: 3}


def test_a_newer_edition_is_named_with_its_note(session: Session, course: MadeCourse, mine: int) -> None:
    factory.next_edition(session, course)

    found = progress.outline(session, mine)

    assert (found.edition, found.newest, found.is_outdated) == (1, 2, True)
    assert (found.title, found.note) == ("Keamanan Informasi untuk ASN", "Contoh di materi 1 diperbaiki.")


def test_the_latest_course_is_the_one_read_last_among_the_unfinished(
    session: Session, cast: Cast, course: MadeCourse, mine: int
) -> None:
    who = cast.learner
    other = factory.course(session, cast, slug="lain", title="Lain")
    theirs = enrolment.enrol(session, who.employee_id, other.id, by=who.user_id, now=LATER)
    factory.learn(session, who, factory.course(session, cast, slug="selesai", title="Selesai"), now=LATER)

    just_enrolled = progress.latest(session, who.employee_id)
    progress.open_lesson(session, mine, course.lessons[0], now=LATER + timedelta(hours=1))
    just_read = progress.latest(session, who.employee_id)

    assert just_enrolled
    assert just_enrolled.enrolment_id == theirs
    assert just_read
    assert just_read.enrolment_id == mine
    assert next(row.slug for row in progress.of_person(session, who.employee_id)) == "keamanan-informasi"


def test_who_learns_nothing_has_no_latest_course(session: Session, cast: Cast) -> None:
    assert progress.latest(session, cast.colleague.employee_id) is None
    assert progress.of_person(session, cast.colleague.employee_id) == []

"""Which course is offered for a gap, and what it leads on to."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.catalogue.models import Enrolment
from lms.competencies.courses import Step, steps_for
from lms.competencies.gaps import gaps
from lms.competencies.profiles import Observation
from lms.competencies.standards import Required
from lms.exams.models import Exam
from tests.cast import START, Cast
from tests.competencies import factory, proofs
from tests.competencies.factory import TODAY


def steps(session: Session, cast: Cast, level: int, *, asked: int = 3, until: date | None = None) -> tuple[Step, ...]:
    """The courses for one requirement of a person who holds `level`."""
    required = Required(1, "TEK.KI", "Keamanan Informasi", "teknis", asked)
    seen = [Observation(1, 1, level, "certificate", date(2024, 1, 1), valid_until=until)]
    found = gaps([required], seen, on=TODAY)
    return steps_for(session, cast.learner.employee_id, found)["TEK.KI"]


@pytest.mark.parametrize(("level", "offered"), [(2, True), (3, False), (4, False)])
def test_only_a_course_beyond_the_present_level_is_offered(
    session: Session, cast: Cast, level: int, offered: bool
) -> None:
    factory.course(session, cast, [{"code": "TEK.KI", "level": 3}])

    assert bool(steps(session, cast, level, asked=5)) is offered


def test_a_level_that_ends_soon_is_renewed_by_a_course_of_the_same_level(session: Session, cast: Cast) -> None:
    factory.course(session, cast, [{"code": "TEK.KI", "level": 3}])

    assert [step.level for step in steps(session, cast, 3, until=date(2026, 12, 31))] == [3]


def test_the_course_that_reaches_the_level_most_closely_comes_first(session: Session, cast: Cast) -> None:
    for slug, level in (("terlalu-tinggi", 5), ("belum-sampai", 2), ("tepat", 3)):
        factory.course(session, cast, [{"code": "TEK.KI", "level": level}], slug=slug)

    assert [step.slug for step in steps(session, cast, 1)] == ["tepat", "terlalu-tinggi", "belum-sampai"]


def test_a_withdrawn_course_and_one_for_another_competency_are_not_offered(session: Session, cast: Cast) -> None:
    factory.course(session, cast, [{"code": "TEK.KI", "level": 3}], slug="ditarik").withdrawn_at = START
    factory.course(session, cast, [{"code": "TEK.PAT", "level": 3}], slug="lain")

    assert steps(session, cast, 1) == ()


def test_a_course_that_was_finished_leads_on_to_its_exam(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast, [{"code": "TEK.KI", "level": 3}])
    proofs.result(session, cast, [])
    session.execute(update(Exam).values(course_id=course.id))
    learner = cast.learner.employee_id
    assert course.published_id is not None
    session.add(
        Enrolment(
            employee_id=learner,
            course_id=course.id,
            edition_id=course.published_id,
            enrolled_at=START,
            completed_at=START,
        )
    )
    session.flush()

    [step] = steps(session, cast, 1)

    assert (step.is_begun, step.is_completed, step.exam_code) == (True, True, "uk-keamanan-informasi")


def test_a_colleague_s_enrolment_is_not_mine(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast, [{"code": "TEK.KI", "level": 3}])
    assert course.published_id is not None
    session.add(
        Enrolment(
            employee_id=cast.colleague.employee_id,
            course_id=course.id,
            edition_id=course.published_id,
            enrolled_at=START,
        )
    )
    session.flush()

    [step] = steps(session, cast, 1)

    assert not step.is_begun

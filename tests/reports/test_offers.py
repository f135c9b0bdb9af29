"""Which courses somebody is offered: those that close gaps, the most pressing first, then what else there is."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lms.catalogue import enrolment
from lms.db import Database
from lms.reports import offers
from lms.reports.offers import Offer
from tests.cast import START, Cast
from tests.catalogue import factory as catalogue
from tests.catalogue.factory import MadeCourse
from tests.competencies import factory
from tests.competencies.factory import TODAY, Dictionary
from tests.pages import Counter


@pytest.fixture
def known(session: Session) -> Dictionary:
    return factory.dictionary(session)


def course(session: Session, cast: Cast, slug: str, code: str, *, days: int) -> MadeCourse:
    """A course of 4 hours that leads to level 2, published so many days ago."""
    published = START - timedelta(days=days)
    return catalogue.course(session, cast, slug=slug, title=f"Kursus {slug}", code=code, published_at=published)


def offered(session: Session, cast: Cast, *, limit: int = 5) -> tuple[Offer, ...]:
    return offers.of_person(session, cast.learner.employee_id, today=TODAY, limit=limit)


def slugs(session: Session, cast: Cast, *, limit: int = 5) -> list[str]:
    return [offer.slug for offer in offered(session, cast, limit=limit)]


def test_a_course_for_the_larger_gap_comes_first_then_the_smaller_then_the_newest(
    session: Session, cast: Cast, known: Dictionary
) -> None:
    """Asked: TEK.KI 3 of which 1 is proved, two levels short; TEK.PAT 2 of which 1 is proved, one level short."""
    factory.standard(session, cast.learner, known, {"TEK.PAT": 2, "TEK.KI": 3})
    for code in ("TEK.PAT", "TEK.KI"):
        factory.proof(session, cast.learner, known[code], 1, "manager", date(2026, 5, 1))
    course(session, cast, "lama", "MAN.INT", days=40)
    course(session, cast, "baru", "MAN.MPR", days=1)
    course(session, cast, "layanan", "TEK.PAT", days=20)
    course(session, cast, "keamanan", "TEK.KI", days=30)

    assert offered(session, cast) == (
        Offer("keamanan", "Kursus keamanan", 4, "Keamanan Informasi", 2, 3),
        Offer("layanan", "Kursus layanan", 4, "Pelayanan Administrasi Terpadu", 2, 2),
        Offer("baru", "Kursus baru", 4, None, None, None),
        Offer("lama", "Kursus lama", 4, None, None, None),
    )


def test_no_more_than_asked_for_are_offered_and_gaps_go_before_the_rest(
    session: Session, cast: Cast, known: Dictionary
) -> None:
    factory.standard(session, cast.learner, known, {"TEK.KI": 3})
    course(session, cast, "baru", "MAN.INT", days=1)
    course(session, cast, "lebih-lama", "MAN.MPR", days=2)
    course(session, cast, "keamanan", "TEK.KI", days=30)

    assert slugs(session, cast, limit=2) == ["keamanan", "baru"]


def test_a_course_that_was_begun_is_not_offered_and_a_colleague_still_gets_it(
    session: Session, cast: Cast, known: Dictionary
) -> None:
    factory.standard(session, cast.learner, known, {"TEK.KI": 3})
    begun = course(session, cast, "keamanan", "TEK.KI", days=30)
    course(session, cast, "lain", "MAN.INT", days=40)
    enrolment.enrol(session, cast.learner.employee_id, begun.id, by=cast.learner.user_id, now=START)

    assert slugs(session, cast) == ["lain"]
    colleague = offers.of_person(session, cast.colleague.employee_id, today=TODAY, limit=5)
    assert [offer.slug for offer in colleague] == ["keamanan", "lain"]


def test_a_course_that_was_withdrawn_is_not_offered(session: Session, cast: Cast, known: Dictionary) -> None:
    factory.standard(session, cast.learner, known, {"TEK.KI": 3})
    catalogue.withdraw(session, course(session, cast, "keamanan", "TEK.KI", days=30))

    assert offered(session, cast) == ()


def test_what_is_met_makes_no_course_pressing(session: Session, cast: Cast, known: Dictionary) -> None:
    factory.standard(session, cast.learner, known, {"TEK.KI": 1})
    factory.proof(session, cast.learner, known["TEK.KI"], 1, "manager", date(2026, 5, 1))
    course(session, cast, "keamanan", "TEK.KI", days=30)

    assert offered(session, cast) == (Offer("keamanan", "Kursus keamanan", 4, None, None, None),)


def test_who_has_no_standard_is_offered_the_newest_in_two_statements(
    session: Session, database: Database, cast: Cast, known: Dictionary
) -> None:
    course(session, cast, "lama", "TEK.KI", days=40)
    course(session, cast, "baru", "TEK.KI", days=1)
    counter = Counter(database)

    assert slugs(session, cast) == ["baru", "lama"]
    assert len(counter.statements) == 2

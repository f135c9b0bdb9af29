"""The catalogue: words, filters, pages."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.catalogue import enrolment, listing
from lms.catalogue.listing import Wanted
from tests.cast import START, Cast
from tests.catalogue import factory
from tests.catalogue.factory import MadeCourse


@pytest.fixture
def three(session: Session, cast: Cast) -> list[int]:
    """Security (4 JP, e-learning), budget (12 JP, bimtek), disaster (2 JP, e-learning); the last is the newest."""
    return [course.id for course in _three(session, cast)]


def _three(session: Session, cast: Cast) -> list[MadeCourse]:
    factory.competency(session, "TEK.KEU", "Keuangan Daerah")
    return [
        factory.course(session, cast, slug="keamanan", title="Keamanan Informasi"),
        factory.course(
            session, cast, slug="anggaran", title="Menyusun Anggaran", hours=12, method="bimtek", code="TEK.KEU"
        ),
        factory.course(session, cast, slug="banjir", title="Siaga Banjir 100%", hours=2, published_at=START),
    ]


@pytest.mark.parametrize(
    ("wanted", "slugs"),
    [
        (Wanted(), ["banjir", "keamanan", "anggaran"]),
        (Wanted(words="ANGGARAN menyu"), ["anggaran"]),
        (Wanted(words="anggaran banjir"), []),
        (Wanted(words="100%"), ["banjir"]),
        (Wanted(words="_"), []),
        (Wanted(competency="TEK.KEU"), ["anggaran"]),
        (Wanted(competency="TEK"), []),
        (Wanted(length="singkat"), ["banjir"]),
        (Wanted(length="sedang", method="e-learning"), ["keamanan"]),
        (Wanted(length="tidak-ada"), ["banjir", "keamanan", "anggaran"]),
    ],
)
def test_words_and_filters_narrow_the_list(
    session: Session, three: list[int], wanted: Wanted, slugs: list[str]
) -> None:
    found = listing.find(session, wanted)

    assert [course.slug for course in found.courses] == slugs
    assert found.total == len(slugs)


def test_keys_from_the_index_replace_the_words_and_give_the_order(session: Session, three: list[int]) -> None:
    found = listing.find(session, Wanted(words="mengamankan"), ids=[three[2], three[0]])

    assert [course.slug for course in found.courses] == ["banjir", "keamanan"]
    assert listing.find(session, Wanted(words="mengamankan"), ids=[]).total == 0


def test_a_card_says_what_the_course_builds_and_takes(session: Session, three: list[int]) -> None:
    card = listing.find(session, Wanted(words="anggaran")).courses[0]

    assert (card.learning_hours, card.lessons, card.minutes, card.method) == (12, 2, 40, "bimtek")
    assert card.builds == (listing.Builds("TEK.KEU", "Keuangan Daerah", 2),)


def test_pages_hold_twelve_and_a_page_too_far_is_the_last(session: Session, cast: Cast) -> None:
    for number in range(13):
        factory.course(session, cast, slug=f"kursus-{number}", title=f"Kursus {number}")

    last = listing.find(session, Wanted(), page=99)

    assert (last.total, last.page, last.pages, len(last.courses)) == (13, 2, 2, 1)


def test_a_withdrawn_course_is_not_listed_but_still_explained(session: Session, cast: Cast) -> None:
    course = factory.course(session, cast)
    factory.course(session, cast, slug="pengganti", title="Pengganti")
    factory.withdraw(session, course)

    assert [card.slug for card in listing.find(session, Wanted()).courses] == ["pengganti"]
    found = listing.detail(session, course.slug)
    assert found
    assert found.is_withdrawn
    assert [card.slug for card in listing.alternatives(session, found, limit=3)] == ["pengganti"]


def test_alternatives_are_others_and_build_the_same_competency_first(
    session: Session, cast: Cast, three: list[int]
) -> None:
    factory.course(session, cast, slug="belanja", title="Belanja Daerah", code="TEK.KEU")
    found = listing.detail(session, "anggaran")

    assert found
    assert [card.slug for card in listing.alternatives(session, found, limit=2)] == ["belanja", "banjir"]


def test_the_detail_adds_up_time_and_size(session: Session, cast: Cast) -> None:
    factory.course(session, cast, lessons=2)

    found = listing.detail(session, "keamanan-informasi")

    assert found
    assert (found.minutes, found.kilobytes, found.edition) == (40, 1, 1)
    assert [line.objectives for line in found.lessons] == [("Melakukan hal 1.",), ("Melakukan hal 2.",)]
    assert listing.detail(session, "tidak-ada") is None


def test_filters_offer_only_what_there_is(session: Session, three: list[int]) -> None:
    found = listing.choices(session)

    assert found.competencies == (("TEK.KI", "Keamanan Informasi"), ("TEK.KEU", "Keuangan Daerah"))
    assert found.methods == ("bimtek", "e-learning")


def test_one_s_own_courses_are_not_recommended(session: Session, cast: Cast, three: list[int]) -> None:
    enrolment.enrol(
        session, cast.learner.employee_id, three[2], by=cast.learner.user_id, now=START + timedelta(hours=1)
    )

    assert [card.slug for card in listing.recommended(session, cast.learner.employee_id, limit=1)] == ["keamanan"]

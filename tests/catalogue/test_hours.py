"""Learning hours of a year."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.catalogue import enrolment, hours
from tests.cast import START, Cast
from tests.catalogue import factory


def test_credited_hours_count_and_hours_under_way_stand_apart(session: Session, cast: Cast) -> None:
    who = cast.learner
    done = factory.course(session, cast, slug="selesai", title="Selesai", hours=6)
    also = factory.course(session, cast, slug="juga", title="Juga", hours=3)
    open_one = factory.course(session, cast, slug="jalan", title="Berjalan", hours=4)
    factory.learn(session, who, done)
    factory.learn(session, who, also, now=START + timedelta(hours=1))
    enrolment.enrol(session, who.employee_id, open_one.id, by=who.user_id, now=START)

    found = hours.of_year(session, who.employee_id, "pns", year=2026)

    assert [(credit.slug, credit.hours) for credit in found.credits] == [("juga", 3), ("selesai", 6)]
    assert (found.total, found.pending, found.floor, found.missing) == (9, 4, 20, 11)


def test_hours_belong_to_the_year_in_which_they_were_credited(session: Session, cast: Cast) -> None:
    who = cast.learner
    factory.learn(session, who, factory.course(session, cast))

    assert hours.of_year(session, who.employee_id, "pns", year=2027).total == 0
    assert hours.of_year(session, cast.colleague.employee_id, "pns", year=2026).total == 0


@pytest.mark.parametrize(
    ("employment", "year", "floor"), [("pns", 2026, 20), ("pppk", 2026, None), ("pns", 2016, None)]
)
def test_only_who_a_rule_names_has_a_floor(employment: str, year: int, floor: int | None) -> None:
    assert hours.floor_of(employment, year=year) == floor


def test_who_has_no_floor_falls_short_of_nothing() -> None:
    assert hours.YearHours(2026, (), 0, None).missing == 0


def test_who_passed_the_floor_misses_nothing() -> None:
    credit = hours.Credit("a", "A", 25, START, 1)

    assert hours.YearHours(2026, (credit,), 0, 20).missing == 0

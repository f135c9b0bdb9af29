"""Throttling: after five failures each further try waits longer."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.db import Database
from lms.people import throttle
from lms.people.models import SignInFailure
from tests.cast import START
from tests.conftest import Clock

SECRET = "kunci untuk uji"


def under(account: str = "a", address: str = "10.0.0.1") -> throttle.Keys:
    return throttle.keys(SECRET, purpose="sign-in", account=account, address=address)


def fail(session: Session, times: int, keys: throttle.Keys, *, minutes: float = 0) -> None:
    for _ in range(times):
        throttle.note(session, keys, now=START + timedelta(minutes=minutes))


def wait(session: Session, keys: throttle.Keys, *, minutes: float) -> timedelta | None:
    """What a try at that moment is told; it is taken back, so that looking does not count."""
    now = START + timedelta(minutes=minutes)
    tried = throttle.note(session, keys, now=now)
    found = throttle.wait(session, tried, now=now)
    throttle.take_back(session, tried)
    return found


def test_the_fifth_try_is_looked_at_and_the_sixth_waits_a_minute(session: Session) -> None:
    fail(session, 4, under())
    assert wait(session, under(), minutes=0) is None

    fail(session, 1, under())
    assert wait(session, under(), minutes=0) == timedelta(minutes=1)
    assert wait(session, under(), minutes=0.5) == timedelta(seconds=30)
    assert wait(session, under(), minutes=1) is None


@pytest.mark.parametrize(("failures", "minutes"), [(5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (20, 15)])
def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(
    session: Session, failures: int, minutes: int
) -> None:
    fail(session, failures, under())

    assert wait(session, under(), minutes=0) == timedelta(minutes=minutes)


def test_failures_older_than_a_quarter_of_an_hour_do_not_count(session: Session) -> None:
    fail(session, 5, under())

    assert wait(session, under(), minutes=15) is None


def test_an_origin_waits_after_thirty_failures_over_any_accounts(session: Session) -> None:
    for number in range(29):
        fail(session, 1, under(account=str(number)))
    assert wait(session, under(account="x"), minutes=0) is None

    fail(session, 1, under(account="y"))
    assert wait(session, under(account="x"), minutes=0) == timedelta(minutes=1)
    assert wait(session, under(account="x", address="10.0.0.2"), minutes=0) is None


def test_a_right_try_clears_the_account_and_what_it_counted_for_the_origin(session: Session) -> None:
    fail(session, 3, under(account="mine"))
    fail(session, 29, under(account="another"), minutes=0)

    throttle.clear(session, under(account="mine"))

    assert wait(session, under(account="mine"), minutes=0) is None
    fail(session, 1, under(account="third"))
    assert wait(session, under(account="mine"), minutes=0) == timedelta(minutes=1)


def test_two_tries_at_once_see_each_other(database: Database) -> None:
    with database.transaction() as session:
        fail(session, 4, under())
    tried = []
    for _ in range(2):
        with database.transaction() as session:
            tried.append(throttle.note(session, under(), now=START))

    with database.reader() as session:
        waits = [throttle.wait(session, one, now=START) for one in tried]

    assert waits == [timedelta(minutes=1), timedelta(minutes=1)]


def test_addresses_of_one_ipv6_network_count_together(session: Session) -> None:
    assert under(address="2001:db8:1:2::1") == under(address="2001:db8:1:2:ffff::9")
    assert under(address="2001:db8:1:2::1") != under(address="2001:db8:1:3::1")


def test_neither_account_nor_address_can_be_read_from_what_is_kept(session: Session) -> None:
    fail(session, 1, under(account="199001012015052001", address="10.0.0.1"))

    kept = session.scalars(select(SignInFailure)).one()

    assert len(kept.account) == len(kept.origin) == 32
    assert "1990" not in kept.account
    assert (
        under(account="199001012015052001").account
        != throttle.keys("kunci yang lain", purpose="sign-in", account="199001012015052001", address="10.0.0.1").account
    )


def test_what_is_older_than_a_day_is_forgotten(app: Flask, database: Database, time: Clock) -> None:
    with database.transaction() as session:
        fail(session, 2, under())
        fail(session, 1, under(), minutes=60)
    time.forward(days=1, minutes=30)

    throttle.forget_old(app.extensions["platform"])

    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1

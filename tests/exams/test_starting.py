"""At the door of a sitting: the list, the PIN, the network, Safe Exam Browser, and the time that one gets."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.db import Database
from lms.exams import candidates, minutes, pins, preparing, sitting_lock, starting
from lms.exams.definitions import definition
from lms.exams.eligibility import Reason, may_start
from lms.exams.minutes import MinutesError
from lms.exams.models import Attempt, Candidate, Sitting, SittingEvent
from lms.exams.starting import Entry, Refused, Started
from lms.exams.terms import Place
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import CODE, ENTRY, SECRET, Hall
from tests.waiting import waiting

MINUTE = timedelta(minutes=1)
#: The sitting has just closed.
OVER = START + timedelta(days=30)
KEY = "5" * 64


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def policy(session: Session, **values: Any) -> None:
    session.execute(update(Sitting).values(**values))


def prepare(session: Session, cast: Cast, *, now: datetime = START, place: Place | None = None) -> tuple[Reason, ...]:
    who = cast.learner.employee_id
    found = definition(session, CODE, now=now, employee_id=who)
    assert found is not None
    standing = may_start(session, found, who, now=now, place=place)
    preparing.prepare(session, found, standing, who, now=now)
    return standing.reasons


def start(session: Session, cast: Cast, entry: Entry = ENTRY, now: datetime = START) -> Started | Refused | None:
    who = cast.learner
    return starting.start(session, CODE, who.employee_id, entry=entry, user_session_id=1, by=who.user_id, now=now)


def attempt(session: Session) -> Attempt:
    return session.scalars(select(Attempt).execution_options(populate_existing=True)).one()


def listed(session: Session, cast: Cast, hall: Hall, extra_minutes: int = 0) -> None:
    sitting = session.get_one(Sitting, hall.sitting_id)
    who = cast.learner.employee_id
    candidates.add(session, sitting, who, extra_minutes=extra_minutes, by=cast.hr.user_id, now=START)


def with_pin(session: Session, pin: str | None = None) -> Entry:
    sitting = session.scalars(select(Sitting)).one()
    return replace(ENTRY, pin=pins.pin_of(SECRET, sitting.code, 1) if pin is None else pin)


def test_who_is_not_on_the_list_is_told_so_and_gets_no_paper(session: Session, cast: Cast) -> None:
    policy(session, audience="listed")

    assert prepare(session, cast) == (Reason.NOT_LISTED,)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_who_is_taken_off_the_list_after_the_paper_was_laid_ready_cannot_start(
    session: Session, cast: Cast, hall: Hall
) -> None:
    policy(session, audience="listed")
    listed(session, cast, hall)
    assert prepare(session, cast) == ()
    entry = session.scalars(select(Candidate)).one()
    candidates.remove(session, entry, by=cast.hr.user_id, now=START)

    assert start(session, cast) is None


def test_extra_time_comes_on_top_of_the_duration(session: Session, cast: Cast, hall: Hall) -> None:
    listed(session, cast, hall, extra_minutes=9)
    prepare(session, cast)

    start(session, cast)

    assert attempt(session).due_at == START + 39 * MINUTE


def test_extra_time_comes_on_top_of_a_sitting_that_ends_first(session: Session, cast: Cast, hall: Hall) -> None:
    policy(session, closes_at=START + 20 * MINUTE)
    listed(session, cast, hall, extra_minutes=9)
    prepare(session, cast)

    start(session, cast)

    assert attempt(session).due_at == START + 29 * MINUTE


def test_extra_time_given_after_the_paper_was_laid_ready_counts_too(session: Session, cast: Cast, hall: Hall) -> None:
    prepare(session, cast)
    listed(session, cast, hall, extra_minutes=5)
    candidates.add_time(
        session, hall.sitting_id, cast.learner.employee_id, 7, why="Alat rusak", by=cast.hr.user_id, now=START
    )

    start(session, cast)

    assert attempt(session).due_at == START + 42 * MINUTE


def test_the_right_pin_opens_the_door(session: Session, cast: Cast) -> None:
    policy(session, pin_round=1)
    prepare(session, cast)
    entry = with_pin(session)

    assert isinstance(start(session, cast, replace(entry, pin=f" {entry.pin[:3]} {entry.pin[3:]} ")), Started)


def test_a_new_round_makes_the_old_pin_wrong(session: Session, cast: Cast) -> None:
    policy(session, pin_round=1)
    prepare(session, cast)
    old = with_pin(session)
    policy(session, pin_round=2)

    assert start(session, cast, old) == Refused(Reason.PIN)


def test_an_empty_pin_costs_nothing(session: Session, cast: Cast) -> None:
    policy(session, pin_round=1)
    prepare(session, cast)

    for _ in range(9):
        assert start(session, cast) == Refused(Reason.PIN_EMPTY)
    assert attempt(session).pin_failures == 0


def test_the_fifth_wrong_pin_makes_everyone_of_them_wait_and_the_wait_grows(session: Session, cast: Cast) -> None:
    policy(session, pin_round=1)
    prepare(session, cast)
    right, wrong = with_pin(session), with_pin(session, "abcdef")

    for _ in range(4):
        assert start(session, cast, wrong) == Refused(Reason.PIN)
    assert start(session, cast, wrong) == Refused(Reason.PIN, START + MINUTE)
    assert start(session, cast, right) is None
    assert prepare(session, cast) == (Reason.PIN_WAIT,)
    later = START + MINUTE
    assert start(session, cast, wrong, now=later) == Refused(Reason.PIN, later + 2 * MINUTE)
    assert isinstance(start(session, cast, right, now=later + 2 * MINUTE), Started)

    kinds = session.scalars(select(SittingEvent.kind)).all()
    assert kinds == ["pin_refused"] * 6


def test_a_refused_start_leaves_the_attempt_as_it_lay(session: Session, cast: Cast) -> None:
    policy(session, pin_round=1)
    prepare(session, cast)

    start(session, cast, with_pin(session, "abcdef"))

    lies = attempt(session)
    assert (lies.state, lies.lease, lies.user_session_id, lies.started_at, lies.due_at) == ("prepared", *[None] * 4)


@pytest.mark.parametrize(
    ("ranges", "address", "enters"),
    [
        (["192.0.2.0/24"], "192.0.2.10", True),
        (["192.0.2.0/24"], "198.51.100.1", False),
        (["198.51.100.0/24", "192.0.2.10/32"], "192.0.2.10", True),
        (["2001:db8:1::/48"], "2001:db8:1::7", True),
        (["2001:db8:1::/48"], "2001:db8:2::7", False),
        (["192.0.2.0/24"], "::ffff:192.0.2.10", True),
        (["192.0.2.0/24"], "", False),
    ],
)
def test_only_from_the_networks_of_the_room(
    session: Session, cast: Cast, ranges: list[str], address: str, enters: bool
) -> None:
    prepare(session, cast)
    policy(session, ip_ranges=ranges)
    entry = replace(ENTRY, place=replace(ENTRY.place, address=address))

    assert isinstance(start(session, cast, entry), Started) == enters
    if not enters:
        assert start(session, cast, entry) == Refused(Reason.ADDRESS)
        assert prepare(session, cast, place=entry.place) == (Reason.ADDRESS,)


@pytest.mark.parametrize("field", ["config", "exam"])
def test_only_in_safe_exam_browser_with_a_known_key(session: Session, cast: Cast, field: str) -> None:
    prepare(session, cast)
    policy(session, **{f"seb_{field}_keys": ["a" * 64, KEY]})
    url = "http://localhost/ujian/uk-keamanan-informasi/pengerjaan"
    # SHA-256 over address and key, worked out here with the standard library as the browser does it.
    right = hashlib.sha256(f"{url}{KEY}".encode()).hexdigest()
    of_other_page = hashlib.sha256(f"http://localhost/{KEY}".encode()).hexdigest()

    for sent in ("", KEY, of_other_page):
        entry = replace(ENTRY, place=replace(ENTRY.place, **{f"{field}_hash": sent}))
        assert start(session, cast, entry) == Refused(Reason.BROWSER)
        assert prepare(session, cast, place=entry.place) == (Reason.BROWSER,)
    entry = replace(ENTRY, place=replace(ENTRY.place, **{f"{field}_hash": right.upper()}))
    assert isinstance(start(session, cast, entry), Started)


def test_nobody_starts_while_the_room_stands_still(session: Session, cast: Cast) -> None:
    prepare(session, cast)
    policy(session, paused_at=START)

    assert start(session, cast) is None
    assert prepare(session, cast) == (Reason.ROOM_PAUSED,)


def test_one_s_own_list_comes_before_a_sitting_for_everyone(session: Session, cast: Cast, hall: Hall) -> None:
    own = Sitting(
        exam_id=hall.exam_id,
        code="sesi-2",
        title="Ruang 1",
        opens_at=START - MINUTE,
        closes_at=START + 60 * MINUTE,
        audience="listed",
    )
    session.add(own)
    session.flush()
    who = cast.learner.employee_id
    for expected in (hall.sitting_id, own.id):
        found = definition(session, CODE, now=START, employee_id=who)
        assert found is not None
        sitting = may_start(session, found, who, now=START).sitting
        assert sitting is not None
        assert sitting.id == expected
        if expected != own.id:
            candidates.add(session, own, who, by=cast.hr.user_id, now=START)


def signed(session: Session, by: int) -> None:
    """The proctor's signature, as far as it looks at who has begun."""
    sitting = session.scalars(select(Sitting)).one()
    minutes.sign(session, sitting, lambda _remarks: {"begun": begun(session)}, by=by, now=OVER)


def begun(session: Session) -> int:
    return session.scalars(select(func.count()).where(Attempt.state == "open")).one()


@pytest.mark.parametrize("stage", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_who_begins_while_the_proctor_signs_waits_and_then_has_not_begun(
    database: Database, session: Session, cast: Cast
) -> None:
    prepare(session, cast)
    session.commit()
    outcome: list[Started | Refused | None] = []

    def begin() -> None:
        with database.writer() as other:
            outcome.append(start(other, cast, now=OVER - MINUTE))
            other.commit()

    with database.transaction() as signing:
        signed(signing, cast.hr.user_id)
        thread = waiting(begin)
    thread.join()

    assert outcome == [None]
    assert (attempt(session).state, attempt(session).started_at, attempt(session).lease) == ("prepared", None, None)
    assert "attempt.start" not in set(session.scalars(select(AuditEvent.action)))


@pytest.mark.parametrize("stage", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_proctor_who_signs_while_somebody_begins_waits_and_is_told(
    database: Database, session: Session, cast: Cast
) -> None:
    prepare(session, cast)
    session.commit()
    told: list[str] = []

    def sign() -> None:
        with database.transaction() as other, pytest.raises(MinutesError) as refused:
            signed(other, cast.hr.user_id)
        told.append(refused.value.problem)

    with database.transaction() as beginning:
        assert isinstance(start(beginning, cast, now=OVER - MINUTE), Started)
        thread = waiting(sign)
    thread.join()

    assert told == ["running"]


@pytest.mark.parametrize("stage", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_begin_in_a_sitting_without_waiting_for_each_other(
    database: Database, session: Session, cast: Cast
) -> None:
    prepare(session, cast)
    session.commit()

    with database.transaction() as one, database.transaction() as other:
        assert isinstance(start(one, cast, now=OVER - MINUTE), Started)
        door = select(sitting_lock.through_door(Sitting.id)).select_from(Sitting)
        assert other.scalars(door).all() == [True]

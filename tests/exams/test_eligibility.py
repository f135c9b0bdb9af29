"""Who may start an exam. The rules are pure; the queries behind them run on both databases."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Enrolment
from lms.exams.definitions import Definition, definition
from lms.exams.eligibility import Reason, judge, may_start
from lms.exams.models import Candidate, Exam, Sitting
from lms.exams.pass_rules import Threshold
from lms.exams.records import Past, Record
from lms.exams.rules import rules_of
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import CODE, Hall

HOUR = timedelta(hours=1)
EXAM = Exam(max_attempts=2, cooldown_hours=24)
OPEN = Sitting(id=1, title="Buka", opens_at=START - HOUR, closes_at=START + HOUR, zone="Asia/Jakarta", supervised=False)
NEXT = Sitting(
    id=2, title="Nanti", opens_at=START + HOUR, closes_at=START + 2 * HOUR, zone="Asia/Jakarta", supervised=False
)
LATER = Sitting(id=3, title="Lusa", opens_at=START, closes_at=START + 48 * HOUR, zone="Asia/Jakarta", supervised=False)
LISTED = Sitting(
    id=4, audience="listed", title="Diawasi", opens_at=START + 30 * HOUR, closes_at=START + 48 * HOUR,
    zone="Asia/Jakarta", supervised=False,
)  # fmt: skip


def past(number: int = 1, state: str = "closed", *, hours_ago: float = 48, passed: bool | None = False) -> Past:
    ended = START - timedelta(hours=hours_ago)
    closed_at = ended if state == "closed" else None
    return Past(number, f"kode-{number}", number, state, ended, ended, closed_at, Decimal("50.00"), passed)


@pytest.mark.parametrize(
    ("sittings", "made", "unfinished", "reasons"),
    [
        ([OPEN], [], 0, ()),
        ([OPEN, NEXT], [past()], 0, ()),
        ([NEXT], [], 0, (Reason.NOT_YET,)),
        ([], [], 0, (Reason.NO_SITTING,)),
        ([OPEN], [], 3, (Reason.LESSONS,)),
        ([OPEN], [past(state="open", passed=None)], 0, (Reason.OPEN,)),
        ([OPEN], [past(passed=True)], 0, (Reason.PASSED,)),
        ([OPEN], [past(1), past(2)], 0, (Reason.USED_UP,)),
        ([OPEN], [past(hours_ago=23)], 0, (Reason.COOLDOWN,)),
        ([OPEN], [past(hours_ago=24)], 0, ()),
        ([], [past(1), past(2, hours_ago=1)], 1, (Reason.USED_UP, Reason.LESSONS, Reason.NO_SITTING)),
    ],
)
def test_every_reason_is_named(
    sittings: list[Sitting], made: list[Past], unfinished: int, reasons: tuple[Reason, ...]
) -> None:
    standing = judge(Definition(EXAM, None, tuple(sittings)), Record(tuple(made)), unfinished=unfinished, now=START)

    assert standing.reasons == reasons
    assert standing.may_start == (reasons == ())


def test_who_knows_the_questions_is_told_first_but_not_before_what_is_under_way() -> None:
    found = Definition(EXAM, None, (OPEN,), is_insider=True)
    running = past(state="open", passed=None)

    fresh = judge(found, Record(), unfinished=3, now=START)
    at_work = judge(found, Record((running,)), unfinished=0, now=START)

    assert fresh.reasons == (Reason.INSIDER, Reason.LESSONS)
    assert at_work.reasons == (Reason.OPEN, Reason.INSIDER)


def test_whoever_is_on_a_list_sits_there_and_not_in_what_is_open_for_everyone_meanwhile() -> None:
    """Nor where the list is of a sitting for everyone, on which they stand for more time; what has closed is not among them."""
    later = Sitting(id=3, audience="listed", title="Diawasi", opens_at=START + 2 * HOUR, closes_at=START + 4 * HOUR)
    for sitting in (later, NEXT):
        entry = Candidate(sitting_id=sitting.id, room="", extra_minutes=0, seat="")
        listed = judge(
            Definition(EXAM, None, (OPEN, NEXT, later), {sitting.id: entry}), Record(), unfinished=0, now=START
        )
        assert listed.sitting is not None
        assert (listed.sitting.title, listed.reasons) == (sitting.title, (Reason.NOT_YET,))

    on_none = judge(Definition(EXAM, None, (OPEN, NEXT, later)), Record(), unfinished=0, now=START)
    assert on_none.sitting is not None
    assert (on_none.sitting.title, on_none.reasons) == ("Buka", ())


def test_a_standing_says_how_often_and_when() -> None:
    standing = judge(Definition(EXAM, None, (NEXT, LATER)), Record((past(hours_ago=2),)), unfinished=0, now=START)

    assert (standing.attempts_left, standing.number) == (1, 2)
    assert standing.again_at == START + timedelta(hours=22)
    assert standing.sitting is not None
    assert standing.sitting.title == "Lusa"
    assert standing.starts_at == START + timedelta(hours=22)
    assert standing.first_reason == Reason.COOLDOWN


@pytest.mark.parametrize(
    ("sittings", "listed", "is_unplanned"),
    [
        ((), (), True),
        ((OPEN, NEXT), (), True),
        ((OPEN, LATER), (), False),
        ((OPEN, LATER), (OPEN.id,), False),  # once theirs has closed, what is open for everyone admits them
        ((OPEN, LISTED), (OPEN.id,), True),
        ((OPEN, LISTED), (OPEN.id, LISTED.id), False),
    ],
)
def test_a_pause_that_outlasts_every_sitting_of_the_person_says_that_none_is_planned(
    app: Flask, sittings: tuple[Sitting, ...], listed: tuple[int, ...], is_unplanned: bool
) -> None:
    entries = {one: Candidate(sitting_id=one, room="", extra_minutes=0, seat="") for one in listed}
    found = Definition(EXAM, None, sittings, entries)

    standing = judge(found, Record((past(hours_ago=2),)), unfinished=0, now=START)

    assert standing.is_unplanned == is_unplanned
    with app.test_request_context():
        text = app.jinja_env.get_template("exams/_m.html").module.reason("cooldown", standing)  # type: ignore[attr-defined]
    assert ("Belum ada sesi bagi Anda sesudah itu; periksa lagi nanti." in text) == is_unplanned
    assert (standing.starts_at is None) == is_unplanned


def test_whoever_waits_reads_of_the_sitting_in_which_the_next_attempt_can_be(app: Flask) -> None:
    weekend = Sitting(
        id=5, audience="listed", title="Pekan depan", opens_at=START + 96 * HOUR, closes_at=START + 99 * HOUR,
        zone="Asia/Jakarta", supervised=True,
    )  # fmt: skip
    entries = {one.id: Candidate(sitting_id=one.id, room="", extra_minutes=0, seat="") for one in (OPEN, weekend)}
    found, record = Definition(EXAM, None, (OPEN, weekend), entries), Record((past(hours_ago=2),))

    waiting = judge(found, record, unfinished=0, now=START)
    afterwards = judge(Definition(EXAM, None, (weekend,), entries), record, unfinished=0, now=START + 23 * HOUR)

    assert waiting.sitting is not None
    assert (waiting.sitting.title, waiting.starts_at) == ("Pekan depan", weekend.opens_at)
    assert waiting.reasons == (Reason.COOLDOWN, Reason.NOT_YET)
    with app.test_request_context():
        text = app.jinja_env.get_template("exams/_m.html").module.reason("cooldown", waiting)  # type: ignore[attr-defined]
    assert "Dapat diulang mulai 27 November 2026, 09.00 WIB." in text
    assert (afterwards.first_reason, afterwards.is_unplanned) == (Reason.NOT_YET, False)


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def reasons(session: Session, cast: Cast, **change: Any) -> tuple[Reason, ...]:
    found = definition(session, CODE, now=change.get("now", START))
    assert found is not None
    who = change.get("who", cast.learner)
    return may_start(session, found, who.employee_id, now=change.get("now", START)).reasons


def test_who_has_finished_all_lessons_may_start(session: Session, cast: Cast, hall: Hall) -> None:
    assert reasons(session, cast) == ()


def test_who_is_not_enrolled_has_lessons_to_finish(session: Session, cast: Cast, hall: Hall) -> None:
    assert reasons(session, cast, who=cast.colleague) == (Reason.LESSONS,)


def test_one_unfinished_lesson_is_enough_to_wait(session: Session, cast: Cast, hall: Hall) -> None:
    factory.enrol(session, session.get_one(Course, hall.course_id), cast.colleague, now=START, finished=1)

    assert reasons(session, cast, who=cast.colleague) == (Reason.LESSONS,)
    assert session.scalar(select(Enrolment.id).where(Enrolment.employee_id == cast.colleague.employee_id))


def test_a_sitting_ends_at_its_very_moment(session: Session, cast: Cast, hall: Hall) -> None:
    closes_at = START + timedelta(days=30)

    assert reasons(session, cast, now=closes_at - timedelta(microseconds=1)) == ()
    assert reasons(session, cast, now=closes_at) == (Reason.NO_SITTING,)


def test_an_exam_without_a_course_asks_for_no_lessons(session: Session, cast: Cast, hall: Hall) -> None:
    session.execute(update(Exam).values(course_id=None))

    assert reasons(session, cast, who=cast.outsider) == ()


def test_the_rules_are_those_of_the_blueprint_in_force(session: Session, hall: Hall) -> None:
    found = definition(session, CODE, now=START)
    assert found is not None

    rules = rules_of(found, sitting_id=None)

    assert (rules.questions, rules.course_slug, rules.group_title) == (6, "keamanan-informasi", "")
    assert rules.others == ()
    assert rules.total == Threshold(percent=Decimal(70))
    sixty = Threshold(percent=Decimal(60))
    assert rules.sections == (("Dasar", 3, sixty), ("Penerapan", 3, sixty))


def test_an_unknown_exam_is_none(session: Session) -> None:
    assert definition(session, "tidak-ada", now=START) is None

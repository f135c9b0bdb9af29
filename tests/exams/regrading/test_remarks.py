"""Marking again: by others alone, the old mark until the new one is there, and what follows from it."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.audit import AuditEvent
from lms.exams import archive, results, verification
from lms.exams.marking import works as marking
from lms.exams.marking.models import Marking, Work
from lms.exams.marking.works import NotYours
from lms.exams.models import Attempt, Result, Sitting
from lms.exams.regrading import applying, regrades, remarks
from lms.exams.regrading.models import Regrade, RegradeRow
from lms.exams.regrading.regrades import NotDraft, Overtaken, OwnExam
from lms.exams.regrading.remarks import NothingToMark
from tests.cast import Cast
from tests.conftest import Clock
from tests.exams.marking import essays
from tests.exams.marking.test_works import NOW, give, stands, works

LATER = NOW + timedelta(days=1)


def build(session: Session, cast: Cast, *, markers: int = 1) -> Work:
    """The learner's two essays, each with 4 + 2 of 8 points: 3.5 of 4 with two right choices. The first of them."""
    rule = {"markers": 2, "tolerance": 25} if markers == 2 else {}
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(**rule))
    for work in works(session):
        give(session, work, cast.colleague, 4, 2)
        if markers == 2:
            give(session, work, cast.manager, 4, 2)
    return works(session)[0]


def draft(session: Session, cast: Cast, work: Work, *, attempts: Sequence[int] | None = None) -> Regrade:
    made = remarks.draft(
        session,
        work.exam_id,
        work.version_id,
        attempts=attempts,
        reason="Penilai keliru membaca rubrik.",
        by=cast.hr.user_id,
        now=LATER,
    )
    session.commit()
    return made


def begin(session: Session, cast: Cast, work: Work) -> Regrade:
    made = draft(session, cast, work)
    remarks.start(session, made.id, by=cast.hr.user_id, now=LATER)
    session.commit()
    return made


def newest(session: Session, work: Work) -> Result:
    return results.newest(session, work.attempt_id)


def test_the_old_mark_counts_until_there_is_a_new_one(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    begin(session, cast, work)

    assert stands(session, work) == ("open", Decimal("0.75"))
    assert marking.by_hand(session, work.attempt_id)[work.item] == Decimal("0.75")
    assert newest(session, work).score == Decimal("3.5")


def test_another_marker_s_mark_takes_its_place_and_gives_the_attempt_its_result(session: Session, cast: Cast) -> None:
    """From 0.75 to 0.25: 3 of 4 are 75 per cent."""
    work = build(session, cast)
    made = begin(session, cast, work)
    before = newest(session, work)

    given = give(session, work, cast.manager, 2, 0, now=LATER, today=LATER.date())

    after = newest(session, work)
    assert (given.settled, given.is_last, given.round) == (True, False, 2)
    assert stands(session, work) == ("settled", Decimal("0.25"))
    assert (after.number, after.cause, after.score, after.percent) == (
        before.number + 1,
        "remark",
        Decimal(3),
        Decimal(75),
    )
    assert after.recorded_by == cast.manager.user_id
    row = session.scalars(select(RegradeRow)).one()
    assert (row.state, row.old_mark, row.new_mark) == ("applied", Decimal("0.75"), Decimal("0.25"))
    assert (row.old_result_id, row.new_result_id) == (before.id, after.id)
    assert session.get_one(Regrade, made.id).state == "done"
    assert {"regrade.apply", "attempt.regrade", "regrade.done"} <= set(session.scalars(select(AuditEvent.action)))


def test_the_same_mark_again_appends_no_result(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    made = begin(session, cast, work)
    number = newest(session, work).number

    give(session, work, cast.manager, 4, 2, now=LATER, today=LATER.date())

    assert newest(session, work).number == number
    row = session.scalars(select(RegradeRow)).one()
    assert (row.state, row.new_result_id, row.round) == ("applied", None, 2)
    assert session.get_one(Regrade, made.id).state == "done"


def test_who_has_marked_it_before_does_not_mark_it_again(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    begin(session, cast, work)

    assert give(session, work, cast.colleague, 6, 2, seen=1).fate == "stale"  # the page of then
    with pytest.raises(NotYours):
        give(session, work, cast.colleague, 6, 2)
    with pytest.raises(NotYours):
        give(session, work, cast.learner, 6, 2)
    assert stands(session, work) == ("open", Decimal("0.75"))


def test_where_two_mark_two_others_mark_again_and_what_was_given_before_is_not_among_it(
    session: Session, cast: Cast
) -> None:
    """One of them alone changes nothing; 2 + 0 and 3 + 0 of 8 are 0.25 and 0.375, their mean 0.3125."""
    work = build(session, cast, markers=2)
    essays.grant(session, cast.outsider, "marker", cast.jakarta)
    begin(session, cast, work)

    give(session, work, cast.trainer, 2, 0)
    assert stands(session, work) == ("open", Decimal("0.75"))
    give(session, work, cast.outsider, 3, 0)

    assert stands(session, work) == ("settled", Decimal("0.3125"))
    rows = session.scalars(select(Marking).where(Marking.work_id == work.id).order_by(Marking.id)).all()
    assert [(row.round, row.slot, row.number) for row in rows] == [(1, 1, 1), (1, 2, 1), (2, 1, 1), (2, 2, 1)]
    assert [row.mark for row in marking.latest(session, [work.id])] == [Decimal("0.25"), Decimal("0.375")]


def test_the_marks_that_count_are_those_of_before_until_the_answer_has_its_new_one(
    session: Session, cast: Cast
) -> None:
    work = build(session, cast, markers=2)
    begin(session, cast, work)
    give(session, work, cast.trainer, 2, 0)

    assert [row.mark for row in marking.counting(session, [work.id])] == [Decimal("0.75"), Decimal("0.75")]
    assert [row.mark for row in marking.latest(session, [work.id])] == [Decimal("0.25")]


def test_an_answer_can_be_marked_a_third_time(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    begin(session, cast, work)
    give(session, work, cast.manager, 2, 0)
    begin(session, cast, work)

    with pytest.raises(NotYours):
        give(session, work, cast.manager, 6, 2)
    give(session, work, cast.trainer, 6, 2)

    assert stands(session, work) == ("settled", Decimal(1))
    assert newest(session, work).score == Decimal("3.75")


def test_another_answer_of_the_attempt_stays_as_it_is(session: Session, cast: Cast) -> None:
    """Its marker does not get to correct it: its result is there."""
    work = build(session, cast)
    other = works(session)[1]
    begin(session, cast, work)

    assert give(session, other, cast.colleague, 6, 2, seen=1).fate == "kept"
    assert stands(session, other) == ("settled", Decimal("0.75"))


def test_only_what_has_its_mark_and_waits_for_no_other_is_marked_again(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner,))
    first, _last = works(session)
    give(session, first, cast.colleague, 4, 2)

    with pytest.raises(NothingToMark):
        draft(session, cast, first)


def test_what_is_being_marked_again_is_left_to_that_regrade(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    second = draft(session, cast, work)
    begin(session, cast, work)

    with pytest.raises(NothingToMark):
        draft(session, cast, work)
    with pytest.raises(Overtaken):
        remarks.start(session, second.id, by=cast.hr.user_id, now=LATER)
    session.rollback()
    regrades.withdraw(session, second.id, by=cast.hr.user_id, now=LATER)


def test_a_draft_about_a_mark_that_has_been_replaced_since_begins_nothing(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    early = draft(session, cast, work)
    other = draft(session, cast, work)
    remarks.start(session, other.id, by=cast.hr.user_id, now=LATER + timedelta(minutes=1))
    give(session, work, cast.manager, 2, 0, now=LATER + timedelta(minutes=2), today=LATER.date())
    session.commit()

    with pytest.raises(Overtaken):
        remarks.start(session, early.id, by=cast.hr.user_id, now=LATER + timedelta(minutes=3))

    assert stands(session, work) == ("settled", Decimal("0.25"))


def test_it_begins_once(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    made = begin(session, cast, work)
    give(session, work, cast.manager, 2, 0)

    with pytest.raises(NotDraft):
        remarks.start(session, made.id, by=cast.hr.user_id, now=LATER)


def test_a_dropped_question_is_not_marked_again(session: Session, cast: Cast) -> None:
    work = build(session, cast)
    waiting = draft(session, cast, work)
    dropped = regrades.draft(
        session, work.exam_id, work.version_id, "drop", (), reason="Anulir.", by=cast.hr.user_id, now=LATER
    )
    regrades.start(session, dropped.id, by=cast.hr.user_id, now=LATER)
    session.commit()

    with pytest.raises(NothingToMark):
        draft(session, cast, work)
    with pytest.raises(Overtaken):
        remarks.start(session, waiting.id, by=cast.hr.user_id, now=LATER)


def test_it_holds_no_correction(session: Session, cast: Cast) -> None:
    """A key that was corrected before goes on counting, and a later correction finds nothing in its way."""
    work = build(session, cast)
    begin(session, cast, work)

    assert regrades.in_force(session, work.exam_id) == {}
    assert newest(session, work).corrections is None


def test_one_who_has_sat_the_exam_has_nothing_marked_again(session: Session, cast: Cast) -> None:
    work = build(session, cast)

    with pytest.raises(OwnExam):
        remarks.draft(
            session, work.exam_id, work.version_id, attempts=None, reason="-", by=cast.learner.user_id, now=LATER
        )


def test_of_several_candidates_only_those_asked_for_are_marked_again(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner, cast.outsider))
    for work in works(session):
        give(session, work, cast.colleague, 4, 2)
    mine = next(work for work in works(session) if work.attempt_id == attempt_of(session, cast.outsider.employee_id))

    made = draft(session, cast, mine, attempts=[mine.attempt_id])
    remarks.start(session, made.id, by=cast.hr.user_id, now=LATER)
    session.commit()

    assert [work.state for work in works(session)].count("open") == 1
    assert stands(session, mine)[0] == "open"


def attempt_of(session: Session, employee_id: int) -> int:
    return session.scalars(select(Attempt.id).where(Attempt.employee_id == employee_id)).one()


def test_a_later_round_is_settled_while_another_answer_waits_for_its_first_mark(
    app: Flask, session: Session, cast: Cast, time: Clock
) -> None:
    """The other essay was dropped unmarked, and then taken back: until it has its mark there is no verdict, and then both count."""
    essays.build(session, cast, people=(cast.learner,))
    first, other = works(session)
    give(session, first, cast.colleague, 4, 2)
    time.forward(hours=2)
    dropped(app, session, cast, other, "drop")
    work = works(session)[0]
    begin(session, cast, work)
    time.forward(days=2)
    dropped(app, session, cast, other, "key")
    assert newest(session, work).state == "pending_marking"

    give(session, work, cast.manager, 2, 0, now=clock.now())
    assert (newest(session, work).cause, newest(session, work).state) == ("remark", "pending_marking")
    assert give(session, other, cast.colleague, 6, 2, now=clock.now()).is_last

    result = newest(session, work)
    assert (result.state, result.score) == ("graded", Decimal("3.25"))
    made = archive.make(session, session.scalars(select(Sitting)).one(), now=clock.now())
    assert verification.verify(made.data).discrepancies == ()


def dropped(app: Flask, session: Session, cast: Cast, work: Work, remedy: Any) -> None:
    """Apply a remedy to the question of an answer; "key" takes back what was dropped."""
    made = regrades.draft(
        session, work.exam_id, work.version_id, remedy, (), reason="Soal keliru.", by=cast.hr.user_id, now=clock.now()
    )
    regrades.start(session, made.id, by=cast.hr.user_id, now=clock.now())
    session.commit()
    applying.apply(app.extensions["platform"], made.id)
    session.expire_all()

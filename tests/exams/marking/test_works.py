"""The queue of answers and the marks that people give: appended, settled by the rule, followed by the attempt's result."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import completion
from lms.db import Database
from lms.exams import archive, candidate_groups, marking_log, verification
from lms.exams.marking.models import Marking, Work
from lms.exams.marking.works import Given, NotYours
from lms.exams.models import Exam, Result, Sitting
from lms.exams.papers import Item
from lms.questions import kinds
from lms.questions.models import QuestionVersion
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.marking import essays
from tests.exams.marking.essays import points

NOW = START + timedelta(hours=1)


def works(session: Session) -> list[Work]:
    return list(session.scalars(select(Work).order_by(Work.attempt_id, Work.item)))


def give(session: Session, work: Work, who: Person, *given: int, seen: int = 0, **change: Any) -> Given:
    content = session.get_one(QuestionVersion, work.version_id).content
    arguments: dict[str, Any] = {
        "comment": "",
        "seen": seen,
        "by": who.user_id,
        "employee_id": who.employee_id,
        "now": NOW,
        "today": NOW.date(),
    }
    made = completion.give_mark(session, work.id, content, points(*given), **arguments | change)
    session.commit()
    return made


def stands(session: Session, work: Work) -> tuple[str, Decimal | None]:
    found = session.get_one(Work, work.id, populate_existing=True)
    return found.state, found.mark


def test_what_waits_enters_the_queue_under_a_number_of_its_own(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner, cast.outsider))

    found = works(session)

    assert [(work.state, work.markers, work.maximum) for work in found] == [("open", 1, Decimal(1))] * 4
    assert len({work.code for work in found}) == 4


def test_the_last_mark_gives_the_result(session: Session, cast: Cast) -> None:
    """Essays of 8 points: 6 + 2 is 1, 4 + 2 is 0.75; with two right choices 3.75 of 4."""
    essays.build(session, cast, people=(cast.learner,))
    first, second = works(session)

    assert give(session, first, cast.colleague, 6, 2) == Given("counted", first.attempt_id, settled=True)
    assert [one.state for one in session.scalars(select(Result))] == ["pending_marking"]
    assert give(session, second, cast.manager, 4, 2).is_last

    pending, result = session.scalars(select(Result).order_by(Result.number))
    assert (result.state, result.cause, result.passed, result.percent) == ("graded", "marked", True, Decimal("93.75"))
    assert pending.score == Decimal(2)
    assert (result.score, result.recorded_by) == (Decimal("3.75"), cast.manager.user_id)


def test_two_markers_within_the_tolerance_are_averaged(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    work = works(session)[0]

    give(session, work, cast.colleague, 6, 2)
    assert stands(session, work) == ("open", None)
    give(session, work, cast.manager, 4, 2)
    assert stands(session, work) == ("settled", Decimal("0.875"))


def test_beyond_it_a_third_person_decides_and_nobody_of_the_two(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    work = works(session)[0]
    give(session, work, cast.colleague, 6, 2)
    give(session, work, cast.manager, 3, 2)
    assert stands(session, work) == ("disputed", None)

    assert give(session, work, cast.colleague, 5, 2, seen=1).fate == "kept"
    assert stands(session, work) == ("disputed", None)
    assert give(session, work, cast.trainer, 2, 0).fate == "counted"
    assert stands(session, work) == ("settled", Decimal("0.25"))


def test_one_s_own_mark_is_corrected_by_appending(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    work = works(session)[0]
    give(session, work, cast.colleague, 6, 2)

    assert give(session, work, cast.colleague, 1, 1, seen=1).fate == "corrected"

    rows = session.scalars(select(Marking).order_by(Marking.id)).all()
    assert [(row.slot, row.number, row.mark) for row in rows] == [(1, 1, Decimal(1)), (1, 2, Decimal("0.25"))]
    give(session, work, cast.manager, 1, 1)
    assert stands(session, work) == ("settled", Decimal("0.25"))


def test_a_slip_is_corrected_while_the_attempt_waits_for_another_answer_and_not_once_it_has_its_result(
    session: Session, cast: Cast
) -> None:
    """Two essays: 6 of 8 points by a slip, corrected to all 8; the result has both in full."""
    essays.build(session, cast, people=(cast.learner,))
    first, last = works(session)
    give(session, first, cast.colleague, 4, 2)
    assert stands(session, first) == ("settled", Decimal("0.75"))

    assert give(session, first, cast.manager, 0, 0).fate == "kept"  # of another marker
    assert give(session, first, cast.colleague, 6, 2, seen=1) == Given("corrected", first.attempt_id, settled=True)
    assert stands(session, first) == ("settled", Decimal(1))
    assert give(session, last, cast.colleague, 6, 2).is_last
    newest = session.scalars(select(Result).order_by(Result.number.desc()).limit(1)).one()
    by_hand = [Decimal(row["mark"]) for row in newest.marks if row["item"] in (first.item, last.item)]
    assert (newest.state, by_hand) == ("graded", [Decimal(1), Decimal(1)])

    assert give(session, first, cast.colleague, 0, 0, seen=2).fate == "kept"
    assert stands(session, first) == ("settled", Decimal(1))
    made = archive.make(session, session.scalars(select(Sitting)).one(), now=NOW)
    assert verification.verify(made.data).discrepancies == ()


def test_a_result_from_before_a_correction_is_checked_by_the_mark_of_then() -> None:
    """3 of 8 points at 08.00, corrected to 6 at 10.00: a regrade of 09.00 had 0.375, the result of the last mark 0.75."""
    content = kinds.read(factory.question("essay"))
    item = Item(version=1, hash="h", section=0, order=[], kind="essay", content=content)
    log = marking_log.read(
        [
            [1, 1, 1, 1, ["3", "0"], "0.375", "2026-11-23T08:00:00+00:00"],
            [1, 1, 2, 1, ["6", "0"], "0.75", "2026-11-23T10:00:00+00:00"],
        ]
    )

    def counts(cause: str) -> dict[int, Decimal]:
        marks = [{"item": 1, "mark": "0.375"}]
        stated = {"number": 2, "cause": cause, "recorded_at": "2026-11-23T09:00:00+00:00", "marks": marks}
        return marking_log.standing(log, stated, [item], {})

    assert (counts("regrade"), counts("marked")) == ({1: Decimal("0.375")}, {1: Decimal("0.75")})


def test_of_two_who_agreed_one_may_correct_to_a_dispute_and_after_a_third_only_the_third(
    session: Session, cast: Cast
) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    work = works(session)[0]
    give(session, work, cast.colleague, 6, 2)
    give(session, work, cast.manager, 5, 2)
    assert stands(session, work)[0] == "settled"

    assert give(session, work, cast.manager, 1, 0, seen=1).fate == "corrected"
    assert stands(session, work) == ("disputed", None)
    give(session, work, cast.trainer, 2, 0)
    assert give(session, work, cast.manager, 6, 2, seen=2).fate == "kept"
    assert stands(session, work) == ("settled", Decimal("0.25"))
    assert give(session, work, cast.trainer, 4, 0, seen=1).fate == "corrected"
    assert stands(session, work) == ("settled", Decimal("0.5"))


def test_a_second_window_is_told_and_writes_nothing(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    work = works(session)[0]
    give(session, work, cast.colleague, 6, 2)

    assert give(session, work, cast.colleague, 0, 0, seen=0).fate == "stale"
    assert len(session.scalars(select(Marking)).all()) == 1


def test_a_mark_that_comes_second_is_kept_and_does_not_count(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner,))
    work = works(session)[0]
    give(session, work, cast.colleague, 6, 2)

    assert give(session, work, cast.manager, 0, 0).fate == "kept"
    assert give(session, work, cast.trainer, 1, 0).fate == "kept"
    assert give(session, work, cast.manager, 1, 0, seen=1).fate == "corrected"
    assert stands(session, work) == ("settled", Decimal(1))
    assert sorted(session.scalars(select(Marking.slot))) == [1, 4, 4, 5]


def test_nobody_marks_their_own(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.colleague,))

    with pytest.raises(NotYours):
        give(session, works(session)[0], cast.colleague, 6, 2)
    with pytest.raises(ValueError, match="rubric"):
        give(session, works(session)[0], cast.manager, 7, 2)


def test_two_at_once_lose_nothing_and_one_result_follows(database: Database, session: Session, cast: Cast) -> None:
    """Both essays of an attempt are marked at the same moment: each alone sees another still open, and yet one is the last."""
    essays.build(session, cast, people=(cast.learner,))
    jobs = [
        (work.id, session.get_one(QuestionVersion, work.version_id).content, who)
        for work, who in zip(works(session), (cast.colleague, cast.manager), strict=True)
    ]
    session.commit()
    start = threading.Barrier(2)

    def mark(work_id: int, content: dict[str, Any], who: Person) -> None:
        start.wait()
        with database.transaction() as own:
            completion.give_mark(
                own, work_id, content, points(6, 2), comment="", seen=0, by=who.user_id,
                employee_id=who.employee_id, now=NOW, today=NOW.date(),
            )  # fmt: skip

    threads = [threading.Thread(target=mark, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(row.number, row.state) for row in session.scalars(select(Result).order_by(Result.number))] == [
        (1, "pending_marking"),
        (2, "graded"),
    ]


def test_the_group_that_counted_at_closing_counts_when_the_last_mark_is_given(session: Session, cast: Cast) -> None:
    """Another group was written down meanwhile; it is for whoever is closed later."""
    content = essays.plan() | {"groups": [{"code": "khusus", "title": "Kelompok khusus", "pass_total": 0, "sections": [
        {"title": "Dasar", "pass": 0}, {"title": "Penerapan", "pass": 0}]}]}  # fmt: skip
    essays.build(session, cast, people=(cast.learner,), content=content)
    exam = session.scalars(select(Exam)).one()
    candidate_groups.assign(session, exam, {cast.learner.code: "khusus"}, by=cast.hr.user_id, now=NOW)

    for work in works(session):
        give(session, work, cast.colleague, 0, 0)

    last = session.scalars(select(Result).order_by(Result.number.desc())).first()
    assert last is not None
    assert last.verdict is not None
    assert (last.verdict["group"], last.passed) == ("", False)
    made = archive.make(session, session.scalars(select(Sitting)).one(), now=NOW)
    assert list(verification.verify(made.data, seal=made.seal).discrepancies) == []

"""A corrected key: planned, applied to all concerned once, carried to evidence and certificate; stopped half-way and gone on."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.audit import AuditEvent
from lms.certificates import issuing
from lms.certificates.ending_models import Ending
from lms.certificates.issuing import MadeFile
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.competencies.models import Evidence
from lms.exams import reopening, results
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, Result, Sitting
from lms.exams.regrading import applying, regrades, remedies
from lms.exams.regrading.models import Regrade, RegradeRow
from lms.exams.regrading.regrades import NotDraft, OwnExam
from lms.exams.regrading.remedies import SameKey
from lms.questions import kinds
from lms.questions.content import BadQuestion
from lms.questions.models import Question, QuestionVersion
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import RIGHT, WRONG
from tests.exams.sitting import sit

NOW = START + timedelta(hours=2)
#: Two questions, both of them on every paper: 50 per cent needed.
PLAN = {
    "pass_total": 50,
    "sections": [{"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 2, "pass": 0}],
}
BANK = ("single_choice", "true_false")


def build(session: Session, cast: Cast, *, supervised: bool = True) -> None:
    """The learner has one of two right (the choice), the colleague the other (true or false), the outsider none."""
    hall = factory.build(session, cast, content=PLAN, bank_of=BANK)
    session.execute(update(Sitting).values(supervised=supervised))
    session.add(
        Scheme(
            code="skema", title="Skema", unit_id=cast.jakarta, exam_id=hall.exam_id, competency_id=hall.competency_id,
            level=1, design="kompetensi", validity_months=36, number_pattern="N.{n}/{month}/{year}",
            official={"office": "Kepala", "name": "Kepala", "nip": "197103151996032004", "place": "Jakarta"},
        )
    )  # fmt: skip
    session.commit()
    sit(session, cast.learner, {"single_choice": "0", "true_false": False})
    sit(session, cast.colleague, {"single_choice": "1", "true_false": True})
    sit(session, cast.outsider, {"single_choice": "1", "true_false": False})


def version_of(session: Session, kind: str) -> QuestionVersion:
    """The first version of the question of that kind at level 1."""
    rows = select(QuestionVersion).where(QuestionVersion.kind == kind, QuestionVersion.level == 1)
    return session.scalars(rows.order_by(QuestionVersion.id).limit(1)).one()


def draft(session: Session, cast: Cast, kind: str, remedy: Any, key: Any = None) -> Regrade:
    version = version_of(session, kind)
    before = regrades.in_force(session, session.scalars(select(Attempt.exam_id)).first() or 0).get(version.id)
    made = regrades.draft(
        session,
        session.scalars(select(Attempt.exam_id)).first() or 0,
        version.id,
        remedy,
        remedies.contents(remedy, kind, version.content, key, before),
        reason="Kunci keliru.",
        by=cast.hr.user_id,
        now=NOW,
    )
    session.commit()
    return made


def start(session: Session, cast: Cast, made: Regrade) -> None:
    regrades.start(session, made.id, by=cast.hr.user_id, now=NOW)
    session.commit()


def follow_all(app: Flask, session: Session) -> None:
    for key in list(session.scalars(select(Result.id).order_by(Result.id))):
        session.commit()
        completion.follow_result(app.extensions["platform"], key)


def issue_all(session: Session) -> None:
    """Enter all that waits in the register, without making files."""
    waiting = issuing.pending(session, session.scalars(select(Certificate.id)).all())
    issuing.give_numbers(session, waiting, signature_kind="test", today=START.date())
    made = {one.certificate.id: MadeFile(f"{one.certificate.id:064}", "c/a.pdf", "d" * 64) for one in waiting}
    completion.certificates_made(session, made, now=NOW)
    session.commit()


def lose_the_pass(app: Flask, session: Session, cast: Cast) -> None:
    """The learner passed by the choice alone, was certified, and loses that one point by a changed key; the colleague gains it."""
    build(session, cast)
    follow_all(app, session)
    issue_all(session)
    made = draft(session, cast, "single_choice", "key", "1")
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)
    follow_all(app, session)


def standing(session: Session, cast: Cast) -> dict[str, tuple[int, Decimal, bool]]:
    """Who → number, per cent and verdict of the newest result."""
    session.expire_all()
    people = {
        cast.learner.employee_id: "learner",
        cast.colleague.employee_id: "colleague",
        cast.outsider.employee_id: "outsider",
    }
    found = {}
    for attempt in session.scalars(select(Attempt).where(Attempt.state == "closed")):
        newest = results.newest(session, attempt.id)
        found[people[attempt.employee_id]] = (newest.number, newest.percent, newest.passed)
    session.commit()
    return found


def test_who_has_sat_the_exam_corrects_nothing_in_it(session: Session, cast: Cast) -> None:
    build(session, cast)
    made = draft(session, cast, "single_choice", "full")

    with pytest.raises(OwnExam):
        regrades.start(session, made.id, by=cast.learner.user_id, now=NOW)
    with pytest.raises(OwnExam):
        regrades.draft(
            session, made.exam_id, made.version_id, "full", [], reason="Saya salah.", by=cast.colleague.user_id, now=NOW
        )
    assert session.scalars(select(Regrade.state)).all() == ["draft"]


def test_the_difference_is_shown_before_anything_holds(session: Session, cast: Cast) -> None:
    """The right option becomes the second: the learner loses the only point, the colleague and the outsider gain one."""
    build(session, cast)

    made = draft(session, cast, "single_choice", "key", "1")

    rows = session.scalars(select(RegradeRow).order_by(RegradeRow.attempt_id)).all()
    found: list[tuple[Any, ...]] = [
        (row.old_mark, row.new_mark, row.old_percent, row.new_percent, row.old_passed, row.new_passed) for row in rows
    ]
    assert found == [
        (1, 0, 50, 0, True, False),
        (0, 1, 50, 100, True, True),
        (0, 1, 0, 50, False, True),
    ]
    assert (made.state, {row.state for row in rows}) == ("draft", {"planned"})
    assert set(standing(session, cast).values()) == {(1, Decimal(50), True), (1, Decimal(0), False)}
    assert regrades.in_force(session, made.exam_id) == {}


def test_applying_appends_and_carries_the_consequences(app: Flask, session: Session, cast: Cast) -> None:
    build(session, cast)
    follow_all(app, session)
    assert len(session.scalars(select(Certificate)).all()) == 2
    made = draft(session, cast, "single_choice", "key", "1")
    start(session, cast, made)

    applying.apply(app.extensions["platform"], made.id)
    follow_all(app, session)

    assert standing(session, cast) == {
        "learner": (2, Decimal(0), False),
        "colleague": (2, Decimal(100), True),
        "outsider": (2, Decimal(50), True),
    }
    latest = session.scalars(select(Result).where(Result.number == 2)).all()
    assert {(one.cause, tuple(one.corrections or ()), one.recorded_by) for one in latest} == {
        ("regrade", (made.code,), cast.hr.user_id)
    }
    holders = sorted(session.scalars(select(Certificate.employee_id)))
    assert holders == sorted([cast.learner.employee_id, cast.colleague.employee_id, cast.outsider.employee_id])
    assert [one.state for one in session.scalars(select(Certificate))] == [
        "pending"
    ] * 3  # none is issued: nothing to end
    assert session.scalars(select(Ending)).all() == []
    counting = session.scalars(select(Evidence.employee_id).where(Evidence.set_aside_at.is_(None)))
    assert sorted(counting) == sorted([cast.colleague.employee_id, cast.outsider.employee_id])
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("regrade.%")))
    assert list(acts) == ["regrade.draft", "regrade.apply", "regrade.done"]
    assert session.get_one(Regrade, made.id, populate_existing=True).state == "done"


def test_a_pass_that_was_lost_and_comes_back_is_for_two_people_to_settle_each_time(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    follow_all(app, session)
    issue_all(session)
    for remedy, key in (("key", "1"), ("full", None)):
        made = draft(session, cast, "single_choice", remedy, key)
        start(session, cast, made)
        applying.apply(app.extensions["platform"], made.id)
        follow_all(app, session)

    acts = session.execute(select(Ending.kind, Ending.state, Ending.proposed_by).order_by(Ending.id)).all()
    assert [tuple(act) for act in acts] == [
        ("suspend", "approved", None),
        ("revoke", "withdrawn", None),
        ("reinstate", "open", None),
    ]
    assert len(session.scalars(select(Certificate)).all()) == 3
    assert standing(session, cast)["learner"] == (3, Decimal(50), True)


def test_a_certificate_whose_pass_was_lost_while_it_waited_is_suspended_as_it_is_issued(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    follow_all(app, session)
    made = draft(session, cast, "single_choice", "key", "1")
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)
    follow_all(app, session)
    issue_all(session)

    ended = session.execute(
        select(Certificate.employee_id, Revocation.kind).join(Revocation, Revocation.certificate_id == Certificate.id)
    ).all()
    assert [tuple(one) for one in ended] == [(cast.learner.employee_id, "suspended")]


def test_a_job_that_stops_half_way_goes_on_and_grades_nobody_twice(app: Flask, session: Session, cast: Cast) -> None:
    build(session, cast)
    made = draft(session, cast, "single_choice", "full")
    start(session, cast, made)
    first = session.scalars(select(RegradeRow.id).order_by(RegradeRow.id)).first()
    assert first is not None
    applying.apply_row(session, first, now=NOW, today=NOW.date())
    session.commit()
    assert regrades.finish(session, made.id, now=NOW) is False
    session.commit()

    applying.apply_all(app.extensions["platform"])
    applying.apply(app.extensions["platform"], made.id)

    assert standing(session, cast) == {
        "learner": (1, Decimal(50), True),  # had it: nothing changed, nothing was appended
        "colleague": (2, Decimal(100), True),
        "outsider": (2, Decimal(50), True),
    }
    assert {row.state for row in session.scalars(select(RegradeRow))} == {"applied"}


def test_papers_drawn_later_leave_the_suspended_question_out(session: Session, cast: Cast) -> None:
    build(session, cast)
    made = draft(session, cast, "single_choice", "drop")
    start(session, cast, made)
    factory.add_question(session, "single_choice", number=7)
    later = sit(session, cast.manager, RIGHT, now=NOW)
    assert version_of(session, "single_choice").id not in [
        one["version"] for one in results.newest(session, later.id).marks
    ]


def test_who_was_under_way_is_graded_by_what_holds(session: Session, cast: Cast) -> None:
    build(session, cast)
    open_one = session.scalars(select(Attempt).where(Attempt.employee_id == cast.outsider.employee_id)).one()
    session.execute(update(Result).where(Result.attempt_id == open_one.id).values(number=9))
    made = draft(session, cast, "single_choice", "drop")
    start(session, cast, made)
    session.execute(
        update(Attempt).where(Attempt.id == open_one.id).values(state="open", closed_at=None, closed_by=None)
    )

    result = completion.finish_attempt(
        session, Attempt.id == open_one.id, closed_by="candidate", by=1, now=NOW, today=NOW.date()
    )

    assert (result.maximum, result.corrections) == (Decimal(1), [made.code])


def test_an_attempt_that_was_closed_after_the_difference_was_made_is_taken_in(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    made = draft(session, cast, "single_choice", "full")
    late = sit(session, cast.manager, {"single_choice": "1", "true_false": False}, now=NOW)
    start(session, cast, made)

    applying.apply(app.extensions["platform"], made.id)

    session.expire_all()
    assert results.newest(session, late.id).percent == Decimal(50)
    assert len(session.scalars(select(RegradeRow)).all()) == 4


def test_the_bank_follows(session: Session, cast: Cast) -> None:
    build(session, cast)
    version = version_of(session, "single_choice")
    start(session, cast, draft(session, cast, "single_choice", "key", "2"))

    question = session.get_one(Question, version.question_id, populate_existing=True)
    current = session.get_one(QuestionVersion, question.current_id)
    assert (question.status, current.number) == ("live", 2)
    assert [row["correct"] for row in current.content["options"]] == [False, False, True]

    start(session, cast, draft(session, cast, "true_false", "drop"))
    other = version_of(session, "true_false")
    assert session.get_one(Question, other.question_id, populate_existing=True).status == "suspended"


def test_applying_twice_and_withdrawing_late_are_refused(session: Session, cast: Cast) -> None:
    build(session, cast)
    made = draft(session, cast, "single_choice", "full")
    start(session, cast, made)

    with pytest.raises(NotDraft):
        regrades.start(session, made.id, by=cast.hr.user_id, now=NOW)
    with pytest.raises(NotDraft):
        regrades.withdraw(session, made.id, by=cast.hr.user_id, now=NOW)


def test_dropped_work_waits_for_nobody(app: Flask, session: Session, cast: Cast) -> None:
    factory.build(session, cast, content=PLAN, bank_of=("essay", "true_false"))
    sit(session, cast.learner, {"essay": "Karena.", "true_false": True})
    made = draft(session, cast, "essay", "drop")
    start(session, cast, made)

    applying.apply(app.extensions["platform"], made.id)

    session.expire_all()
    assert session.scalars(select(Work.state)).all() == ["void"]
    assert standing(session, cast) == {"learner": (2, Decimal(100), True)}


def test_keys_that_make_no_sense_are_refused(session: Session, cast: Cast) -> None:
    build(session, cast)
    content = version_of(session, "single_choice").content

    with pytest.raises(SameKey):
        remedies.contents("key", "single_choice", content, "0", None)
    with pytest.raises(BadQuestion):
        remedies.with_key("single_choice", content, "9")
    accepted = remedies.contents("accept", "single_choice", content, "1", None)
    assert len(accepted) == 2
    assert remedies.offered("essay") == ("drop", "full")


def test_numbers_and_texts_take_another_key() -> None:
    number = kinds.read(factory.question("numeric"))
    made = remedies.with_key("numeric", number, "20")
    assert kinds.TABLE["numeric"].mark(made, "20,5") == 1  # the tolerance of 0.5 stays
    text = kinds.read(factory.question("short_text"))
    assert kinds.TABLE["short_text"].mark(remedies.with_key("short_text", text, "Bogor"), WRONG["short_text"]) == 1
    several = kinds.read(factory.question("multiple_choice"))
    assert kinds.TABLE["multiple_choice"].mark(remedies.with_key("multiple_choice", several, ["2"]), ["2"]) == 1


def test_what_was_reopened_is_graded_again_once_it_is_closed_again(
    app: Flask, session: Session, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """Until then the regrade goes on, and no sweep fails at it."""
    build(session, cast)
    made = draft(session, cast, "single_choice", "drop")
    outsider = session.scalars(select(Attempt).where(Attempt.employee_id == cast.outsider.employee_id)).one()
    sitting = session.scalars(select(Sitting)).one()
    reopening.reopen(session, sitting, outsider.employee_id, why="Terputus", by=cast.hr.user_id, now=NOW)
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)
    assert caplog.records == []
    assert session.get_one(Regrade, made.id, populate_existing=True).state == "applying"

    completion.finish_attempt(
        session, Attempt.id == outsider.id, closed_by="candidate", by=None, now=NOW, today=NOW.date()
    )
    session.commit()
    applying.apply(app.extensions["platform"], made.id)

    assert session.get_one(Regrade, made.id, populate_existing=True).state == "done"
    assert results.newest(session, outsider.id).maximum == 1


def told_to(session: Session, employee_id: int) -> dict[str, tuple[Any, ...]]:
    """Remedy → old and new mark, old and new per cent, and the number of the result, as the rows of one candidate say."""
    rows = session.execute(
        select(Regrade.remedy, RegradeRow, Result.number)
        .join(RegradeRow, RegradeRow.regrade_id == Regrade.id)
        .join(Attempt, Attempt.id == RegradeRow.attempt_id)
        .outerjoin(Result, Result.id == RegradeRow.new_result_id)
        .where(Attempt.employee_id == employee_id)
    )
    return {
        remedy: (row.old_mark, row.new_mark, row.old_percent, row.new_percent, number) for remedy, row, number in rows
    }


@pytest.mark.parametrize("first", [0, 1], ids=["in their order", "the later one first"])
def test_of_two_that_begin_to_hold_together_each_tells_its_own_part(
    app: Flask, session: Session, cast: Cast, first: int
) -> None:
    """The choice becomes right by its second option, true or false is given to all: the learner loses one and gains one."""
    build(session, cast)
    both = [draft(session, cast, "single_choice", "key", "1"), draft(session, cast, "true_false", "full")]
    for made in both:
        start(session, cast, made)

    applying.apply(app.extensions["platform"], both[first].id)
    applying.apply(app.extensions["platform"], both[1 - first].id)

    assert told_to(session, cast.learner.employee_id) == {
        "key": (1, 0, 50, 50, 2),
        "full": (0, 1, 50, 50, 2),
    }
    assert told_to(session, cast.colleague.employee_id) == {
        "key": (0, 1, 50, 100, 2),
        "full": (1, 1, 100, 100, None) if first == 0 else (1, 1, 50, 50, None),
    }
    assert told_to(session, cast.outsider.employee_id) == {
        "key": (0, 1, 0, 100, 2),
        "full": (0, 1, 0, 100, 2),
    }

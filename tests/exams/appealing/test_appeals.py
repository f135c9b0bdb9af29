"""Appeals: filed in time and once; ruled by two who are neither the candidate nor the author; an upheld one regrades all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import false, select, true, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.exams.appealing import filing, ruling
from lms.exams.appealing.filing import NoAppeal, Window
from lms.exams.appealing.models import Appeal
from lms.exams.appealing.ruling import Member, NotOfPanel, NotOpen
from lms.exams.models import Attempt, Blueprint, Result
from lms.exams.regrading import regrades, remedies
from lms.exams.regrading.models import Regrade, RegradeRow
from lms.exams.release import Release, release_of
from lms.exams.released import End
from lms.questions.models import QuestionVersion
from lms.reports import appeals
from tests.cast import START, Cast, Person
from tests.exams.regrading import test_regrades as exam

#: Graded ten minutes after the start; three days to file, fourteen to rule.
GRADED = START + timedelta(minutes=10)
RELEASE = Release(shows_items=True, shows_key=False, days=3, ruling_days=14)


def member(who: Person) -> Member:
    return Member(who.user_id, who.employee_id)


def file(session: Session, cast: Cast, **change: Any) -> Appeal:
    attempt = session.scalars(select(Attempt).where(Attempt.employee_id == cast.colleague.employee_id)).one()
    version = exam.version_of(session, "single_choice")
    marks = session.scalars(select(Result.marks).where(Result.attempt_id == attempt.id)).one()
    item = next(mark["item"] for mark in marks if mark["version"] == version.id)
    arguments: dict[str, Any] = {
        "attempt_id": attempt.id,
        "exam_id": attempt.exam_id,
        "item": item,
        "version_id": version.id,
        "text": "Pilihan kedua juga benar menurut materi 3.",
        "release": RELEASE,
        "by": cast.colleague.user_id,
        "now": GRADED,
    }
    filing.file(session, **arguments | change)
    session.commit()
    return session.scalars(select(Appeal)).one()


def test_filing_stores_both_deadlines_and_is_audited(session: Session, cast: Cast) -> None:
    exam.build(session, cast)

    made = file(session, cast)

    assert (made.state, made.filed_at, made.due_at) == ("open", GRADED, GRADED + timedelta(days=14))
    assert filing.window(session, made.attempt_id, RELEASE).closes_at == GRADED + timedelta(days=3)
    assert "appeal.file" in session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"now": GRADED + timedelta(days=3, seconds=1)}, "late"),
        ({"release": Release(shows_items=False, shows_key=False, days=None, ruling_days=0)}, "none"),
    ],
)
def test_what_cannot_be_filed_is_said(session: Session, cast: Cast, change: dict[str, Any], why: str) -> None:
    exam.build(session, cast)

    with pytest.raises(NoAppeal) as refused:
        file(session, cast, **change)
    assert refused.value.why == why


def test_the_end_of_the_window_belongs_to_it_and_a_second_appeal_does_not(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    file(session, cast, now=GRADED + timedelta(days=3))

    with pytest.raises(NoAppeal, match="twice"):
        file(session, cast)


WAITS = replace(RELEASE, waits=True)
OVER = GRADED + timedelta(days=20)


def test_where_questions_wait_the_window_begins_when_they_can_be_read(session: Session, cast: Cast) -> None:
    """Handed in on the first day of twenty: the three days are not used up unread."""
    exam.build(session, cast)
    ahead = End(OVER, is_over=False, may_begin=True)
    with pytest.raises(NoAppeal, match="early"):
        file(session, cast, release=WAITS, end=ahead, now=OVER - timedelta(seconds=1))
    with pytest.raises(NoAppeal, match="early"):  # others work on with extra time
        file(session, cast, release=WAITS, end=replace(ahead, may_begin=False), now=OVER + timedelta(minutes=1))

    made = file(session, cast, release=WAITS, end=replace(ahead, is_over=True), now=OVER + timedelta(days=3))

    assert made.filed_at == OVER + timedelta(days=3)
    attempt, ended = made.attempt_id, replace(ahead, is_over=True)
    assert filing.window(session, attempt, WAITS, ahead) == Window(OVER, OVER + timedelta(days=3), is_ahead=True)
    assert filing.window(session, attempt, WAITS, ended) == Window(OVER, OVER + timedelta(days=3))
    with pytest.raises(NoAppeal, match="late"):
        file(session, cast, release=WAITS, end=ended, now=OVER + timedelta(days=3, seconds=1))


def test_the_window_begins_with_the_result_where_that_is_later(session: Session, cast: Cast) -> None:
    """Essays are marked after the sitting."""
    exam.build(session, cast)
    attempt = session.scalars(select(Result.attempt_id)).first() or 0
    ended = End(GRADED - timedelta(hours=1), is_over=True, may_begin=False)

    assert filing.window(session, attempt, WAITS, ended) == Window(GRADED, GRADED + timedelta(days=3))


def test_a_sitting_that_is_opened_again_moves_the_window_and_leaves_what_was_filed(
    session: Session, cast: Cast
) -> None:
    exam.build(session, cast)
    ended = End(GRADED + timedelta(hours=1), is_over=True, may_begin=False)
    made = file(session, cast, release=WAITS, end=ended, now=GRADED + timedelta(hours=2))
    again = End(OVER, is_over=False, may_begin=True)

    with pytest.raises(NoAppeal, match="early"):
        file(session, cast, item=3 - made.item, release=WAITS, end=again, now=GRADED + timedelta(hours=3))
    assert made.state == "open"
    assert filing.window(session, made.attempt_id, WAITS, again).closes_at == OVER + timedelta(days=3)


@pytest.mark.parametrize("level", ["score", "items"])
def test_appeals_by_number_and_those_of_what_is_shown_at_once_wait_for_nothing(
    session: Session, cast: Cast, level: str
) -> None:
    exam.build(session, cast)
    said = {"release": level, "appeals": {"days": 3, "ruling_days": 14}}
    assert file(session, cast, release=release_of(said), now=GRADED).filed_at == GRADED


def test_nothing_can_be_appealed_before_there_is_a_result(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    session.execute(update(Result).values(state="pending_marking", passed=False))

    with pytest.raises(NoAppeal, match="pending"):
        file(session, cast)


def test_who_has_sat_the_exam_is_not_of_the_panel(session: Session, cast: Cast) -> None:
    """The learner's own mark would follow from the colleague's appeal."""
    exam.build(session, cast)
    made = file(session, cast)

    for verdict in (
        lambda: ruling.reject(session, made.id, reason="Tidak.", member=member(cast.learner), now=GRADED),
        lambda: ruling.second(session, made.id, 1, member=member(cast.outsider), now=GRADED),
    ):
        with pytest.raises(NotOfPanel):
            verdict()
    assert ruling.opinions_of(session, made.id) == []


def test_two_members_reject(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    made = file(session, cast)

    ruling.reject(session, made.id, reason="Materi 3 menyebut satu cara.", member=member(cast.trainer), now=GRADED)
    assert made.state == "open"
    first = ruling.opinions_of(session, made.id)[0]
    ruling.second(session, made.id, first.id, member=member(cast.manager), now=GRADED)

    assert (made.state, made.reason, made.ruled_at) == ("rejected", "Materi 3 menyebut satu cara.", GRADED)
    with pytest.raises(NotOpen):
        ruling.reject(session, made.id, reason="Lagi.", member=member(cast.hr), now=GRADED)


def test_an_upheld_appeal_regrades_everybody_who_had_the_item(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    made = file(session, cast)
    content = exam.version_of(session, "single_choice").content
    both = remedies.contents("accept", "single_choice", content, "1", None)
    ruling.reject(session, made.id, reason="Tidak.", member=member(cast.hr), now=GRADED)
    ruling.uphold(session, made.id, remedy="drop", contents=(), reason="Anulir.", member=member(cast.hr), now=GRADED)
    ruling.uphold(
        session,
        made.id,
        remedy="accept",
        contents=both,
        reason="Keduanya benar.",
        member=member(cast.trainer),
        now=GRADED,
    )
    assert len(session.scalars(select(RegradeRow)).all()) == 6  # two differences to look at, three attempts each

    ruling.second(session, made.id, ruling.opinions_of(session, made.id)[2].id, member=member(cast.hr), now=GRADED)

    states = {one.remedy: one.state for one in session.scalars(select(Regrade))}
    assert states == {"drop": "withdrawn", "accept": "applying"}
    chosen = session.get_one(Regrade, made.regrade_id)
    assert (made.state, chosen.remedy, chosen.reason) == ("upheld", "accept", "Keduanya benar.")


def test_a_member_s_newer_proposal_takes_the_place_of_the_older_one(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    made = file(session, cast)
    ruling.uphold(session, made.id, remedy="drop", contents=(), reason="Anulir.", member=member(cast.hr), now=GRADED)
    ruling.reject(session, made.id, reason="Kuncinya benar.", member=member(cast.hr), now=GRADED)
    ruling.reject(session, made.id, reason="Tidak.", member=member(cast.trainer), now=GRADED)
    old, new, _other = (one.id for one in ruling.opinions_of(session, made.id))

    shown = appeals.detail(session, made.code, true(), member(cast.manager), veiled=false())
    assert shown is not None
    assert [one.opinion.reason for one in shown.proposals] == ["Tidak.", "Kuncinya benar."]
    with pytest.raises(NotOpen):
        ruling.second(session, made.id, old, member=member(cast.manager), now=GRADED)
    ruling.second(session, made.id, new, member=member(cast.manager), now=GRADED)
    assert (made.state, made.reason) == ("rejected", "Kuncinya benar.")
    assert session.scalars(select(Regrade.state)).all() == ["withdrawn"]


def test_agreeing_to_what_can_no_longer_be_applied_leaves_no_trace(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    made = file(session, cast)
    ruling.uphold(session, made.id, remedy="drop", contents=(), reason="Anulir.", member=member(cast.hr), now=GRADED)
    (proposed,) = ruling.opinions_of(session, made.id)
    session.execute(update(Regrade).values(state="withdrawn"))

    with pytest.raises(NotOpen):
        ruling.second(session, made.id, proposed.id, member=member(cast.manager), now=GRADED)

    session.commit()  # the page says so and goes on
    assert [one.id for one in ruling.opinions_of(session, made.id)] == [proposed.id]


def test_neither_candidate_nor_author_rules_and_nobody_seconds_themselves(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    made = file(session, cast)
    session.execute(update(QuestionVersion).values(made_by=cast.trainer.user_id))

    for who in (cast.colleague, cast.trainer):
        with pytest.raises(NotOfPanel):
            ruling.reject(session, made.id, reason="Tidak.", member=member(who), now=GRADED)
    ruling.reject(session, made.id, reason="Tidak.", member=member(cast.hr), now=GRADED)
    with pytest.raises(NotOfPanel):
        ruling.second(session, made.id, ruling.opinions_of(session, made.id)[0].id, member=member(cast.hr), now=GRADED)
    shown = session.scalars(select(Appeal.id).where(ruling.may_rule(member(cast.manager)))).all()
    hidden = session.scalars(select(Appeal.id).where(ruling.may_rule(member(cast.trainer)))).all()
    assert (list(shown), list(hidden)) == ([made.id], [])


def test_what_was_given_up_meanwhile_cannot_be_seconded(session: Session, cast: Cast) -> None:
    exam.build(session, cast)
    made = file(session, cast)
    ruling.uphold(session, made.id, remedy="drop", contents=(), reason="Anulir.", member=member(cast.hr), now=GRADED)
    regrade = session.scalars(select(Regrade)).one()
    regrades.withdraw(session, regrade.id, by=cast.hr.user_id, now=GRADED)

    with pytest.raises(NotOpen):
        ruling.second(
            session, made.id, ruling.opinions_of(session, made.id)[0].id, member=member(cast.manager), now=GRADED
        )


def test_a_blueprint_says_what_is_released(session: Session, cast: Cast) -> None:
    assert release_of({}) == Release(shows_items=False, shows_key=False, days=None, ruling_days=0)
    said = {"release": "key", "appeals": {"days": 2, "ruling_days": 7}}
    assert release_of(said) == Release(shows_items=True, shows_key=True, days=2, ruling_days=7)
    assert session.scalars(select(Blueprint)).all() == []

"""The terms after an exam may change freely until somebody has begun, and then only in favour of who follows."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.exams import after_terms
from lms.exams.after_terms import Narrowed, Terms
from lms.exams.models import Blueprint
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.test_room import begin

BEGUN = Terms(markers=2, tolerance=20, release="items", days=3, ruling_days=14)


@pytest.mark.parametrize(
    ("changes", "worse"),
    [
        ({}, []),
        ({"release": "key", "days": 7, "ruling_days": 7}, []),
        ({"release": "score"}, ["release"]),
        ({"days": None, "ruling_days": 0}, ["appeals"]),
        ({"days": 2}, ["appeals"]),
        ({"ruling_days": 15}, ["appeals"]),
        ({"tolerance": 10}, ["marking"]),
        ({"markers": 1, "release": "score"}, ["marking", "release"]),
    ],
)
def test_what_treats_who_follows_worse(changes: dict[str, object], worse: list[str]) -> None:
    assert after_terms.narrowed(BEGUN, replace(BEGUN, **changes)) == worse  # type: ignore[arg-type]


FAIR = replace(BEGUN, after="sitting")


@pytest.mark.parametrize(
    ("old", "new", "worse"),
    [
        (FAIR, BEGUN, []),  # sooner
        (FAIR, replace(FAIR, release="key"), []),
        (FAIR, replace(FAIR, release="score"), ["release"]),
        (BEGUN, FAIR, ["release_after"]),
        (BEGUN, replace(FAIR, release="key"), ["release_after"]),  # more, but later
        (BEGUN, replace(FAIR, release="score"), ["release"]),
        (replace(BEGUN, release="score"), FAIR, []),  # nothing was shown; the days of appeals are as many
        (replace(FAIR, release="score"), BEGUN, []),
    ],
)
def test_what_is_shown_may_come_sooner_never_later(old: Terms, new: Terms, worse: list[str]) -> None:
    assert after_terms.narrowed(old, new) == worse


def test_the_moment_is_kept_where_something_is_shown_and_left_out_where_it_says_nothing() -> None:
    """So that what an exam has always said keeps its hash."""
    assert after_terms.content_with({}, FAIR)["release_after"] == "sitting"
    assert after_terms.terms_of(after_terms.content_with({}, FAIR)) == FAIR
    for said in (BEGUN, replace(FAIR, release="score")):
        assert "release_after" not in after_terms.content_with({"release_after": "sitting"}, said)


def test_appeals_may_be_opened_and_the_tolerance_of_one_marker_is_none() -> None:
    one = Terms(markers=1, tolerance=20, release="score", days=None, ruling_days=0)

    assert after_terms.narrowed(one, replace(one, tolerance=5, days=1, ruling_days=90)) == []


def test_a_change_is_the_next_blueprint_with_all_else_as_it_was(session: Session, cast: Cast) -> None:
    hall = factory.build(session, cast)

    for expected in (True, False):
        assert after_terms.change(session, hall.exam_id, BEGUN, by=cast.hr.user_id, now=START) is expected

    first, second = session.scalars(select(Blueprint).order_by(Blueprint.number)).all()
    assert second.content == first.content | {
        "marking": {"markers": 2, "tolerance": 20},
        "release": "items",
        "appeals": {"days": 3, "ruling_days": 14},
    }
    assert (second.number, second.made_by) == (2, cast.hr.user_id)
    told = session.scalars(select(AuditEvent).where(AuditEvent.action == "exam.terms")).one()
    assert (told.details["to"]["release"], told.details["from"]["release"]) == ("items", "score")
    package = first.content | {"pass_total": 80}
    assert after_terms.kept(session, hall.exam_id, package) == second.content | {"pass_total": 80}


def test_the_tolerance_of_one_marker_changes_nothing(session: Session, cast: Cast) -> None:
    hall = factory.build(session, cast)
    same = Terms(markers=1, tolerance=5, release="score", days=None, ruling_days=0)

    assert not after_terms.change(session, hall.exam_id, same, by=1, now=START)


def test_once_somebody_has_begun_nothing_is_taken_from_who_follows(session: Session, cast: Cast) -> None:
    hall = factory.build(session, cast)
    after_terms.change(session, hall.exam_id, BEGUN, by=1, now=START)
    assert not after_terms.has_begun(session, hall.exam_id)
    begin(session, cast)

    with pytest.raises(Narrowed) as refused:
        after_terms.change(session, hall.exam_id, replace(BEGUN, markers=1, days=None, ruling_days=0), by=1, now=START)

    assert refused.value.keys == ["marking", "appeals"]
    assert after_terms.change(session, hall.exam_id, replace(BEGUN, release="key"), by=1, now=START)
    with pytest.raises(Narrowed) as refused:
        after_terms.change(session, hall.exam_id, replace(FAIR, release="key"), by=1, now=START)
    assert refused.value.keys == ["release_after"]

"""A regrade that was applied by mistake is taken back by another: marks, work, bank, certificates and evidence follow."""

import hashlib
import threading
from datetime import timedelta
from decimal import Decimal
from time import sleep as wait
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate, Revocation
from lms.db import Database, canonical_json
from lms.exams import archive, results, verification
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, Blueprint, Result, Sitting
from lms.exams.regrading import applying, regrades, remedies
from lms.exams.regrading.models import Regrade
from lms.exams.regrading.regrades import Overtaken
from lms.exams.regrading.remedies import SameKey
from lms.questions.models import Question, QuestionVersion
from tests.cast import Cast
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.marking import essays
from tests.exams.marking.test_works import give
from tests.exams.regrading.test_regrades import (
    NOW,
    PLAN,
    build,
    draft,
    follow_all,
    issue_all,
    standing,
    start,
    version_of,
)
from tests.exams.sitting import sit

MINUTE = timedelta(minutes=1)
BEFORE = {
    "learner": (Decimal(50), True),
    "colleague": (Decimal(50), True),
    "outsider": (Decimal(0), False),
}


def applied(app: Flask, session: Session, cast: Cast, kind: str, remedy: Any, key: Any = None) -> Regrade:
    made = draft(session, cast, kind, remedy, key)
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)
    follow_all(app, session)
    return made


def restored(app: Flask, session: Session, cast: Cast, kind: str) -> Regrade:
    """What the form drafts that takes a correction back."""
    version = version_of(session, kind)
    exam_id = session.scalars(select(Attempt.exam_id)).first() or 0
    made = regrades.draft(
        session, exam_id, version.id, "key", (), reason="Koreksi tadi keliru.", by=cast.hr.user_id, now=NOW
    )
    session.commit()
    assert made.what == "restore"
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)
    follow_all(app, session)
    return made


@pytest.mark.parametrize(("remedy", "key"), [("key", "1"), ("accept", "1"), ("drop", None), ("full", None)])
def test_everybody_has_again_what_they_had(
    app: Flask, session: Session, cast: Cast, remedy: str, key: str | None
) -> None:
    build(session, cast)
    follow_all(app, session)
    wrong = applied(app, session, cast, "single_choice", remedy, key)

    made = restored(app, session, cast, "single_choice")

    assert {who: found[1:] for who, found in standing(session, cast).items()} == BEFORE
    newest = session.scalars(select(Result).where(Result.cause == "regrade").order_by(Result.id.desc())).first()
    assert newest is not None
    assert newest.corrections == [made.code] != [wrong.code]


def test_the_key_as_it_was_written_takes_the_correction_back(app: Flask, session: Session, cast: Cast) -> None:
    """The first option was right, the second was made so by mistake; naming the first again is no key that holds."""
    build(session, cast)
    applied(app, session, cast, "single_choice", "key", "1")

    again = draft(session, cast, "single_choice", "key", "0")

    assert (again.remedy, again.contents, again.what) == ("key", [], "restore")
    with pytest.raises(SameKey):
        draft(session, cast, "single_choice", "key", "1")
    session.rollback()
    version = version_of(session, "single_choice")
    with pytest.raises(SameKey):
        remedies.contents("key", "single_choice", version.content, "0", regrades.correction_of(again))


def test_a_certificate_that_was_earned_by_the_mistake_is_suspended_and_one_that_was_lost_is_to_be_lifted(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    follow_all(app, session)
    issue_all(session)
    applied(app, session, cast, "single_choice", "key", "1")  # the learner loses it, the outsider earns one
    issue_all(session)

    restored(app, session, cast, "single_choice")

    rows = session.execute(
        select(Certificate.employee_id, Revocation.kind, Ending.kind)
        .join(Revocation, Revocation.certificate_id == Certificate.id)
        .join(Ending, (Ending.certificate_id == Certificate.id) & (Ending.state == "open"))
    ).all()
    assert {tuple(row) for row in rows} == {
        (cast.learner.employee_id, "suspended", "reinstate"),
        (cast.outsider.employee_id, "suspended", "revoke"),
    }


@pytest.mark.parametrize(("remedy", "key"), [("key", "1"), ("drop", None)])
def test_the_bank_has_the_question_as_it_was(
    app: Flask, session: Session, cast: Cast, remedy: str, key: str | None
) -> None:
    build(session, cast)
    first = version_of(session, "single_choice")
    applied(app, session, cast, "single_choice", remedy, key)

    restored(app, session, cast, "single_choice")

    question = session.get_one(Question, first.question_id, populate_existing=True)
    assert question.status == "live"
    assert session.get_one(QuestionVersion, question.current_id).content == first.content


@pytest.mark.parametrize(
    "mistakes",
    [
        (("key", "1"), ("drop", None)),
        (("key", "1"), ("full", None)),
        (("drop", None), ("full", None)),
        (("drop", None), ("key", "1")),
    ],
)
def test_the_bank_has_the_question_as_it_was_after_two_mistakes_on_end(
    app: Flask, session: Session, cast: Cast, mistakes: tuple[tuple[str, str | None], ...]
) -> None:
    """A key that was wrong and then an item that was dropped: neither the key nor the suspension stays in the bank."""
    build(session, cast)
    first = version_of(session, "single_choice")
    for n, (remedy, key) in enumerate(mistakes):
        made = draft(session, cast, "single_choice", remedy, key)
        regrades.start(session, made.id, by=cast.hr.user_id, now=NOW + n * MINUTE)
        session.commit()

    back = regrades.draft(
        session, made.exam_id, first.id, "key", (), reason="Semua keliru.", by=cast.hr.user_id, now=NOW + 5 * MINUTE
    )
    regrades.start(session, back.id, by=cast.hr.user_id, now=NOW + 5 * MINUTE)
    session.commit()

    question = session.get_one(Question, first.question_id, populate_existing=True)
    assert question.status == "live"
    assert session.get_one(QuestionVersion, question.current_id).content == first.content


def test_the_bank_follows_a_key_that_was_taken_back_and_holds_after_all(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    applied(app, session, cast, "single_choice", "key", "1")
    restored(app, session, cast, "single_choice")
    again = applied(app, session, cast, "single_choice", "key", "1")

    question_id = version_of(session, "single_choice").question_id
    question = session.get_one(Question, question_id, populate_existing=True)
    assert session.get_one(QuestionVersion, question.current_id).content == again.contents[0]


def test_a_question_that_somebody_changed_since_is_left_to_them(app: Flask, session: Session, cast: Cast) -> None:
    build(session, cast)
    version = version_of(session, "single_choice")
    applied(app, session, cast, "single_choice", "key", "1")
    question = session.get_one(Question, version.question_id, populate_existing=True)
    theirs = session.get_one(QuestionVersion, question.current_id)
    theirs.content = {**theirs.content, "stem": "Dirumuskan lain."}
    session.commit()

    restored(app, session, cast, "single_choice")

    assert session.get_one(Question, version.question_id, populate_existing=True).current_id == theirs.id


def test_a_key_after_a_wrong_key_reaches_the_bank_too(app: Flask, session: Session, cast: Cast) -> None:
    build(session, cast)
    version = version_of(session, "single_choice")
    applied(app, session, cast, "single_choice", "key", "1")

    applied(app, session, cast, "single_choice", "key", "2")

    question = session.get_one(Question, version.question_id, populate_existing=True)
    current = session.get_one(QuestionVersion, question.current_id)
    assert [row["correct"] for row in current.content["options"]] == [False, False, True]


def test_work_that_was_dropped_waits_for_markers_again(app: Flask, session: Session, cast: Cast) -> None:
    """One essay was in the queue when the item was dropped; the other, handed in while it was, never entered it."""
    factory.build(session, cast, content=PLAN, bank_of=("essay", "true_false"))
    sit(session, cast.learner, {"essay": "Karena.", "true_false": True})
    other = sit(session, cast.colleague, {"essay": "Sebab.", "true_false": True})
    session.execute(delete(Work).where(Work.attempt_id == other.id))
    made = draft(session, cast, "essay", "drop")
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)

    restored(app, session, cast, "essay")

    session.expire_all()
    assert sorted(session.scalars(select(Work.state))) == ["open", "open"]
    attempts = session.scalars(select(Attempt)).all()
    assert {results.newest(session, one.id).state for one in attempts} == {results.PENDING}


@pytest.mark.parametrize(("kind", "remedy"), [("single_choice", "drop"), ("essay", "drop"), ("essay", "full")])
def test_an_archive_recomputes_what_was_taken_back(
    app: Flask, session: Session, cast: Cast, time: Clock, kind: str, remedy: str
) -> None:
    factory.build(session, cast, content=PLAN, bank_of=(kind, "true_false"))
    session.execute(update(Blueprint).values(hash=hashlib.sha256(canonical_json(PLAN).encode()).hexdigest()))
    time.forward(hours=2)  # to when it is applied
    sit(session, cast.learner, {"single_choice": "0", "essay": "Karena.", "true_false": True})
    applied(app, session, cast, kind, remedy)
    restored(app, session, cast, kind)

    made = archive.make(session, session.scalars(select(Sitting)).one(), now=time())

    report = verification.verify(made.data, seal=made.seal)
    assert (report.results, list(report.discrepancies)) == (3, [])


def test_the_tags_of_a_question_stay(app: Flask, session: Session, cast: Cast) -> None:
    """Blueprints may draw by them."""
    build(session, cast)
    version = version_of(session, "single_choice")
    version.tags = ["dasar"]
    question_id = version.question_id
    session.commit()

    applied(app, session, cast, "single_choice", "key", "1")
    mistaken = session.get_one(Question, question_id, populate_existing=True).current_id
    restored(app, session, cast, "single_choice")

    kept = session.get_one(Question, question_id, populate_existing=True).current_id
    assert version.id != mistaken != kept
    assert [session.get_one(QuestionVersion, key).tags for key in (mistaken, kept)] == [["dasar"], ["dasar"]]


@pytest.mark.parametrize(("remedy", "key"), [("accept", "2"), ("key", "0")])
def test_a_draft_that_builds_on_what_held_is_not_applied_over_what_was_corrected_since(
    app: Flask, session: Session, cast: Cast, remedy: str, key: str
) -> None:
    """The other one was applied after it was drafted: it would be lost, unread."""
    build(session, cast)
    applied(app, session, cast, "single_choice", "key", "1")
    made = draft(session, cast, "single_choice", remedy, key)
    other = draft(session, cast, "single_choice", "key", "2")
    regrades.start(session, other.id, by=cast.hr.user_id, now=NOW + MINUTE)
    session.commit()

    with pytest.raises(Overtaken):
        regrades.start(session, made.id, by=cast.hr.user_id, now=NOW + 2 * MINUTE)

    held = regrades.in_force(session, made.exam_id)
    assert [one.code for one in held.values()] == [other.code]


def test_what_says_all_that_is_to_hold_is_applied_after_another_and_so_is_the_same_again(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    applied(app, session, cast, "single_choice", "key", "1")
    made = [draft(session, cast, "single_choice", *what) for what in (("drop",), ("key", "0"), ("key", "0"))]

    for n, one in enumerate([made[1], made[2], made[0]], 1):
        regrades.start(session, one.id, by=cast.hr.user_id, now=NOW + n * MINUTE)

    assert [one.remedy for one in regrades.in_force(session, made[0].exam_id).values()] == ["drop"]


@pytest.mark.parametrize("remedy", ["drop", "full"])
def test_essays_that_two_people_mark_go_on_where_they_stood_and_an_archive_recomputes_it(
    app: Flask, session: Session, cast: Cast, time: Clock, remedy: Any
) -> None:
    """One had both of its marks when its question was corrected by mistake, the other the first of two."""
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance="0.5"))
    marked, half = session.scalars(select(Work).order_by(Work.item)).all()
    for work, who in ((marked, cast.colleague), (marked, cast.manager), (half, cast.colleague)):
        give(session, work, who, 6, 2, now=NOW - timedelta(hours=1))
    time.forward(hours=2)  # to when it is applied
    exam_id = session.scalars(select(Attempt.exam_id)).one()
    versions = [marked.version_id, half.version_id]

    for contents_of in (remedy, "key"):
        for version_id in versions:
            made = regrades.draft(
                session, exam_id, version_id, contents_of, (), reason="Koreksi.", by=cast.hr.user_id, now=NOW
            )
            session.commit()
            start(session, cast, made)
            applying.apply(app.extensions["platform"], made.id)
    session.expire_all()
    assert [(one.state, one.mark is None) for one in (marked, half)] == [("settled", False), ("open", True)]
    time.forward(minutes=1)
    give(session, half, cast.manager, 6, 2, now=NOW + MINUTE)

    told = session.execute(select(Result.cause, Result.state).order_by(Result.number)).all()
    assert told[0] == ("closed", "pending_marking")
    assert told[-1] == ("marked", "graded")
    sitting = session.scalars(select(Sitting)).one()
    made_archive = archive.make(session, sitting, now=NOW + 2 * MINUTE)
    report = verification.verify(made_archive.data, seal=made_archive.seal)
    assert (report.results, list(report.discrepancies)) == (len(told), [])


def test_of_two_organisers_who_apply_at_the_same_moment_the_second_waits_and_is_told(
    app: Flask, database: Database, session: Session, cast: Cast
) -> None:
    """Each accepts another answer on top of the key: alone, each sees nothing but the key, and the last would hold alone."""
    build(session, cast)
    keys = [draft(session, cast, "single_choice", "accept", key).id for key in ("1", "2")]
    exam_id = session.scalars(select(Attempt.exam_id)).first() or 0
    session.commit()
    at_once, told = threading.Barrier(2), list[type[Exception]]()

    def apply(key: int) -> None:
        at_once.wait()
        try:
            with database.transaction() as own:
                regrades.start(own, key, by=cast.hr.user_id, now=NOW + MINUTE)
                wait(0.2)  # the other comes meanwhile
        except Overtaken as error:
            told.append(type(error))

    both = [threading.Thread(target=apply, args=(key,)) for key in keys]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert told == [Overtaken]
    assert len(regrades.in_force(session, exam_id)) == 1

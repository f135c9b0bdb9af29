"""The life of a question: who may take which step, what it does, and what can be taken back."""

from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.questions import kinds, lifecycle
from lms.questions.banks import add_version
from lms.questions.models import Bank, Question, QuestionStep, QuestionVersion
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import Hall, question


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def write(
    session: Session,
    hall: Hall,
    by: int,
    *,
    uuid: str = "soal-baru",
    stem: str = "Benarkah?",
    purpose: str = "exam",
    status: Literal["trial"] | None = "trial",
) -> QuestionVersion:
    made = add_version(
        session,
        session.get_one(Bank, hall.bank_id),
        uuid=uuid,
        kind="true_false",
        content=kinds.read(question("true_false", stem)),
        competency_id=hall.competency_id,
        level=1,
        difficulty="mudah",
        lesson="",
        purpose=purpose,
        status=status,
        by=by,
        now=START,
    )
    session.flush()
    return made


def approve(session: Session, hall: Hall, versions: list[QuestionVersion], by: int) -> tuple[str, int]:
    bank = session.get_one(Bank, hall.bank_id)
    made = lifecycle.approve(session, bank, [one.id for one in versions], by=by, now=START)
    session.flush()
    return made


def status(session: Session, version: QuestionVersion) -> tuple[str, bool]:
    session.flush()
    row = session.execute(select(Question.status, Question.is_returned).where(Question.id == version.question_id)).one()
    return row.status, row.is_returned


def acts(session: Session, version: QuestionVersion) -> list[tuple[str, str, str]]:
    session.flush()
    rows = select(QuestionStep).where(QuestionStep.question_id == version.question_id).order_by(QuestionStep.id)
    return [(one.act, one.before, one.after) for one in session.scalars(rows)]


def test_somebody_else_makes_a_question_live_and_its_author_cannot(session: Session, cast: Cast, hall: Hall) -> None:
    version = write(session, hall, cast.trainer.user_id)

    assert approve(session, hall, [version], cast.trainer.user_id)[1] == 0
    assert status(session, version) == ("trial", False)
    assert approve(session, hall, [version], cast.colleague.user_id)[1] == 1
    assert status(session, version) == ("live", False)
    assert acts(session, version) == [("made", "trial", "trial"), ("approved", "trial", "live")]
    audited = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"question:{version.question_id}"))
    assert list(audited) == ["question.approve"]


def test_who_wrote_an_earlier_version_is_no_reviewer_of_a_later_one(session: Session, cast: Cast, hall: Hall) -> None:
    write(session, hall, cast.colleague.user_id)
    later = write(session, hall, cast.trainer.user_id, stem="Benarkah itu?")

    assert approve(session, hall, [later], cast.colleague.user_id)[1] == 0


def test_a_question_that_was_changed_while_it_was_read_stays_on_trial(session: Session, cast: Cast, hall: Hall) -> None:
    read = write(session, hall, cast.trainer.user_id)
    write(session, hall, cast.trainer.user_id, stem="Benarkah itu?")

    assert approve(session, hall, [read], cast.colleague.user_id)[1] == 0
    assert (
        lifecycle.send_back(session, read.question_id, read.id, reason="Kabur.", by=cast.colleague.user_id, now=START)[
            1
        ]
        == 0
    )


def test_a_question_that_was_sent_back_waits_for_its_author(session: Session, cast: Cast, hall: Hall) -> None:
    version = write(session, hall, cast.trainer.user_id)

    lifecycle.send_back(session, version.question_id, version.id, reason="Kabur.", by=cast.colleague.user_id, now=START)

    assert status(session, version) == ("trial", True)
    assert approve(session, hall, [version], cast.colleague.user_id)[1] == 0
    better = write(session, hall, cast.trainer.user_id, stem="Benarkah itu?")
    assert status(session, better) == ("trial", False)
    assert approve(session, hall, [better], cast.colleague.user_id)[1] == 1


def test_an_edit_of_a_live_question_goes_back_to_trial(session: Session, cast: Cast, hall: Hall) -> None:
    approve(session, hall, [write(session, hall, cast.trainer.user_id)], cast.colleague.user_id)

    edited = write(session, hall, cast.trainer.user_id, stem="Benarkah itu?")

    assert status(session, edited) == ("trial", False)
    assert acts(session, edited)[-1] == ("edited", "live", "trial")


def test_what_practice_asks_goes_on_trial_before_exams_ask_it(session: Session, cast: Cast, hall: Hall) -> None:
    """A package brought it live for practice; its words stay the same."""
    practised = write(session, hall, cast.trainer.user_id, purpose="practice", status=None)
    assert status(session, practised) == ("live", False)

    moved = write(session, hall, cast.trainer.user_id)

    assert (moved.id, status(session, moved)) == (practised.id, ("trial", False))
    assert acts(session, moved)[-1] == ("edited", "live", "trial")


def test_an_author_does_not_take_up_again_what_another_suspended(session: Session, cast: Cast, hall: Hall) -> None:
    version = write(session, hall, cast.trainer.user_id)
    approve(session, hall, [version], cast.colleague.user_id)
    lifecycle.suspend(session, version.question_id, reason="Kunci keliru.", by=cast.hr.user_id, now=START)
    session.flush()

    assert not lifecycle.restore(session, version.question_id, by=cast.trainer.user_id, now=START)
    assert lifecycle.restore(session, version.question_id, by=cast.colleague.user_id, now=START)


def test_retired_is_final(session: Session, cast: Cast, hall: Hall) -> None:
    version = write(session, hall, cast.trainer.user_id)
    bank = session.get_one(Bank, hall.bank_id)

    assert lifecycle.retire(session, version.question_id, reason="Usang.", by=cast.trainer.user_id, now=START)
    session.flush()

    assert not lifecycle.retire(session, version.question_id, reason="Usang.", by=cast.trainer.user_id, now=START)
    assert not lifecycle.restore(session, version.question_id, by=cast.trainer.user_id, now=START)
    assert approve(session, hall, [version], cast.colleague.user_id)[1] == 0
    turn = session.scalars(select(QuestionStep.turn).where(QuestionStep.act == "retired")).one()
    assert lifecycle.undo(session, bank, turn, by=cast.trainer.user_id, now=START) == 0
    assert status(session, version) == ("retired", False)


def test_a_turn_is_taken_back_once_by_who_took_it_while_it_is_the_last(
    session: Session, cast: Cast, hall: Hall
) -> None:
    bank = session.get_one(Bank, hall.bank_id)
    first, second = (write(session, hall, cast.trainer.user_id, uuid=f"soal-{n}", stem=f"Soal {n}?") for n in "xy")
    turn, number = approve(session, hall, [first, second], cast.colleague.user_id)
    lifecycle.suspend(session, second.question_id, reason="Salah kunci.", by=cast.trainer.user_id, now=START)
    session.flush()

    assert number == 2
    assert lifecycle.undo(session, bank, turn, by=cast.trainer.user_id, now=START) == 0
    assert lifecycle.undo(session, bank, turn, by=cast.colleague.user_id, now=START + timedelta(minutes=1)) == 1
    assert status(session, first) == ("trial", False)
    assert status(session, second) == ("suspended", False)
    assert acts(session, first)[-1] == ("undone", "live", "trial")
    assert lifecycle.undo(session, bank, turn, by=cast.colleague.user_id, now=START) == 0


def test_a_suspension_ends_and_only_live_questions_can_be_suspended(session: Session, cast: Cast, hall: Hall) -> None:
    version = write(session, hall, cast.trainer.user_id)

    assert not lifecycle.suspend(session, version.question_id, reason="-", by=cast.trainer.user_id, now=START)
    approve(session, hall, [version], cast.colleague.user_id)
    assert lifecycle.suspend(session, version.question_id, reason="Bocor.", by=cast.trainer.user_id, now=START)
    session.flush()
    assert lifecycle.restore(session, version.question_id, by=cast.trainer.user_id, now=START)
    assert status(session, version) == ("live", False)

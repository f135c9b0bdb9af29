"""An attempt that is opened again, while its essays wait for a marker or have been marked."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import completion
from lms.exams import archive, reopening, verification
from lms.exams.models import Attempt, Sitting
from lms.exams.reopening import ReopenError
from tests.cast import START, Cast
from tests.exams.marking import essays
from tests.exams.marking.test_works import NOW, give, works

SOON = START + timedelta(minutes=10)


def reopen(session: Session, cast: Cast) -> None:
    sitting = session.scalars(select(Sitting)).one()
    reopening.reopen(session, sitting, cast.learner.employee_id, why="Tertutup tak sengaja", by=1, now=SOON)
    session.flush()


def test_essays_leave_the_queue_until_the_attempt_is_closed_again_and_every_result_holds(
    session: Session, cast: Cast
) -> None:
    essays.build(session, cast, people=(cast.learner,))
    reopen(session, cast)
    assert works(session) == []

    attempt = session.scalars(select(Attempt)).one()
    at = SOON + timedelta(minutes=1)
    completion.finish_attempt(
        session, Attempt.id == attempt.id, closed_by="candidate", by=None, now=at, today=at.date()
    )
    session.commit()

    assert [give(session, work, cast.colleague, 6, 2).settled for work in works(session)] == [True, True]
    sealed = archive.make(session, session.scalars(select(Sitting)).one(), now=NOW + timedelta(hours=1))
    assert verification.verify(sealed.data).discrepancies == ()


def test_what_somebody_has_begun_to_mark_stays_closed(session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.learner,))
    give(session, works(session)[0], cast.colleague, 6, 2)

    with pytest.raises(ReopenError, match="marked"):
        reopen(session, cast)

"""What the database holds of an attempt, for tests that drive the exam screen; moving its deadline, and filling its room."""

from datetime import date, datetime

from sqlalchemy import select, update

from lms import clock
from lms.exams import candidates, journal, saving
from lms.exams.models import Attempt, Sitting
from lms.exams.room_models import SittingProctor
from lms.people.models import RoleGrant
from tests.browser.conftest import Live
from tests.exams import factory


def answers_of(live: Live, code: str) -> dict[int, journal.Latest]:
    """Where each question stands by the journal."""
    with live.database.reader() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
        return journal.fold(saving.entries(session, attempt_id))


def answered(live: Live, code: str) -> set[int]:
    """Numbers of the questions with a stored answer."""
    return {number for number, latest in answers_of(live, code).items() if latest.is_answered}


def end_at(live: Live, code: str, due_at: datetime) -> None:
    """Move the deadline of an attempt."""
    with live.database.transaction() as session:
        session.execute(update(Attempt).where(Attempt.code == code).values(due_at=due_at))


def fill_room(live: Live, hall: factory.Hall) -> None:
    """The room of a sitting: HR watches over it, and two people are on its list."""
    with live.database.transaction() as session:
        by, now = live.cast.hr.user_id, clock.now()
        session.add(RoleGrant(user_id=by, role="proctor", unit_id=live.cast.jakarta, since=date(2020, 1, 1)))
        session.add(SittingProctor(sitting_id=hall.sitting_id, user_id=by, added_at=now, added_by=by))
        sitting = session.get_one(Sitting, hall.sitting_id)
        for person in (live.cast.learner, live.cast.colleague):
            candidates.add(session, sitting, person.employee_id, by=by, now=now)

"""A supervised sitting with proctors and candidates."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lms.exams import candidates
from lms.exams.models import Sitting
from lms.exams.room_models import SittingProctor
from lms.people.models import RoleGrant
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import Hall
from tests.pages import CheckedClient
from tests.web.rooms.room import Browser, Learner


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    """HR proctors this sitting, the other HR has the role but was not named; the trainer organises."""
    for who, role, unit in (
        (cast.hr, "proctor", cast.jakarta),
        (cast.manager, "proctor", cast.jakarta),
        (cast.trainer, "organiser", cast.jakarta),
        (cast.other_trainer, "organiser", cast.tangsel),
    ):
        session.add(RoleGrant(user_id=who.user_id, role=role, unit_id=unit, since=date(2020, 1, 1)))
    made = factory.build(session, cast)
    sitting = session.get_one(Sitting, made.sitting_id)
    session.add(
        SittingProctor(sitting_id=sitting.id, user_id=cast.hr.user_id, added_at=START, added_by=cast.trainer.user_id)
    )
    sitting.supervised = True
    sitting.audience, sitting.pin_round, sitting.closes_at = "listed", None, START + timedelta(hours=2)
    for person in (cast.learner, cast.colleague):
        candidates.add(session, sitting, person.employee_id, by=cast.trainer.user_id, now=START)
    session.commit()
    return made


@pytest.fixture
def proctor(browser: Browser, cast: Cast) -> CheckedClient:
    return browser(cast.hr)


@pytest.fixture
def learner(browser: Browser, cast: Cast) -> Learner:
    return Learner(browser(cast.learner))

"""What an organiser's pages are tested with."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lms.people.models import RoleGrant
from tests.cast import Cast
from tests.exams import factory
from tests.exams.factory import Hall


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    """The trainer organises for Jakarta, the other trainer for Tangerang Selatan."""
    for who, unit in ((cast.trainer, cast.jakarta), (cast.other_trainer, cast.tangsel)):
        session.add(RoleGrant(user_id=who.user_id, role="organiser", unit_id=unit, since=date(2020, 1, 1)))
    return factory.build(session, cast)

"""A bank that two trainers of one agency edit."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lms.people.models import RoleGrant
from tests.cast import Cast, Person
from tests.exams import factory


@pytest.fixture
def reviewer(session: Session, cast: Cast) -> Person:
    """Another trainer of the same agency, beside the bank that both edit."""
    factory.build(session, cast)
    session.add(RoleGrant(user_id=cast.colleague.user_id, role="trainer", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.commit()
    return cast.colleague

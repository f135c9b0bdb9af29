"""The power to decide: whose it is for a unit, and what lending it does not reach."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.people import officials
from lms.people.models import Appointment, Delegation, RoleGrant, User
from lms.people.officials import NotAnOfficial, Party, Power, power_over
from tests.cast import START, Cast, Person, official

TODAY = date(2026, 11, 23)
HOLDER, VERIFIER, OTHER = Party(1, 11), Party(2, 12), Party(3, 13)


def lend(session: Session, lender: Person, deputy: Person) -> Delegation:
    return officials.lend(
        session, official_id=lender.user_id, deputy_nip=deputy.nip, since=TODAY, until=TODAY, now=START
    )


@pytest.mark.parametrize(
    ("power", "reaches"),
    [
        (Power(True), True),
        (Power(False, (OTHER,)), True),
        (Power(False, (HOLDER, OTHER)), True),  # what the other lends is enough
        (Power(False), False),
        (Power(False, (HOLDER,)), False),
        (Power(False, (HOLDER, VERIFIER)), False),
    ],
)
def test_lent_power_does_not_reach_what_its_lender_may_not_decide(power: Power, reaches: bool) -> None:
    assert power.reaches(Party(employee_id=11), Party(user_id=2)) is reaches


def test_a_party_that_nobody_named_is_no_lender() -> None:
    assert Power(False, (OTHER,)).reaches(Party(), Party(user_id=None))


def test_own_power_is_that_over_the_unit_and_no_other(session: Session, cast: Cast) -> None:
    """The head in Jakarta approves there; in Tangerang Selatan only by what is lent."""
    head = official(session, cast)
    there = RoleGrant(user_id=cast.manager.user_id, role="approver", unit_id=cast.tangsel, since=TODAY)
    session.add(there)
    session.flush()

    assert power_over(session, head.user_id, cast.kembangan, TODAY) == Power(True)  # below Jakarta
    assert power_over(session, head.user_id, cast.tangsel, TODAY) == Power(False)

    lend(session, cast.manager, head)
    lender = Party(cast.manager.user_id, cast.manager.employee_id)
    assert power_over(session, head.user_id, cast.tangsel, TODAY) == Power(False, (lender,))
    assert power_over(session, head.user_id, cast.jakarta, TODAY) == Power(True)


@pytest.mark.parametrize("lost", ["grant", "post", "account", "days"])
def test_what_the_lender_no_longer_has_is_not_lent(session: Session, cast: Cast, lost: str) -> None:
    head, deputy = official(session, cast), cast.other_manager
    lend(session, head, deputy)
    assert power_over(session, deputy.user_id, cast.jakarta, TODAY).lenders == (Party(head.user_id, head.employee_id),)

    match lost:
        case "grant":
            session.execute(update(RoleGrant).where(RoleGrant.user_id == head.user_id).values(until=date(2026, 11, 22)))
        case "post":
            session.execute(update(Appointment).where(Appointment.employee_id == head.employee_id).values(kind="plh"))
        case "account":
            session.execute(update(User).where(User.id == head.user_id).values(disabled_at=START))
        case _:
            session.execute(update(Delegation).values(ended_at=START))

    assert power_over(session, deputy.user_id, cast.jakarta, TODAY) == Power(False)


@pytest.mark.parametrize("kind", ["plh", "pj"])
def test_who_decides_nothing_lends_nothing(session: Session, cast: Cast, kind: str) -> None:
    head = official(session, cast, kind=kind)

    with pytest.raises(NotAnOfficial):
        lend(session, head, cast.other_manager)
    assert session.scalars(select(Delegation.id)).all() == []

"""Who may decide for an agency: holders of a head post, definitive or acting (Plt.), and whom they lend that power to.

A Plh. looks after daily business and a Pj. fills a vacant elected office: neither decides here.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from lms.people.models import Appointment, Delegation, Employee, Position, RoleGrant, User

AUTHORISED = ("definitif", "plt")


class NotAnOfficial(Exception):
    """The person holds no head post today, or only as Plh. or Pj."""


class NoDeputy(Exception):
    """Nobody to whom the power can be lent: no such person, not an official, or the official himself or herself."""


@dataclass(frozen=True)
class Official:
    """A head post that somebody holds on a day. kind: definitif or plt."""

    employee_id: int
    name: str
    nip: str
    post: str
    kind: str


@dataclass(frozen=True)
class Lent:
    """A delegation as its parties see it."""

    id: int
    official: str
    deputy: str
    since: date
    until: date
    ended_at: datetime | None


def official_on(session: Session, employee_id: int, on: date) -> Official:
    """The head post with which the person decides on a day, the definitive one first. Raises NotAnOfficial."""
    rows = (
        select(Employee.id, Employee.name, Employee.nip, Position.title, Appointment.kind)
        .join(Appointment, Appointment.employee_id == Employee.id)
        .join(Position, Position.id == Appointment.position_id)
        .where(
            Employee.id == employee_id,
            Position.is_head,
            Appointment.kind.in_(AUTHORISED),
            Appointment.since <= on,
            or_(Appointment.until.is_(None), Appointment.until >= on),
        )
        .order_by(Appointment.kind, Appointment.since.desc())
        .limit(1)
    )
    found = session.execute(rows).one_or_none()
    if found is None:
        raise NotAnOfficial
    return Official(*found)


def holds_power(session: Session, user_id: int, on: date) -> bool:
    """Whether the power to approve is the person's own on a day, not lent."""
    own = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id,
        RoleGrant.role == "approver",
        RoleGrant.since <= on,
        or_(RoleGrant.until.is_(None), RoleGrant.until >= on),
    )
    return session.scalar(own.limit(1)) is not None


def lend(session: Session, *, official_id: int, deputy_nip: str, since: date, until: date, now: datetime) -> Delegation:
    """Lend the power to approve to another official for some days. Raises NoDeputy."""
    found = select(User).join(Employee, Employee.id == User.employee_id)
    deputy = session.scalars(found.where(Employee.nip == deputy_nip, User.disabled_at.is_(None))).one_or_none()
    if deputy is None or deputy.id == official_id:
        raise NoDeputy
    try:
        official_on(session, deputy.employee_id, since)
    except NotAnOfficial as fault:
        raise NoDeputy from fault
    made = Delegation(official_id=official_id, deputy_id=deputy.id, since=since, until=until, made_at=now)
    session.add(made)
    session.flush()  # its key goes to the audit row
    return made


def take_back(session: Session, delegation_id: int, *, official_id: int, now: datetime) -> bool:
    """End a delegation of one's own; whether there was one to end."""
    found = select(Delegation).where(
        Delegation.id == delegation_id, Delegation.official_id == official_id, Delegation.ended_at.is_(None)
    )
    delegation = session.scalars(found.with_for_update()).one_or_none()
    if delegation is not None:
        delegation.ended_at = now
    return delegation is not None


def lent(session: Session, user_id: int, *, limit: int = 50) -> list[Lent]:
    """The delegations that somebody gave or got, the latest first. One statement."""
    giver, taker, user, other = aliased(Employee), aliased(Employee), aliased(User), aliased(User)
    rows = (
        select(Delegation.id, giver.name, taker.name, Delegation.since, Delegation.until, Delegation.ended_at)
        .join(user, user.id == Delegation.official_id)
        .join(giver, giver.id == user.employee_id)
        .join(other, other.id == Delegation.deputy_id)
        .join(taker, taker.id == other.employee_id)
        .where(or_(Delegation.official_id == user_id, Delegation.deputy_id == user_id))
        .order_by(Delegation.id.desc())
        .limit(limit)
    )
    return [Lent(*row) for row in session.execute(rows)]

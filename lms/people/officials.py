"""Who may decide for an agency: holders of a head post, definitive or acting (Plt.), and whom they lend that power to.

A Plh. looks after daily business and a Pj. fills a vacant elected office: neither decides here, nor lends.
Lent power is the lender's: it does not reach what the lender may not decide.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from lms.people.models import Appointment, Delegation, Employee, OrgUnit, Position, RoleGrant, User

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
class Party:
    """Somebody whom a decision is about: by account, as a person, or both."""

    user_id: int | None = None
    employee_id: int | None = None


@dataclass(frozen=True)
class Power:
    """By what somebody decides for a unit: the own office, or what these have lent."""

    is_own: bool
    lenders: tuple[Party, ...] = ()

    def reaches(self, *parties: Party) -> bool:
        """Whether it is enough against those whom the decision is about: none of them has lent all of it."""
        return self.is_own or not all(_is_among(lender, parties) for lender in self.lenders)


def _is_among(lender: Party, parties: tuple[Party, ...]) -> bool:
    return any(
        lender.user_id == party.user_id or (party.employee_id is not None and lender.employee_id == party.employee_id)
        for party in parties
    )


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
        .where(Employee.id == employee_id, _decides(on))
        .order_by(Appointment.kind, Appointment.since.desc())
        .limit(1)
    )
    found = session.execute(rows).one_or_none()
    if found is None:
        raise NotAnOfficial
    return Official(*found)


def power_over(session: Session, user_id: int, unit_id: int, on: date) -> Power:
    """By what the person may approve for a unit on a day. Lenders who hold no such office that day lend nothing. One statement."""
    lender = aliased(User)
    decides = exists(
        select(1)
        .select_from(Appointment)
        .join(Position, Position.id == Appointment.position_id)
        .where(Appointment.employee_id == lender.employee_id, _decides(on))
    )
    lent = and_(
        Delegation.official_id == RoleGrant.user_id,
        Delegation.deputy_id == user_id,
        Delegation.ended_at.is_(None),
        Delegation.since <= on,
        Delegation.until >= on,
    )
    path = select(OrgUnit.path).where(OrgUnit.id == unit_id).scalar_subquery()
    above = aliased(OrgUnit)
    rows = (
        select(lender.id, lender.employee_id)
        .join(RoleGrant, RoleGrant.user_id == lender.id)
        .join(above, above.id == RoleGrant.unit_id)
        .where(
            *_approves(on),
            path.startswith(above.path),
            or_(lender.id == user_id, and_(exists(select(1).where(lent)), decides, lender.disabled_at.is_(None))),
        )
        .distinct()
    )
    found = [Party(*row) for row in session.execute(rows)]
    own = [one for one in found if one.user_id == user_id]
    return Power(bool(own), tuple(one for one in found if one not in own))


def holds_power(session: Session, user_id: int, on: date) -> bool:
    """Whether the power to approve is the person's own on a day, not lent."""
    own = select(RoleGrant.id).where(RoleGrant.user_id == user_id, *_approves(on))
    return session.scalar(own.limit(1)) is not None


def _approves(on: date) -> tuple[ColumnElement[bool], ...]:
    """The SQL of "the grant is of the power to approve, on that day"."""
    return RoleGrant.role == "approver", *RoleGrant.in_force(on)


def _decides(on: date) -> ColumnElement[bool]:
    """The SQL of "the appointment is to a post whose holder decides, on that day"."""
    in_force = or_(Appointment.until.is_(None), Appointment.until >= on)
    return and_(Position.is_head, Appointment.kind.in_(AUTHORISED), Appointment.since <= on, in_force)


def lend(session: Session, *, official_id: int, deputy_nip: str, since: date, until: date, now: datetime) -> Delegation:
    """Lend the power to approve to another official for some days. Raises NoDeputy, and NotAnOfficial for who decides nothing."""
    official_on(session, session.get_one(User, official_id).employee_id, since)
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

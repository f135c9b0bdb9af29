"""Accounts: made, given roles, and what the system knows about a person."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session, aliased

from lms.people import nip as numbers
from lms.people.models import ROLES, Appointment, Employee, OrgUnit, Position, RoleGrant, User


class AccountExists(ValueError):
    """The person has an account already."""


class NoSuchAccount(LookupError):
    """Nobody with that NIP has an account."""


class NoSuchUnit(LookupError):
    """No unit has that code."""


class BadRole(ValueError):
    """There is no such role."""


@dataclass(frozen=True)
class Post:
    """A post held today."""

    title: str
    kind: str
    unit: str


@dataclass(frozen=True)
class Known:
    """What is known about a person, for the person."""

    name: str
    nip: str
    grade: str
    employment: str
    email: str | None
    has_second_factor: bool
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class Held:
    """A role held over a unit."""

    role: str
    unit_code: str
    since: date
    until: date | None


def known(session: Session, user_id: int, *, today: date) -> Known:
    """The person behind an account, with the posts held today."""
    rows = select(User, Employee).join(Employee, Employee.id == User.employee_id).where(User.id == user_id)
    user, employee = session.execute(rows).one()
    posts = (
        select(Position.title, Appointment.kind, OrgUnit.name)
        .join(Position, Position.id == Appointment.position_id)
        .join(OrgUnit, OrgUnit.id == Position.unit_id)
        .where(Appointment.employee_id == employee.id, Appointment.since <= today)
        .where(or_(Appointment.until.is_(None), Appointment.until >= today))
        .order_by(Appointment.since)
    )
    return Known(
        name=employee.name,
        nip=employee.nip,
        grade=employee.grade,
        employment=employee.employment,
        email=employee.email,
        has_second_factor=user.totp_secret is not None,
        posts=tuple(Post(*row) for row in session.execute(posts)),
    )


def create(session: Session, typed_nip: str, *, name: str, grade: str, email: str | None) -> User:
    """An account without a password, for an employee who is made when not yet known.

    Raises nip.BadNip, AccountExists.
    """
    nip = numbers.normalise(typed_nip)
    employee = session.scalar(select(Employee).where(Employee.nip == nip))
    if employee is None:
        made = {"code": _code(), "nip": nip, "name": name, "grade": grade, "email": email}
        employee = Employee(**made, employment=employment(nip))
        session.add(employee)
        session.flush()
    elif session.scalar(select(User.id).where(User.employee_id == employee.id)):
        raise AccountExists
    user = User(employee_id=employee.id)
    session.add(user)
    session.flush()
    return user


def find(session: Session, typed_nip: str) -> User:
    """The account of a person. Raises nip.BadNip, NoSuchAccount."""
    rows = select(User).join(Employee, Employee.id == User.employee_id)
    user = session.scalar(rows.where(Employee.nip == numbers.normalise(typed_nip)))
    if user is None:
        raise NoSuchAccount
    return user


def replace_password(session: Session, user_id: int, old_hash: str | None, new_hash: str) -> bool:
    """Set the password, unless it is no longer the one that is to be replaced: of two at once, one is late."""
    same = User.password_hash.is_(None) if old_hash is None else User.password_hash == old_hash
    change = update(User).where(User.id == user_id, same).values(password_hash=new_hash).returning(User.id)
    return session.scalar(change) is not None


def close(session: Session, user_id: int, *, now: datetime) -> bool:
    """Let nobody sign in to the account any more; False where it is closed. The caller ends its sessions."""
    change = update(User).where(User.id == user_id, User.disabled_at.is_(None)).values(disabled_at=now)
    return session.scalar(change.returning(User.id)) is not None


def reopen(session: Session, user_id: int) -> bool:
    """Let its owner sign in again; False where it is open."""
    change = update(User).where(User.id == user_id, User.disabled_at.is_not(None)).values(disabled_at=None)
    return session.scalar(change.returning(User.id)) is not None


def grant(session: Session, user_id: int, role: str, unit_code: str, *, since: date) -> None:
    """Give a role over a unit and all below it; given again, it holds from the earlier day and without end.

    Raises BadRole, NoSuchUnit.
    """
    if role not in ROLES:
        raise BadRole(role)
    unit_id = _unit_id(session, unit_code)
    same = (RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.unit_id == unit_id)
    held = session.scalar(select(RoleGrant).where(*same))
    if held is None:
        session.add(RoleGrant(user_id=user_id, role=role, unit_id=unit_id, since=since))
    else:
        held.since, held.until = min(held.since, since), None
    session.flush()


def withdraw(session: Session, user_id: int, role: str, unit_code: str, *, last_day: date) -> bool:
    """End a role; False when it does not go on after that day. One that had not begun is gone. Raises NoSuchUnit."""
    unit_id = _unit_id(session, unit_code)
    same = (RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.unit_id == unit_id)
    held = session.scalar(select(RoleGrant).where(*same, or_(RoleGrant.until.is_(None), RoleGrant.until > last_day)))
    if held is None:
        return False
    if held.since > last_day:
        session.delete(held)
    else:
        held.until = last_day
    session.flush()
    return True


def roles(session: Session, user_id: int) -> list[Held]:
    """Every role given to the account, past ones too."""
    rows = select(RoleGrant.role, OrgUnit.code, RoleGrant.since, RoleGrant.until)
    rows = rows.join(OrgUnit, OrgUnit.id == RoleGrant.unit_id).where(RoleGrant.user_id == user_id)
    return [Held(*row) for row in session.execute(rows.order_by(RoleGrant.since, RoleGrant.id))]


def holders(roles: Sequence[str], unit_id: int, *, on: date) -> Select[int]:
    """The SQL of the accounts, by key, that on a day hold one of these roles over a unit, and are not locked."""
    unit, top = aliased(OrgUnit), aliased(OrgUnit)
    return (
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(top, top.id == RoleGrant.unit_id)
        .join(unit, unit.path.startswith(top.path))
        .where(unit.id == unit_id, RoleGrant.role.in_(roles), User.disabled_at.is_(None), *RoleGrant.in_force(on))
    )


def choose_look(session: Session, user_id: int, *, language: str, theme: str, text_size: int) -> None:
    """Keep how the person wants the site to look and speak."""
    chosen = {"language": language, "theme": theme, "text_size": text_size}
    session.execute(update(User).where(User.id == user_id).values(chosen))


def choose_language(session: Session, user_id: int, language: str) -> None:
    """Keep the language alone."""
    session.execute(update(User).where(User.id == user_id).values(language=language))


def demo_exists(session: Session) -> bool:
    """Whether any account came with demo data."""
    return session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


def employment(nip: str) -> str:
    """`pppk` where the place of the month holds 21–29, else `pns`."""
    return "pppk" if nip[12] == "2" else "pns"


def _code() -> str:
    """Eight random characters that are not mistaken for each other: what stands for a person in addresses."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))


def _unit_id(session: Session, code: str) -> int:
    found = session.scalar(select(OrgUnit.id).where(OrgUnit.code == code))
    if found is None:
        raise NoSuchUnit(code)
    return found

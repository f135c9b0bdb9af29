"""Accounts and sessions: who a browser speaks for."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, Select, bindparam, insert, literal, or_, select, true, union_all, update
from sqlalchemy.orm import Session

from lms.db import UtcDateTime
from lms.lean import Lean
from lms.people.models import Appointment, Delegation, Employee, OrgUnit, Position, RoleGrant, User, UserSession

IDLE = timedelta(hours=2)
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class SignedIn:
    """An open session with its account, before any role is looked up."""

    session_id: int
    user_id: int
    employee_id: int
    name: str
    employment: str
    language: str
    theme: str
    text_size: int
    last_seen_at: datetime
    has_second_factor: bool


@dataclass(frozen=True)
class Account:
    """An account that may sign in, and what is needed to see whether it is really its owner."""

    user_id: int
    employee_id: int
    name: str
    password_hash: str | None
    totp_secret: str | None
    is_demo: bool


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in."""

    id: int
    browser: str
    started_at: datetime
    last_seen_at: datetime


def account_by_nip(session: Session, nip: str, *, demo_too: bool) -> Account | None:
    """The open account of an employee; of demo accounts only where they may sign in."""
    return _account(_BY_NIP.first(session, nip=nip, demo_too=demo_too))


def account_by_id(session: Session, user_id: int, *, demo_too: bool) -> Account | None:
    """The open account with that key."""
    return _account(_BY_ID.first(session, user=user_id, demo_too=demo_too))


def _account(found: Any) -> Account | None:
    return Account(*found) if found else None


def needs_second_factor(session: Session, account: Account, *, today: date) -> bool:
    """Whoever holds a role over others' data needs one, and whoever has set one up."""
    roles = roles_of(session, account.user_id, account.employee_id, today=today)
    return account.totp_secret is not None or any(role != "head" for role, _ in roles)


def open_session(session: Session, user_id: int, *, now: datetime, browser: str, second_factor: bool) -> str:
    """Start a session and return the token for its cookie; only the token's hash is kept. browser: in words."""
    token = secrets.token_urlsafe(32)
    _OPEN.write(
        session,
        token=_digest(token),
        user=user_id,
        now=now,
        second_factor_at=now if second_factor else None,
        browser=browser[:120],
    )
    return token


def find_session(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Who the token speaks for: None when it is unknown, ended, idle too long, too old, or the account is closed."""
    row = _SESSION.first(session, token=_digest(token))
    if row is None or row.last_seen_at + IDLE < now or row.started_at + LIFETIME < now:
        return None
    return SignedIn(
        session_id=row.session_id,
        user_id=row.user_id,
        employee_id=row.employee_id,
        name=row.name,
        employment=row.employment,
        language=row.language,
        theme=row.theme,
        text_size=row.text_size,
        last_seen_at=row.last_seen_at,
        has_second_factor=row.second_factor_at is not None,
    )


def open_sessions(session: Session, user_id: int, *, now: datetime) -> list[OpenSession]:
    """Where the person is signed in, the one used last first."""
    rows = select(UserSession.id, UserSession.browser, UserSession.started_at, UserSession.last_seen_at).where(
        UserSession.user_id == user_id,
        UserSession.ended_at.is_(None),
        UserSession.last_seen_at >= now - IDLE,
        UserSession.started_at >= now - LIFETIME,
    )
    newest_first = rows.order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    return [OpenSession(*row) for row in session.execute(newest_first)]


def note_second_factor(session: Session, session_id: int, *, now: datetime) -> None:
    """The person behind a session has shown a second factor."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(second_factor_at=now))


def note_use(session: Session, session_id: int, *, now: datetime) -> None:
    """Push the idle limit of a session out."""
    _USE.write(session, session=session_id, now=now)


def roles_of(session: Session, user_id: int, employee_id: int, *, today: date) -> list[tuple[str, str]]:
    """(role, unit path) of each grant in force or lent, and ("head", unit path) of each unit whose head post the person holds."""
    return [(role, path) for role, path in _ROLES.all(session, user=user_id, employee=employee_id, today=today)]


# Asked at every request, and at every way in.
_SESSION = Lean(
    select(
        UserSession.id.label("session_id"), UserSession.started_at, UserSession.last_seen_at, UserSession.second_factor_at,
        UserSession.user_id, User.employee_id, User.language, User.theme, User.text_size, Employee.name, Employee.employment,
    )
    .join(User, User.id == UserSession.user_id)
    .join(Employee, Employee.id == User.employee_id)
    .where(UserSession.token_hash == bindparam("token"), UserSession.ended_at.is_(None), User.disabled_at.is_(None))
)  # fmt: skip
_NOW = bindparam("now", type_=UtcDateTime())
_OPEN = Lean(
    insert(UserSession).values(
        token_hash=bindparam("token"),
        user_id=bindparam("user"),
        started_at=_NOW,
        last_seen_at=_NOW,
        second_factor_at=bindparam("second_factor_at"),
        browser=bindparam("browser"),
    )
)
_USE = Lean(update(UserSession).where(UserSession.id == bindparam("session")).values(last_seen_at=_NOW))


def _open_account() -> Select[*tuple[Any, ...]]:
    columns = (User.id, User.employee_id, Employee.name, User.password_hash, User.totp_secret, User.is_demo)
    may = or_(bindparam("demo_too", type_=Boolean) == true(), User.is_demo.is_(False))
    return select(*columns).join(Employee, Employee.id == User.employee_id).where(User.disabled_at.is_(None), may)


_BY_NIP = Lean(_open_account().where(Employee.nip == bindparam("nip")))
_BY_ID = Lean(_open_account().where(User.id == bindparam("user")))
_TODAY = bindparam("today", type_=Date)
_ROLES = Lean(
    union_all(
        select(RoleGrant.role, OrgUnit.path)
        .join(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.user_id == bindparam("user"),
            RoleGrant.since <= _TODAY,
            or_(RoleGrant.until.is_(None), RoleGrant.until >= _TODAY),
        ),
        select(RoleGrant.role, OrgUnit.path)
        .select_from(Delegation)
        .join(RoleGrant, RoleGrant.user_id == Delegation.official_id)
        .join(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
        .where(
            Delegation.deputy_id == bindparam("user"),
            Delegation.ended_at.is_(None),
            Delegation.since <= _TODAY,
            Delegation.until >= _TODAY,
            RoleGrant.role == "approver",
            RoleGrant.since <= _TODAY,
            or_(RoleGrant.until.is_(None), RoleGrant.until >= _TODAY),
        ),
        select(literal("head"), OrgUnit.path)
        .select_from(Appointment)
        .join(Position, Position.id == Appointment.position_id)
        .join(OrgUnit, OrgUnit.id == Position.unit_id)
        .where(
            Appointment.employee_id == bindparam("employee"),
            Position.is_head,
            Appointment.since <= _TODAY,
            or_(Appointment.until.is_(None), Appointment.until >= _TODAY),
        ),
    )
)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

"""Accounts and sessions: who a browser speaks for."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Boolean, ColumnElement, Date, Label, Select, bindparam, func, insert, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.db import UtcDateTime
from lms.lean import Lean
from lms.people.models import Appointment, Delegation, Employee, OrgUnit, Position, RoleGrant, User, UserSession

IDLE = timedelta(hours=2)
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class SignedIn:
    """An open session with its account.

    roles: (role, unit path) of each grant in force or lent, and ("head", unit path) of each unit whose head post the person holds.
    """

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
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Account:
    """An account that may sign in, and what is needed to see whether it is really its owner.

    has_role: over others' data, in force or lent.
    """

    user_id: int
    employee_id: int
    name: str
    password_hash: str | None
    totp_secret: str | None
    is_demo: bool
    has_role: bool

    @property
    def needs_second_factor(self) -> bool:
        """Whoever holds a role over others' data needs one, and whoever has set one up."""
        return self.totp_secret is not None or self.has_role


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in."""

    id: int
    browser: str
    started_at: datetime
    last_seen_at: datetime


def account_by_nip(session: Session, nip: str, *, today: date, demo_too: bool) -> Account | None:
    """The open account of an employee; of demo accounts only where they may sign in."""
    return _account(_BY_NIP.first(session, nip=nip, today=today, demo_too=demo_too))


def account_by_id(session: Session, user_id: int, *, today: date, demo_too: bool) -> Account | None:
    """The open account with that key."""
    return _account(_BY_ID.first(session, user=user_id, today=today, demo_too=demo_too))


def _account(found: Any) -> Account | None:
    if found is None:
        return None
    user_id, employee_id, name, password_hash, totp_secret, is_demo, granted, lent = found
    return Account(user_id, employee_id, name, password_hash, totp_secret, is_demo, bool(granted or lent))


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


def find_session(session: Session, token: str, *, now: datetime, today: date) -> SignedIn | None:
    """Who the token speaks for: None when it is unknown, ended, idle too long, too old, or the account is closed.

    today: whose roles count.
    """
    row = _SESSION.first(session, token=_digest(token), today=today)
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
        roles=(*_roles(row.granted), *_roles(row.lent), *(("head", path) for path in _lines(row.headed))),
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


def _roles(told: str | None) -> Iterator[tuple[str, str]]:
    """(role, unit path) of each grant."""
    return (cast(tuple[str, str], tuple(line.split(" "))) for line in _lines(told))


def _lines(told: str | None) -> list[str]:
    return told.splitlines() if told else []


def _together(
    column: ColumnElement[str] | InstrumentedAttribute[str], rows: Select[*tuple[Any, ...]], name: str
) -> Label[str]:
    """One column of rows about the person around it, a line each: PostgreSQL and SQLite ask for all of them at once."""
    return (
        rows.with_only_columns(func.aggregate_strings(column, "\n"))
        .correlate(User, Employee)
        .scalar_subquery()
        .label(name)
    )


_TODAY = bindparam("today", type_=Date)
_IN_FORCE = RoleGrant.in_force(_TODAY)
_GRANT = RoleGrant.role + " " + OrgUnit.path
#: What a person may do, as text: "role path" of each grant in force · of each lent · path of each unit whose head post is theirs.
_GRANTED = _together(
    _GRANT,
    select()
    .select_from(RoleGrant)
    .join(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
    .where(RoleGrant.user_id == User.id, *_IN_FORCE),
    "granted",
)
_LENT = _together(
    _GRANT,
    select()
    .select_from(Delegation)
    .join(RoleGrant, RoleGrant.user_id == Delegation.official_id)
    .join(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
    .where(
        Delegation.deputy_id == User.id,
        Delegation.ended_at.is_(None),
        Delegation.since <= _TODAY,
        Delegation.until >= _TODAY,
        RoleGrant.role == "approver",
        *_IN_FORCE,
    ),
    "lent",
)
_HEADED = _together(
    OrgUnit.path,
    select()
    .select_from(Appointment)
    .join(Position, Position.id == Appointment.position_id)
    .join(OrgUnit, OrgUnit.id == Position.unit_id)
    .where(
        Appointment.employee_id == User.employee_id,
        Position.is_head,
        Appointment.since <= _TODAY,
        or_(Appointment.until.is_(None), Appointment.until >= _TODAY),
    ),
    "headed",
)

# Asked at every request, and at every way in.
_SESSION = Lean(
    select(
        UserSession.id.label("session_id"), UserSession.started_at, UserSession.last_seen_at, UserSession.second_factor_at,
        UserSession.user_id, User.employee_id, User.language, User.theme, User.text_size, Employee.name, Employee.employment,
        _GRANTED, _LENT, _HEADED,
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
    columns = (
        User.id,
        User.employee_id,
        Employee.name,
        User.password_hash,
        User.totp_secret,
        User.is_demo,
        _GRANTED,
        _LENT,
    )
    may = or_(bindparam("demo_too", type_=Boolean) == true(), User.is_demo.is_(False))
    return select(*columns).join(Employee, Employee.id == User.employee_id).where(User.disabled_at.is_(None), may)


_BY_NIP = Lean(_open_account().where(Employee.nip == bindparam("nip")))
_BY_ID = Lean(_open_account().where(User.id == bindparam("user")))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

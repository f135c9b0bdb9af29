"""Passwords and sessions: who a browser speaks for."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, literal, or_, select, union_all, update
from sqlalchemy.orm import Session

from lms.people.models import Appointment, Employee, OrgUnit, Position, RoleGrant, User, UserSession

#: OWASP's first choice for Argon2id as of 2026: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
IDLE = timedelta(hours=2)
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class SignedIn:
    """An open session with its account, before any role is looked up."""

    session_id: int
    user_id: int
    employee_id: int
    name: str
    language: str
    theme: str
    text_size: int
    last_seen_at: datetime


def hash_password(password: str) -> str:
    """Argon2id, with its own salt and parameters in the text."""
    return HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the account's. Takes as long when there is no account."""
    try:
        return HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def open_session(session: Session, user: User, *, now: datetime, browser: str, second_factor: bool) -> str:
    """Start a session and return the token for its cookie; only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    row = UserSession(
        token_hash=_digest(token),
        user_id=user.id,
        started_at=now,
        last_seen_at=now,
        second_factor_at=now if second_factor else None,
        browser=browser[:120],
    )
    session.add(row)
    return token


def find_session(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Who the token speaks for: None when it is unknown, ended, idle too long, too old, or the account is closed."""
    row: Row[UserSession, User, str] | None = session.execute(
        select(UserSession, User, Employee.name)
        .join(User, User.id == UserSession.user_id)
        .join(Employee, Employee.id == User.employee_id)
        .where(UserSession.token_hash == _digest(token), UserSession.ended_at.is_(None), User.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    opened, user, name = row
    if opened.last_seen_at + IDLE < now or opened.started_at + LIFETIME < now:
        return None
    return SignedIn(
        session_id=opened.id,
        user_id=user.id,
        employee_id=user.employee_id,
        name=name,
        language=user.language,
        theme=user.theme,
        text_size=user.text_size,
        last_seen_at=opened.last_seen_at,
    )


def end_session(session: Session, session_id: int, *, now: datetime) -> None:
    """End one session. Ending it again changes nothing."""
    opened = session.get(UserSession, session_id)
    if opened is not None and opened.ended_at is None:
        opened.ended_at = now


def note_use(session: Session, session_id: int, *, now: datetime) -> None:
    """Push the idle limit of a session out."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now))


def roles_of(session: Session, user_id: int, employee_id: int, *, today: date) -> list[tuple[str, str]]:
    """(role, unit path) of each grant in force, and ("head", unit path) of each unit whose head post the person holds."""
    grants = (
        select(RoleGrant.role, OrgUnit.path)
        .join(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.user_id == user_id,
            RoleGrant.since <= today,
            or_(RoleGrant.until.is_(None), RoleGrant.until >= today),
        )
    )
    heads = (
        select(literal("head"), OrgUnit.path)
        .select_from(Appointment)
        .join(Position, Position.id == Appointment.position_id)
        .join(OrgUnit, OrgUnit.id == Position.unit_id)
        .where(
            Appointment.employee_id == employee_id,
            Position.is_head,
            Appointment.since <= today,
            or_(Appointment.until.is_(None), Appointment.until >= today),
        )
    )
    return [(role, path) for role, path in session.execute(union_all(grants, heads))]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


#: Verified against when the NIP is unknown, so that the answer takes the same time.
_NOBODY = HASHER.hash(secrets.token_urlsafe(16))

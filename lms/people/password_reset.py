"""One-time links for setting a password, and the mail that brings them.

A link is signed and names the account, its last moment, and a fingerprint of the password it replaces: once a new one
is set the fingerprint no longer fits. Nothing about links is kept in the database.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock, mail
from lms.people import passwords
from lms.people.models import Employee, User
from lms.platform import Platform

BY_MAIL = timedelta(minutes=30)
BY_HAND = timedelta(days=3)


class BadLink(ValueError):
    """The link was altered, is too old, or was used."""


@dataclass(frozen=True)
class Opening:
    """An account for which a valid link was shown."""

    user_id: int
    nip: str
    name: str
    password_hash: str | None


def token(secret: str, user_id: int, password_hash: str | None, *, until: datetime) -> str:
    """What stands at the end of the link's address."""
    return _signer(secret).dumps([user_id, int(until.timestamp()), passwords.fingerprint(password_hash)])


def address(public_url: str, text: str) -> str:
    """The address of the page that a link opens."""
    return f"{public_url}/lupa-sandi/{text}"


def read(session: Session, secret: str, text: str, *, now: datetime) -> Opening:
    """The account the link is for. Raises BadLink."""
    try:
        user_id, until, fingerprint = _signer(secret).loads(text)
    except BadSignature as error:
        raise BadLink from error
    opening = _opening(session, user_id)
    if opening is None or datetime.fromtimestamp(until, UTC) < now:
        raise BadLink
    if passwords.fingerprint(opening.password_hash) != fingerprint:
        raise BadLink
    return opening


def send(platform: Platform, *, user_id: int | None) -> None:
    """Job: mail the link to the person. Nobody, or a person without an address, gets none."""
    settings, now = platform.settings, clock.now()
    with platform.database.reader() as session:
        row = session.execute(
            select(User, Employee.name, Employee.email)
            .join(Employee, Employee.id == User.employee_id)
            .where(User.id == user_id, User.disabled_at.is_(None), Employee.email.is_not(None))
        ).one_or_none()
    if row is None or (email := row[2]) is None:
        return
    user, name = row[0], row[1]
    text = token(settings.secret_key, user.id, user.password_hash, until=now + BY_MAIL)
    facts = {
        "name": name,
        "link": address(settings.public_url, text),
        "minutes": BY_MAIL // timedelta(minutes=1),
    }
    message = mail.compose("password_reset", user.language, sender=settings.mail_from, to=email, now=now, facts=facts)
    mail.send(settings, message)


def _opening(session: Session, user_id: int) -> Opening | None:
    rows = select(User.id, Employee.nip, Employee.name, User.password_hash)
    rows = rows.join(Employee, Employee.id == User.employee_id)
    found = session.execute(rows.where(User.id == user_id, User.disabled_at.is_(None))).one_or_none()
    return Opening(*found) if found else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="password-link")

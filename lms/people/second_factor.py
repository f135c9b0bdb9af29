"""The second factor: codes of six digits that change every thirty seconds (RFC 6238), made by the person's phone."""

from datetime import datetime

import pyotp
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from lms.people.models import User

SECONDS = 30
#: How many steps a phone's clock may be behind or ahead.
DRIFT = 1
ISSUER = "Teruji"


def new_secret() -> str:
    """A secret for an authenticator: 160 random bits in Base32."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """What the QR code says to an authenticator. name: what it shows beside the code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def spaced(secret: str) -> str:
    """The secret in groups of four, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def code_at(secret: str, *, now: datetime) -> str:
    """The code that an authenticator shows now."""
    return pyotp.TOTP(secret).generate_otp(_step(now))


def accept(session: Session, user_id: int, secret: str, typed: str, *, now: datetime) -> bool:
    """Whether the code is right and used for the first time. Writes: a step once accepted is never accepted again."""
    step = matching_step(secret, typed, now=now)
    if step is None:
        return False
    unused = or_(User.totp_last_step.is_(None), User.totp_last_step < step)
    claim = update(User).where(User.id == user_id, unused).values(totp_last_step=step).returning(User.id)
    return session.scalar(claim) is not None


def enrol(session: Session, user_id: int, secret: str, typed: str, *, now: datetime) -> bool:
    """Keep the secret as the person's, if the code shows that the phone has it and there is none yet."""
    step = matching_step(secret, typed, now=now)
    if step is None:
        return False
    free = update(User).where(User.id == user_id, User.totp_secret.is_(None))
    kept = free.values(totp_secret=secret, totp_last_step=step).returning(User.id)
    return session.scalar(kept) is not None


def reset(session: Session, user_id: int) -> None:
    """Forget the phone: the person sets a new one up at the next sign-in."""
    session.execute(update(User).where(User.id == user_id).values(totp_secret=None, totp_last_step=None))


def matching_step(secret: str, typed: str, *, now: datetime) -> int | None:
    """The step, of those near now, whose code was typed; blanks do not matter."""
    digits = "".join(typed.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    maker, present = pyotp.TOTP(secret), _step(now)
    near = range(present - DRIFT, present + DRIFT + 1)
    return next((step for step in near if pyotp.utils.strings_equal(maker.generate_otp(step), digits)), None)


def _step(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS

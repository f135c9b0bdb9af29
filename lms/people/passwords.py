"""Passwords: kept as Argon2id, computed a few at a time, and what a new one must be."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.config import THREADS

#: OWASP's first choice for Argon2id as of 2026: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Hashes computed at once in a process, and how many more may wait for their turn: when everybody signs in at once, two
#: threads are left for those whose answers are being saved.
AT_ONCE, WAITING = 1, THREADS - 3
SHORTEST, LONGEST = 12, 200

_turns = BoundedSemaphore(AT_ONCE)
_places = BoundedSemaphore(AT_ONCE + WAITING)


class Busy(RuntimeError):
    """Too many passwords are being checked already; it was not looked at this one."""


class BadPassword(ValueError):
    """Not fit as a new password. `problem` is a key: short, long, person or common."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def hash_password(password: str) -> str:
    """Argon2id, with its own salt and parameters in the text. Raises Busy."""
    with _turn():
        return HASHER.hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the account's. Takes as long when there is no account. Raises Busy."""
    with _turn():
        try:
            return HASHER.verify(password_hash or _NOBODY, _normal(password)) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def renewed(password_hash: str, password: str) -> str | None:
    """The hash of a password just verified, made anew when its parameters are no longer ours; else None. Raises Busy."""
    return hash_password(password) if HASHER.check_needs_rehash(password_hash) else None


def fingerprint(password_hash: str | None) -> str:
    """What tells one password of an account from its next, and nothing of either."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()[:16]


def check_new(password: str, *, nip: str) -> None:
    """Refuse what is short, made of the person's own numbers, or among the first that anyone tries. Raises BadPassword."""
    password = _normal(password)
    if len(password) < SHORTEST:
        raise BadPassword("short")
    if len(password) > LONGEST:
        raise BadPassword("long")
    if _tells_of(password, nip):
        raise BadPassword("person")
    if _is_common(password):
        raise BadPassword("common")


def _tells_of(password: str, nip: str) -> bool:
    year, month, day = nip[:4], nip[4:6], nip[6:8]
    digits = re.sub(r"\D", "", password)
    return any(told in digits for told in (nip, year + month + day, day + month + year, month + day + year))


def _is_common(password: str) -> bool:
    """Listed, with or without the digits and signs put behind it, or made of fewer than five different characters."""
    folded = password.casefold()
    letters = re.sub(r"[^a-z]", "", folded)
    return len(set(folded)) < 5 or bool({folded, letters, re.sub(r"\s", "", folded)} & _common())


@cache
def _common() -> frozenset[str]:
    text = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _normal(password: str) -> str:
    """One spelling for characters that look alike but are encoded in several ways, by keyboard or by system."""
    return unicodedata.normalize("NFKC", password)


@contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        with _turns:
            yield
    finally:
        _places.release()


#: Verified against when the NIP is unknown, so that the answer takes the same time.
_NOBODY = HASHER.hash(secrets.token_urlsafe(16))

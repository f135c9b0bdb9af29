"""The score screen of a sitting: whether the exam's rules allow one, and the key of its address.

A blueprint says how candidates stand on it; without that there is no screen:

    live_scores    "number": by their place, or else the beginning of the attempt's code · "name": by name

Whoever has the address may look: it is opened on a screen at which nobody signs in. Its key is reckoned from the
installation's secret and the moment at which the screen was switched on, so ending it makes the address worthless, and
switching it on again makes another.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import blueprints, room_log
from lms.exams.models import Sitting

ShownAs = Literal["number", "name"]
SHOWN_AS: tuple[ShownAs, ...] = ("number", "name")
#: So long after the sitting has closed its screen is still shown.
LASTS = timedelta(hours=1)
_LETTERS = 5


class NotAllowed(RuntimeError):
    """The rules of the exam do not speak of a score screen."""


def shown_as(blueprint: Mapping[str, Any]) -> ShownAs | None:
    """How candidates stand on the screen by a blueprint's content; None where there is none."""
    said: ShownAs | None = blueprint.get("live_scores")
    return said


def policy(session: Session, exam_id: int) -> ShownAs | None:
    """By the blueprint of the exam that is in force."""
    plan = blueprints.in_force(session, exam_id)
    return shown_as(plan.content) if plan else None


def show(session: Session, sitting: Sitting, *, by: int, now: datetime) -> None:
    """Switch the screen on; while it is on nothing changes. Raises NotAllowed."""
    if policy(session, sitting.exam_id) is None:
        raise NotAllowed(sitting.code)
    _switch(session, sitting.id, now, by=by, now=now)


def end(session: Session, sitting: Sitting, *, by: int, now: datetime) -> None:
    """Switch the screen off: its address shows nothing any more. While it is off nothing changes."""
    _switch(session, sitting.id, None, by=by, now=now)


def key_of(secret: str, sitting_code: str, since: datetime) -> str:
    """The part of the address that nobody can guess: 128 bits in hex."""
    words = f"scores:{sitting_code}:{since.timestamp():.6f}"
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]


def opens(key: str, secret: str, sitting: Sitting, *, now: datetime) -> bool:
    """Whether that is the key of a screen that is shown now."""
    if sitting.scores_since is None or now > sitting.closes_at + LASTS:
        return False
    return hmac.compare_digest(key.encode(), key_of(secret, sitting.code, sitting.scores_since).encode())


def number_of(attempt_code: str) -> str:
    """What an attempt is called where its candidate has no place."""
    return attempt_code[:_LETTERS].upper()


def _switch(session: Session, sitting_id: int, since: datetime | None, *, by: int, now: datetime) -> None:
    is_other = Sitting.scores_since.is_(None) if since else Sitting.scores_since.is_not(None)
    switch = update(Sitting).where(Sitting.id == sitting_id, is_other).values(scores_since=since)
    changed = session.scalar(switch.returning(Sitting.id))
    if changed is None:
        return
    details = {"shown": since is not None}
    room_log.note(session, sitting_id, "scores", by=by, now=now, details=details)
    audit.record(session, "sitting.scores", f"sitting:{sitting_id}", by=by, now=now, details=details)

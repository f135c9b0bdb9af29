"""Ending sessions, with what hangs on them: the one way by which a browser that is signed in stops being so."""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from lms.exams import attempts
from lms.people.models import UserSession


def end_session(session: Session, session_id: int, *, now: datetime) -> None:
    """End one session. Ending it again changes nothing."""
    _end(session, UserSession.id == session_id, now=now)


def end_own_session(session: Session, user_id: int, session_id: int, *, now: datetime) -> bool:
    """End a session of that person's; False when there is none, or it is another's."""
    return bool(_end(session, UserSession.id == session_id, UserSession.user_id == user_id, now=now))


def end_sessions_of(session: Session, user_id: int, *, besides: int | None, now: datetime) -> int:
    """End all sessions of a person but one. Returns how many were open."""
    return len(_end(session, UserSession.user_id == user_id, UserSession.id != (besides or 0), now=now))


def _end(session: Session, *which: ColumnElement[bool], now: datetime) -> list[int]:
    """The keys of what was open. The device of an attempt can save no more, until it signs in again."""
    ending = update(UserSession).where(UserSession.ended_at.is_(None), *which).values(ended_at=now)
    ended = list(session.scalars(ending.returning(UserSession.id)))
    for session_id in ended:
        attempts.release(session, session_id)
    return ended

"""That a bank cannot fill a paper of an exam: kept with the exam as it was last seen, so that a list says so without asking.

It is seen where a paper is drawn, where a blueprint or a sitting is saved, and every half hour for exams with a sitting that
is open or opens within a week. What is kept is when papers were first found wanting; a paper that can be drawn takes it back.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from lms import clock
from lms.exams import blueprints, drawing
from lms.exams.models import Exam, Sitting
from lms.platform import Platform

log = logging.getLogger(__name__)
SWEEP, JOB = "ask_about_banks", "look_at_banks"
#: People set off for a sitting; until then a bank can still be filled.
AHEAD = timedelta(days=7)


def note(session: Session, exam: Exam, *, now: datetime) -> None:
    """A paper could not be drawn. No statement where that is known."""
    if exam.short_since is None:
        _keep(session, exam, now)


def clear(session: Session, exam: Exam) -> None:
    """A paper could be drawn. No statement where nothing else was known."""
    if exam.short_since is not None:
        _keep(session, exam, None)


def look(session: Session, exam: Exam, *, now: datetime) -> None:
    """Draw a paper that nobody gets, and keep whether the bank could fill it."""
    _settle(session, exam, is_short=_is_short(session, exam, now), now=now)


def ask(platform: Platform) -> None:
    """Sweep: have the worker look, apart from the sweeps, of which none may wait."""
    platform.queue.put(JOB, {})


def look_at_all(platform: Platform) -> None:
    """Job: look at the bank of each exam that people are about to sit, and write where it has changed."""
    now = clock.now()
    soon = select(1).where(Sitting.exam_id == Exam.id, Sitting.closes_at > now, Sitting.opens_at <= now + AHEAD)
    with platform.database.reader() as session:
        keys = session.scalars(select(Exam.id).where(exists(soon)).order_by(Exam.id)).all()
    for key in keys:
        try:
            _look_at(platform, key, now)
        except Exception:
            log.exception("the bank of exam %s could not be looked at; the others go on", key)


def _look_at(platform: Platform, key: int, now: datetime) -> None:
    with platform.database.reader() as session:  # drawing takes a while, and SQLite has one writer
        exam = session.get_one(Exam, key)
        is_short = _is_short(session, exam, now)
    if is_short != (exam.short_since is not None):
        with platform.database.transaction() as session:
            _settle(session, exam, is_short=is_short, now=now)


def _is_short(session: Session, exam: Exam, now: datetime) -> bool:
    """Without a blueprint nothing lacks that a bank could have."""
    plan = blueprints.in_force(session, exam.id)
    return plan is not None and not drawing.is_possible(session, exam, plan, now=now)


def _settle(session: Session, exam: Exam, *, is_short: bool, now: datetime) -> None:
    if is_short:
        note(session, exam, now=now)
    else:
        clear(session, exam)


def _keep(session: Session, exam: Exam, since: datetime | None) -> None:
    """Who comes second finds it kept, and keeps the first moment."""
    was = Exam.short_since.is_(None) if since else Exam.short_since.is_not(None)
    session.execute(update(Exam).where(Exam.id == exam.id, was).values(short_since=since))

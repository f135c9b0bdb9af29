"""The papers of a whole sitting, laid ready before its doors open, so that a stampede of starts is one small UPDATE each.

Each person is a transaction of its own: what was done stays done, and whoever is asked again goes on with the rest. How far
it has come is counted in the database. What keeps a person from a paper is written beside their name.
"""

import logging
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from lms import audit, clock, jobs
from lms.exams import blueprints, preparing, shortage
from lms.exams.blueprint_rows import Infeasible
from lms.exams.definitions import definition
from lms.exams.eligibility import Reason, may_start
from lms.exams.models import Attempt, Candidate, Exam, Sitting
from lms.platform import Platform

log = logging.getLogger(__name__)
JOB = "prepare_papers"
#: The bank cannot fill a paper.
INFEASIBLE = "infeasible"
#: What is said at the door only, or passes by itself: it keeps nobody from a paper.
_LATER = {Reason.NOT_YET, Reason.ROOM_PAUSED, Reason.ADDRESS, Reason.BROWSER, Reason.PIN_WAIT, Reason.OPEN}


def ask(session: Session, sitting: Sitting, *, by: int, now: datetime) -> int:
    """Have the worker do it. Returns how many papers that lie ready are drawn anew, because their blueprint was replaced."""
    audit.record(session, "sitting.prepare", f"sitting:{sitting.id}", by=by, now=now)
    jobs.enqueue(session, JOB, sitting_id=sitting.id)
    mine = (Candidate.sitting_id == Attempt.sitting_id) & (Candidate.employee_id == Attempt.employee_id)
    old = select(func.count()).select_from(Attempt).join(Candidate, mine)
    return session.scalar(old.where(Attempt.sitting_id == sitting.id, blueprints.is_outdated())) or 0


def prepare_papers(platform: Platform, sitting_id: int) -> None:
    """Job: lay a paper ready for everyone on the list who has none by the blueprint in force. Done again, it does what is left."""
    with platform.database.reader() as session:
        row = session.execute(
            select(Exam.id, Exam.code, Sitting.closes_at)
            .join(Exam, Exam.id == Sitting.exam_id)
            .where(Sitting.id == sitting_id)
        ).one_or_none()
        left = waiting(session, sitting_id) if row else []
    for candidate_id, employee_id in left:
        now = clock.now()
        if row is None or row.closes_at <= now:
            return
        try:
            with platform.database.turn() as session:
                obstacle = _prepare(session, row.code, sitting_id, employee_id, now)
        except Infeasible as missing:
            log.error("exam %s cannot be drawn: %s", row.code, missing)
            obstacle = INFEASIBLE
        with platform.database.turn() as session:
            if obstacle == INFEASIBLE:
                shortage.note(session, session.get_one(Exam, row.id), now=now)
            noted = update(Candidate).where(Candidate.id == candidate_id)
            session.execute(noted.values(obstacle=obstacle, checked_at=now))


def waiting(session: Session, sitting_id: int) -> list[tuple[int, int]]:
    """(candidate, employee) of those on the list for whom no paper of this sitting lies ready by the blueprint in force, or was begun."""
    mine = (Attempt.sitting_id == sitting_id) & (Attempt.employee_id == Candidate.employee_id)
    has_one = exists(select(1).where(mine, ~blueprints.is_outdated()))
    rows = select(Candidate.id, Candidate.employee_id).where(Candidate.sitting_id == sitting_id, ~has_one)
    return [(row.id, row.employee_id) for row in session.execute(rows.order_by(Candidate.id))]


def _prepare(session: Session, code: str, sitting_id: int, employee_id: int, now: datetime) -> str | None:
    """Lay one paper ready; what stands in the way, if anything does."""
    found = definition(session, code, now=now, employee_id=employee_id, sitting_id=sitting_id)
    if found is None:
        return None
    standing = may_start(session, found, employee_id, now=now)
    against = [reason for reason in standing.reasons if reason not in _LATER]
    if against:
        return against[0]
    if Reason.OPEN not in standing.reasons:
        preparing.lay_ready(session, found, standing, employee_id, now=now)
    return None

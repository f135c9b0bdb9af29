"""What follows a finish, in reading order. One transaction, whoever closes the attempt: the candidate or time."""

import logging
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from lms import audit, clock
from lms.catalogue import credit
from lms.exams import attempts, journal, results, saving
from lms.exams.attempts import AttemptClosed, Closed, ClosedBy
from lms.exams.grading import grade
from lms.exams.models import Attempt, Result
from lms.platform import Platform

log = logging.getLogger(__name__)


def finish_attempt(
    session: Session,
    which: ColumnElement[bool],
    *,
    closed_by: ClosedBy,
    by: int | None,
    now: datetime,
    today: date,
) -> Result:
    """Close the open attempt that `which` describes, grade its journal, and do what its result entails.

    which: a condition on Attempt that fits one row at most; a route puts the permission into it, so that fetching,
    authorising and closing are one statement. today: the day in the installation's zone. Raises AttemptClosed.
    """
    closed = attempts.close(session, which, closed_by=closed_by, now=now)
    result = _grade(session, closed, by=by, now=now)
    if result.passed and closed.course_id is not None:
        credit.add(session, closed.employee_id, closed.course_id, year=today.year, now=now)
    details = {"closed_by": closed.closed_by, "result": result.id, "problems": len(result.problems)}
    audit.record(session, "attempt.close", f"attempt:{closed.attempt_id}", by=by, now=now, details=details)
    return result


def close_due(platform: Platform) -> None:
    """The sweep: close what is over, each attempt in its own transaction. Two workers at it grade nothing twice."""
    now = clock.now()
    with platform.database.reader() as session:
        over = attempts.due(session, now=now)
    today = clock.local_date(now, platform.settings.zone)
    for attempt_id in over:
        try:
            with platform.database.transaction() as session:
                finish_attempt(session, Attempt.id == attempt_id, closed_by="time", by=None, now=now, today=today)
        except AttemptClosed:
            continue  # another worker, or the candidate, was first
        except Exception:
            log.exception("attempt %s could not be finished; the others go on", attempt_id)


def _grade(session: Session, closed: Closed, *, by: int | None, now: datetime) -> Result:
    """Grade what the journal holds. A chain that is broken is graded all the same, and the break stands in the result."""
    entries = saving.entries(session, closed.attempt_id)
    state = journal.fold(entries)
    graded = grade(closed.items, closed.blueprint, {item: latest.answer for item, latest in state.items()})
    return results.record(
        session,
        closed.attempt_id,
        graded,
        number=1,
        answered=sum(latest.is_answered for latest in state.values()),
        seal=journal.digest(entries),
        problems=journal.verify(closed.code, entries),
        cause="closed",
        by=by,
        now=now,
    )

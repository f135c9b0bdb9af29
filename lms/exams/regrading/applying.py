"""The job that applies a regrade: each attempt in its own transaction, so that it can stop anywhere and go on."""

import logging
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms import audit, clock, jobs
from lms.catalogue import enrolment
from lms.exams import corrections, journal, results
from lms.exams.marking import works
from lms.exams.models import Attempt, Result
from lms.exams.regrading import planning, regrades
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow
from lms.exams.regrading.planning import Facts
from lms.platform import Platform

log = logging.getLogger(__name__)
LATELY = timedelta(minutes=2)


def apply(platform: Platform, regrade_id: int) -> None:
    """Grade again every attempt that the regrade concerns. Doing it again, or twice at once, grades each once."""
    if not _take_in_late_ones(platform, regrade_id):
        return
    with platform.database.reader() as session:
        rows = select(RegradeRow.id).where(RegradeRow.regrade_id == regrade_id, RegradeRow.state == "planned")
        waiting = list(session.scalars(rows.order_by(RegradeRow.id)))
    for row_id in waiting:
        try:
            with platform.database.turn() as session:
                apply_row(session, row_id, now=clock.now(), today=clock.local_date(clock.now(), platform.settings.zone))
        except Exception:
            log.exception("row %s of regrade %s could not be applied; the others go on", row_id, regrade_id)
    with platform.database.transaction() as session:
        regrades.finish(session, regrade_id, now=clock.now())


def apply_all(platform: Platform) -> None:
    """The sweep: go on with what was begun and whose job was lost.

    What was done just now is looked at once more: an attempt that was being closed at that moment may have read the
    corrections before the new one held.
    """
    lately = clock.now() - LATELY
    with platform.database.reader() as session:
        due = or_(Regrade.state == "applying", Regrade.done_at > lately)
        rows = select(Regrade.id).where(due, Regrade.remedy != REMARK).order_by(Regrade.id)
        going = list(session.scalars(rows))
    for regrade_id in going:
        apply(platform, regrade_id)


def plan(platform: Platform, regrade_id: int) -> None:
    """Work out the whole difference of a draft, a batch of attempts in each transaction. Done again, it does what is left."""
    is_whole = False
    while not is_whole:
        with platform.database.turn() as session:
            regrade = session.get(Regrade, regrade_id)
            if regrade is None or regrade.state != "draft":
                return
            is_whole = regrades.work_out(session, regrade)


def plan_all(platform: Platform) -> None:
    """The sweep: go on with differences whose job was lost. Those that somebody may have looked at as a whole stay as they are."""
    with platform.database.reader() as session:
        drafts = session.scalars(select(Regrade).where(Regrade.state == "draft", Regrade.remedy != REMARK)).all()
        unfinished = [draft.id for draft in drafts if session.scalar(regrades.left_to_plan(draft))]
    for regrade_id in unfinished:
        plan(platform, regrade_id)


def apply_row(session: Session, row_id: int, *, now: datetime, today: date) -> bool:
    """Grade one attempt under all corrections that hold, and append the result where it differs. False: nothing is to be done now."""
    row = session.scalars(select(RegradeRow).where(RegradeRow.id == row_id)).one()
    session.execute(select(Attempt.id).where(Attempt.id == row.attempt_id).with_for_update())
    session.refresh(row)
    if row.state == "applied":
        return False
    regrade = session.get_one(Regrade, row.regrade_id)
    facts = next(iter(planning.read(session, [row.attempt_id])), None)
    if facts is None:
        return False  # reopened since: it waits until it is closed again
    result = grade_again(session, row, regrade, facts, cause="regrade", by=regrade.applied_by, now=now, today=today)
    planning.own_part(session, row, regrade, result)
    session.flush()
    return True


def grade_again(
    session: Session,
    row: RegradeRow,
    regrade: Regrade,
    facts: Facts,
    *,
    cause: results.Cause,
    by: int | None,
    now: datetime,
    today: date,
) -> Result | None:
    """Grade an attempt under all corrections that hold and all marks that count, let its row say so, and append the result, if it
    differs: that is given back. The attempt must be locked, and read since."""
    holding = regrades.in_force(session, regrade.exam_id)
    graded = facts.graded(holding)
    planning.planned(row, facts, graded, regrade.version_id)
    row.state = "applied"
    if not facts.is_changed_by(graded):
        return None
    state = journal.fold(facts.entries)
    result = results.record(
        session,
        facts.attempt_id,
        graded,
        number=facts.newest.number + 1,
        answered=sum(latest.is_answered for latest in state.values()),
        seal=journal.digest(facts.entries),
        problems=journal.verify(facts.code, facts.entries),
        cause=cause,
        by=by,
        now=now,
        corrections=corrections.used(holding, [item.version for item in facts.items]),
    )
    works.enter(session, facts.attempt_id, regrade.exam_id, facts.items, facts.blueprint, graded, now=now)
    _entail(session, facts, result, regrade, by=by, now=now, today=today)
    return result


def _entail(
    session: Session, facts: Facts, result: Result, regrade: Regrade, *, by: int | None, now: datetime, today: date
) -> None:
    if result.passed and not facts.newest.passed and facts.course_id is not None:
        enrolment.finish(session, facts.employee_id, facts.course_id, year=today.year, now=now)
    details = {"result": result.id, "regrade": regrade.code, "passed": result.passed}
    audit.record(session, "attempt.regrade", f"attempt:{facts.attempt_id}", by=by, now=now, details=details)
    if result.state == results.GRADED:
        jobs.enqueue(session, "follow_result", result_id=result.id)


def _take_in_late_ones(platform: Platform, regrade_id: int) -> bool:
    """Add rows for attempts that were closed since the difference was made. False where nothing is to be graded by the regrade:
    it does not hold, or waits for people's marks."""
    is_whole = False
    while not is_whole:
        with platform.database.turn() as session:
            regrade = session.get(Regrade, regrade_id)
            if regrade is None or regrade.remedy == REMARK or regrade.state not in ("applying", "done"):
                return False
            is_whole = regrades.plan(session, regrade)
    return True

"""What follows a finish, in reading order.

Closing and grading are one transaction, whoever closes the attempt: the candidate or time. What a result entails
(evidence, a certificate) is a second one, claimed on the result itself: it is done once, by the job that the first
transaction enqueues or, if that was lost, by the sweep. The candidate need not wait for it.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from lms import audit, clock, earning, ending, jobs
from lms.catalogue import enrolment
from lms.catalogue.models import Edition, Enrolment
from lms.certificates import attendance, awarding, credentials, issuing
from lms.certificates.issuing import MadeFile
from lms.competencies import evidence
from lms.exams import attempts, corrections, journal, pausing, results, room_log, saving
from lms.exams.attempts import AttemptClosed, Closed, ClosedBy
from lms.exams.grading import Graded, grade
from lms.exams.marking import works
from lms.exams.marking.works import Given
from lms.exams.models import EXAM, Attempt, Exam, Result, Sitting
from lms.exams.regrading import regrades, remarks
from lms.lean import Lean
from lms.people.employment import employment_on
from lms.platform import Platform

log = logging.getLogger(__name__)


class TakesPassAway(RuntimeError):
    """What was admitted would undo a pass that a certificate or evidence may have followed from."""


def finish_attempt(
    session: Session,
    which: ColumnElement[bool] | Lean,
    *,
    closed_by: ClosedBy,
    by: int | None,
    now: datetime,
    today: date,
    **values: Any,
) -> Result:
    """Close the open attempt that `which` describes, grade its journal, and do what its result entails.

    which: a condition on Attempt that fits one row at most; a route puts the permission into it, so that fetching,
    authorising and closing are one statement (`attempts.close`). today: the day in the installation's zone. Raises AttemptClosed.
    """
    closed = attempts.close(session, which, closed_by=closed_by, now=now, **values)
    result, graded = _grade(session, closed, by=by, now=now, number=closed.results + 1)
    works.enter(session, closed.attempt_id, closed.exam_id, closed.items, closed.blueprint, graded, now=now)
    if result.passed and closed.course_id is not None:
        enrolment.finish(session, closed.employee_id, closed.course_id, year=today.year, now=now)
    details = {"closed_by": closed.closed_by, "result": result.id, "problems": len(result.problems)}
    audit.record(session, "attempt.close", f"attempt:{closed.attempt_id}", by=by, now=now, details=details)
    _let_follow(session, result)
    return result


def finish_course(
    session: Session, employee_id: int, course_id: int, *, check_page: str, on: date, now: datetime
) -> None:
    """The last lesson of a course without an exam: finished, its hours credited, and attendance where a scheme awards it.

    check_page: the address of /cek. on: the day in the installation's zone.
    """
    enrolment.finish(session, employee_id, course_id, year=on.year, now=now)
    holder = employment_on(session, employee_id, on)
    attendance.propose(session, course_id, holder=holder, check_page=check_page, on=on, now=now)


def finish_marking(
    session: Session, attempt_id: int, marks: Mapping[int, Decimal], *, by: int, now: datetime, today: date
) -> Result:
    """Grade a closed attempt with the marks that people gave, and do what its result then entails.

    marks: item number → mark, from 0 to the item's maximum (questions/kinds/rubrics.py makes one of a rubric's points); all that
    were given so far, since each result stands by itself. While one is missing, the result stays pending.
    Raises AttemptClosed while the attempt is not closed.
    """
    closed = attempts.closed(session, attempt_id)
    number = results.newest(session, attempt_id).number + 1
    result, _ = _grade(session, closed, by=by, now=now, number=number, by_hand=marks, cause="marked")
    if result.passed and closed.course_id is not None:
        enrolment.finish(session, closed.employee_id, closed.course_id, year=today.year, now=now)
    details = {"result": result.id, "marks": len(marks)}
    audit.record(session, "attempt.mark", f"attempt:{attempt_id}", by=by, now=now, details=details)
    _let_follow(session, result)
    return result


def give_mark(
    session: Session,
    work_id: int,
    content: Mapping[str, Any],
    points: Sequence[Decimal],
    *,
    comment: str,
    seen: int,
    by: int,
    employee_id: int,
    now: datetime,
    today: date,
) -> Given:
    """A person's mark of one answer; with the last that its attempt waits for, the attempt has its result. Raises as works.give.

    An answer that is marked again brings its attempt a new result by itself.
    """
    given = works.give(
        session, work_id, content, points, comment=comment, seen=seen, by=by, employee_id=employee_id, now=now
    )
    if given.is_last:
        marks = works.by_hand(session, given.attempt_id)
        finish_marking(session, given.attempt_id, marks, by=by, now=now, today=today)
    elif given.settled and given.round > 1:
        remarks.settle(session, work_id, by=by, now=now, today=today)
    return given


def end_attempt(
    session: Session, sitting: Sitting, employee_id: int, *, why: str, by: int, now: datetime, today: date
) -> Result:
    """End a person's attempt for a reason, by a proctor; one that stands still gets its time back first.

    Raises AttemptClosed, RoomError: room_paused.
    """
    mine = (Attempt.sitting_id == sitting.id) & (Attempt.employee_id == employee_id)
    if session.scalar(select(Attempt.id).where(mine, Attempt.state == "paused")) is not None:
        pausing.resume(session, sitting, employee_id, by=by, now=now)
        session.flush()  # the closing statement reads the row
    result = finish_attempt(session, mine & (Attempt.state == "open"), closed_by="proctor", by=by, now=now, today=today)
    whose = {"attempt_id": result.attempt_id, "employee_id": employee_id}
    room_log.note(session, sitting.id, "close", by=by, now=now, details={"why": why}, **whose)
    return result


def grade_admitted(session: Session, attempt_id: int, *, by: int, now: datetime, today: date) -> Result:
    """Grade a closed attempt again after held answers were admitted. Raises TakesPassAway, AttemptClosed.

    What people had marked stays as they marked it; an essay that was admitted joins their queue, one that was cleared leaves
    it. A pass that stays a pass is followed too: what it proves may be more, and the result before may not have been followed yet.
    """
    closed = attempts.closed(session, attempt_id)
    before = results.newest(session, attempt_id)
    marks = works.by_hand(session, attempt_id)
    number = before.number + 1
    result, graded = _grade(session, closed, by=by, now=now, number=number, by_hand=marks, cause="admitted")
    works.enter(session, closed.attempt_id, closed.exam_id, closed.items, closed.blueprint, graded, now=now)
    works.drop_blank(session, closed.attempt_id, graded.waiting)
    if before.passed and not result.passed:
        raise TakesPassAway(attempt_id)
    if result.passed and not before.passed and closed.course_id is not None:
        enrolment.finish(session, closed.employee_id, closed.course_id, year=today.year, now=now)
    _let_follow(session, result)
    details = {"result": result.id}
    audit.record(session, "attempt.admit", f"attempt:{attempt_id}", by=by, now=now, details=details)
    return result


def _let_follow(session: Session, result: Result) -> None:
    """What waits for a person's marks entails nothing yet."""
    if result.state == results.GRADED:
        jobs.enqueue(session, "follow_result", result_id=result.id)


def follow_result(platform: Platform, result_id: int) -> None:
    """What a result entails: evidence for what it proves, and a certificate where a scheme awards one. Done once."""
    now, settings = clock.now(), platform.settings
    with platform.database.turn() as session:
        of_result = select(Attempt.employee_id).join(Result, Result.attempt_id == Attempt.id)
        awarding.one_at_a_time(session, session.scalars(of_result.where(Result.id == result_id)).one())
        result = results.claim_to_follow(session, result_id, now=now)
        if result is None or (not result.passed and result.number == 1) or results.is_superseded(session, result):
            return
        attempt, supervised, hours, mode = session.execute(
            select(Attempt, Sitting.supervised, Edition.learning_hours, Exam.mode)
            .join(Sitting, Sitting.id == Attempt.sitting_id)
            .join(Exam, Exam.id == Attempt.exam_id)
            .outerjoin(Enrolment, (Enrolment.course_id == Exam.course_id) & _same_person())
            .outerjoin(Edition, Edition.id == Enrolment.edition_id)
            .where(Attempt.id == result.attempt_id)
        ).one()
        if mode != EXAM:
            return  # a rehearsal entails nothing
        day = clock.local_date(attempt.closed_at or now, settings.zone)
        evidence.from_result(
            session,
            result,
            employee_id=attempt.employee_id,
            supervised=supervised,
            observed_on=day,
            valid_until=None,
            now=now,
        )
        if result.number > 1:
            (ending.pass_regained if result.passed else ending.pass_lost)(session, result, now=now)
        if not result.passed:
            return
        earning.propose_earned(session, result, employee_id=attempt.employee_id, on=day, now=now)
        awarding.propose(
            session,
            result,
            holder=employment_on(session, attempt.employee_id, day),
            learning_hours=hours,
            check_page=f"{settings.public_url}/cek",
            on=day,
            now=now,
        )


def follow_results(platform: Platform) -> None:
    """The sweep: follow what was recorded but whose job was lost."""
    with platform.database.reader() as session:
        waiting = results.not_followed(session, now=clock.now())
    for result_id in waiting:
        try:
            follow_result(platform, result_id)
        except Exception:
            log.exception("result %s could not be followed; the others go on", result_id)


def certificates_made(session: Session, made: Mapping[int, MadeFile], *, now: datetime) -> None:
    """Enter made files in the register and the log, and count the certificates as evidence.

    A second file of a certificate changes nothing.
    """
    entered = issuing.note_issued(session, made, now=now)
    if not entered:
        return
    single = [
        # One for a position rests on other evidence, attendance is none.
        _certified(one, one.scheme.competency_id, one.scheme.level)
        for one in entered
        if not one.scheme.position and one.scheme.competency_id is not None and one.scheme.level is not None
    ]
    if single:
        evidence.from_certificates(session, single, now=now)
    files = {one.certificate.id: (one.certificate.number or "", made[one.certificate.id].sha256) for one in entered}
    credentials.enter_files(session, files, now=now)
    for one in entered:
        if one.certificate.result_id is not None and (at := issuing.renewed_from(one)) is not None:
            results.let_renew(session, one.certificate.result_id, at)
        audit.record(session, "certificate.issue", f"certificate:{one.certificate.id}", by=None, now=now)
        if one.certificate.replaces_id is not None:
            ending.superseded(session, one.certificate.replaces_id, one.certificate.id, now=now)
    # After what holds the old ones has gone over to the new ones: nothing is proposed twice.
    ending.lost_meanwhile(session, [one.certificate.result_id for one in entered if one.certificate.result_id], now=now)


def _certified(one: issuing.Awarded, competency_id: int, level: int) -> evidence.CertifiedLevel:
    certificate = one.certificate
    assert certificate.valid_from is not None, "its number came with its dates"
    return evidence.CertifiedLevel(
        certificate_id=certificate.id,
        employee_id=certificate.employee_id,
        competency_id=competency_id,
        level=level,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
    )


def close_due(platform: Platform) -> None:
    """The sweep: close what is over, each attempt in its own transaction. Two workers at it grade nothing twice."""
    now = clock.now()
    with platform.database.reader() as session:
        over = attempts.due(session, now=now)
    today = clock.local_date(now, platform.settings.zone)
    for attempt_id in over:
        try:
            with platform.database.turn() as session:
                finish_attempt(session, _BY_KEY, closed_by="time", by=None, now=now, today=today, attempt=attempt_id)
        except AttemptClosed:
            continue  # another worker, or the candidate, was first
        except Exception:
            log.exception("attempt %s could not be finished; the others go on", attempt_id)


_BY_KEY = attempts.closing(Attempt.id == bindparam("attempt"))


def _grade(
    session: Session,
    closed: Closed,
    *,
    by: int | None,
    now: datetime,
    number: int,
    by_hand: Mapping[int, Decimal] | None = None,
    cause: results.Cause = "closed",
) -> tuple[Result, Graded]:
    """Grade what the journal holds. A chain that is broken is graded all the same, and the break stands in the result."""
    entries = saving.entries(session, closed.attempt_id)
    state = journal.fold(entries)
    answers = {item: latest.answer for item, latest in state.items()}
    holding = regrades.in_force(session, closed.exam_id) if closed.has_corrections else {}
    graded = grade(closed.items, closed.blueprint, answers, by_hand, group=closed.group, corrections=holding)
    result = results.record(
        session,
        closed.attempt_id,
        graded,
        number=number,
        answered=sum(latest.is_answered for latest in state.values()),
        seal=journal.digest(entries),
        problems=journal.verify(closed.code, entries),
        cause=cause,
        by=by,
        now=now,
        corrections=corrections.used(holding, [item.version for item in closed.items]),
    )
    return result, graded


def _same_person() -> ColumnElement[bool]:
    return Enrolment.employee_id == Attempt.employee_id

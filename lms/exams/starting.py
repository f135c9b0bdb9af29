"""Starting: one UPDATE that checks the window, the list and the PIN's pause, and brings back what else the sitting asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from lms import audit
from lms.db import UtcDateTime, minutes_after
from lms.exams import insiders, minutes, pins, room_log, sitting_lock
from lms.exams.attempts import new_lease
from lms.exams.eligibility import Reason
from lms.exams.models import EXAM, PRACTICE, RUNNING, Attempt, Candidate, Exam, Result, Sitting
from lms.exams.terms import Place, Terms
from lms.lean import Lean


@dataclass(frozen=True)
class Started:
    """An attempt that has just begun."""

    attempt_id: int
    code: str


@dataclass(frozen=True)
class Refused:
    """Why a start was not one. until: when the next PIN is looked at, after too many wrong ones."""

    reason: Reason
    until: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """What a person brings to the door of a sitting. secret: the installation's, from which PINs are reckoned."""

    place: Place
    pin: str
    secret: str

    def objection(self, terms: Terms, sitting_code: str, pin_round: int | None) -> Reason | None:
        """What speaks against letting them in; a PIN is looked at last, so that a guess costs one only where it could help."""
        if not terms.admits_address(self.place):
            return Reason.ADDRESS
        if not terms.admits_browser(self.place):
            return Reason.BROWSER
        if pin_round is None:
            return None
        if not self.pin.strip():
            return Reason.PIN_EMPTY
        return None if pins.matches(self.pin, self.secret, sitting_code, pin_round) else Reason.PIN


def start(
    session: Session, exam_code: str, employee_id: int, *, entry: Entry, user_session_id: int, by: int, now: datetime
) -> Started | Refused | None:
    """Begin the attempt that lies ready. One UPDATE and its audit row; None when none is ready or its sitting is not open, or was
    signed for in that very moment.

    The deadline is the exam's duration from now, or the end of the sitting if that comes first, and the person's extra time
    on top. What the sitting asks of the request comes back from the UPDATE; who does not meet it has not started.
    """
    row = _BEGIN.first(
        session,
        exam=exam_code,
        employee=employee_id,
        user_session=user_session_id,
        lease=new_lease(),
        now=now,
        **insiders.days(now),
    )
    if row is None:
        return None
    reason = entry.objection(
        Terms(row.ip_ranges, row.seb_config_keys, row.seb_exam_keys), row.sitting_code, row.pin_round
    )
    if reason is not None:
        return _not_started(session, row, reason, employee_id, now)
    act = {"action": "attempt.start", "subject": f"attempt:{row.id}", "details": {}}
    if not _RECORD.write(session, at=now, by=by, sitting=row.sitting_id, **act):
        _lay_back(session, row.id)
        return None
    return Started(row.id, row.code)


#: The proctor's signature is asked for once more behind the door: what the UPDATE knows of it is from before it waited there.
_RECORD = audit.unless(minutes.are_signed(bindparam("sitting")))


def _not_started(session: Session, row: Any, reason: Reason, employee_id: int, now: datetime) -> Refused:
    """Lay the attempt back; a wrong PIN is counted under the lock that the UPDATE took, so guesses cannot come in crowds."""
    until, wrong = None, dict[str, Any]()
    if reason is Reason.PIN:
        until = pins.wait_until(row.pin_failures + 1, now=now)
        wrong = {"pin_failures": row.pin_failures + 1, "pin_wait_until": until}
        where = {"attempt_id": row.id, "employee_id": employee_id}
        room_log.note(session, row.sitting_id, "pin_refused", by=None, now=now, **where)
    _lay_back(session, row.id, **wrong)
    return Refused(reason, until)


def _lay_back(session: Session, attempt_id: int, **values: Any) -> None:
    unbegun = {"lease": None, "user_session_id": None, "started_at": None, "due_at": None}
    rows = update(Attempt).where(Attempt.id == attempt_id, Attempt.state == "open")
    session.execute(rows.values(state="prepared", **unbegun, **values))


#: What a sitting asks of whoever starts. Written out, because RETURNING drops the names of tables on SQLite.
_OF_SITTING = "(SELECT sitting.{} FROM sitting WHERE sitting.id = attempt.sitting_id)"
_TERMS = tuple(
    literal_column(_OF_SITTING.format(column), kind).label(label)
    for column, kind, label in (
        ("code", String, "sitting_code"),
        ("pin_round", Integer, "pin_round"),
        ("ip_ranges", JSON, "ip_ranges"),
        ("seb_config_keys", JSON, "seb_config_keys"),
        ("seb_exam_keys", JSON, "seb_exam_keys"),
    )
)


def _begin() -> Lean:
    person: BindParameter[int] = bindparam("employee")
    now = bindparam("now", type_=UtcDateTime())
    listed = exists(select(1).where(Candidate.sitting_id == Sitting.id, Candidate.employee_id == person))
    other = aliased(Attempt)
    # While the next one lay ready already, one was reopened, and perhaps closed again; or a regrade made it a pass.
    in_the_way = or_(
        other.state.in_(RUNNING),
        and_(Exam.mode != PRACTICE, minutes_after(other.closed_at, Exam.cooldown_hours * 60) > now),
        and_(Exam.mode == EXAM, _passed(other), or_(other.renew_from.is_(None), other.renew_from > now)),
    )
    mine = (other.exam_id == Exam.id, other.employee_id == person, in_the_way)
    is_hindered = exists(select(1).select_from(other).where(*mine).correlate(Exam))
    due_at = minutes_after(now, Exam.duration_minutes)
    return Lean(
        update(Attempt)
        .where(
            Attempt.exam_id == Exam.id,
            Attempt.sitting_id == Sitting.id,
            Exam.code == bindparam("exam"),
            Attempt.employee_id == person,
            Attempt.state == "prepared",
            Sitting.opens_at <= now,
            Sitting.closes_at > now,
            Sitting.paused_at.is_(None),
            ~minutes.are_signed(Sitting.id),
            or_(Sitting.pin_round.is_(None), Attempt.pin_wait_until.is_(None), Attempt.pin_wait_until <= now),
            or_(Sitting.audience == "everyone", listed),
            ~is_hindered,
            ~insiders.is_insider(Exam, person),
        )
        .values(
            state="open",
            lease=bindparam("lease"),
            user_session_id=bindparam("user_session"),
            started_at=now,
            due_at=minutes_after(
                case((Sitting.closes_at < due_at, Sitting.closes_at), else_=due_at), Attempt.extra_minutes
            ),
        )
        .returning(
            Attempt.id,
            Attempt.code,
            Attempt.sitting_id,
            Attempt.pin_failures,
            *_TERMS,
            sitting_lock.through_door(Attempt.sitting_id).label("is_through"),
        )
    )


def _passed(attempt: Any) -> ColumnElement[bool]:
    """The SQL of "the newest result of the attempt is a pass". attempt: the table or an alias of it."""
    newest = select(Result.passed).where(Result.attempt_id == attempt.id).order_by(Result.number.desc()).limit(1)
    return newest.correlate(attempt).scalar_subquery().is_(True)


_BEGIN = _begin()

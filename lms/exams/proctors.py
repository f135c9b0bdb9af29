"""Who watches the room of a sitting: named by its organiser among those who hold the role in the exam's agency.

Nobody watches a room while sitting in it, nor does anything to the own seat afterwards.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from lms import audit
from lms.audit import AuditEvent
from lms.db import insert_into
from lms.exams import room_log, sitting_lock, sittings
from lms.exams.models import RUNNING, Attempt, Candidate, Exam, Sitting
from lms.exams.room_models import SittingProctor
from lms.people.models import Employee, OrgUnit, RoleGrant, User

ROLE = "proctor"
DISMISSED = "sitting.proctor_dismissed"


class LastProctor(ValueError):
    """Nobody else watches a sitting that runs, and no reason was given."""


@dataclass(frozen=True)
class Named:
    """Somebody who watches: the user's key, the employee's code and name, and since when."""

    user_id: int
    code: str
    name: str
    since: datetime


@dataclass(frozen=True)
class Released:
    """Somebody who watched for a part of the sitting: the name, and until when."""

    name: str
    until: datetime


def sits(employee_id: Any, *, now: datetime) -> ColumnElement[bool]:
    """The SQL of "the person works in the room of this sitting, or is on its list and yet to begin". employee_id: or the SQL of one."""
    mine = and_(Attempt.sitting_id == Sitting.id, Attempt.employee_id == employee_id)
    works, ended = (
        exists(select(1).where(mine, Attempt.state.in_(states)).correlate_except(Attempt))
        for states in (RUNNING, ("closed",))
    )
    entry = and_(Candidate.sitting_id == Sitting.id, Candidate.employee_id == employee_id)
    listed = exists(select(1).where(entry).correlate_except(Candidate))
    return or_(works, and_(listed, ~ended, Sitting.closes_at > now))


def took_part(session: Session, sitting_id: int, user_id: int) -> bool:
    """Whether that person's own attempt was begun in this sitting."""
    mine = select(1).select_from(Attempt).join(User, User.employee_id == Attempt.employee_id)
    begun = mine.where(Attempt.sitting_id == sitting_id, User.id == user_id, Attempt.state != "prepared")
    return session.scalar(begun.limit(1)) is not None


def eligible(session: Session, exam: Exam, *, today: date) -> list[tuple[str, str]]:
    """(employee code, name) of those who may be named, by name."""
    return [
        (code, name) for _key, code, name in session.execute(_eligible(session, exam, today).order_by(Employee.name))
    ]


def named(session: Session, sitting_id: int) -> list[Named]:
    """Those who watch, by name."""
    rows = watching(sitting_id).add_columns(SittingProctor.added_at).order_by(Employee.name)
    return [Named(*row) for row in session.execute(rows)]


def released(session: Session, sitting: Sitting) -> list[Released]:
    """Those who watched after the doors opened and were let go before they closed, unless they watch again; by name. One statement."""
    whose = AuditEvent.details["user"].as_integer()
    again = select(SittingProctor.user_id).where(SittingProctor.sitting_id == sitting.id)
    rows = (
        select(Employee.name, func.max(AuditEvent.at))
        .join(User, User.employee_id == Employee.id)
        .join(AuditEvent, whose == User.id)
        .where(AuditEvent.subject == f"sitting:{sitting.id}", AuditEvent.action == DISMISSED, User.id.not_in(again))
        .where(AuditEvent.at >= sitting.opens_at, AuditEvent.at <= sitting.closes_at)
        .group_by(Employee.id, Employee.name)
        .order_by(Employee.name)
    )
    return [Released(name, until) for name, until in session.execute(rows)]


def shut_out(session: Session, sitting: Sitting, *, now: datetime) -> set[str]:
    """The codes of those named to whom the room is closed, since they sit there themselves. One statement."""
    return {code for _key, code, _name in session.execute(shut(sitting.id, now=now))}


def shut(sitting_id: int, *, now: datetime) -> Select[int, str, str]:
    """The SQL of those named to whom the room is closed: (user's key, employee's code, name)."""
    return watching(sitting_id).join(Sitting, Sitting.id == SittingProctor.sitting_id).where(sits(Employee.id, now=now))


def last(session: Session, sitting: Sitting, *, now: datetime) -> str | None:
    """The code of the one who watches alone while the sitting runs; None otherwise."""
    able = _able(session, sitting, now) if _runs(session, sitting, now) else set()
    return able.pop() if len(able) == 1 else None


def watching(sitting_id: int) -> Select[int, str, str]:
    """The SQL of those named: (user's key, employee's code, name)."""
    return (
        select(User.id, Employee.code, Employee.name)
        .join(Employee, Employee.id == User.employee_id)
        .join(SittingProctor, SittingProctor.user_id == User.id)
        .where(SittingProctor.sitting_id == sitting_id)
    )


def is_named(sitting_id: Any) -> ColumnElement[bool]:
    """The SQL of "somebody watches this sitting"; where nobody does, its organiser is in charge. sitting_id: a key, or the SQL of one."""
    return exists(select(1).where(SittingProctor.sitting_id == sitting_id).correlate_except(SittingProctor))


def name(session: Session, sitting: Sitting, exam: Exam, code: str, *, by: int, today: date, now: datetime) -> bool:
    """Let the person with this code watch; False where they may not. A second time changes nothing.

    Where the sitting runs and nobody watched it, the log and the minutes tell since when somebody does.
    """
    found = session.execute(_eligible(session, exam, today).where(Employee.code == code)).one_or_none()
    if found is None:
        return False
    sitting_lock.hold(session, sitting.id)
    is_first = _runs(session, sitting, now) and not _able(session, sitting, now)
    row = {"sitting_id": sitting.id, "user_id": found[0], "added_at": now, "added_by": by}
    put = insert_into(session, SittingProctor).values(row).on_conflict_do_nothing().returning(SittingProctor.id)
    if session.scalar(put) is not None:
        _record(session, "sitting.proctor_named", sitting.id, found[0], by, now)
        if is_first:
            _note(session, sitting.id, found[0], {"named": found[0]}, by, now)
    return True


def dismiss(session: Session, sitting: Sitting, code: str, *, why: str = "", by: int, now: datetime) -> bool:
    """Let a person watch no longer; False where they did not. Of two at once the second sees the first.

    Who leaves a running sitting without anybody leaves it for a reason, which the log and the minutes tell. Raises LastProctor.
    """
    sitting_lock.hold(session, sitting.id)
    is_last = last(session, sitting, now=now) == code
    if is_last and not why:
        raise LastProctor(code)
    whose = select(User.id).join(Employee, Employee.id == User.employee_id).where(Employee.code == code)
    gone = session.scalar(
        delete(SittingProctor)
        .where(SittingProctor.sitting_id == sitting.id, SittingProctor.user_id == whose.scalar_subquery())
        .returning(SittingProctor.user_id)
    )
    if gone is not None:
        _record(session, DISMISSED, sitting.id, gone, by, now)
    if gone is not None and is_last:
        _note(session, sitting.id, gone, {"what": why, "dismissed": gone}, by, now)
    return gone is not None


def _eligible(session: Session, exam: Exam, today: date) -> Select[int, str, str]:
    path = session.scalar(select(OrgUnit.path).where(OrgUnit.id == exam.unit_id)) or "/"
    agency = "/".join(path.split("/")[:2]) + "/"
    holds = exists(
        select(1)
        .select_from(RoleGrant)
        .join(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.user_id == User.id,
            RoleGrant.role == ROLE,
            *RoleGrant.in_force(today),
            OrgUnit.path.startswith(agency),
        )
    )
    return (
        select(User.id, Employee.code, Employee.name)
        .join(Employee, Employee.id == User.employee_id)
        .where(User.disabled_at.is_(None), holds)
    )


def _runs(session: Session, sitting: Sitting, now: datetime) -> bool:
    """Whether the doors are open to somebody, or somebody works. What nobody uses gets no log, so that it can still be dropped."""
    is_open = sitting.opens_at <= now < sitting.closes_at
    at_work = exists(select(1).where(Attempt.sitting_id == sitting.id, Attempt.state.in_(RUNNING)))
    return bool(session.scalar(select(~sittings.is_unused(sitting.id) if is_open else at_work)))


def _able(session: Session, sitting: Sitting, now: datetime) -> set[str]:
    """The codes of those named to whom the room is not closed."""
    return {one.code for one in named(session, sitting.id)} - shut_out(session, sitting, now=now)


def _note(session: Session, sitting_id: int, user_id: int, details: dict[str, Any], by: int, now: datetime) -> None:
    who = session.scalar(select(User.employee_id).where(User.id == user_id))
    room_log.note(session, sitting_id, "incident", by=by, now=now, employee_id=who, details=details)


def _record(session: Session, action: str, sitting_id: int, user_id: int, by: int, now: datetime) -> None:
    audit.record(session, action, f"sitting:{sitting_id}", by=by, now=now, details={"user": user_id})

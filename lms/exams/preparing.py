"""Papers laid ready: a person's attempt with its paper, before it is started."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.db import dialect_of
from lms.exams import drawing, shortage
from lms.exams.codes import new_code
from lms.exams.definitions import Definition
from lms.exams.eligibility import Eligibility, Reason
from lms.exams.models import Attempt, Candidate
from lms.lean import Lean

#: Papers are assembled this long before a sitting opens, so that a stampede of starts is one small UPDATE each.
AHEAD = timedelta(hours=1)
#: A paper that was not started is drawn anew after this time: questions may have been withdrawn since.
FRESH = timedelta(days=1)


def prepare(session: Session, found: Definition, standing: Eligibility, employee_id: int, *, now: datetime) -> bool:
    """Lay a paper ready for a person who may start now or soon; whether one lies there. No statement where a fresh one does; else
    four statements, and one more for who is on the list.

    Raises Infeasible when the bank cannot fill the blueprint.
    """
    soon = standing.reasons == (Reason.NOT_YET,) and standing.sitting and standing.sitting.opens_at - AHEAD <= now
    if not standing.may_start and not soon:
        return False
    lay_ready(session, found, standing, employee_id, now=now)
    return found.blueprint is not None


def lay_ready(session: Session, found: Definition, standing: Eligibility, employee_id: int, *, now: datetime) -> None:
    """Lay a paper ready for the sitting that the person stands before, however long before it opens.

    Raises Infeasible when the bank cannot fill the blueprint.
    """
    sitting, waiting = standing.sitting, standing.waiting
    if found.blueprint is None or sitting is None:
        return
    stale = waiting is None or waiting.blueprint_id != found.blueprint.id or waiting.made_at + FRESH < now
    if waiting is not None and not stale and waiting.sitting_id == sitting.id:
        return
    paper = drawing.paper(session, found.exam, found.blueprint, now=now) if stale else None
    if paper is not None:
        shortage.clear(session, found.exam)
    extra = _extra_minutes(session, sitting.id, employee_id) if sitting.id in found.listed else 0
    values = {"sitting_id": sitting.id, "extra_minutes": extra} | ({"paper_id": paper.id} if paper else {})
    if waiting is None:
        _insert(session, found.exam.id, employee_id, number=standing.number, **values)
    else:
        _refresh(session, waiting.attempt_id, **values)


def _extra_minutes(session: Session, sitting_id: int, employee_id: int) -> int:
    """The candidate's extra time, locked against a change of it until the attempt that carries it is written."""
    mine = select(Candidate.extra_minutes).where(
        Candidate.sitting_id == sitting_id, Candidate.employee_id == employee_id
    )
    return session.scalar(mine.with_for_update(read=True)) or 0


def _insert(session: Session, exam_id: int, employee_id: int, *, number: int, **values: int) -> None:
    """Two pages opened at once prepare one attempt: the second finds the number taken and leaves it."""
    keep = _KEEP[dialect_of(session)]
    keep.write(session, code=new_code(), exam=exam_id, employee=employee_id, number=number, **values)


def _refresh(session: Session, attempt_id: int, **values: int) -> None:
    session.execute(update(Attempt).where(Attempt.id == attempt_id, Attempt.state == "prepared").values(**values))


def _keep(insert: Any) -> Lean:
    """insert: of one database, which knows ON CONFLICT."""
    row = {
        "code": bindparam("code"),
        "exam_id": bindparam("exam"),
        "employee_id": bindparam("employee"),
        "number": bindparam("number"),
        "sitting_id": bindparam("sitting_id"),
        "paper_id": bindparam("paper_id"),
        "extra_minutes": bindparam("extra_minutes"),
        "pin_failures": 0,
        "state": "prepared",
    }
    return Lean(insert(Attempt).values(row).on_conflict_do_nothing())


_KEEP = {"sqlite": _keep(sqlite.insert), "postgresql": _keep(postgresql.insert)}

"""Attempts that have begun: written to under one lease, closed once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Integer,
    String,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from lms.db import UtcDateTime
from lms.exams import candidate_groups, kept_papers, papers, rehearsing, results
from lms.exams.models import RUNNING, Attempt, Blueprint, Exam, Paper, Sitting
from lms.exams.saving import GRACE
from lms.lean import Lean
from lms.people.models import UserSession
from lms.people.sign_in import IDLE, LIFETIME

ClosedBy = Literal["candidate", "time", "proctor"]


class AttemptClosed(RuntimeError):
    """The attempt is not in the state that was asked for: it was closed before, or is not closed yet, or there is none."""


@dataclass(frozen=True)
class Closed:
    """An attempt that has just been closed, with all that grading it needs.

    course_id: the course that passing it finishes; a rehearsal finishes none.

    has_corrections: some hold in its exam, to be read. results: how many it has already, having been reopened; the next
    one is their follower.
    """

    attempt_id: int
    code: str
    employee_id: int
    exam_id: int
    course_id: int | None
    supervised: bool
    started_at: datetime
    closed_by: str
    items: Sequence[papers.Item]
    blueprint: dict[str, Any]
    group: str
    has_corrections: bool = True
    results: int = 0


def claim(session: Session, attempt_id: int, *, user_session_id: int, now: datetime) -> str | None:
    """Take the lease of an open attempt if no live sign-in holds it. Returns the new lease, or None."""
    gone = exists(
        select(1).where(
            UserSession.id == Attempt.user_session_id,
            or_(
                UserSession.ended_at.is_not(None),
                UserSession.last_seen_at < now - IDLE,
                UserSession.started_at < now - LIFETIME,
            ),
        )
    )
    free = or_(Attempt.lease.is_(None), Attempt.user_session_id == user_session_id, gone)
    return take_lease(session, attempt_id, free, user_session_id)


def release(session: Session, user_session_id: int) -> None:
    """Clear the leases of a sign-in that ends: its device must sign in again before it can save."""
    session.execute(
        update(Attempt)
        .where(
            Attempt.user_session_id == user_session_id,
            Attempt.state.in_(RUNNING),
            Attempt.lease.is_not(None),
        )
        .values(lease=None, user_session_id=None)
    )


#: What grading needs beside the row that is closed. Written out, because RETURNING drops the names of tables on SQLite.
_FACTS = (
    literal_column(
        "(SELECT exam.course_id FROM exam WHERE exam.id = attempt.exam_id AND exam.mode = 'exam')", Integer
    ).label("course_id"),
    literal_column("(SELECT sitting.supervised FROM sitting WHERE sitting.id = attempt.sitting_id)", Boolean).label(
        "supervised"
    ),
    literal_column("(SELECT paper.hash FROM paper WHERE paper.id = attempt.paper_id)", String).label("paper"),
    literal_column(
        "(SELECT blueprint.content FROM blueprint JOIN paper ON paper.blueprint_id = blueprint.id"
        " WHERE paper.id = attempt.paper_id)",
        JSON,
    ).label("blueprint"),
    candidate_groups.GROUP,
    literal_column(
        "(SELECT count(*) FROM regrade WHERE regrade.exam_id = attempt.exam_id AND regrade.state IN ('applying', 'done'))",
        Integer,
    ).label("corrections"),
    literal_column("(SELECT count(*) FROM result WHERE result.attempt_id = attempt.id)", Integer).label("results"),
)


def closing(which: ColumnElement[bool]) -> Lean:
    """The statement that closes the open attempt that `which` describes, for who asks it often: put together once."""
    late = Attempt.due_at < bindparam("now", type_=UtcDateTime())
    return Lean(
        update(Attempt)
        .where(which, Attempt.state == "open")
        .values(
            state="closed",
            closed_at=bindparam("now", type_=UtcDateTime()),
            closed_by=case((late, "time"), else_=bindparam("closed_by", type_=String)),
        )
        .returning(
            Attempt.id,
            Attempt.code,
            Attempt.employee_id,
            Attempt.exam_id,
            Attempt.started_at,
            Attempt.closed_by,
            Attempt.paper_id,
            *_FACTS,
        )
    )


def close(
    session: Session, which: ColumnElement[bool] | Lean, *, closed_by: ClosedBy, now: datetime, **values: Any
) -> Closed:
    """Close the open attempt that `which` describes; one statement. After its deadline time closes it, whoever asks.

    which: a condition on Attempt that fits one row at most, permission included, or what `closing` made of one; values: what
    it takes then. Raises AttemptClosed.
    """
    statement = which if isinstance(which, Lean) else closing(which)
    row = statement.first(session, closed_by=closed_by, now=now, **values)
    if row is None:
        raise AttemptClosed
    return Closed(
        attempt_id=row.id,
        code=row.code,
        employee_id=row.employee_id,
        exam_id=row.exam_id,
        course_id=row.course_id,
        supervised=row.supervised,
        started_at=row.started_at,
        closed_by=row.closed_by,
        items=kept_papers.items(session, row.paper_id, row.paper),
        blueprint=row.blueprint,
        group=row.candidate_group,
        has_corrections=row.corrections > 0,
        results=row.results,
    )


def closed(session: Session, attempt_id: int) -> Closed:
    """A closed attempt with all that grading it again needs; nobody else grades it before this transaction ends.

    group: the one that counted when it was closed, as its results say. Raises AttemptClosed where it is not closed, or there is none.
    """
    row = session.execute(
        select(Attempt, Paper.items, Blueprint.content, Sitting.supervised, rehearsing.FINISHES)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.id == attempt_id, Attempt.state == "closed")
        .with_for_update(of=Attempt)
    ).one_or_none()
    if row is None:
        raise AttemptClosed(attempt_id)
    found, items, content, supervised, course_id = row
    return Closed(
        attempt_id=found.id,
        code=found.code,
        employee_id=found.employee_id,
        exam_id=found.exam_id,
        course_id=course_id,
        supervised=supervised,
        started_at=found.started_at,
        closed_by=found.closed_by,
        items=papers.items_of(items),
        blueprint=content,
        group=results.group_of(results.newest(session, attempt_id)),
    )


def due(session: Session, *, now: datetime) -> list[int]:
    """Keys of the open attempts whose deadline and grace are over, the oldest first."""
    rows = select(Attempt.id).where(Attempt.state == "open", Attempt.due_at < now - GRACE)
    return list(session.scalars(rows.order_by(Attempt.due_at)))


def take_lease(session: Session, attempt_id: int, free: ColumnElement[bool], user_session_id: int) -> str | None:
    """Give an open attempt to a sign-in where `free` says that it may go there. Returns the new lease, or None."""
    lease = new_lease()
    taken = session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.state == "open", free)
        .values(lease=lease, user_session_id=user_session_id, move_session_id=None, move_asked_at=None)
        .returning(Attempt.id)
    ).one_or_none()
    return lease if taken else None


def new_lease() -> str:
    """A lease that nobody can guess."""
    return secrets.token_hex(16)

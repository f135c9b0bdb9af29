"""Attempts: prepared with a paper, started by one UPDATE, written to under one lease, closed once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import JSON, Boolean, ColumnElement, Integer, String, case, exists, literal_column, or_, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.db import insert_into, minutes_after
from lms.exams import blueprint, papers
from lms.exams.eligibility import Definition, Eligibility, Reason
from lms.exams.models import Attempt, Blueprint, CandidateGroup, Exam, Paper, Sitting
from lms.exams.saving import GRACE
from lms.frameworks.models import Competency
from lms.people.models import UserSession
from lms.people.sign_in import IDLE, LIFETIME
from lms.questions.models import Question, QuestionVersion

#: Papers are assembled this long before a sitting opens, so that a stampede of starts is one small UPDATE each.
AHEAD = timedelta(hours=1)
#: A paper that was not started is drawn anew after this time: questions may have been withdrawn since.
FRESH = timedelta(days=1)
#: Letters of an attempt's code: none that can be taken for another.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"

ClosedBy = Literal["candidate", "time", "proctor"]


class AttemptClosed(RuntimeError):
    """The attempt is not in the state that was asked for: it was closed before, or is not closed yet, or there is none."""


@dataclass(frozen=True)
class Started:
    """An attempt that has just begun."""

    attempt_id: int
    code: str


@dataclass(frozen=True)
class Closed:
    """An attempt that has just been closed, with all that grading it needs. has_corrections: some hold in its exam, to be read."""

    attempt_id: int
    code: str
    employee_id: int
    exam_id: int
    course_id: int | None
    supervised: bool
    started_at: datetime
    closed_by: str
    items: list[papers.Item]
    blueprint: dict[str, Any]
    group: str
    has_corrections: bool = True


def prepare(session: Session, found: Definition, standing: Eligibility, employee_id: int, *, now: datetime) -> None:
    """Lay a paper ready for a person who may start now or soon. Four statements; none where a fresh one lies there.

    Raises blueprint.Infeasible when the bank cannot fill the blueprint.
    """
    soon = standing.reasons == (Reason.NOT_YET,) and standing.sitting and standing.sitting.opens_at - AHEAD <= now
    if found.blueprint is None or standing.sitting is None or not (standing.may_start or soon):
        return
    waiting = standing.waiting
    if waiting is None:
        paper = _paper(session, found.exam, found.blueprint, now)
        _insert(session, paper, employee_id, sitting_id=standing.sitting.id, number=standing.number)
    elif waiting.blueprint_id != found.blueprint.id or waiting.made_at + FRESH < now:
        paper = _paper(session, found.exam, found.blueprint, now)
        _refresh(session, waiting.attempt_id, paper_id=paper.id, sitting_id=standing.sitting.id)
    elif waiting.sitting_id != standing.sitting.id:
        _refresh(session, waiting.attempt_id, sitting_id=standing.sitting.id)


def start(
    session: Session, exam_code: str, employee_id: int, *, user_session_id: int, by: int, now: datetime
) -> Started | None:
    """Begin the attempt that lies ready. One UPDATE and its audit row; None when none is ready or its sitting is not open.

    The deadline is the exam's duration from now, or the end of the sitting if that comes first.
    """
    due_at = minutes_after(now, Exam.duration_minutes)
    row = session.execute(
        update(Attempt)
        .where(
            Attempt.exam_id == Exam.id,
            Attempt.sitting_id == Sitting.id,
            Exam.code == exam_code,
            Attempt.employee_id == employee_id,
            Attempt.state == "prepared",
            Sitting.opens_at <= now,
            Sitting.closes_at > now,
        )
        .values(
            state="open",
            lease=_new_lease(),
            user_session_id=user_session_id,
            started_at=now,
            due_at=case((Sitting.closes_at < due_at, Sitting.closes_at), else_=due_at),
        )
        .returning(Attempt.id, Attempt.code),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if row is None:
        return None
    audit.record(session, "attempt.start", f"attempt:{row.id}", by=by, now=now)
    return Started(row.id, row.code)


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
    return _lease(session, attempt_id, free, user_session_id)


def take_over(session: Session, attempt_id: int, *, user_session_id: int, by: int, now: datetime) -> str:
    """Move an open attempt to this sign-in, whoever holds it; the other device can only read from now on.

    The caller has checked the password again. Raises AttemptClosed.
    """
    lease = _lease(session, attempt_id, Attempt.id == attempt_id, user_session_id)
    if lease is None:
        raise AttemptClosed(attempt_id)
    audit.record(session, "attempt.move", f"attempt:{attempt_id}", by=by, now=now)
    return lease


def release(session: Session, user_session_id: int) -> None:
    """Clear the leases of a sign-in that ends: its device must sign in again before it can save."""
    session.execute(
        update(Attempt)
        .where(Attempt.user_session_id == user_session_id, Attempt.state == "open", Attempt.lease.is_not(None))
        .values(lease=None, user_session_id=None)
    )


#: What grading needs beside the row that is closed. Written out, because RETURNING drops the names of tables on SQLite.
_FACTS = (
    literal_column("(SELECT exam.course_id FROM exam WHERE exam.id = attempt.exam_id)", Integer).label("course_id"),
    literal_column("(SELECT sitting.supervised FROM sitting WHERE sitting.id = attempt.sitting_id)", Boolean).label(
        "supervised"
    ),
    literal_column("(SELECT paper.items FROM paper WHERE paper.id = attempt.paper_id)", JSON).label("items"),
    literal_column(
        "(SELECT blueprint.content FROM blueprint JOIN paper ON paper.blueprint_id = blueprint.id"
        " WHERE paper.id = attempt.paper_id)",
        JSON,
    ).label("blueprint"),
    literal_column(
        "(SELECT candidate_group.code FROM candidate_group"
        " WHERE candidate_group.exam_id = attempt.exam_id AND candidate_group.employee_id = attempt.employee_id)",
        String,
    ).label("group_code"),
    literal_column(
        "(SELECT count(*) FROM regrade WHERE regrade.exam_id = attempt.exam_id AND regrade.state IN ('applying', 'done'))",
        Integer,
    ).label("corrections"),
)


def close(session: Session, which: ColumnElement[bool], *, closed_by: ClosedBy, now: datetime) -> Closed:
    """Close the open attempt that `which` describes; one statement. After its deadline time closes it, whoever asks.

    which: a condition on Attempt that fits one row at most, permission included. Raises AttemptClosed.
    """
    row = session.execute(
        update(Attempt)
        .where(which, Attempt.state == "open")
        .values(state="closed", closed_at=now, closed_by=case((Attempt.due_at < now, "time"), else_=closed_by))
        .returning(
            Attempt.id,
            Attempt.code,
            Attempt.employee_id,
            Attempt.exam_id,
            Attempt.started_at,
            Attempt.closed_by,
            *_FACTS,
        ),
        execution_options={"synchronize_session": False},
    ).one_or_none()
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
        items=papers.items_of(row.items),
        blueprint=row.blueprint,
        group=row.group_code or "",
        has_corrections=row.corrections > 0,
    )


def closed(session: Session, attempt_id: int) -> Closed:
    """A closed attempt with all that grading it again needs; nobody else grades it before this transaction ends.

    Raises AttemptClosed where it is not closed, or there is none.
    """
    row = session.execute(
        select(Attempt, Paper.items, Blueprint.content, Sitting.supervised, Exam.course_id, CandidateGroup.code)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(
            CandidateGroup,
            (CandidateGroup.exam_id == Attempt.exam_id) & (CandidateGroup.employee_id == Attempt.employee_id),
        )
        .where(Attempt.id == attempt_id, Attempt.state == "closed")
        .with_for_update(of=Attempt)
    ).one_or_none()
    if row is None:
        raise AttemptClosed(attempt_id)
    found, items, content, supervised, course_id, group = row
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
        group=group or "",
    )


def due(session: Session, *, now: datetime) -> list[int]:
    """Keys of the open attempts whose deadline and grace are over, the oldest first."""
    rows = select(Attempt.id).where(Attempt.state == "open", Attempt.due_at < now - GRACE)
    return list(session.scalars(rows.order_by(Attempt.due_at)))


def pool(session: Session, bank_id: int) -> list[blueprint.Candidate]:
    """What may be drawn from a bank: the current versions of its live exam questions."""
    rows = session.execute(
        select(QuestionVersion.id, Competency.code, QuestionVersion.level, QuestionVersion.difficulty)
        .join(Question, Question.current_id == QuestionVersion.id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .where(Question.bank_id == bank_id, Question.purpose == "exam", Question.status == "live")
    )
    return [blueprint.Candidate(*row) for row in rows]


def _paper(session: Session, exam: Exam, plan: Blueprint, now: datetime) -> Paper:
    seed = secrets.randbits(64)
    drawn = blueprint.draw(pool(session, exam.bank_id), plan.content, seed=seed)
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.hash, QuestionVersion.kind, QuestionVersion.content).where(
            QuestionVersion.id.in_([one.version for one in drawn])
        )
    )
    items = papers.freeze(drawn, {id: papers.Version(*rest) for id, *rest in rows}, seed=seed)
    paper = Paper(
        exam_id=exam.id,
        blueprint_id=plan.id,
        items=papers.rows_of(items),
        hash=papers.digest(plan.hash, items),
        made_at=now,
    )
    session.add(paper)
    session.flush()  # the attempt points to it by key
    return paper


def _insert(session: Session, paper: Paper, employee_id: int, *, sitting_id: int, number: int) -> None:
    """Two pages opened at once prepare one attempt: the second finds the number taken and leaves it."""
    row = {
        "code": "".join(secrets.choice(LETTERS) for _ in range(12)),
        "exam_id": paper.exam_id,
        "sitting_id": sitting_id,
        "employee_id": employee_id,
        "number": number,
        "paper_id": paper.id,
        "state": "prepared",
    }
    session.execute(insert_into(session, Attempt).values(row).on_conflict_do_nothing())


def _refresh(session: Session, attempt_id: int, **values: int) -> None:
    session.execute(update(Attempt).where(Attempt.id == attempt_id, Attempt.state == "prepared").values(**values))


def _lease(session: Session, attempt_id: int, free: ColumnElement[bool], user_session_id: int) -> str | None:
    lease = _new_lease()
    taken = session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.state == "open", free)
        .values(lease=lease, user_session_id=user_session_id)
        .returning(Attempt.id)
    ).one_or_none()
    return lease if taken else None


def _new_lease() -> str:
    return secrets.token_hex(16)

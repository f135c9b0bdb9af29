"""What has lately changed in what a person was told before: results that waited for markers, marks after a regrade,
rulings on appeals, ends of certificates.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import BindParameter, and_, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from lms.certificates.models import Certificate, Revocation
from lms.db import UtcDateTime
from lms.exams.appealing.models import Appeal
from lms.exams.models import Attempt, Exam, Result
from lms.exams.results import GRADED, PENDING
from lms.lean import Lean

#: So long it is told; a suspension as long as it stands.
TOLD_FOR = timedelta(days=30)
MOST = 5


@dataclass(frozen=True)
class Change:
    """kind: what happened. code: of the attempt, or of the certificate. item: of an appeal, its number on the paper, else 0.

    attempt: whose result is new or changed, its number, else 0. number: of the certificate, else empty.
    Two of a kind are told apart by them.
    """

    kind: Literal["marked", "regraded", "rejected", "upheld", "suspended", "revoked"]
    title: str
    code: str
    item: int
    attempt: int
    number: str
    at: datetime


def of_person(session: Session, employee_id: int, *, now: datetime) -> tuple[Change, ...]:
    """The latest first. One statement."""
    rows = _CHANGES.all(session, employee=employee_id, since=now - TOLD_FOR)
    return tuple(Change(*row) for row in rows)


def _changes() -> Lean:
    person: BindParameter[int] = bindparam("employee")
    since = bindparam("since", type_=UtcDateTime())
    before, other = aliased(Result), aliased(Result)
    newest = select(func.max(other.number)).where(other.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    differs = or_(before.percent != Result.percent, before.passed != Result.passed)
    is_marked = and_(Result.cause == "marked", before.state == PENDING)
    is_regraded = and_(Result.cause.in_(("regrade", "remark")), before.state == GRADED, differs)
    regraded = (
        select(
            case((Result.cause == "marked", "marked"), else_="regraded").label("kind"),
            Exam.title.label("title"), Attempt.code.label("code"),
            literal(0).label("item"), Attempt.number.label("attempt"), literal("").label("number"),
            Result.recorded_at.label("at"),
        )
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(before, and_(before.attempt_id == Attempt.id, before.number == Result.number - 1))
        .where(Attempt.employee_id == person, Result.number == newest, Result.recorded_at > since)
        .where(Result.state == GRADED, or_(is_marked, is_regraded))
    )  # fmt: skip
    ruled = (
        select(Appeal.state, Exam.title, Attempt.code, Appeal.item, literal(0), literal(""), Appeal.ruled_at)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.employee_id == person, Appeal.ruled_at > since)
    )
    title = Certificate.facts["exam_title"].as_string()
    lately = or_(Revocation.kind == "suspended", and_(Revocation.kind == "revoked", Revocation.at > since))
    number = func.coalesce(Certificate.number, "")
    ended = (
        select(Revocation.kind, title, Certificate.code, literal(0), literal(0), number, Revocation.at)
        .join(Certificate, Certificate.id == Revocation.certificate_id)
        .where(Certificate.employee_id == person, lately)
    )
    found = union_all(regraded, ruled, ended).subquery()
    return Lean(select(found).order_by(found.c.at.desc()).limit(MOST))


_CHANGES = _changes()

"""What has lately changed in what a person was told before: results that waited for markers, marks after a regrade,
questions that can be read now, rulings on appeals, ends of certificates.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import BindParameter, and_, bindparam, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from lms.certificates.models import Certificate, Revocation
from lms.db import UtcDateTime
from lms.exams import released
from lms.exams.appealing.models import Appeal
from lms.exams.models import EXAM, Attempt, Blueprint, Exam, Paper, Result, Sitting
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

    kind: Literal["marked", "regraded", "readable", "rejected", "upheld", "suspended", "revoked"]
    title: str
    code: str
    item: int
    attempt: int
    number: str
    at: datetime


def of_person(session: Session, employee_id: int, *, now: datetime) -> tuple[Change, ...]:
    """The latest first. One statement."""
    rows = _CHANGES.all(session, employee=employee_id, since=now - TOLD_FOR, now=now)
    return tuple(Change(*row) for row in rows)


def _changes() -> Lean:
    person: BindParameter[int] = bindparam("employee")
    since = bindparam("since", type_=UtcDateTime())
    before, last = aliased(Result), aliased(Result)
    newest = select(func.max(last.number)).where(last.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
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
    has_verdict = select(1).where(last.attempt_id == Attempt.id, last.state == GRADED).correlate(Attempt)
    is_over = released.is_over(Sitting, bindparam("now", type_=UtcDateTime()))
    readable = (
        select(
            literal("readable"), Exam.title, Attempt.code, literal(0), Attempt.number, literal(""), Sitting.closes_at
        )
        .join(Exam, and_(Exam.id == Attempt.exam_id, Exam.mode == EXAM))
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .where(Attempt.employee_id == person, Attempt.state == "closed", Sitting.closes_at > since, is_over)
        .where(Blueprint.content["release_after"].as_string() == "sitting", exists(has_verdict))
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
    found = union_all(regraded, readable, ruled, ended).subquery()
    return Lean(select(found).order_by(found.c.at.desc()).limit(MOST))


_CHANGES = _changes()

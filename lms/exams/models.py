"""Exams, sittings, papers, attempts, the answer journal and results."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Course
from lms.db import Base, Key, Ref
from lms.people.models import UserSession


class Exam(Base):
    """The definition of an exam. `code` stands in its address."""

    __tablename__ = "exam"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 1 AND 600", name="duration_minutes"),
        CheckConstraint("max_attempts > 0", name="max_attempts"),
        CheckConstraint("cooldown_hours >= 0", name="cooldown_hours"),
    )

    id: Mapped[Key]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    duration_minutes: Mapped[int]
    max_attempts: Mapped[int]
    cooldown_hours: Mapped[int]
    proctored: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course | None] = relationship(lazy="raise")


class Blueprint(Base):
    """How papers of an exam are drawn and passed. Immutable; the highest number is in force.

    content: {"pass_total": percent, "certainty": true where answers are weighed by it,
    "sections": [{"title", "competency", "level", "draw", "pass": percent,
    "difficulty": {"mudah": n, "sedang": n, "sulit": n}}]}; what more it may say of passing stands in pass_rules.py.
    """

    __tablename__ = "blueprint"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class Sitting(Base):
    """When an exam may be taken. `supervised` says that a proctor watches, which makes its result count as evidence by itself."""

    __tablename__ = "sitting"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="window"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    supervised: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")

    exam: Mapped[Exam] = relationship(lazy="raise")


class CandidateGroup(Base):
    """That a person falls under the thresholds of a group of candidates in an exam; the blueprint says what they are."""

    __tablename__ = "candidate_group"
    __table_args__ = (UniqueConstraint("exam_id", "employee_id"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    code: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]


class Paper(Base):
    """The questions one candidate gets, frozen with their content (papers.Item says in what shape)."""

    __tablename__ = "paper"

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    items: Mapped[list[Any]]
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = relationship(lazy="raise")


class Attempt(Base):
    """One candidate's go at a paper. While it is open exactly one lease may write to it."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("exam_id", "employee_id", "number"),
        CheckConstraint("state IN ('prepared', 'open', 'paused', 'closed')", name="state"),
        CheckConstraint("closed_by IS NULL OR closed_by IN ('candidate', 'time', 'proctor')", name="closed_by"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("state = 'prepared' OR due_at IS NOT NULL", name="due"),
        Index("ix_attempt_due", "state", "due_at"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    number: Mapped[int]
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    state: Mapped[str] = mapped_column(String(10))
    lease: Mapped[str | None] = mapped_column(String(32))
    user_session_id: Mapped[int | None] = mapped_column(ForeignKey("user_session.id"))
    started_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(10))

    exam: Mapped[Exam] = relationship(lazy="raise")
    sitting: Mapped[Sitting] = relationship(lazy="raise")
    paper: Mapped[Paper] = relationship(lazy="raise")
    user_session: Mapped[UserSession | None] = relationship(lazy="raise")


class AnswerEvent(Base):
    """One acknowledged change. The journal is the truth; the latest answers are a fold over it by arrival, which `id` counts.

    kind: "answer" (value is the answer's JSON, null clears it), "flag" (value true or false), "open" (value null).
    hash: SHA-256 over attempt code, writer, seq, item, kind, value, device time and the writer's previous hash (journal.py).
    """

    __tablename__ = "answer_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "writer", "seq"),
        CheckConstraint("seq > 0", name="seq"),
        CheckConstraint("kind IN ('answer', 'flag', 'open')", name="kind"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    writer: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    item: Mapped[int]
    kind: Mapped[str] = mapped_column(String(6))
    value: Mapped[str] = mapped_column(Text)
    device_at: Mapped[str] = mapped_column(String(30))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)


class HeldEvent(Base):
    """A change that came without the lease or after the grace: kept, not graded, until a proctor decides."""

    __tablename__ = "held_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "writer", "seq", "hash"),
        CheckConstraint("reason IN ('lease', 'grace', 'closed')", name="reason"),
        CheckConstraint("decision IS NULL OR decision IN ('admitted', 'refused')", name="decision"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    writer: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    item: Mapped[int]
    kind: Mapped[str] = mapped_column(String(6))
    value: Mapped[str] = mapped_column(Text)
    device_at: Mapped[str] = mapped_column(String(30))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(10))
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Result(Base):
    """What an attempt came to, with all that produced it. A regrade appends the next number.

    marks: [{"item", "version", "mark" or null, "maximum"}] · sections: [{"title", "competency", "level", "mark", "maximum", "percent",
    "threshold", "threshold_points", "passed"}]; marks, maxima, percentages and thresholds are decimal texts, a threshold may be null.
    journal: SHA-256 over all events of all writers, sealed at closing · problems: [{"writer", "seq", "what"}], breaks in their chains.
    state: "pending_marking" while a mark is null, which a person has to give: then nothing is passed and nothing follows.
    verdict: how pass rules beyond per cent were applied (pass_rules.Verdict), null where the blueprint has none.
    corrections: codes of the regrades by which it was marked (regrading/), null where there were none.
    followed_at: when what it entails (evidence, a certificate) was done; the claim of whoever does it.
    """

    __tablename__ = "result"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        CheckConstraint("cause IN ('closed', 'regrade', 'admitted', 'marked')", name="cause"),
        CheckConstraint("state IN ('graded', 'pending_marking')", name="state"),
        CheckConstraint("state = 'graded' OR NOT passed", name="verdict"),
        CheckConstraint("score <= maximum", name="score"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    marks: Mapped[list[Any]]
    sections: Mapped[list[Any]]
    score: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    maximum: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    passed: Mapped[bool]
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    answered: Mapped[int]
    journal: Mapped[str] = mapped_column(String(64))
    problems: Mapped[list[Any]]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    corrections: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    cause: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(16), default="graded", server_default="graded")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(Ref)
    followed_at: Mapped[datetime | None] = mapped_column(index=True)

    attempt: Mapped[Attempt] = relationship(lazy="raise")

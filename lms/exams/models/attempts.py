"""Papers, attempts at them and the answer journal."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key, Ref
from lms.exams.models.exams import Blueprint, Exam
from lms.exams.models.sittings import Sitting
from lms.people.models import UserSession

#: States of an attempt that runs: begun and not closed, whether or not its clock stands still. And of every one that was begun.
RUNNING = ("open", "paused")
BEGUN = (*RUNNING, "closed")


class Paper(Base):
    """The questions one candidate gets, frozen with their content (papers.Item says in what shape)."""

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_exam_made", "exam_id", "made_at"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    items: Mapped[list[Any]]
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = relationship(lazy="raise")


class QuestionUse(Base):
    """That a paper of an exam asks a question: what use and exposure are counted by. Written before the paper has a key.

    The largest table but the journal. It refers to question and version by one key: a paper looks forty up instead of eighty, and
    the index by which questions are counted also finds whether a version that is to go was ever used.
    """

    __tablename__ = "question_use"
    __table_args__ = (
        Index("ix_question_use_exam_drawn", "exam_id", "drawn_at"),
        Index("ix_question_use_question_version", "question_id", "version_id"),
        ForeignKeyConstraint(
            ["question_id", "version_id"],
            ["question_version.question_id", "question_version.id"],
            name="fk_question_use_question_version",
        ),
    )

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    question_id: Mapped[int] = mapped_column(Ref)
    version_id: Mapped[int] = mapped_column(Ref)
    drawn_at: Mapped[datetime]


class Attempt(Base):
    """One candidate's go at a paper. While it is open exactly one lease may write to it.

    extra_minutes: the candidate's, kept here too, so that a start and a change of time meet in one row.
    paused_at: since when it stands still; what is resumed gets exactly that time back on its deadline.
    pin_failures, pin_wait_until: wrong PINs in a row, and until when none is looked at.
    move_session_id: the sign-in that asks a proctor for the lease, since move_asked_at.
    renew_from: from when the exam may be sat again even if this one was passed, to renew what was earned; None for never.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("exam_id", "employee_id", "number"),
        CheckConstraint("state IN ('prepared', 'open', 'paused', 'closed')", name="state"),
        CheckConstraint("closed_by IS NULL OR closed_by IN ('candidate', 'time', 'proctor')", name="closed_by"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("state = 'prepared' OR due_at IS NOT NULL", name="due"),
        CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", name="paused"),
        CheckConstraint("pin_failures >= 0", name="pin_failures"),
        CheckConstraint("extra_minutes BETWEEN 0 AND 600", name="extra_minutes"),
        Index("ix_attempt_due", "state", "due_at"),
        Index("ix_attempt_sitting_employee", "sitting_id", "employee_id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    number: Mapped[int]
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    state: Mapped[str] = mapped_column(String(10))
    lease: Mapped[str | None] = mapped_column(String(32))
    user_session_id: Mapped[int | None] = mapped_column(ForeignKey("user_session.id"))
    extra_minutes: Mapped[int] = mapped_column(default=0)
    pin_failures: Mapped[int] = mapped_column(default=0)
    pin_wait_until: Mapped[datetime | None]
    move_session_id: Mapped[int | None] = mapped_column(ForeignKey("user_session.id"))
    move_asked_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(10))
    renew_from: Mapped[datetime | None]

    exam: Mapped[Exam] = relationship(lazy="raise")
    sitting: Mapped[Sitting] = relationship(lazy="raise")
    paper: Mapped[Paper] = relationship(lazy="raise")
    user_session: Mapped[UserSession | None] = relationship(lazy="raise", foreign_keys=[user_session_id])


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
    """A change that came without the lease or after the grace: kept, not graded, until a proctor decides.

    why: the reason that the proctor gave. What was admitted stands in the journal too (held.py says how).
    """

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
    why: Mapped[str] = mapped_column(String(300), default="")

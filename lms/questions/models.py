"""Banks, questions and their immutable versions."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key, Ref
from lms.questions.kinds import KINDS


class Bank(Base):
    """Questions that are kept and used together; its unit owns it."""

    __tablename__ = "bank"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))


class Question(Base):
    """A question through all its versions. A practice question never enters an exam.

    status: see lifecycle.py. is_returned: on trial, read by a reviewer and sent back to its author. folder: names from the
    outermost to the innermost with "/" between. facility: mean mark ÷ maximum as it was measured, in [0, 1]; None = never.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("status IN ('trial', 'live', 'suspended', 'retired')", name="status"),
        CheckConstraint("purpose IN ('exam', 'practice')", name="purpose"),
        CheckConstraint("facility BETWEEN 0 AND 1", name="facility"),
    )

    id: Mapped[Key]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10), default="exam")
    status: Mapped[str] = mapped_column(String(10), default="live")
    is_returned: Mapped[bool] = mapped_column(default=False, server_default=false())
    folder: Mapped[str] = mapped_column(String(120), default="", server_default="")
    facility: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    current_id: Mapped[int | None] = mapped_column(ForeignKey("question_version.id", use_alter=True), index=True)

    bank: Mapped[Bank] = relationship(lazy="raise")


class QuestionVersion(Base):
    """What a question said at one time. `content` has the shape that its kind reads; `hash` is over all of it.

    tags: free words beside competency, level and difficulty, sorted; blueprints may draw by them. bank_id: the question's, which
    never changes; the index of who wrote what for a bank has it.
    """

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("difficulty IN ('mudah', 'sedang', 'sulit')", name="difficulty"),
        Index("ix_question_version_draw", "competency_id", "level", "difficulty"),
        Index("ix_question_version_maker", "made_by", "bank_id", "made_at"),
        # What refers to a question and its version at once refers to this.
        Index("ix_question_version_of_question", "question_id", "id", unique=True),
    )

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    bank_id: Mapped[int] = mapped_column(Ref)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int]
    difficulty: Mapped[str] = mapped_column(String(10))
    lesson: Mapped[str] = mapped_column(String(80), default="")
    tags: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    question: Mapped[Question] = relationship(lazy="raise", foreign_keys=[question_id])


class QuestionStep(Base):
    """A step in the life of a question: who, when, why. Appended, never changed. before, after: its status.

    turn: steps that were taken together, so that one act can take them back. reason: the author's or the reviewer's words.
    bank_id: as of versions.
    """

    __tablename__ = "question_step"
    __table_args__ = (
        CheckConstraint(
            "act IN ('made', 'edited', 'approved', 'returned', 'suspended', 'restored', 'retired', 'undone')",
            name="act",
        ),
        Index("ix_question_step_actor", "by", "bank_id", "at"),
    )

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    bank_id: Mapped[int] = mapped_column(Ref)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    before: Mapped[str] = mapped_column(String(10))
    after: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(500), default="")
    turn: Mapped[str] = mapped_column(String(12), index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class QuestionEnemy(Base):
    """Two questions that never stand on one paper: one gives the other away, or both ask the same."""

    __tablename__ = "question_enemy"
    __table_args__ = (CheckConstraint("first_id < second_id", name="order"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, index=True)


class QuestionBatch(Base):
    """Questions that came in together, so that one act can take them out again. format: of the file they came from."""

    __tablename__ = "question_batch"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    format: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]


class BatchQuestion(Base):
    """A question of a batch; the row goes when the question does."""

    __tablename__ = "batch_question"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("question_batch.id"), index=True)

"""Banks, questions and their immutable versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key
from lms.questions.kinds import KINDS


class Bank(Base):
    """Questions that are kept and used together; its unit owns it."""

    __tablename__ = "bank"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))


class Question(Base):
    """A question through all its versions. A practice question never enters an exam."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("status IN ('trial', 'live', 'suspended', 'retired')", name="status"),
        CheckConstraint("purpose IN ('exam', 'practice')", name="purpose"),
    )

    id: Mapped[Key]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10), default="exam")
    status: Mapped[str] = mapped_column(String(10), default="live")
    current_id: Mapped[int | None] = mapped_column(ForeignKey("question_version.id", use_alter=True))

    bank: Mapped[Bank] = relationship(lazy="raise")


class QuestionVersion(Base):
    """What a question said at one time. `content` has the shape that its kind reads; `hash` is over all of it."""

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("difficulty IN ('mudah', 'sedang', 'sulit')", name="difficulty"),
        Index("ix_question_version_draw", "competency_id", "level", "difficulty"),
    )

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int]
    difficulty: Mapped[str] = mapped_column(String(10))
    lesson: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    question: Mapped[Question] = relationship(lazy="raise", foreign_keys=[question_id])

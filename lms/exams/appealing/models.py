"""Appeals and the opinions of their panel."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key


class Appeal(Base):
    """A candidate's objection to one item of an attempt; once for each. due_at: when a ruling is due.

    state: "open", "rejected", "upheld" (then with the regrade that mends it for everybody). reason: of the ruling.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("attempt_id", "item"),
        CheckConstraint("state IN ('open', 'rejected', 'upheld')", name="state"),
        CheckConstraint("(state = 'open') = (ruled_at IS NULL)", name="ruled"),
        CheckConstraint("(state = 'upheld') = (regrade_id IS NOT NULL)", name="regrade"),
        Index("ix_appeal_queue", "exam_id", "state", "due_at"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(8), unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    item: Mapped[int]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="open")
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ruled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrade.id"))


class Opinion(Base):
    """What one member of the panel holds. Appended; the appeal is ruled when another member seconds it.

    seconds_id: the opinion that this one agrees with; it says nothing else then.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        CheckConstraint("verdict IN ('rejected', 'upheld')", name="verdict"),
        CheckConstraint("seconds_id IS NOT NULL OR (verdict = 'upheld') = (regrade_id IS NOT NULL)", name="regrade"),
    )

    id: Mapped[Key]
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrade.id"))
    seconds_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"))
    given_at: Mapped[datetime]

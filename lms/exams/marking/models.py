"""Work that people mark, the marks they give, and the words they use again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key


class Work(Base):
    """One answer that a person has to mark.

    code: the number under which markers see it, drawn anew for each answer, so that neither the candidate nor another
    answer of the same candidate can be told from it. maximum: what the question counts before any weighing.
    state: "open" (marks are wanted), "disputed" (two differ, a third decides), "settled" (mark is what counts), "void" (the
    item was dropped, or gives full marks to all). markers: how many people mark it.
    round: 1, and one more each time it is marked again by others; the mark of the round before counts until the new one is there.
    """

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("attempt_id", "item"),
        CheckConstraint("state IN ('open', 'disputed', 'settled', 'void')", name="state"),
        CheckConstraint("(round > 1 OR state = 'settled') = (mark IS NOT NULL)", name="mark"),
        CheckConstraint("markers IN (1, 2)", name="markers"),
        CheckConstraint("round > 0", name="round"),
        Index("ix_work_queue", "exam_id", "version_id", "state"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(8), unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    item: Mapped[int]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    markers: Mapped[int]
    tolerance: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    maximum: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    state: Mapped[str] = mapped_column(String(10), default="open")
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    mark: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    entered_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Marking(Base):
    """What one person gave one answer. Appended; a correction is the next number in the same slot (rules.py says what slots and
    rounds are).

    points: decimal texts, one for each criterion of the rubric. comment: for the candidate and for who adjudicates.
    """

    __tablename__ = "marking"
    __table_args__ = (
        UniqueConstraint("work_id", "round", "slot", "number"),
        CheckConstraint("round > 0", name="round"),
        CheckConstraint("slot > 0", name="slot"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_marking_marker", "marker_id", "made_at"),
    )

    id: Mapped[Key]
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    slot: Mapped[int]
    number: Mapped[int]
    marker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    points: Mapped[list[Any]]
    mark: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    comment: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]


class Phrase(Base):
    """A comment that a marker keeps to use again."""

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("marker_id", "text"),)

    id: Mapped[Key]
    marker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]

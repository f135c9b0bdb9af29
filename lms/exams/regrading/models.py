"""Regrades, and what each does to each attempt."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key
from lms.exams.corrections import REMEDIES, what

#: The remedy that corrects no question: people who have not marked the answers mark them again (remarks.py).
REMARK = "remark"


class Regrade(Base):
    """What makes results of one version of a question in one exam other than they were.

    remedy: one of corrections.REMEDIES, which hold for whoever has the question, or REMARK, for the answers of its rows.
    contents: by which answers are marked, empty for drop, full, REMARK and what takes an earlier one back.
    state: "draft" (its difference is looked at), "applying" (it holds, and attempts are being graded again), "done",
    "withdrawn" (never applied). From "applying" on it never changes. Of a REMARK "applying" says that marks are awaited.
    """

    __tablename__ = "regrade"
    __table_args__ = (
        CheckConstraint(f"remedy IN {(*REMEDIES, REMARK)!r}", name="remedy"),
        CheckConstraint("state IN ('draft', 'applying', 'done', 'withdrawn')", name="state"),
        CheckConstraint("(state IN ('applying', 'done')) = (applied_at IS NOT NULL)", name="applied"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_regrade_in_force", "exam_id", "state"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(8), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    remedy: Mapped[str] = mapped_column(String(6))
    contents: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    done_at: Mapped[datetime | None]

    @property
    def what(self) -> str:
        """The remedy as people tell it."""
        return what(self.remedy, self.contents)


class RegradeRow(Base):
    """One attempt of a regrade: as planned, and once it is applied as it came. Marks are null while a person has yet to give them.

    new_result_id: the result that was appended; null where nothing changed, or while it is planned.
    round: of the answer, in which a REMARK that holds has it marked; null for all else.
    """

    __tablename__ = "regrade_row"
    __table_args__ = (
        UniqueConstraint("regrade_id", "attempt_id"),
        CheckConstraint("state IN ('planned', 'applied')", name="state"),
        CheckConstraint("state = 'applied' OR new_result_id IS NULL", name="result"),
        Index("ix_regrade_row_attempt", "attempt_id"),
    )

    id: Mapped[Key]
    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrade.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    old_result_id: Mapped[int] = mapped_column(ForeignKey("result.id"))
    new_result_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"))
    old_mark: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    new_mark: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    old_maximum: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    new_maximum: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    old_percent: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    new_percent: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    old_passed: Mapped[bool]
    new_passed: Mapped[bool]
    state: Mapped[str] = mapped_column(String(8), default="planned")
    round: Mapped[int | None]

"""The table of files of questions that were sent to be looked at."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key


class QuestionFile(Base):
    """A file of questions between its sending and its import, for the person who sent it. The row lives a day, as its files do.

    state: waiting for the worker, reading, read, failed (it cannot be read within the limits), taken (its questions are in the bank).
    sha256: of its bytes. step, done, total: how far the reading has come. tries: how often it began; seen_at: its last sign of life.
    errors, warnings, ready: so many rows it has of each; questions: so many can come in.
    """

    __tablename__ = "question_file"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'reading', 'read', 'failed', 'taken')", name="state"),
        CheckConstraint("0 <= done AND done <= total", name="done"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    format: Mapped[str] = mapped_column(String(20))
    competency: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(index=True)
    sent_by: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    step: Mapped[str] = mapped_column(String(10), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    ready: Mapped[int] = mapped_column(default=0)
    questions: Mapped[int] = mapped_column(default=0)

    @property
    def rows(self) -> int:
        """All that the file has."""
        return self.errors + self.warnings + self.ready

"""Results of attempts."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key, Ref
from lms.exams.models.attempts import Attempt


class Result(Base):
    """What an attempt came to, with all that produced it. A regrade appends the next number.

    marks: [{"item", "version", "mark" or null, "maximum", and "scored": false on trial}] ·
    sections: [{"title", "competency", "level", "mark", "maximum", "percent",
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
        CheckConstraint("cause IN ('closed', 'regrade', 'admitted', 'marked', 'remark')", name="cause"),
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

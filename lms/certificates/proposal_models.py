"""Proposals for certificates of strategic positions, and the notices that a certificate is about to end."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key


class Proposal(Base):
    """Somebody earned a certificate for a position: verified by one, approved by another, and only then issued.

    cycle: 1 for the first of a person and scheme, then counted; a renewal is another row. since: when its state began.
    checks: what verification saw, as `schemes.Check` keeps it.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("scheme_id", "result_id"),
        UniqueConstraint("scheme_id", "employee_id", "cycle"),
        CheckConstraint("state IN ('verifying', 'approving', 'approved', 'refused')", name="state"),
        CheckConstraint("cycle > 0", name="cycle"),
        CheckConstraint("state NOT IN ('approving', 'approved') OR verified_by IS NOT NULL", name="verified"),
        CheckConstraint("state <> 'approved' OR decided_by IS NOT NULL", name="approved"),
        CheckConstraint("decided_by IS NULL OR verified_by IS NULL OR decided_by <> verified_by", name="two_people"),
        Index("ix_proposal_state", "state", "since"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"))
    cycle: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]
    proposed_at: Mapped[datetime]
    checks: Mapped[list[Any]]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    verified_at: Mapped[datetime | None]
    verification: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))


class RenewalNotice(Base):
    """A letter that a certificate is about to end. key: 90, 30 or 7 (days), or the day of a campaign; each is sent once."""

    __tablename__ = "renewal_notice"
    __table_args__ = (UniqueConstraint("certificate_id", "key"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    key: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime | None]

"""What a position asks for, and the dated evidence of what a person has shown."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key
from lms.frameworks.models import Competency

SOURCES = ("assessment", "certificate", "exam", "manager", "self")


class PositionStandard(Base):
    """A position's competency standard (SKJ), in force from a day until the next one."""

    __tablename__ = "position_standard"
    __table_args__ = (UniqueConstraint("position_id", "effective_from"),)

    id: Mapped[Key]
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    effective_from: Mapped[date]
    source: Mapped[str] = mapped_column(Text)

    requirements: Mapped[list["Requirement"]] = relationship(lazy="raise")


class Requirement(Base):
    """The level of one competency that a standard asks for."""

    __tablename__ = "requirement"
    __table_args__ = (
        UniqueConstraint("standard_id", "competency_id"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    )

    id: Mapped[Key]
    standard_id: Mapped[int] = mapped_column(ForeignKey("position_standard.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int]
    mandatory: Mapped[bool] = mapped_column(default=False)

    competency: Mapped[Competency] = relationship(lazy="raise")


class Evidence(Base):
    """One dated, sourced observation that someone holds a level. Appended; a correction supersedes, a dispute sets aside."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint(f"source IN {SOURCES!r}", name="source"),
        CheckConstraint("valid_until IS NULL OR valid_until >= observed_on", name="period"),
        UniqueConstraint("certificate_id", "competency_id"),
        UniqueConstraint("source", "result_id", "competency_id"),
        Index("ix_evidence_person", "employee_id", "competency_id"),
    )

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int]
    source: Mapped[str] = mapped_column(String(12))
    supervised: Mapped[bool] = mapped_column(default=False)
    observed_on: Mapped[date]
    valid_until: Mapped[date | None]
    result_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    set_aside_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]

"""Who is on the list of a sitting, by which upload, and in which group."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key
from lms.people.models import one_of

#: What a proctor says of who came; whoever has begun is there without a word.
ATTENDANCE = ("present", "absent")
SOURCES = ("xlsx", "csv", "pasted")


class CandidateGroup(Base):
    """That a person falls under the thresholds of a group of candidates in an exam; the blueprint says what they are.

    What the list of a sitting says goes before it (candidate_groups.GROUP).
    """

    __tablename__ = "candidate_group"
    __table_args__ = (UniqueConstraint("exam_id", "employee_id"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    code: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]


class CandidateUpload(Base):
    """A list of candidates that was given in: looked at first, then taken over, and taken back as a whole if need be.

    rows: the table as it was read, header included, each row a list of texts; emptied when it was taken over or dropped.
    added: how many candidates it brought.
    """

    __tablename__ = "candidate_upload"
    __table_args__ = (
        CheckConstraint(one_of("source", SOURCES), name="source"),
        CheckConstraint("added >= 0", name="added"),
        CheckConstraint("undone_at IS NULL OR imported_at IS NOT NULL", name="undone"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    source: Mapped[str] = mapped_column(String(6))
    rows: Mapped[list[Any]]
    added: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class Candidate(Base):
    """A person on the list of a sitting.

    extra_minutes: beyond the exam's duration · accommodation: why, and what else is arranged; for organisers alone.
    group: whose pass rules apply, empty for everyone's · obstacle: why no paper could be laid ready (eligibility.Reason).
    room: where that is not the sitting's · seat: where they sit · attendance: what the proctor saw, None while nothing was said.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("sitting_id", "employee_id"),
        CheckConstraint("extra_minutes BETWEEN 0 AND 600", name="extra_minutes"),
        CheckConstraint(f"attendance IS NULL OR {one_of('attendance', ATTENDANCE)}", name="attendance"),
    )

    id: Mapped[Key]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    group: Mapped[str] = mapped_column(String(40), default="")
    accommodation: Mapped[str] = mapped_column(Text, default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("candidate_upload.id"), index=True)
    added_at: Mapped[datetime]
    obstacle: Mapped[str | None] = mapped_column(String(20))
    checked_at: Mapped[datetime | None]
    room: Mapped[str] = mapped_column(String(60), default="")
    seat: Mapped[str] = mapped_column(String(12), default="")
    attendance: Mapped[str | None] = mapped_column(String(7))

"""Schemes (what earns a certificate), certificates, and the end of their validity."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key

_AT_ONCE = text("position = ''")


class Scheme(Base):
    """A rule that says what earns which certificate, for how long, and how it is renewed.

    exam_id: the exam whose pass leads to it, at once or, where it is for a position, to a proposal that two people decide on.
    course_id: instead of an exam, the course whose finish earns a certificate of attendance, which proves no level.
    validity_months: None where it has no end.
    position: what a certificate for a position is about ("Jabatan Camat"); empty for that of a single competency.
    requires: [{"kind", "grade", …}] as `schemes.Requirement` reads them. renewal_by: exam or hours (of renewal_hours JP).
    window_days: how long before its end it may be renewed. grace_days: how long after its end that still counts as a renewal.
    official: {"office", "name", "nip", "place"} of the person whose office signs.
    paused_at: since when what it awards waits (`pausing`).
    number_pattern: with {n}, {month} (Roman) and {year}, e.g. `B.{n}/BPSDM/RSDM.510/{month}/{year}`.
    """

    __tablename__ = "scheme"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("(exam_id IS NULL) <> (course_id IS NULL)", name="earned_by"),
        CheckConstraint("exam_id IS NULL OR (competency_id IS NOT NULL AND level IS NOT NULL)", name="proves"),
        CheckConstraint("validity_months > 0", name="validity_months"),
        CheckConstraint("renewal_by IN ('exam', 'hours')", name="renewal_by"),
        CheckConstraint("renewal_by <> 'hours' OR renewal_hours > 0", name="renewal_hours"),
        CheckConstraint("window_days >= 0 AND grace_days >= 0", name="renewal_days"),
        Index("uq_scheme_exam", "exam_id", unique=True, sqlite_where=_AT_ONCE, postgresql_where=_AT_ONCE),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exam.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), unique=True)
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int | None]
    design: Mapped[str] = mapped_column(String(60))
    validity_months: Mapped[int | None]
    number_pattern: Mapped[str] = mapped_column(String(80))
    official: Mapped[dict[str, Any]]
    position: Mapped[str] = mapped_column(String(120), default="", server_default="")
    requires: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    renewal_by: Mapped[str] = mapped_column(String(5), default="exam", server_default="exam")
    renewal_hours: Mapped[int | None]
    window_days: Mapped[int] = mapped_column(default=90, server_default="90")
    grace_days: Mapped[int] = mapped_column(default=0, server_default="0")
    paused_at: Mapped[datetime | None]


class NumberSeries(Base):
    """The next number of a pattern in a year. Taken by UPDATE in the issuing transaction: gapless, never twice."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("pattern", "year"), CheckConstraint("next > 0", name="next"))

    id: Mapped[Key]
    pattern: Mapped[str] = mapped_column(String(80))
    year: Mapped[int]
    next: Mapped[int]


class Certificate(Base):
    """One certificate. `facts` is the snapshot that was, or will be, printed.

    It is proposed (pending), given its number and dates, made, and issued; the issued bytes are kept and never made
    again. It is earned by a result, or attendance by an enrolment. correction: 0 for the first of either, then counted; the
    one that it replaces is `replaces_id`.
    edition_id: the agency's own edition of the design that makes it; none for the design as it is shipped.
    refusal: why it could not be made, as `refusals.Refusal` writes it; the words stand at the edge.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("scheme_id", "result_id", "correction"),
        UniqueConstraint("scheme_id", "enrolment_id", "correction"),
        CheckConstraint("(result_id IS NULL) <> (enrolment_id IS NULL)", name="earned_by"),
        CheckConstraint("state IN ('pending', 'refused', 'issued')", name="state"),
        CheckConstraint("(state = 'issued') = (file_sha256 IS NOT NULL)", name="issued"),
        CheckConstraint("state != 'issued' OR number IS NOT NULL", name="numbered"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    number: Mapped[str | None] = mapped_column(String(80), unique=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    result_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    correction: Mapped[int] = mapped_column(default=0, server_default="0")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    facts: Mapped[dict[str, Any]]
    proposed_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("design_edition.id"))
    design_hash: Mapped[str | None] = mapped_column(String(64))
    file_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    file_key: Mapped[str | None] = mapped_column(String(120))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    scheme: Mapped[Scheme] = relationship(lazy="raise")


class Revocation(Base):
    """A certificate that is not in force before its time, as it stands now, with the reason that anyone may read.

    reason: a key of `endings.REASONS`. How it came to stand so is told by the rows of `Ending`.
    """

    __tablename__ = "revocation"
    __table_args__ = (CheckConstraint("kind IN ('revoked', 'suspended', 'superseded')", name="kind"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(Text)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))

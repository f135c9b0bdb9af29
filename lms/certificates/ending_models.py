"""What was proposed and decided about the validity of a certificate: revoking, suspending, lifting a suspension."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key

_OPEN = text("state = 'open'")


class Ending(Base):
    """One act on the validity of a certificate. A row is appended and decided once; the database itself wants two people.

    reason: a key of `endings.REASONS`, which anyone may read. words: what was written beside it, for those who decide
    and the holder. proposed_by: None for the system, whose proposals a person takes over before they can be decided.
    A suspension is made by one, at once, and has no second person.
    """

    __tablename__ = "ending"
    __table_args__ = (
        CheckConstraint("kind IN ('revoke', 'suspend', 'reinstate')", name="kind"),
        CheckConstraint("state IN ('open', 'withdrawn', 'approved', 'declined')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "kind = 'suspend' OR state IN ('open', 'withdrawn') OR (decided_by IS NOT NULL AND proposed_by IS NOT NULL)",
            name="second_person",
        ),
        Index("uq_ending_open", "certificate_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(Text, default="")

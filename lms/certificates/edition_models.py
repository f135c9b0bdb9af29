"""Agencies' own designs: the one draft of each, and the editions that were published."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key


class DesignDraft(Base):
    """What an agency is making of a design. content: an `adapting.Adaptation`.

    revision grows with every save: a stale save is a conflict. looked: what the renderer found at `looked["revision"]`,
    as `previewing` writes it; nothing while it has not looked.
    """

    __tablename__ = "design_draft"
    __table_args__ = (UniqueConstraint("unit_id", "design"), CheckConstraint("revision > 0", name="revision"))

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    design: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    looked: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DesignEdition(Base):
    """A design as an agency published it: never changed. The highest number of a unit is in force there and below."""

    __tablename__ = "design_edition"
    __table_args__ = (UniqueConstraint("unit_id", "design", "number"), CheckConstraint("number > 0", name="number"))

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    design: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime]
    published_by: Mapped[int] = mapped_column(ForeignKey("user.id"))

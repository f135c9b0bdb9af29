"""Drafts: what an author is changing before it becomes an edition."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Course
from lms.db import Base, Key


class Draft(Base):
    """The one draft of a course, begun from an edition or with the course itself.

    `revision` grows with every save of its own fields: a stale save is a conflict. `discarded_at`: set while it is put
    away; it is open otherwise.
    """

    __tablename__ = "draft"
    __table_args__ = (CheckConstraint("learning_hours > 0", name="learning_hours"),)

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), unique=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    method: Mapped[str] = mapped_column(String(40))
    learning_hours: Mapped[int]
    licence: Mapped[str] = mapped_column(String(40), default="")
    competencies: Mapped[list[Any]]
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    discarded_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship(lazy="raise")
    lessons: Mapped[list["DraftLesson"]] = relationship(lazy="raise", order_by="DraftLesson.position")


class DraftLesson(Base):
    """A lesson in a draft. A deleted one keeps its text until the draft is published, so that it can be brought back."""

    __tablename__ = "draft_lesson"
    __table_args__ = (UniqueConstraint("draft_id", "uuid"), CheckConstraint("minutes > 0", name="minutes"))

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"))
    position: Mapped[int]
    uuid: Mapped[str] = mapped_column(String(36))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    objectives: Mapped[list[Any]]
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    deleted_at: Mapped[datetime | None]

"""Who watches a sitting, which devices give signs of life, what is said between room and proctor, and the minutes of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Key


class SittingProctor(Base):
    """That a user watches the room of a sitting; the role alone opens no room."""

    __tablename__ = "sitting_proctor"
    __table_args__ = (UniqueConstraint("sitting_id", "user_id"),)

    id: Mapped[Key]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    added_at: Mapped[datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("user.id"))


class Presence(Base):
    """When a device of an attempt last gave a sign of life, and how many answers it had not sent then.

    A table of its own: a heartbeat must not wait for, or delay, a save that holds the attempt's row.
    """

    __tablename__ = "presence"
    __table_args__ = (CheckConstraint("unsent >= 0", name="unsent"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime]
    unsent: Mapped[int]


class RoomMessage(Base):
    """Words between a candidate and the proctor, or to everyone in the room; the log of the sitting tells of each.

    attempt_id: who asks for help, None for what is announced to all · key: whoever writes chose it, so that what is sent twice
    counts once · words: the reason, which may be empty, or the announcement · reply: what the proctor answered, maybe nothing.
    An attempt has one request at most that waits for its answer.
    """

    __tablename__ = "room_message"
    __table_args__ = (
        UniqueConstraint("sitting_id", "key"),
        CheckConstraint("attempt_id IS NOT NULL OR (seen_at IS NULL AND answered_at IS NULL)", name="announcement"),
        CheckConstraint("answered_at IS NULL OR seen_at IS NOT NULL", name="order"),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
        Index(
            "uq_room_message_waiting",
            "attempt_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    key: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(String(300))
    sent_at: Mapped[datetime]
    sent_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reply: Mapped[str] = mapped_column(String(300), default="")


class Minutes(Base):
    """The minutes of a sitting (berita acara): a draft until two people have signed, then for good.

    remarks: the proctor's own words · facts: all figures, as minutes.py gathered them when the proctor signed; null before.
    file_sha256, file_key: the PDF, made once after the second signature.
    """

    __tablename__ = "minutes"
    __table_args__ = (
        CheckConstraint("(proctor_id IS NULL) = (proctor_signed_at IS NULL)", name="proctor"),
        CheckConstraint("(organiser_id IS NULL) = (organiser_signed_at IS NULL)", name="organiser"),
        CheckConstraint("organiser_id IS NULL OR proctor_id IS NOT NULL", name="turn"),
        CheckConstraint("organiser_id <> proctor_id", name="two_people"),
        CheckConstraint("file_key IS NULL OR organiser_id IS NOT NULL", name="file"),
    )

    id: Mapped[Key]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), unique=True)
    remarks: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[datetime]
    proctor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    proctor_signed_at: Mapped[datetime | None]
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    organiser_signed_at: Mapped[datetime | None]
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    file_key: Mapped[str | None] = mapped_column(String(120))

"""Sittings and their log."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key
from lms.exams.models.exams import Exam
from lms.people.models import one_of

#: Who may sit: anyone who may take the exam, or only those on the list.
AUDIENCES = ("everyone", "listed")
#: What moving to another device takes: one's password, the PIN of the room, or a proctor's word.
MOVES = ("password", "pin", "proctor")
#: What a sitting's log tells of. A start, a save and a hand-in stand in the attempt, its journal and its result.
EVENTS = (
    "pin_refused", "move_asked", "move", "time", "pause", "resume", "room_pause", "room_resume", "room_credit",
    "help", "help_done", "gap", "hidden", "admitted", "refused", "close", "incident", "minutes",
    "attendance", "reopen", "pin", "void", "help_seen", "announce", "scores",
)  # fmt: skip


class Sitting(Base):
    """When, where and on what terms an exam may be taken.

    supervised: a proctor watches, which makes its result count as evidence by itself.
    capacity: places for those on the list · pin_round: which PIN is valid (pins.py derives it); None where none is asked.
    ip_ranges: networks in CIDR, from anywhere if empty · seb_config_keys, seb_exam_keys: keys of Safe Exam Browser, 64 hex
    digits each; where a list is not empty, a request must prove one of its keys.
    paused_at: since when the whole room stands still; nobody starts then.
    scores_since: since when its score screen is shown, of which live_scores.py makes the key; None where it is not.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint(one_of("audience", AUDIENCES), name="audience"),
        CheckConstraint("capacity IS NULL OR (capacity > 0 AND audience = 'listed')", name="capacity"),
        CheckConstraint("pin_round > 0", name="pin_round"),
        CheckConstraint(one_of("device_move", MOVES), name="device_move"),
        CheckConstraint("device_move <> 'pin' OR pin_round IS NOT NULL", name="device_pin"),
        Index("ix_sitting_opens_at", "opens_at"),
    )

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    supervised: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    room: Mapped[str] = mapped_column(String(120), default="")
    capacity: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(8), default="everyone")
    pin_round: Mapped[int | None]
    ip_ranges: Mapped[list[Any]] = mapped_column(default=list)
    seb_config_keys: Mapped[list[Any]] = mapped_column(default=list)
    seb_exam_keys: Mapped[list[Any]] = mapped_column(default=list)
    device_move: Mapped[str] = mapped_column(String(8), default="password")
    paused_at: Mapped[datetime | None]
    scores_since: Mapped[datetime | None]

    exam: Mapped[Exam] = relationship(lazy="raise")


class SittingEvent(Base):
    """The log of a sitting: what happened in the room and who did it. Rows are appended and never changed.

    employee_id: whom it is about, also before there is an attempt; None for the whole room.
    at: when it was noted; of "gap" and "hidden" when that began.
    details: {"minutes", "why"} of a change of time; {"refused", "why"} of a move that the proctor refused, "refused" being the
    sign-in that had asked, as "asked" is of one that asks; "dismissed" or "named", of an incident that was not noted by hand, is
    the user after whom nobody watched, or before whom nobody did; of others what their writers say. No names and no NIP.
    """

    __tablename__ = "sitting_event"
    __table_args__ = (
        CheckConstraint(one_of("kind", EVENTS), name="kind"),
        Index("ix_sitting_event_sitting_id_at", "sitting_id", "at"),
    )

    id: Mapped[Key]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"), index=True)
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    details: Mapped[dict[str, Any]]

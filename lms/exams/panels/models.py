"""Panels, their judges and items, the ratings of each round, and what a closed round came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key
from lms.exams.models import Blueprint, Exam
from lms.people.models import one_of

#: A round is rated · it is closed, and a next one or the take-over may follow · the cut was taken over · it was given up.
STATES = ("open", "closed", "taken", "dropped")
#: Those of a panel that is at work.
IN_WORK = STATES[:2]
MOST_ROUNDS = 3
_IS_IN_WORK = text(one_of("state", IN_WORK))


class Panel(Base):
    """People who settle the pass mark of an exam. An exam has one at most that is at work.

    blueprint_id: in force when it was opened, whose papers the cut is for · taken_id: the blueprint that the cut went into.
    """

    __tablename__ = "panel"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint(f"round BETWEEN 1 AND {MOST_ROUNDS}", name="round"),
        CheckConstraint("(state = 'taken') = (taken_id IS NOT NULL)", name="taken"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("uq_panel_in_work", "exam_id", unique=True, sqlite_where=_IS_IN_WORK, postgresql_where=_IS_IN_WORK),
        Index("ix_panel_exam_id", "exam_id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    round: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    taken_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))

    exam: Mapped[Exam] = relationship(lazy="raise")
    rated: Mapped[Blueprint] = relationship(lazy="raise", foreign_keys=[blueprint_id])


class PanelJudge(Base):
    """That a person judges. accepted_at: when they agreed to see the questions, and so not to sit the exam (insiders.py).

    letter_asked_at, letter_sent_at: the last letter to them (letters.py); it waits as long as none was sent since it was asked for.
    """

    __tablename__ = "panel_judge"
    __table_args__ = (
        UniqueConstraint("panel_id", "employee_id"),
        Index("ix_panel_judge_accepted", "employee_id", "accepted_at"),
    )

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    named_at: Mapped[datetime]
    named_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    accepted_at: Mapped[datetime | None]
    letter_asked_at: Mapped[datetime | None]
    letter_sent_at: Mapped[datetime | None]

    panel: Mapped[Panel] = relationship(lazy="raise")


class PanelItem(Base):
    """A question version to rate. weight: the marks that it stands for on a paper, as an exact fraction such as "3/10"."""

    __tablename__ = "panel_item"
    __table_args__ = (UniqueConstraint("panel_id", "place"), CheckConstraint("place > 0", name="place"))

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    place: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    weight: Mapped[str] = mapped_column(String(60))


class PanelRating(Base):
    """How likely a just competent candidate is to answer an item right. Appended; a judge's last of a round counts."""

    __tablename__ = "panel_rating"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100 AND percent / 5 * 5 = percent", name="percent"),
        CheckConstraint(f"round BETWEEN 1 AND {MOST_ROUNDS}", name="round"),
        Index("ix_panel_rating_judge_round", "judge_id", "round"),
    )

    id: Mapped[Key]
    judge_id: Mapped[int] = mapped_column(ForeignKey("panel_judge.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("panel_item.id"))
    round: Mapped[int]
    percent: Mapped[int]
    given_at: Mapped[datetime]


class PanelRound(Base):
    """What a round had come to when it was closed: the record to which a pass mark opens. Never changed.

    figures: {"n": judges, "absent": how many were left out unfinished, "items", "cut", "most", "share", "percent", "sd", "se"}.
    """

    __tablename__ = "panel_round"
    __table_args__ = (UniqueConstraint("panel_id", "number"), CheckConstraint("number > 0", name="number"))

    id: Mapped[Key]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    number: Mapped[int]
    figures: Mapped[dict[str, Any]]
    closed_at: Mapped[datetime]
    closed_by: Mapped[int] = mapped_column(ForeignKey("user.id"))

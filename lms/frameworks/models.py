"""The competency dictionary: frameworks, competencies and their five levels."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key

#: What levels are called where a dictionary does not say otherwise.
LEVEL_NAMES = ("Paham", "Dasar", "Menengah", "Mumpuni", "Ahli")
KINDS = ("teknis", "pemerintahan", "manajerial", "sosial_kultural")


class Framework(Base):
    """A published dictionary, such as the annex of PermenPANRB 38/2017, valid from a day.

    level_names: what the dictionary calls its five levels, lowest first.
    """

    __tablename__ = "framework"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    level_names: Mapped[list[Any]] = mapped_column(default=lambda: list(LEVEL_NAMES))


class Competency(Base):
    """One entry of a dictionary."""

    __tablename__ = "competency"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS!r}", name="kind"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)

    levels: Mapped[list["Level"]] = relationship(lazy="raise", order_by="Level.number")


class Level(Base):
    """What one level of a competency means; `indicators` are sentences of behaviour."""

    __tablename__ = "competency_level"
    __table_args__ = (
        UniqueConstraint("competency_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 5", name="number"),
    )

    id: Mapped[Key]
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    number: Mapped[int]
    description: Mapped[str] = mapped_column(Text)
    indicators: Mapped[list[Any]]

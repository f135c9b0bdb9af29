"""Courses, immutable editions, lessons, and what each learner has done."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Key


class Course(Base):
    """A course through all its editions. Its unit owns it; `published_id` is the edition that new learners get."""

    __tablename__ = "course"

    id: Mapped[Key]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    published_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id", use_alter=True))
    withdrawn_at: Mapped[datetime | None]

    published: Mapped["Edition | None"] = relationship(lazy="raise", foreign_keys=[published_id])


class Edition(Base):
    """A course as it was published once. Never changed; a correction is the next edition.

    competencies: [{"code": …, "level": 1–5}], what the course builds.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        CheckConstraint("learning_hours > 0", name="learning_hours"),
    )

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    method: Mapped[str] = mapped_column(String(40))
    learning_hours: Mapped[int]
    licence: Mapped[str] = mapped_column(String(40), default="")
    competencies: Mapped[list[Any]]
    hash: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    course: Mapped[Course] = relationship(lazy="raise", foreign_keys=[course_id])
    lessons: Mapped[list["Lesson"]] = relationship(lazy="raise", order_by="Lesson.position")


class Lesson(Base):
    """One lesson of one edition. `uuid` stays the same through editions, so progress can be carried over."""

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("edition_id", "position"),
        UniqueConstraint("edition_id", "uuid"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    position: Mapped[int]
    uuid: Mapped[str] = mapped_column(String(36))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    objectives: Mapped[list[Any]]
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class Enrolment(Base):
    """One person learning one course, in the edition that was current when they began."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("employee_id", "course_id"),)

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    enrolled_at: Mapped[datetime]
    last_lesson_uuid: Mapped[str | None] = mapped_column(String(36))
    last_read_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")


class LessonProgress(Base):
    """That a learner opened a lesson, how far they read (per mille of its length), and when they finished it."""

    __tablename__ = "lesson_progress"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_uuid"),
        CheckConstraint("read_to BETWEEN 0 AND 1000", name="read_to"),
    )

    id: Mapped[Key]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_uuid: Mapped[str] = mapped_column(String(36))
    opened_at: Mapped[datetime]
    read_to: Mapped[int] = mapped_column(default=0)
    completed_at: Mapped[datetime | None]


class LearningCredit(Base):
    """Learning hours (JP) credited once for a person, course and year, from the edition's curriculum."""

    __tablename__ = "learning_credit"
    __table_args__ = (
        UniqueConstraint("employee_id", "course_id", "year"),
        CheckConstraint("learning_hours > 0", name="learning_hours"),
    )

    id: Mapped[Key]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    year: Mapped[int]
    learning_hours: Mapped[int]
    credited_at: Mapped[datetime]

    edition: Mapped[Edition] = relationship(lazy="raise")

"""Exams and the blueprints that their papers are drawn by."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, and_, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms.catalogue.models import Course
from lms.db import Base, Key
from lms.people.models import one_of

#: What an exam is for: the real one, practice with feedback after each question, or a try-out under the real conditions.
#: rehearsing.py has the rules of the latter two: nothing that they come to counts anywhere.
EXAM, PRACTICE, TRYOUT = "exam", "practice", "tryout"


class Exam(Base):
    """The definition of an exam. `code` stands in its address.

    short_since: since when its bank cannot fill a paper, as far as anybody looked (shortage.py).
    """

    __tablename__ = "exam"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 1 AND 600", name="duration_minutes"),
        CheckConstraint("max_attempts > 0", name="max_attempts"),
        CheckConstraint("cooldown_hours >= 0", name="cooldown_hours"),
        CheckConstraint(one_of("mode", (EXAM, PRACTICE, TRYOUT)), name="mode"),
    )

    id: Mapped[Key]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    duration_minutes: Mapped[int]
    max_attempts: Mapped[int]
    cooldown_hours: Mapped[int]
    proctored: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[str] = mapped_column(String(8), default=EXAM)
    short_since: Mapped[datetime | None]

    course: Mapped[Course | None] = relationship(lazy="raise")
    if TYPE_CHECKING:
        plan: Mapped["Blueprint | None"]


class Blueprint(Base):
    """How papers of an exam are drawn and passed. Immutable; the highest number is in force.

    content: {"pass_total": percent, "certainty": true where answers are weighed by it,
    "sections": [{"title", "competency", "level", "draw", "pass": percent,
    "difficulty": {"mudah": n, "sedang": n, "sulit": n}}]}; what more it may say of passing stands in pass_rules.py.
    made_by: who settled it here (revising.py, or its terms alone: after_terms.py), None for what a package brought.
    """

    __tablename__ = "blueprint"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[Key]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


_other = aliased(Blueprint)
_newest = select(func.max(_other.number)).where(_other.exam_id == Exam.id).correlate_except(_other).scalar_subquery()
#: The blueprint in force, for a page that loads it together with its exam.
Exam.plan = relationship(
    Blueprint,
    primaryjoin=and_(Blueprint.exam_id == Exam.id, Blueprint.number == _newest),
    lazy="raise",
    viewonly=True,
    uselist=False,
)

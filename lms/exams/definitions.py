"""An exam as it is defined, read for whoever stands before it: its blueprint, its sittings, the person's entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Edition
from lms.db import Ref, UtcDateTime
from lms.exams import insiders, minutes
from lms.exams.models import Blueprint, Candidate, CandidateGroup, Exam, Sitting
from lms.lean import Lean
from lms.people.models import OrgUnit


@dataclass(frozen=True)
class Definition:
    """An exam with the blueprint in force and the sittings that are not over, by the clock or by signed minutes, the earliest first.

    All of it as columns were read, without relationships. listed: the person's entries on lists of candidates, by the sitting's
    key. course: the one that the exam ends. is_insider: the person knows the questions of this exam (insiders.py).
    group: the person's in all sittings whose list names none (candidate_groups.py); empty for none. unit: whose exam it is.
    """

    exam: Exam
    blueprint: Blueprint | None
    sittings: tuple[Sitting, ...]
    listed: Mapping[int, Candidate] = field(default_factory=dict)
    course: Course | None = None
    course_title: str | None = None
    is_insider: bool = False
    group: str = ""
    unit: str = ""

    def group_in(self, sitting_id: int | None) -> str:
        """The group whose thresholds hold for the person in a sitting; empty for none."""
        entry = None if sitting_id is None else self.listed.get(sitting_id)
        return (entry.group if entry else "") or self.group


def definition(
    session: Session, code: str, *, now: datetime, employee_id: int | None = None, sitting_id: int | None = None
) -> Definition | None:
    """The exam with this code, in one query; None when there is none.

    employee_id: whose entries on lists come along, and whether they know the questions · sitting_id: the one sitting that
    matters, instead of all.
    """
    sought = {"code": code, "now": now, "employee": employee_id, "sitting": sitting_id, **insiders.days(now)}
    rows = _DEFINITION.all(session, **sought)
    if not rows:
        return None
    first = rows[0]
    return Definition(
        first.Exam,
        first.Blueprint,
        tuple(row.Sitting for row in rows if row.Sitting is not None),
        {row.Candidate.sitting_id: row.Candidate for row in rows if row.Candidate is not None},
        first.Course,
        first.course_title,
        first.is_insider,
        first.own_group or "",
        first.unit,
    )


def _definition() -> Lean:
    newest = select(func.max(Blueprint.number)).where(Blueprint.exam_id == Exam.id).correlate(Exam).scalar_subquery()
    only = bindparam("sitting", type_=Ref)
    wanted = and_(
        Sitting.exam_id == Exam.id,
        Sitting.closes_at > bindparam("now", type_=UtcDateTime()),
        or_(only.is_(None), Sitting.id == only),
        ~minutes.are_signed(Sitting.id),
    )
    person: BindParameter[int] = bindparam("employee")
    entry = and_(Candidate.sitting_id == Sitting.id, Candidate.employee_id == person)
    is_insider = insiders.is_insider(Exam, person).label("is_insider")
    own = select(CandidateGroup.code).where(CandidateGroup.exam_id == Exam.id, CandidateGroup.employee_id == person)
    title, group = Edition.title.label("course_title"), own.correlate(Exam).scalar_subquery().label("own_group")
    return Lean(
        select(Exam, Blueprint, Sitting, Candidate, Course, title, is_insider, group, OrgUnit.name.label("unit"))
        .select_from(Exam)
        .join(OrgUnit, OrgUnit.id == Exam.unit_id)
        .outerjoin(Blueprint, and_(Blueprint.exam_id == Exam.id, Blueprint.number == newest))
        .outerjoin(Sitting, wanted)
        .outerjoin(Candidate, entry)
        .outerjoin(Course, Course.id == Exam.course_id)
        .outerjoin(Edition, Edition.id == Course.published_id)
        .where(Exam.code == bindparam("code"))
        .order_by(Sitting.opens_at, Sitting.id)
    )


_DEFINITION = _definition()

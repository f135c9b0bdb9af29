"""Which course closes which gap."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, String, and_, cast, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Edition, Enrolment
from lms.competencies.gaps import Gap, State
from lms.exams.models import Exam


@dataclass(frozen=True)
class Step:
    """A course that builds a competency up to a level, and how far the person is with it.

    exam_code: the exam that proves what the course teaches, if there is one.
    """

    slug: str
    title: str
    hours: int
    level: int
    is_begun: bool
    is_completed: bool
    exam_code: str | None


def steps_for(session: Session, employee_id: int, gaps: Collection[Gap]) -> dict[str, tuple[Step, ...]]:
    """Competency code → published courses that lead beyond the present level or renew it, the best first. One statement.

    Best is what the person has not finished, then what reaches the required level most closely, then the fewest hours.
    """
    wanted = {gap.required.code: gap for gap in gaps}
    if not wanted:
        return {}
    found: dict[str, dict[str, Step]] = {code: {} for code in wanted}
    for course, edition, enrolment, exam_code in session.execute(_courses(employee_id, wanted)):
        for code, level in {entry["code"]: entry["level"] for entry in edition.competencies}.items():
            if code in wanted and _helps(wanted[code], level):
                found[code].setdefault(course.slug, _step(course, edition, enrolment, exam_code, level))
    return {code: _best_first(steps, wanted[code]) for code, steps in found.items()}


def _courses(employee_id: int, wanted: Mapping[str, Gap]) -> Select[Course, Edition, Enrolment, str]:
    named = cast(Edition.competencies, String)
    return (
        select(Course, Edition, Enrolment, Exam.code)
        .join(Edition, Edition.id == Course.published_id)
        .outerjoin(Enrolment, and_(Enrolment.course_id == Course.id, Enrolment.employee_id == employee_id))
        .outerjoin(Exam, Exam.course_id == Course.id)
        .where(Course.withdrawn_at.is_(None), or_(*(named.contains(f'"{code}"') for code in wanted)))
        .order_by(Course.slug, Exam.code)
    )


def _helps(gap: Gap, level: int) -> bool:
    """Beyond the present level; where the level is about to end, also what renews it."""
    return level > (gap.level or 0) or (gap.state is State.ENDING and level >= gap.required.level)


def _step(course: Course, edition: Edition, enrolment: Enrolment | None, exam_code: str | None, level: int) -> Step:
    return Step(
        slug=course.slug,
        title=edition.title,
        hours=edition.learning_hours,
        level=level,
        is_begun=enrolment is not None,
        is_completed=enrolment is not None and enrolment.completed_at is not None,
        exam_code=exam_code,
    )


def _best_first(steps: Mapping[str, Step], gap: Gap) -> tuple[Step, ...]:
    asked = gap.required.level

    def worth(step: Step) -> tuple[bool, bool, int, int, str]:
        return step.is_completed, step.level < asked, abs(step.level - asked), step.hours, step.slug

    return tuple(sorted(steps.values(), key=worth))

"""What follows a result for its candidate: the certificate that is made, or the next try and what to read before it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import progress
from lms.catalogue.progress import Outline, Step
from lms.certificates.models import Certificate
from lms.exams import results
from lms.exams.eligibility import Eligibility, definition, judge, records
from lms.exams.models import Result
from lms.exams.terms import Place
from lms.questions.models import QuestionVersion

MOST_LESSONS = 3


@dataclass(frozen=True)
class Following:
    """standing: how the candidate stands to the exam now, None after passing · certificate: code of the issued one.

    rereads: lessons whose questions cost points, those that cost most first; empty after passing.
    """

    standing: Eligibility | None
    max_attempts: int
    course_slug: str | None
    rereads: tuple[Step, ...]
    certificate: str | None


def of_result(
    session: Session, result: Result, exam_code: str, employee_id: int, *, now: datetime, place: Place | None = None
) -> Following:
    """What follows this result of an attempt. One statement after passing, else four."""
    if result.passed:
        return Following(None, 0, None, (), _issued(session, result.attempt_id))
    found = definition(session, exam_code, now=now, employee_id=employee_id)
    assert found is not None, "an exam that was sat is not taken away"
    exam = found.exam
    outline = progress.of_course(session, employee_id, exam.course_id) if exam.course_id else None
    unfinished = len(outline.steps) - outline.done if outline else 0
    record = records(session, employee_id, [exam.id])[exam.id]
    return Following(
        standing=judge(found, record, unfinished=unfinished, now=now, place=place),
        max_attempts=exam.max_attempts,
        course_slug=outline.slug if outline else None,
        rereads=_rereads(outline, lost_by_lesson(session, result)) if outline else (),
        certificate=None,
    )


def _rereads(outline: Outline, lost: dict[str, int]) -> tuple[Step, ...]:
    steps = [step for step in outline.steps if lost.get(step.slug)]
    return tuple(sorted(steps, key=lambda step: (-lost[step.slug], step.number))[:MOST_LESSONS])


def lost_by_lesson(session: Session, result: Result) -> dict[str, int]:
    """Lesson slug → questions of that lesson that did not get all their points."""
    short = [mark["version"] for mark in result.marks if results.is_short(mark)]
    rows = session.scalars(
        select(QuestionVersion.lesson).where(QuestionVersion.id.in_(short), QuestionVersion.lesson != "")
    )
    return dict(Counter(rows))


def _issued(session: Session, attempt_id: int) -> str | None:
    return session.scalars(
        select(Certificate.code)
        .join(Result, Result.id == Certificate.result_id)
        .where(Result.attempt_id == attempt_id, Certificate.state == "issued")
        .order_by(Certificate.id.desc())
        .limit(1)
    ).one_or_none()

"""What follows a result for its candidate: the certificate that is made, or the next try and what to read before it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, exists, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from lms.catalogue import progress
from lms.catalogue.progress import Outline, Step
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.certificates.proposal_models import Proposal
from lms.exams import drawing, results
from lms.exams.definitions import Definition, definition
from lms.exams.eligibility import Eligibility, judge
from lms.exams.models import Attempt, Exam, Result
from lms.exams.records import records
from lms.exams.terms import Place
from lms.frameworks.models import Competency
from lms.lean import Lean
from lms.questions.models import QuestionVersion

MOST_LESSONS = 3


@dataclass(frozen=True)
class Award:
    """position: what a certificate for a position is about, empty where a pass is enough. code: of the issued one.

    ended: revoked, suspended or superseded, where it is. is_proposed: for a position, whether two people decide, or decided,
    on it; a pass alone is not proposed while the position's demands are not met. is_other: another attempt of the person earned
    what is told, so that this one earns none. What this one renews is not told.
    """

    position: str
    code: str | None
    ended: str
    is_proposed: bool = False
    is_other: bool = False


@dataclass(frozen=True)
class Following:
    """standing: how the candidate stands to the exam now, None after passing · award: what a pass earns; None for nothing.

    rereads: lessons whose questions cost points, those that cost most first; empty after passing.
    competencies: code → name of those that the result speaks of. can_be_drawn: the bank can fill a paper for who may start.
    """

    standing: Eligibility | None
    max_attempts: int
    course_slug: str | None
    rereads: tuple[Step, ...]
    award: Award | None
    competencies: dict[str, str]
    can_be_drawn: bool = True


def of_result(
    session: Session, result: Result, exam_code: str, employee_id: int, *, now: datetime, place: Place | None = None
) -> Following:
    """What follows this result of an attempt. Two statements after passing, else four, and one more for who may start."""
    competencies, lost = spoken_of(session, result)
    if result.passed:
        return Following(None, 0, None, (), award_of(session, result.attempt_id), competencies)
    found = definition(session, exam_code, now=now, employee_id=employee_id)
    assert found is not None, "an exam that was sat is not taken away"
    exam = found.exam
    outline = progress.of_course(session, employee_id, exam.course_id) if exam.course_id else None
    unfinished = len(outline.steps) - outline.done if outline else 0
    record = records(session, employee_id, [exam.id])[exam.id]
    standing = judge(found, record, unfinished=unfinished, now=now, place=place)
    return Following(
        standing=standing,
        max_attempts=exam.max_attempts,
        course_slug=outline.slug if outline else None,
        rereads=_rereads(outline, lost) if outline else (),
        award=None,
        competencies=competencies,
        can_be_drawn=not standing.may_start or _can_be_drawn(session, found, standing, now=now),
    )


def _can_be_drawn(session: Session, found: Definition, standing: Eligibility, *, now: datetime) -> bool:
    """Whether whoever may start finds a paper: one that lies ready, or one that the bank can fill."""
    if standing.waiting is not None:
        return True
    return found.blueprint is not None and drawing.is_possible(session, found.exam, found.blueprint, now=now)


def _rereads(outline: Outline, lost: dict[str, int]) -> tuple[Step, ...]:
    steps = [step for step in outline.steps if lost.get(step.slug)]
    return tuple(sorted(steps, key=lambda step: (-lost[step.slug], step.number))[:MOST_LESSONS])


def spoken_of(session: Session, result: Result) -> tuple[dict[str, str], dict[str, int]]:
    """Competency code → its name; and lesson slug → questions of that lesson that did not get all their points.

    One statement for both: the page has none to spare.
    """
    short = [mark["version"] for mark in result.marks if results.is_short(mark)]
    codes = {section["competency"] for section in result.sections}
    rows = _SPOKEN_OF.all(session, short=short, codes=list(codes))
    return {key: name for name, key in rows if name is not None}, dict(
        Counter(key for name, key in rows if name is None)
    )


def award_of(session: Session, attempt_id: int) -> Award | None:
    """What a pass of this attempt's exam earns, and how far it is. None where no scheme awards anything for it. One statement."""
    found = _AWARD.first(session, attempt=attempt_id)
    if found is None:
        return None
    position, code, state, ended, proposal_id, is_own = found
    return Award(
        position, code if state == "issued" else None, ended or "", proposal_id is not None, bool(code) and not is_own
    )


def _award() -> Lean:
    attempt: BindParameter[int] = bindparam("attempt")
    of_attempt = select(Result.id).where(Result.attempt_id == attempt)
    own, ended = Certificate.result_id.in_(of_attempt), aliased(Revocation)
    taken = select(ended.id).where(ended.certificate_id == Certificate.id, ended.kind != "suspended").exists()
    before, earned = aliased(Attempt), aliased(Result)
    is_renewed = exists(
        select(1)
        .select_from(earned)
        .join(before, before.id == earned.attempt_id)
        .where(earned.id == Certificate.result_id, before.renew_from <= Attempt.started_at)
        .correlate(Certificate, Attempt)
    )
    theirs = (Certificate.employee_id == Attempt.employee_id) & ~taken & ~is_renewed
    mine = Proposal.result_id.in_(of_attempt)
    going = (Proposal.employee_id == Attempt.employee_id) & Proposal.state.in_(("verifying", "approving"))
    return Lean(
        select(Scheme.position, Certificate.code, Certificate.state, Revocation.kind, Proposal.id, own.label("is_own"))
        .select_from(Attempt)
        .join(Scheme, Scheme.exam_id == Attempt.exam_id)
        .outerjoin(Certificate, (Certificate.scheme_id == Scheme.id) & (own | theirs))
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(Proposal, (Proposal.scheme_id == Scheme.id) & (mine | going))
        .where(Attempt.id == attempt)
        # What is awarded at once comes first; of several certificates one that holds, then this attempt's own.
        .order_by(Scheme.position, taken, own.desc(), Certificate.id.desc())
        .limit(1)
    )


_AWARD = _award()
_SPOKEN_OF = Lean(
    union_all(
        select(Competency.name, Competency.code).where(Competency.code.in_(bindparam("codes", expanding=True))),
        select(null(), QuestionVersion.lesson).where(
            QuestionVersion.id.in_(bindparam("short", expanding=True)), QuestionVersion.lesson != ""
        ),
    )
)


def awards_of_course(session: Session, course_id: int) -> tuple[bool, bool]:
    """Whether a scheme awards a certificate for the pass of a course's exam, and one for attending it. One statement."""
    rows = (
        select(Scheme.exam_id, Scheme.course_id)
        .outerjoin(Exam, Exam.id == Scheme.exam_id)
        .where(Scheme.position == "", or_(Exam.course_id == course_id, Scheme.course_id == course_id))
    )
    found = session.execute(rows).all()
    return any(exam for exam, _course in found), any(course for _exam, course in found)

"""Who may start an exam, and if not, every reason why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from lms.catalogue.models import Course
from lms.catalogue.progress import unfinished_lessons
from lms.exams import pass_rules
from lms.exams.models import Attempt, Blueprint, Exam, Paper, Result, Sitting
from lms.exams.pass_rules import Threshold


class Reason(StrEnum):
    """Why an exam cannot be started now."""

    OPEN = "open"
    PASSED = "passed"
    USED_UP = "used_up"
    PENDING = "pending"
    COOLDOWN = "cooldown"
    LESSONS = "lessons"
    NOT_YET = "not_yet"
    NO_SITTING = "no_sitting"


@dataclass(frozen=True)
class Definition:
    """An exam with the blueprint in force and the sittings that are not over, the earliest first."""

    exam: Exam
    blueprint: Blueprint | None
    sittings: tuple[Sitting, ...]


@dataclass(frozen=True)
class Rules:
    """What the rules page says of an exam. sections: (title, questions, threshold); groups: (title, total, sections).

    certainty: answers are weighed by how certain one is.
    """

    code: str
    title: str
    duration_minutes: int
    max_attempts: int
    cooldown_hours: int
    questions: int
    total: Threshold
    sections: tuple[tuple[str, int, Threshold], ...]
    compensation: bool
    groups: tuple[tuple[str, Threshold, tuple[tuple[str, Threshold], ...]], ...]
    course_slug: str | None
    course_title: str | None
    certainty: bool = False
    on_trial: int = 0


@dataclass(frozen=True)
class Window:
    """When one may sit, and where: a sitting."""

    id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    zone: str
    supervised: bool


@dataclass(frozen=True)
class Past:
    """One attempt of the person so far. percent, passed: None while there is no verdict."""

    attempt_id: int
    code: str
    number: int
    state: str
    started_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    percent: Decimal | None
    passed: bool | None


@dataclass(frozen=True)
class Waiting:
    """An attempt whose paper lies ready and was not started."""

    attempt_id: int
    sitting_id: int
    blueprint_id: int
    made_at: datetime


@dataclass(frozen=True)
class Record:
    """What a person has done at one exam: the attempts they began, in order, and the one that lies ready."""

    past: tuple[Past, ...] = ()
    waiting: Waiting | None = None


@dataclass(frozen=True)
class Eligibility:
    """Whether a person may start now. sitting: the one that is open, else the next.

    again_at: when the pause between attempts ends, also when it is over. number: of the next attempt.
    """

    reasons: tuple[Reason, ...]
    sitting: Window | None
    attempts_left: int
    again_at: datetime | None
    unfinished: int
    past: tuple[Past, ...]
    waiting: Waiting | None
    number: int

    @property
    def may_start(self) -> bool:
        """Nothing speaks against it."""
        return not self.reasons

    @property
    def running(self) -> Past | None:
        """The attempt that is under way."""
        return next((one for one in self.past if one.state != "closed"), None)

    @property
    def passed(self) -> Past | None:
        """The attempt that was passed."""
        return next((one for one in self.past if one.passed), None)

    @property
    def first_reason(self) -> Reason | None:
        """What a page says first of all that stands in the way; None when nothing does."""
        return next(iter(self.reasons), None)

    @property
    def starts_at(self) -> datetime | None:
        """When what only time can mend is over: the pause, and the opening of the sitting. None without a sitting."""
        if self.sitting is None:
            return None
        return max(self.sitting.opens_at, self.again_at or self.sitting.opens_at)


def definition(session: Session, code: str, *, now: datetime) -> Definition | None:
    """The exam with this code, in one query; None when there is none."""
    newest = select(func.max(Blueprint.number)).where(Blueprint.exam_id == Exam.id).correlate(Exam).scalar_subquery()
    rows = session.execute(
        select(Exam, Blueprint, Sitting)
        .outerjoin(Blueprint, and_(Blueprint.exam_id == Exam.id, Blueprint.number == newest))
        .outerjoin(Sitting, and_(Sitting.exam_id == Exam.id, Sitting.closes_at > now))
        .options(joinedload(Exam.course).joinedload(Course.published))
        .where(Exam.code == code)
        .order_by(Sitting.opens_at)
    ).all()
    if not rows:
        return None
    exam, blueprint, _sitting = rows[0]
    return Definition(exam, blueprint, tuple(row[2] for row in rows if row[2] is not None))


def rules_of(found: Definition) -> Rules:
    """The rules of an exam, for its page."""
    exam, content = found.exam, found.blueprint.content if found.blueprint else {"sections": []}
    general = pass_rules.rules_for(content)
    titles = [section["title"] for section in content["sections"]]
    drawn = [section["draw"] for section in content["sections"]]
    groups = [pass_rules.rules_for(content, one["code"]) for one in content.get("groups", ())]
    edition = exam.course.published if exam.course else None
    return Rules(
        code=exam.code,
        title=exam.title,
        duration_minutes=exam.duration_minutes,
        max_attempts=exam.max_attempts,
        cooldown_hours=exam.cooldown_hours,
        questions=sum(drawn) + content.get("trial", 0),
        total=general.total,
        sections=tuple(zip(titles, drawn, general.sections, strict=True)),
        compensation=general.compensation,
        groups=tuple((one.group_title, one.total, tuple(zip(titles, one.sections, strict=True))) for one in groups),
        course_slug=exam.course.slug if exam.course else None,
        course_title=edition.title if edition else None,
        certainty=bool(content.get("certainty")),
        on_trial=content.get("trial", 0),
    )


def may_start(session: Session, found: Definition, employee_id: int, *, now: datetime) -> Eligibility:
    """How the person stands to the exam. Two queries, one where it belongs to no course."""
    course_id = found.exam.course_id
    record = records(session, employee_id, [found.exam.id])[found.exam.id]
    unfinished = unfinished_lessons(session, employee_id, [course_id])[course_id] if course_id else 0
    return judge(found.exam, found.sittings, record, unfinished=unfinished, now=now)


def judge(
    exam: Exam,
    sittings: Sequence[Sitting],
    record: Record,
    *,
    unfinished: int,
    now: datetime,
) -> Eligibility:
    """The rules, on what is known; whatever page speaks of an exam speaks by them. Pure.

    sittings: those that are not over, the earliest first.
    """
    past = record.past
    sitting = next((one for one in sittings if one.opens_at <= now), sittings[0] if sittings else None)
    ended = [one.closed_at for one in past if one.closed_at is not None]
    again_at = max(ended) + timedelta(hours=exam.cooldown_hours) if ended else None
    left = exam.max_attempts - len(past)
    rules = {
        Reason.OPEN: any(one.state != "closed" for one in past),
        Reason.PASSED: any(one.passed for one in past),
        Reason.PENDING: any(one.state == "closed" and one.passed is None for one in past),
        Reason.USED_UP: left <= 0,
        Reason.COOLDOWN: left > 0 and again_at is not None and now < again_at,
        Reason.LESSONS: unfinished > 0,
        Reason.NOT_YET: sitting is not None and sitting.opens_at > now,
        Reason.NO_SITTING: sitting is None,
    }
    return Eligibility(
        reasons=tuple(reason for reason, holds in rules.items() if holds),
        sitting=_window(sitting) if sitting else None,
        attempts_left=max(left, 0),
        again_at=again_at,
        unfinished=unfinished,
        past=past,
        waiting=record.waiting,
        number=max((one.number for one in past), default=0) + 1,
    )


def _window(sitting: Sitting) -> Window:
    return Window(
        sitting.id, sitting.title, sitting.opens_at, sitting.closes_at, sitting.zone, supervised=sitting.supervised
    )


def records(session: Session, employee_id: int, exam_ids: Sequence[int]) -> dict[int, Record]:
    """Exam id → the person's attempts with their latest results, for every exam asked for. One statement."""
    other = aliased(Result)
    newest = select(func.max(other.number)).where(other.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    rows = session.execute(
        select(Attempt, Paper.blueprint_id, Paper.made_at, Result.percent, Result.passed)
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.number == newest, Result.state == "graded"))
        .where(Attempt.exam_id.in_(exam_ids), Attempt.employee_id == employee_id)
        .order_by(Attempt.number)
    ).all()
    past: dict[int, list[Past]] = {exam_id: [] for exam_id in exam_ids}
    waiting: dict[int, Waiting] = {}
    for one, blueprint_id, made_at, percent, passed in rows:
        if one.state == "prepared":
            waiting[one.exam_id] = Waiting(one.id, one.sitting_id, blueprint_id, made_at)
        else:
            past[one.exam_id].append(
                Past(
                    one.id, one.code, one.number, one.state, one.started_at, one.due_at, one.closed_at, percent, passed
                )
            )
    return {exam_id: Record(tuple(past[exam_id]), waiting.get(exam_id)) for exam_id in exam_ids}

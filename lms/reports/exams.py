"""Exams and their sittings, for an organiser: one statement a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams import sittings
from lms.exams.appealing.models import Appeal
from lms.exams.marking.models import Work
from lms.exams.models import RUNNING, Attempt, Candidate, Exam, Sitting
from lms.exams.regrading.models import Regrade
from lms.people.models import OrgUnit

STATES = ("open", "ahead", "none")


@dataclass(frozen=True)
class ExamRow:
    """An exam. The sitting is the one that is open, else the next; its fields are None where none is planned.

    candidates: on that sitting's list · working: attempts that run now, of all sittings · short_since: as Exam has it.
    """

    code: str
    title: str
    unit: str
    duration_minutes: int
    sitting_code: str | None
    sitting: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str | None
    candidates: int
    working: int
    short_since: datetime | None
    mode: str

    def is_open(self, now: datetime) -> bool:
        """Whether a sitting is open now."""
        return self.opens_at is not None and self.opens_at <= now


@dataclass(frozen=True)
class SittingRow:
    """A sitting with its counts. candidates: on its list · ready: papers that wait · working, done: attempts."""

    code: str
    title: str
    room: str
    opens_at: datetime
    closes_at: datetime
    zone: str
    audience: str
    candidates: int
    ready: int
    working: int
    done: int

    def state(self, now: datetime) -> str:
        """ahead, open or over."""
        if now < self.opens_at:
            return "ahead"
        return "open" if now < self.closes_at else "over"

    def is_short(self, minutes: int) -> bool:
        """Whether an exam of so many minutes does not fit into it."""
        return sittings.is_short(self.opens_at, self.closes_at, minutes)


@dataclass(frozen=True)
class Afterwards:
    """What people do once an exam was sat. answers: handed in for people to mark · unmarked: of them without a mark that counts ·
    disputed: of these, where two markers differ and a third decides

    appeals: all · open_appeals: without a ruling · overdue: of these, past the day it was due
    regrades: that hold · drafts: that do not yet
    """

    answers: int
    unmarked: int
    disputed: int
    appeals: int
    open_appeals: int
    overdue: int
    regrades: int
    drafts: int


def exams(state: str, words: str, *, now: datetime) -> Select[Exam]:
    """All exams of a state (open, ahead, none; anything else: all) whose title has the words. Narrow it to whom may see them."""
    running = exists(select(1).where(Sitting.exam_id == Exam.id, Sitting.opens_at <= now, Sitting.closes_at > now))
    ahead = exists(select(1).where(Sitting.exam_id == Exam.id, Sitting.opens_at > now))
    rows = select(Exam)
    if words:
        rows = rows.where(Exam.title.icontains(words, autoescape=True))
    match state:
        case "open":
            return rows.where(running)
        case "ahead":
            return rows.where(ahead)
        case "none":
            return rows.where(~running, ~ahead)
    return rows


def count(session: Session, rows: Select[Exam]) -> int:
    """How many."""
    return session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0


def exam_rows(session: Session, rows: Select[Exam], *, now: datetime, page: int, size: int) -> list[ExamRow]:
    """One page of exams: those with a sitting that is open or comes first, then by title."""
    chosen = rows.with_only_columns(Exam.id).order_by(None).subquery()
    other = aliased(Sitting)
    next_one = (
        select(other.id)
        .where(other.exam_id == Exam.id, other.closes_at > now)
        .order_by(other.opens_at, other.id)
        .limit(1)
        .correlate(Exam)
        .scalar_subquery()
    )
    candidates = select(func.count()).where(Candidate.sitting_id == Sitting.id).correlate(Sitting).scalar_subquery()
    working = (
        select(func.count())
        .where(Attempt.exam_id == Exam.id, Attempt.state.in_(RUNNING))
        .correlate(Exam)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            Exam.code, Exam.title, OrgUnit.name, Exam.duration_minutes, Sitting.code, Sitting.title, Sitting.opens_at,
            Sitting.closes_at, Sitting.zone, candidates, working, Exam.short_since, Exam.mode,
        )
        .join(chosen, chosen.c.id == Exam.id)
        .join(OrgUnit, OrgUnit.id == Exam.unit_id)
        .outerjoin(Sitting, and_(Sitting.exam_id == Exam.id, Sitting.id == next_one))
        .order_by(Sitting.id.is_(None), Sitting.opens_at, Exam.title, Exam.id)
        .limit(size)
        .offset((page - 1) * size)
    )  # fmt: skip
    return [ExamRow(*row) for row in found.all()]


def afterwards(session: Session, exam_id: int, *, now: datetime) -> Afterwards:
    """What is marked, appealed and regraded in an exam. One statement."""

    def those(table: type[Work | Appeal | Regrade], *which: ColumnElement[bool]) -> ScalarSelect[int]:
        return select(func.count()).select_from(table).where(table.exam_id == exam_id, *which).scalar_subquery()

    is_open = Appeal.state == "open"
    found = session.execute(
        select(
            those(Work, Work.state != "void"),
            those(Work, Work.state.in_(("open", "disputed"))),
            those(Work, Work.state == "disputed"),
            those(Appeal),
            those(Appeal, is_open),
            those(Appeal, is_open, Appeal.due_at < now),
            those(Regrade, Regrade.state.in_(("applying", "done"))),
            those(Regrade, Regrade.state == "draft"),
        )
    ).one()
    return Afterwards(*found)


def count_sittings(session: Session, exam_id: int) -> int:
    """How many sittings an exam has had and will have."""
    return session.scalar(select(func.count()).select_from(Sitting).where(Sitting.exam_id == exam_id)) or 0


def sitting_rows(session: Session, exam_id: int, *, now: datetime, page: int, size: int) -> list[SittingRow]:
    """One page of an exam's sittings: what is open or comes, the earliest first; then what is over, the latest first."""

    def attempts(states: Sequence[str]) -> ScalarSelect[int]:
        of_sitting = select(func.count()).where(Attempt.sitting_id == Sitting.id, Attempt.state.in_(states))
        return of_sitting.correlate(Sitting).scalar_subquery()

    candidates = select(func.count()).where(Candidate.sitting_id == Sitting.id).correlate(Sitting).scalar_subquery()
    is_over = Sitting.closes_at <= now
    found = session.execute(
        select(
            Sitting.code, Sitting.title, Sitting.room, Sitting.opens_at, Sitting.closes_at, Sitting.zone,
            Sitting.audience, candidates, attempts(["prepared"]), attempts(RUNNING), attempts(["closed"]),
        )
        .where(Sitting.exam_id == exam_id)
        .order_by(
            is_over,
            case((Sitting.closes_at > now, Sitting.opens_at)),
            Sitting.opens_at.desc(),
            Sitting.id,
        )
        .limit(size)
        .offset((page - 1) * size)
    )  # fmt: skip
    return [SittingRow(*row) for row in found.all()]

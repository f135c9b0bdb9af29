"""Who sits: the people of one sitting, on its list or at work, with their time, their paper and their result."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from lms.exams import blueprints, insiders, minutes, proctors
from lms.exams.grading import cut
from lms.exams.models import RUNNING, Attempt, Candidate, HeldEvent, Result, Sitting, SittingEvent
from lms.exams.results import PENDING, missed
from lms.people.models import Employee, User
from lms.reports import sitters

#: waiting: no paper yet · obstacle: why is known · ready: a paper lies there · working · done.
STATES = ("waiting", "obstacle", "ready", "working", "done")

#: What the newest result of an attempt says.
_OF_RESULT = (
    Result.state, Result.percent, Result.passed, Result.score, Result.maximum, Result.sections, Result.verdict,
)  # fmt: skip

#: Rows of one sitting's people, to be narrowed, counted or paged.
People = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Participant:
    """One person. is_listed: false for who came to a sitting for everyone. asks_move: since when they wait for a proctor's word.

    percent, passed, score, maximum: None while there is no verdict. waits: answers are handed in that people have yet to mark.
    parts: (title, points) of each section. missed: sections whose own threshold a failed attempt did not reach.
    """

    employee_id: int
    code: str
    nip: str
    name: str
    is_listed: bool
    extra_minutes: int
    group: str
    room: str
    seat: str
    accommodation: str
    obstacle: str | None
    state: str
    started_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    percent: Decimal | None
    passed: bool | None
    waits: bool
    score: Decimal | None
    maximum: Decimal | None
    parts: tuple[tuple[str, Decimal], ...]
    missed: tuple[str, ...]
    asks_move: datetime | None
    attendance: str | None

    def standing(self, *, is_over: bool) -> str:
        """The state; once the sitting is over, of whoever never began: absent, or unbegun where they were seen."""
        if not is_over or self.state in {"working", "done"}:
            return self.state
        return "unbegun" if self.attendance == "present" else "absent"


@dataclass(frozen=True)
class Counts:
    """How many people stand how. outdated: of those ready, by a blueprint that was replaced since.

    held: with something that waits for a decision. is_signed: a proctor has signed the minutes, so nobody begins any more.
    """

    everyone: int
    waiting: int
    obstacle: int
    ready: int
    working: int
    done: int
    outdated: int
    held: int
    is_signed: bool


@dataclass(frozen=True)
class Person:
    """Somebody by the code of the employee and name."""

    code: str
    name: str


@dataclass(frozen=True)
class Notable:
    """Who watches a sitting, who was named but sits in it, and who on its list knows its questions, each by name."""

    watching: list[Person]
    shut_out: list[Person]
    insiders: list[Person]


@dataclass(frozen=True)
class LogLine:
    """One change of time: for whom, by whom, why."""

    at: datetime
    name: str
    by: str
    minutes: int
    why: str


def people(sitting_id: int, *, words: str = "", state: str = "") -> People:
    """The people of a sitting: (Employee, Candidate, Attempt, *_OF_RESULT), narrowed by words in the name or a state."""
    newer = aliased(Result)
    newest = select(func.max(newer.number)).where(newer.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    rows = sitters.of(sitting_id, Employee, Candidate, Attempt, *_OF_RESULT)
    rows = rows.outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.number == newest))
    if words:
        rows = rows.where(Employee.name.icontains(words, autoescape=True))
    return rows.where(_is(state)) if state in STATES else rows


def counts(session: Session, sitting_id: int) -> Counts:
    """How many people of a sitting stand how. One statement."""
    waits = exists().where(HeldEvent.attempt_id == Attempt.id, HeldEvent.decision.is_(None))
    asked = (*map(_is, STATES), and_(Candidate.id.is_not(None), blueprints.is_outdated()), waits)
    rows = people(sitting_id).with_only_columns(func.count(), *(func.count().filter(one) for one in asked))
    found = session.execute(rows.add_columns(minutes.are_signed(sitting_id)).order_by(None)).one()
    return Counts(*found[:9])


def page(session: Session, rows: People, *, number: int, size: int) -> list[Participant]:
    """One page of people, by name; who asks for another device comes first."""
    asks = and_(Attempt.state == "open", Attempt.move_session_id.is_not(None))
    ordered = rows.order_by(func.coalesce(asks, False).desc(), Employee.name, Employee.id)
    return [_participant(*row) for row in session.execute(ordered.limit(size).offset((number - 1) * size))]


def count(session: Session, rows: People) -> int:
    """How many."""
    return session.scalar(rows.with_only_columns(func.count()).order_by(None)) or 0


def everyone(session: Session, sitting_id: int) -> list[Participant]:
    """All of them, by name: for a spreadsheet."""
    rows = people(sitting_id).order_by(Employee.name, Employee.id)
    return [_participant(*row) for row in session.execute(rows)]


def one(session: Session, sitting_id: int, code: str) -> Participant | None:
    """One person of a sitting by the code of the employee."""
    row = session.execute(people(sitting_id).where(Employee.code == code)).one_or_none()
    return _participant(*row) if row else None


def notable(session: Session, sitting: Sitting, *, most: int, now: datetime) -> Notable:
    """Whom the page of a sitting names apart from its people: so many insiders at most. One statement."""
    known = insiders.on_list(sitting, now=now).order_by(Employee.name, Employee.id).limit(most)
    rows = {
        "named": proctors.watching(sitting.id),
        "shut_out": proctors.shut(sitting.id, now=now),
        "insiders": known,
    }
    parts = {what: row.subquery() for what, row in rows.items()}
    asked = union_all(*(select(literal(what).label("what"), one.c.code, one.c.name) for what, one in parts.items()))
    found = session.execute(asked.order_by("name", "code")).all()
    told = {what: [Person(row.code, row.name) for row in found if row.what == what] for what in rows}
    watching = [one for one in told["named"] if one not in told["shut_out"]]
    return Notable(watching=watching, shut_out=told["shut_out"], insiders=told["insiders"])


def time_log(session: Session, sitting_id: int, *, employee_id: int | None = None, limit: int) -> list[LogLine]:
    """The latest changes of time, of one person or of all."""
    whom, who = aliased(Employee), aliased(Employee)
    rows = (
        select(SittingEvent.at, whom.name, who.name, SittingEvent.details)
        .select_from(SittingEvent)
        .outerjoin(whom, whom.id == SittingEvent.employee_id)
        .outerjoin(User, User.id == SittingEvent.by)
        .outerjoin(who, who.id == User.employee_id)
        .where(SittingEvent.sitting_id == sitting_id, SittingEvent.kind == "time")
        .order_by(SittingEvent.at.desc(), SittingEvent.id.desc())
        .limit(limit)
    )
    if employee_id is not None:
        rows = rows.where(SittingEvent.employee_id == employee_id)
    found = session.execute(rows)
    return [LogLine(at, name or "", by or "", said["minutes"], said["why"]) for at, name, by, said in found]


def _is(state: str) -> ColumnElement[bool]:
    none = Attempt.id.is_(None)
    return {
        "waiting": and_(none, Candidate.obstacle.is_(None)),
        "obstacle": and_(none, Candidate.obstacle.is_not(None)),
        "ready": Attempt.state == "prepared",
        "working": Attempt.state.in_(RUNNING),
        "done": Attempt.state == "closed",
    }[state]


def _participant(who: Employee, entry: Candidate | None, attempt: Attempt | None, *of_result: Any) -> Participant:
    """of_result: as `_OF_RESULT` names it; all None where there is none."""
    waits = of_result[0] == PENDING
    percent, passed, score, maximum, sections, verdict = (None,) * 6 if waits else of_result[1:]
    states = {"prepared": "ready", "open": "working", "paused": "working", "closed": "done"}
    paperless = "obstacle" if entry and entry.obstacle else "waiting"
    return Participant(
        employee_id=who.id,
        code=who.code,
        nip=who.nip,
        name=who.name,
        is_listed=entry is not None,
        extra_minutes=entry.extra_minutes if entry else (attempt.extra_minutes if attempt else 0),
        group=entry.group if entry else "",
        room=entry.room if entry else "",
        seat=entry.seat if entry else "",
        accommodation=entry.accommodation if entry else "",
        obstacle=entry.obstacle if entry else None,
        state=states[attempt.state] if attempt else paperless,
        started_at=attempt.started_at if attempt else None,
        due_at=attempt.due_at if attempt else None,
        closed_at=attempt.closed_at if attempt else None,
        percent=percent,
        passed=passed,
        waits=waits,
        score=score,
        maximum=maximum,
        parts=tuple((one["title"], cut(Decimal(one["mark"]))) for one in sections or ()),
        missed=missed(sections, verdict) if sections and passed is False else (),
        asks_move=attempt.move_asked_at if attempt and attempt.state == "open" else None,
        attendance=entry.attendance if entry else None,
    )

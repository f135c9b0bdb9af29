"""The room as its proctor sees it: everyone of a sitting with how they stand, who needs a hand first.

Read whole in one statement: what is counted, narrowed and put in order is so by plain functions, on a list that a room
bounds. How far each has come is read of those who are shown alone. Answers, right or wrong, and scores are nowhere in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams import seats as places
from lms.exams.held import WRITER
from lms.exams.models import RUNNING, AnswerEvent, Attempt, Blueprint, Candidate, Exam, HeldEvent, Paper, Sitting
from lms.exams.room_models import Presence, RoomMessage, SittingProctor
from lms.exams.sheets import deadline
from lms.people.models import Employee
from lms.reports import sitters

#: A device that gave no sign of life for so long is off the line. One beats each half minute.
AWAY = timedelta(minutes=2)
#: What stands in the journal for an answer that was taken back.
BLANK = ("null", '""', "[]", "{}")
#: How someone stands, in the order of the board: who needs a proctor first.
State = Literal["help", "move", "pin", "held", "away", "paused", "working", "waiting", "done"]
ORDER: tuple[State, ...] = ("help", "move", "pin", "held", "away", "paused", "working", "waiting", "done")
URGENT = frozenset(("help", "move", "pin", "held", "away"))


@dataclass(frozen=True)
class Seat:
    """One person in the room. answered, questions: on their paper, both 0 until `with_progress` has looked, and while there is no
    attempt · unsent: as the device said last ·
    held: questions that wait for a decision · due_at: as sheets.deadline shows it · help_at: when they called the proctor, None
    once that is answered; help_words: why, if they said so · pin_wait_until: until then no PIN of theirs is looked at; None
    while one is."""

    employee_id: int
    code: str
    name: str
    room: str
    seat: str
    extra_minutes: int
    attendance: str | None
    is_listed: bool
    attempt_id: int | None
    attempt_state: str | None
    unsent: int
    held: int
    asks_move: datetime | None
    started_at: datetime | None
    seen_at: datetime | None
    saved_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    is_away: bool
    answered: int = 0
    questions: int = 0
    help_at: datetime | None = None
    help_seen: bool = False
    help_words: str = ""
    pin_wait_until: datetime | None = None

    @property
    def state(self) -> State:
        """How they stand; what is most urgent of it."""
        if self.help_at:
            return "help"
        if self.asks_move:
            return "move"
        if self.pin_wait_until and not self.is_working:
            return "pin"
        if self.held:
            return "held"
        if self.attempt_state == "paused":
            return "paused"
        if self.attempt_state == "open":
            return "away" if self.is_away else "working"
        return "done" if self.attempt_state == "closed" else "waiting"

    @property
    def is_working(self) -> bool:
        """Whether their attempt is under way, on the line or not."""
        return self.attempt_state in RUNNING

    @property
    def is_expected(self) -> bool:
        """Whether they have neither begun nor been seen. PINs can be typed anywhere: who waits after wrong ones is expected still."""
        return self.attempt_state is None and self.attendance != "present"

    @property
    def is_urgent(self) -> bool:
        """Whether they wait for the proctor."""
        return self.state in URGENT


@dataclass(frozen=True)
class Counts:
    """How many of everyone stand how."""

    everyone: int
    expected: int
    working: int
    away: int
    done: int
    held: int
    help: int
    urgent: int


@dataclass(frozen=True)
class Room:
    """A sitting in the list of rooms."""

    code: str
    title: str
    room: str
    exam: str
    opens_at: datetime
    closes_at: datetime
    zone: str
    working: int


def seats(session: Session, sitting_id: int, *, now: datetime) -> list[Seat]:
    """Everyone who is on the list or has begun, the most urgent first; of those who call, who was not seen yet. One statement."""
    rows = session.execute(_people(sitting_id, _of(sitting_id)))
    found = [_seat(row, now) for row in rows]
    return sorted(found, key=_urgency)


def seat(session: Session, sitting_id: int, code: str, *, now: datetime) -> Seat | None:
    """One of them, by the code of the employee, with their progress. One statement."""
    whose = select(Employee.id).where(Employee.code == code).scalar_subquery()
    attempts = _of(sitting_id).where(Attempt.employee_id == whose)
    rows = _beside_progress(_people(sitting_id, attempts), attempts).where(Employee.code == code)
    row = session.execute(rows).one_or_none()
    return None if row is None else _advanced(_seat(row, now), row)


def with_progress(session: Session, shown: Sequence[Seat]) -> list[Seat]:
    """The same people with how many of how many questions they have answered. One statement, which reads their journals: for all of
    a full room that takes too long."""
    keys = [one.attempt_id for one in shown if one.attempt_id is not None]
    rows = _beside_progress(select(Attempt.id), keys).where(Attempt.id.in_(keys))
    found = {row.id: row for row in session.execute(rows)}
    return [_advanced(one, found.get(one.attempt_id)) for one in shown]


def _urgency(one: Seat) -> tuple[Any, ...]:
    called = (one.help_seen, one.help_at.timestamp()) if one.help_at else (False, 0.0)
    return (ORDER.index(one.state), *called, one.name, one.employee_id)


def by_seat(found: Sequence[Seat]) -> list[Seat]:
    """In the order of the tables, whatever state anyone is in; who has no seat comes last, by name."""
    return sorted(found, key=lambda one: (not one.seat, places.order(one.room, one.seat), one.name))


def counts(found: Sequence[Seat]) -> Counts:
    """What the board says on top."""
    return Counts(
        everyone=len(found),
        expected=sum(one.is_expected for one in found),
        working=sum(one.is_working for one in found),
        away=sum(one.is_working and one.is_away for one in found),
        done=sum(one.attempt_state == "closed" for one in found),
        held=sum(one.held > 0 for one in found),
        help=sum(one.help_at is not None for one in found),
        urgent=sum(one.is_urgent for one in found),
    )


def narrowed(found: Sequence[Seat], state: str) -> list[Seat]:
    """Those of one kind: urgent, help, working, away, waiting, done or held; everyone for any other word."""
    chosen: dict[str, Callable[[Seat], bool]] = {
        "urgent": lambda one: one.is_urgent,
        "help": lambda one: one.help_at is not None,
        "working": lambda one: one.is_working,
        "away": lambda one: one.is_working and one.is_away,
        "waiting": lambda one: one.state in {"waiting", "pin"},
        "done": lambda one: one.attempt_state == "closed",
        "held": lambda one: one.held > 0,
    }
    holds = chosen.get(state)
    return [one for one in found if holds is None or holds(one)]


def sought(found: Sequence[Seat], words: str) -> list[Seat]:
    """Those whose name has the words in it, or who sit in the room or at the desk that they name; everyone for no words."""
    name = words.casefold()
    return [one for one in found if name in one.name.casefold() or places.is_meant(words, one.room, one.seat)]


def rooms(session: Session, rows: Select[Sitting], *, now: datetime, page: int, size: int) -> list[Room]:
    """One page of sittings: what is open or comes, the earliest first; then what is over, the latest first."""
    working = (
        select(func.count())
        .where(Attempt.sitting_id == Sitting.id, Attempt.state.in_(RUNNING))
        .correlate(Sitting)
        .scalar_subquery()
    )
    columns = (
        Sitting.code, Sitting.title, Sitting.room, Exam.title, Sitting.opens_at, Sitting.closes_at, Sitting.zone, working,
    )  # fmt: skip
    ordered = rows.join(Exam, Exam.id == Sitting.exam_id).with_only_columns(*columns, maintain_column_froms=True)
    is_over = Sitting.closes_at <= now
    ordered = ordered.order_by(is_over, Sitting.opens_at, Sitting.id).limit(size).offset((page - 1) * size)
    return [Room(*row) for row in session.execute(ordered)]


def watched(user_id: int) -> Select[Sitting]:
    """The sittings that a user was named for."""
    named = select(SittingProctor.sitting_id).where(SittingProctor.user_id == user_id)
    return select(Sitting).where(Sitting.id.in_(named))


def _people(sitting_id: int, attempts: Select[int]) -> Select[Any]:
    """attempts: those whose journals are looked at."""
    saved, held = _saved(attempts), _held(attempts)
    return (
        sitters.of(
            sitting_id,
            Employee.id, Employee.code, Employee.name, Candidate, Attempt, Presence,
            RoomMessage.sent_at.label("help_at"), RoomMessage.seen_at.label("help_seen_at"), RoomMessage.words,
            select(Sitting.pin_round).where(Sitting.id == sitting_id).scalar_subquery().label("pin_round"),
            _pin_waits(sitting_id).label("pin_wait_until"),
            saved.c.at.label("saved_at"), held.c.number.label("held"),
        )
        .outerjoin(Presence, Presence.attempt_id == Attempt.id)
        .outerjoin(RoomMessage, and_(RoomMessage.attempt_id == Attempt.id, RoomMessage.answered_at.is_(None)))
        .outerjoin(saved, saved.c.attempt_id == Attempt.id)
        .outerjoin(held, held.c.attempt_id == Attempt.id)
    )  # fmt: skip


def _of(sitting_id: int) -> Select[int]:
    return select(Attempt.id).where(Attempt.sitting_id == sitting_id)


def _beside_progress(rows: Select[Any], attempts: Select[int] | Sequence[int]) -> Select[Any]:
    """The rows with what `_advanced` reads of them. attempts: those among them whose journals are looked at."""
    answered = _answered(attempts)
    return (
        rows.add_columns(answered.c.number.label("answered"), Blueprint.content)
        .outerjoin(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(Blueprint, Blueprint.id == Paper.blueprint_id)
        .outerjoin(answered, answered.c.attempt_id == Attempt.id)
    )


def _advanced(one: Seat, row: Any) -> Seat:
    """row: None where there is nothing to tell."""
    if row is None or row.content is None:
        return one
    return replace(
        one, answered=row.answered or 0, questions=sum(section["draw"] for section in row.content["sections"])
    )


def _answered(attempts: Select[int] | Sequence[int]) -> Any:
    """Attempt → how many questions have an answer: the newest event of each that is one."""
    newest = (
        select(func.max(AnswerEvent.id))
        .where(AnswerEvent.attempt_id.in_(attempts), AnswerEvent.kind == "answer")
        .group_by(AnswerEvent.attempt_id, AnswerEvent.item)
    )
    rows = select(AnswerEvent.attempt_id, func.count().label("number"))
    return (
        rows.where(AnswerEvent.id.in_(newest), AnswerEvent.value.not_in(BLANK))
        .group_by(AnswerEvent.attempt_id)
        .subquery("answered")
    )


def _saved(attempts: Select[int]) -> Any:
    """Attempt → when its candidate last saved something; what a proctor admits is no sign of life."""
    rows = select(AnswerEvent.attempt_id, func.max(AnswerEvent.received_at).label("at"))
    own = (AnswerEvent.attempt_id.in_(attempts), AnswerEvent.writer != WRITER)
    return rows.where(*own).group_by(AnswerEvent.attempt_id).subquery("saved")


def _held(attempts: Select[int]) -> Any:
    rows = select(HeldEvent.attempt_id, func.count(HeldEvent.item.distinct()).label("number"))
    waiting = (HeldEvent.attempt_id.in_(attempts), HeldEvent.decision.is_(None))
    return rows.where(*waiting).group_by(HeldEvent.attempt_id).subquery("held")


def _pin_waits(sitting_id: int) -> Any:
    """Until when no PIN is looked at that a person types to begin or to move; also for another try, after they ended one."""
    other = aliased(Attempt)
    mine = (other.sitting_id == sitting_id, other.employee_id == Attempt.employee_id, other.state != "closed")
    return select(func.max(other.pin_wait_until)).where(*mine).correlate(Attempt).scalar_subquery()


def _pin_wait(row: Any, now: datetime) -> datetime | None:
    if row.pin_round is None or row.pin_wait_until is None:
        return None
    return row.pin_wait_until if row.pin_wait_until > now else None


def _seat(row: Any, now: datetime) -> Seat:
    entry: Candidate | None = row.Candidate
    attempt: Attempt | None = row.Attempt
    begun = attempt if attempt and attempt.state != "prepared" else None
    signs = [at for at in (row.Presence and row.Presence.seen_at, row.saved_at, begun and begun.started_at) if at]
    seen_at = max(signs) if begun and signs else None
    return Seat(
        employee_id=row.id,
        code=row.code,
        name=row.name,
        room=entry.room if entry else "",
        seat=entry.seat if entry else "",
        extra_minutes=entry.extra_minutes if entry else (attempt.extra_minutes if attempt else 0),
        attendance=entry.attendance if entry else None,
        is_listed=entry is not None,
        attempt_id=begun.id if begun else None,
        attempt_state=begun.state if begun else None,
        unsent=row.Presence.unsent if row.Presence and begun and begun.state != "closed" else 0,
        held=row.held or 0,
        asks_move=begun.move_asked_at if begun and begun.state == "open" else None,
        started_at=begun.started_at if begun else None,
        seen_at=seen_at,
        saved_at=row.saved_at,
        due_at=deadline(begun.due_at, begun.paused_at, now=now) if begun else None,
        closed_at=begun.closed_at if begun else None,
        closed_by=begun.closed_by if begun else None,
        is_away=seen_at is not None and seen_at < now - AWAY,
        help_at=row.help_at if begun and begun.state != "closed" else None,
        help_seen=row.help_seen_at is not None,
        help_words=row.words or "",
        pin_wait_until=_pin_wait(row, now),
    )

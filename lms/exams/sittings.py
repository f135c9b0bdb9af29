"""Scheduling: sittings are made, changed, given a new PIN, and dropped while nobody uses them."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from lms import audit
from lms.db import minutes_after
from lms.exams import room_log, sitting_lock, terms
from lms.exams.codes import new_code
from lms.exams.models import RUNNING, Attempt, Candidate, CandidateUpload, Exam, Sitting, SittingEvent
from lms.exams.room_models import SittingProctor

#: How long before a sitting opens people come in and sign in.
_SOON = timedelta(hours=2)
#: IP version → the shortest prefix of a network that a room may have.
_NARROWEST = {4: 16, 6: 48}


class ScheduleError(ValueError):
    """A sitting cannot be as it was asked for.

    `problem` is a key: window, past, short (than the exam takes), begun (it has started), capacity, used.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class SittingFields:
    """What an organiser decides on. capacity: only for a list. asks_pin: the PIN itself is reckoned (pins.py)."""

    title: str
    room: str
    opens_at: datetime
    closes_at: datetime
    zone: str
    supervised: bool
    audience: str
    capacity: int | None
    asks_pin: bool
    ip_ranges: tuple[str, ...]
    seb_config_keys: tuple[str, ...]
    seb_exam_keys: tuple[str, ...]
    device_move: str


def create(session: Session, exam: Exam, fields: SittingFields, *, by: int, now: datetime) -> Sitting:
    """Schedule a sitting. Raises ScheduleError."""
    _check(exam, fields, now)
    sitting = Sitting(exam_id=exam.id, code=new_code(), pin_round=1 if fields.asks_pin else None, **_columns(fields))
    session.add(sitting)
    session.flush()  # its audit row names the key
    audit.record(session, "sitting.create", f"sitting:{sitting.id}", by=by, now=now, details=_said(fields))
    return sitting


def change(session: Session, exam: Exam, sitting: Sitting, fields: SittingFields, *, by: int, now: datetime) -> None:
    """Change a sitting. Once somebody has begun, its opening, and whether it is supervised and asks a PIN, stay: all began on the
    same terms, and the log says so. Raises ScheduleError."""
    sitting_lock.hold(session, sitting.id)
    _check(exam, fields, now)
    now_so = (sitting.opens_at, sitting.supervised, sitting.pin_round is not None)
    if now_so != (fields.opens_at, fields.supervised, fields.asks_pin) and has_begun(session, sitting.id):
        raise ScheduleError("begun")
    if fields.capacity is not None and _listed(session, sitting.id) > fields.capacity:
        raise ScheduleError("capacity")
    pin_round = (sitting.pin_round or 1) if fields.asks_pin else None
    session.execute(update(Sitting).where(Sitting.id == sitting.id).values(pin_round=pin_round, **_columns(fields)))
    audit.record(session, "sitting.change", f"sitting:{sitting.id}", by=by, now=now, details=_said(fields))


def new_pin(session: Session, sitting: Sitting, *, by: int, now: datetime) -> bool:
    """Make the next PIN valid in place of the one that was seen; False where another was just made, or none is asked.

    Whoever watches reads so in the room's log, whoever did it. A sitting that nobody uses gets no log: it can still be dropped.
    """
    made = session.scalar(
        update(Sitting)
        .where(Sitting.id == sitting.id, Sitting.pin_round == sitting.pin_round)
        .values(pin_round=Sitting.pin_round + 1)
        .returning(Sitting.id)
    )
    if made is not None:
        audit.record(session, "sitting.pin", f"sitting:{sitting.id}", by=by, now=now)
        if session.scalar(select(Sitting.id).where(Sitting.id == sitting.id, is_unused(sitting.id))) is None:
            room_log.note(session, sitting.id, "pin", by=by, now=now)
    return made is not None


def drop(session: Session, sitting: Sitting, *, by: int, now: datetime) -> None:
    """Take an unused sitting away: no candidate, no upload, no attempt, nothing in its log. Raises ScheduleError: used."""
    unused = is_unused(sitting.id)
    session.execute(delete(SittingProctor).where(SittingProctor.sitting_id == sitting.id, unused))
    if session.scalar(delete(Sitting).where(Sitting.id == sitting.id, unused).returning(Sitting.id)) is None:
        raise ScheduleError("used")
    audit.record(session, "sitting.drop", f"sitting:{sitting.id}", by=by, now=now, details={"exam": sitting.exam_id})


def is_unused(sitting_id: Any) -> ColumnElement[bool]:
    """The SQL of "nobody has used this sitting". sitting_id: a key, or the SQL of one."""
    used = (
        exists(select(1).where(table.sitting_id == sitting_id).correlate(Sitting))
        for table in (Candidate, CandidateUpload, Attempt, SittingEvent)
    )
    return and_(*(~one for one in used))


def is_in_use(session: Session, sitting_id: int) -> bool:
    """Whether a sitting can no longer be dropped. One statement."""
    return session.scalar(select(1).where(Sitting.id == sitting_id, is_unused(sitting_id))) is None


def is_exam_room(session: Session, address: str, *, now: datetime) -> bool:
    """Whether the address lies in the network of a watched sitting that is open or opens soon. One statement.

    A range that is wider than any building has is no room.
    """
    rows = select(Sitting.ip_ranges).where(
        Sitting.supervised, Sitting.ip_ranges.is_not(None), Sitting.opens_at <= now + _SOON, Sitting.closes_at > now
    )
    found = (one for ranges in session.scalars(rows) for one in terms.holding(ranges or (), address))
    return any(one.prefixlen >= _NARROWEST[one.version] for one in found)


def is_short(opens_at: datetime, closes_at: datetime, minutes: int) -> bool:
    """Whether an exam of so many minutes does not fit into a window: even who starts at once loses time."""
    return closes_at - opens_at < timedelta(minutes=minutes)


def too_short(session: Session, exam_id: int, minutes: int, *, most: int, now: datetime) -> list[Sitting]:
    """The sittings of an exam that are not over and into which so many minutes do not fit, the earliest first. One statement."""
    ends = minutes_after(Sitting.opens_at, minutes)
    rows = select(Sitting).where(Sitting.exam_id == exam_id, Sitting.closes_at > now, Sitting.closes_at < ends)
    return list(session.scalars(rows.order_by(Sitting.opens_at, Sitting.id).limit(most)))


def last_to_close(session: Session, exam_id: int, *, now: datetime) -> Sitting | None:
    """Of the sittings of an exam that have not closed yet, the one that closes last. One statement."""
    rows = select(Sitting).where(Sitting.exam_id == exam_id, Sitting.closes_at > now)
    return session.scalars(rows.order_by(Sitting.closes_at.desc(), Sitting.id).limit(1)).one_or_none()


def missed(session: Session, exam_id: int, employee_id: int, *, now: datetime) -> Sitting | None:
    """The sitting on whose list the person stood last and which closed without them; None where they began after all."""
    return session.scalars(select(Sitting).where(Sitting.id == last_missed(exam_id, employee_id, now))).first()


def last_missed(exam_id: Any, employee_id: Any, now: Any) -> ScalarSelect[int]:
    """The SQL of the key of that sitting. All three: values, or the SQL of one."""
    over, entry, begun = aliased(Sitting), aliased(Candidate), aliased(Attempt)
    listed = select(1).where(entry.sitting_id == over.id, entry.employee_id == employee_id).correlate_except(entry)
    began = (
        select(1)
        .where(begun.sitting_id == over.id, begun.employee_id == employee_id, begun.state != "prepared")
        .correlate_except(begun)
    )
    rows = select(over.id).where(over.exam_id == exam_id, over.closes_at <= now, exists(listed), ~exists(began))
    return rows.order_by(over.closes_at.desc(), over.id).limit(1).correlate_except(over).scalar_subquery()


def at_work(session: Session, sitting_id: int) -> int:
    """How many work there now."""
    rows = select(func.count()).where(Attempt.sitting_id == sitting_id, Attempt.state.in_(RUNNING))
    return session.scalar(rows) or 0


def has_begun(session: Session, sitting_id: int) -> bool:
    """Whether anybody has started."""
    begun = select(1).where(Attempt.sitting_id == sitting_id, Attempt.state != "prepared")
    return session.scalar(begun.limit(1)) is not None


def _check(exam: Exam, fields: SittingFields, now: datetime) -> None:
    if fields.closes_at <= fields.opens_at:
        raise ScheduleError("window")
    if fields.closes_at <= now:
        raise ScheduleError("past")
    if is_short(fields.opens_at, fields.closes_at, exam.duration_minutes):
        raise ScheduleError("short")


def _listed(session: Session, sitting_id: int) -> int:
    count = select(func.count()).select_from(Candidate).where(Candidate.sitting_id == sitting_id)
    return session.scalar(count) or 0


def _columns(fields: SittingFields) -> dict[str, object]:
    columns = asdict(fields)
    del columns["asks_pin"]
    lists = ("ip_ranges", "seb_config_keys", "seb_exam_keys")
    return columns | {name: list(columns[name]) for name in lists}


def _said(fields: SittingFields) -> dict[str, object]:
    """For the audit row: all of it, moments as text."""
    return asdict(fields) | {"opens_at": fields.opens_at.isoformat(), "closes_at": fields.closes_at.isoformat()}

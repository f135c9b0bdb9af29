"""The log of a sitting as lines to read: of whom, by whom, and what was struck out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.exams.models import Candidate, SittingEvent
from lms.exams.room import BY_ITSELF, NOTED
from lms.paging import start
from lms.people.models import Employee, User


@dataclass(frozen=True)
class Line:
    """One line of the log. name, room, seat: of whom it tells, empty for the room; room: only if it is not the sitting's ·
    by: who did it, empty for nobody."""

    id: int
    at: datetime
    kind: str
    name: str
    seat: str
    by: str
    by_id: int | None
    details: dict[str, Any]
    is_void: bool = False
    room: str = ""

    @property
    def until(self) -> datetime | None:
        """When it was over, of what devices tell; `at` is when it began."""
        return self.at + timedelta(seconds=self.details["seconds"]) if self.kind in BY_DEVICES else None

    @property
    def is_note(self) -> bool:
        """Whether it was noted by hand, and may be struck out by its writer for a while."""
        return self.kind in NOTED and self.details.keys().isdisjoint(BY_ITSELF)


#: What the log can be narrowed to, by a word of the address. Some kinds stand in no log of a sitting: person_log.py reads them
#: where they are.
GROUPS = {
    "waktu": (
        "begun",
        "closed",
        "close",
        "reopen",
        "time",
        "pause",
        "resume",
        "room_pause",
        "room_resume",
        "room_credit",
    ),
    "jawaban": ("saved", "late", "flag", "held", "admitted", "refused"),
    "sambungan": ("gap", "hidden", "move_asked", "move", "pin_refused"),
    "catatan": ("help", "help_seen", "help_done", "announce", "incident", "attendance", "pin", "scores", "minutes"),
}
#: What devices tell of themselves. Of a whole room these are many: the board and the minutes leave them out.
BY_DEVICES = ("gap", "hidden")
#: What concerns the time of everyone.
OF_ALL = ("room_pause", "room_resume", "room_credit")


def latest(session: Session, sitting_id: int, *, limit: int) -> list[Line]:
    """The latest lines without what devices tell. What was struck out is marked; the strike itself is no line. One statement."""
    rows = _log(sitting_id).where(SittingEvent.kind.not_in(BY_DEVICES)).order_by(*_LATEST).limit(limit)
    return lines(session.execute(rows).all())


def log(session: Session, sitting_id: int, *, group: str, page: int, size: int) -> tuple[list[Line], int]:
    """One page of all lines, or of one of GROUPS, the latest first; and of how many. Three statements."""
    kinds = SittingEvent.kind.in_(GROUPS[group]) if group in GROUPS else SittingEvent.kind != "void"
    total = session.scalar(select(func.count()).where(SittingEvent.sitting_id == sitting_id, kinds)) or 0
    rows = _log(sitting_id).where(kinds).order_by(*_LATEST).limit(size).offset(start(page, size, total))
    strikes = _log(sitting_id).where(SittingEvent.kind == "void")
    return lines([*session.execute(rows).all(), *session.execute(strikes).all()]), total


def of_person(sitting_id: int, employee_id: int) -> Select[Any]:
    """Rows of the log that concern one person, for `lines`."""
    return _log(sitting_id).where(or_(SittingEvent.employee_id == employee_id, SittingEvent.kind.in_(OF_ALL)))


def whole_log(session: Session, sitting_id: int) -> list[Line]:
    """Every line, the first one first."""
    return lines(session.execute(_log(sitting_id).order_by(SittingEvent.at, SittingEvent.id)).all())


def lines(rows: Sequence[Any]) -> list[Line]:
    """Rows of the log as lines."""
    struck = {row.details["event"] for row in rows if row.kind == "void"}
    return [
        Line(
            row.id,
            row.at,
            row.kind,
            row.name or "",
            row.seat or "",
            row.by_name or "",
            row.by,
            row.details,
            row.id in struck,
            row.room or "",
        )
        for row in rows
        if row.kind != "void"
    ]


_LATEST = (SittingEvent.at.desc(), SittingEvent.id.desc())


def _log(sitting_id: int) -> Select[Any]:
    whom, who = aliased(Employee), aliased(Employee)
    return (
        select(
            SittingEvent.id, SittingEvent.at, SittingEvent.kind, SittingEvent.by, SittingEvent.details,
            whom.name.label("name"), Candidate.seat.label("seat"),
            Candidate.room.label("room"), who.name.label("by_name"),
        )
        .select_from(SittingEvent)
        .outerjoin(whom, whom.id == SittingEvent.employee_id)
        .outerjoin(Candidate, and_(Candidate.sitting_id == sitting_id, Candidate.employee_id == SittingEvent.employee_id))
        .outerjoin(User, User.id == SittingEvent.by)
        .outerjoin(who, who.id == User.employee_id)
        .where(SittingEvent.sitting_id == sitting_id)
    )  # fmt: skip

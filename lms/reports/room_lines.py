"""The log of a sitting as lines to read: of whom, by whom, and what was struck out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from lms.exams.models import Candidate, SittingEvent
from lms.people.models import Employee, User


@dataclass(frozen=True)
class Line:
    """One line of the log. name, seat: of whom it tells, empty for the room · by: who did it, empty for nobody."""

    id: int
    at: datetime
    kind: str
    name: str
    seat: str
    by: str
    by_id: int | None
    details: dict[str, Any]
    is_void: bool = False


def log(session: Session, sitting_id: int, *, employee_id: int | None = None, limit: int) -> list[Line]:
    """The latest lines, of one person or of all. What was struck out is marked; the strike itself is no line. One statement."""
    rows = _log(sitting_id).order_by(SittingEvent.at.desc(), SittingEvent.id.desc()).limit(limit)
    if employee_id is not None:
        rows = rows.where(SittingEvent.employee_id == employee_id)
    return lines(session.execute(rows).all())


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
        )
        for row in rows
        if row.kind != "void"
    ]


def _log(sitting_id: int) -> Select[Any]:
    whom, who = aliased(Employee), aliased(Employee)
    return (
        select(
            SittingEvent.id, SittingEvent.at, SittingEvent.kind, SittingEvent.by, SittingEvent.details,
            whom.name.label("name"), Candidate.seat.label("seat"), who.name.label("by_name"),
        )
        .select_from(SittingEvent)
        .outerjoin(whom, whom.id == SittingEvent.employee_id)
        .outerjoin(Candidate, and_(Candidate.sitting_id == sitting_id, Candidate.employee_id == SittingEvent.employee_id))
        .outerjoin(User, User.id == SittingEvent.by)
        .outerjoin(who, who.id == User.employee_id)
        .where(SittingEvent.sitting_id == sitting_id)
    )  # fmt: skip

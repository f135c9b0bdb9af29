"""What the minutes of a sitting say, gathered from its list, its attempts and its log; and who signed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms.exams import proctors
from lms.exams.models import Exam, Sitting
from lms.exams.proctors import Named, Released
from lms.exams.room_models import Minutes
from lms.people.models import Employee, OrgUnit, User
from lms.reports import room, room_lines, room_words

#: Lines of the log that are no business of the minutes.
LEFT_OUT = frozenset(("attendance", "move_asked", "minutes", "pin_refused", "help_seen", *room_lines.BY_DEVICES))


@dataclass(frozen=True)
class Signed:
    """The minutes as they stand, with the names of those who signed."""

    minutes: Minutes
    proctor: str
    organiser: str


def facts(
    session: Session, sitting: Sitting, exam: Exam, named: Sequence[Named], remarks: str, *, now: datetime
) -> dict[str, Any]:
    """All that the minutes say, as plain values: moments as ISO texts, events in Indonesian words. Four statements.

    Whoever has begun, or was marked so, is present; everyone else on the list is absent.
    """
    people = room.seats(session, sitting.id, now=now)
    lines = room_lines.whole_log(session, sitting.id)
    absent = [one for one in people if one.attempt_id is None and one.attendance != "present"]
    done = [one for one in people if one.attempt_state == "closed"]
    told = [line for line in lines if line.kind not in LEFT_OUT and not line.is_void]
    return {
        "sitting": {
            "code": sitting.code,
            "title": sitting.title,
            "room": sitting.room,
            "exam": exam.title,
            "unit": session.scalar(select(OrgUnit.name).where(OrgUnit.id == exam.unit_id)),
            "opens_at": sitting.opens_at.isoformat(),
            "closes_at": sitting.closes_at.isoformat(),
            "zone": sitting.zone,
        },
        "proctors": [
            *(_watched(one, sitting) for one in named),
            *(_left(one, sitting) for one in proctors.released(session, sitting)),
        ],
        "figures": {
            "invited": sum(one.is_listed for one in people),
            "unlisted": sum(not one.is_listed for one in people),
            "present": len(people) - len(absent),
            "absent": len(absent),
            "done": len(done),
            "by_time": sum(one.closed_by == "time" for one in done),
            "by_proctor": sum(one.closed_by == "proctor" for one in done),
            "incidents": sum(line.is_note for line in told),
            "help": _count(told, "help"),
            "announcements": _count(told, "announce"),
            "pauses": _count(told, "pause", "room_pause"),
            "extra_time": _count(told, "time", "room_credit"),
            "admitted": _items(told, "admitted"),
            "refused": _items(told, "refused"),
            "undecided": sum(one.held for one in people),
        },
        "absent": [_who(one) for one in sorted(absent, key=lambda one: (one.name, one.room, one.seat))],
        "rooms": sorted({one.room for one in people if one.room}),
        "events": [{"at": line.at.isoformat(), "text": room_words.told(line, room_words.plain)} for line in told],
        "remarks": remarks,
        "drawn_at": now.isoformat(),
    }


def signed(session: Session, sitting_id: int) -> Signed | None:
    """The minutes with the names of who signed; None while there is not even a draft. One statement."""
    return _signed(session, Minutes.sitting_id == sitting_id)


def by_key(session: Session, minutes_id: int) -> Signed | None:
    """The same by their own key."""
    return _signed(session, Minutes.id == minutes_id)


def _signed(session: Session, which: Any) -> Signed | None:
    first, second = aliased(Employee), aliased(Employee)
    one, other = aliased(User), aliased(User)
    row = session.execute(
        select(Minutes, first.name, second.name)
        .outerjoin(one, one.id == Minutes.proctor_id)
        .outerjoin(first, first.id == one.employee_id)
        .outerjoin(other, other.id == Minutes.organiser_id)
        .outerjoin(second, second.id == other.employee_id)
        .where(which)
    ).one_or_none()
    return Signed(row[0], row[1] or "", row[2] or "") if row else None


def _who(one: room.Seat) -> str:
    """A name, and the place by which two of the same name are told apart."""
    place = room_words.where(one.room, one.seat, room_words.plain)
    return f"{one.name} ({place})" if place else one.name


def _watched(one: Named, sitting: Sitting) -> str:
    """A proctor's name; of whom it was first said afterwards that they watched, that is said, too."""
    return one.name if one.since <= sitting.closes_at else f"{one.name} (ditunjuk setelah sesi ditutup)"


def _left(one: Released, sitting: Sitting) -> str:
    """The name of a proctor who was replaced, and until when they watched, by the clock of the room."""
    return f"{one.name} (sampai {one.until.astimezone(ZoneInfo(sitting.zone)):%d-%m-%Y, %H.%M})"


def _count(told: list[room_lines.Line], *kinds: str) -> int:
    return sum(line.kind in kinds for line in told)


def _items(told: list[room_lines.Line], kind: str) -> int:
    """How many answers were decided on so."""
    return sum(len(line.details["items"]) for line in told if line.kind == kind)

"""All that is known of one person in a room, in the order in which it happened: the sitting's log, and what stands in their
attempts, their journals and what was held of them already. When something was answered is in it, never what.

Neutral: it tells what was noted and judges nothing. Five statements at most, whatever happened.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from lms.exams.held import WRITER
from lms.exams.models import BEGUN, AnswerEvent, Attempt, HeldEvent, Paper, Sitting
from lms.reports.room_lines import Line, lines, of_person

#: The attempt as far as it tells something: letters of its paper's hash are enough to know one from another.
PAPER_LETTERS = 8


class Saved(NamedTuple):
    """A change in a journal, without what was answered. flag: "true" or "false", None of an answer."""

    at: datetime
    item: int
    kind: str
    flag: str | None
    late: bool


class Kept(NamedTuple):
    """A change that was held. decision: None while it waits."""

    at: datetime
    item: int
    reason: str
    decision: str | None


def whole(session: Session, sitting: Sitting, employee_id: int) -> list[Line]:
    """Every line of one person in a sitting, the latest first."""
    found = lines(session.execute(of_person(sitting.id, employee_id)).all())
    attempts = session.execute(_attempts(sitting.id, employee_id)).all()
    keys = [one.id for one in attempts]
    if keys:
        saved = [Saved(*row) for row in session.execute(_saved(keys))]
        held = [Kept(*row) for row in session.execute(_held(keys))]
        found += [*begun_and_closed(attempts, found, asks_pin=sitting.pin_round is not None)]
        found += [*by_minute(saved), *flags(saved), *kept(held)]
    return sorted(found, key=lambda line: (line.at, line.id), reverse=True)


def begun_and_closed(attempts: Iterable[Any], log: Sequence[Line], *, asks_pin: bool) -> Iterable[Line]:
    """When each attempt began and how it ended. What a proctor ended stands in the log, with who did and why."""
    ended = {line.at for line in log if line.kind == "close"}
    for one in attempts:
        said = {"number": one.number, "paper": one.hash[:PAPER_LETTERS], "pin": asks_pin}
        yield _line("begun", one.started_at, said)
        if one.closed_at is not None and not (one.closed_by == "proctor" and one.closed_at in ended):
            yield _line("closed", one.closed_at, {"by": one.closed_by})


def by_minute(saved: Iterable[Saved]) -> Iterable[Line]:
    """For each minute in which answers came, one line at the last of them: of how many questions. Late ones apart."""
    minutes: defaultdict[tuple[datetime, bool], list[Saved]] = defaultdict(list)
    for one in saved:
        if one.kind == "answer":
            minutes[one.at.replace(second=0, microsecond=0), one.late].append(one)
    for (_minute, late), together in minutes.items():
        number = len({one.item for one in together})
        yield _line("late" if late else "saved", max(one.at for one in together), {"number": number})


def flags(saved: Iterable[Saved]) -> Iterable[Line]:
    """Each "ragu-ragu" that was set or taken back."""
    for one in saved:
        if one.kind == "flag":
            yield _line("flag", one.at, {"item": one.item, "set": one.flag == "true"})


def kept(held: Iterable[Kept]) -> Iterable[Line]:
    """What came too late or from another device: together what came in one minute for one reason and became the same."""
    groups: defaultdict[tuple[datetime, str, str | None], list[Kept]] = defaultdict(list)
    for one in held:
        groups[one.at.replace(second=0, microsecond=0), one.reason, one.decision].append(one)
    for (_minute, reason, decision), together in groups.items():
        said = {"items": sorted({one.item for one in together}), "reason": reason, "decision": decision}
        yield _line("held", max(one.at for one in together), said)


def _line(kind: str, at: datetime, details: dict[str, Any]) -> Line:
    return Line(0, at, kind, "", "", "", None, details)


def _attempts(sitting_id: int, employee_id: int) -> Any:
    columns = (Attempt.id, Attempt.number, Attempt.started_at, Attempt.closed_at, Attempt.closed_by, Paper.hash)
    rows = select(*columns).join(Paper, Paper.id == Attempt.paper_id).order_by(Attempt.number)
    return rows.where(Attempt.sitting_id == sitting_id, Attempt.employee_id == employee_id, Attempt.state.in_(BEGUN))


def _saved(attempts: Sequence[int]) -> Any:
    """Of answers no value leaves the database. What a proctor admitted stands in the log, with who did."""
    flag = case((AnswerEvent.kind == "flag", AnswerEvent.value))
    rows = select(AnswerEvent.received_at, AnswerEvent.item, AnswerEvent.kind, flag, AnswerEvent.late)
    own = (AnswerEvent.attempt_id.in_(attempts), AnswerEvent.kind != "open", AnswerEvent.writer != WRITER)
    return rows.where(*own).order_by(AnswerEvent.id)


def _held(attempts: Sequence[int]) -> Any:
    rows = select(HeldEvent.received_at, HeldEvent.item, HeldEvent.reason, HeldEvent.decision)
    return rows.where(HeldEvent.attempt_id.in_(attempts), HeldEvent.kind == "answer").order_by(HeldEvent.id)

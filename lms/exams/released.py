"""What of a graded paper is shown at a moment: as its blueprint says (release.py), and what waits for the end of the sitting.

A sitting is over once its window has closed and nobody works there any more, extra time and pauses included. When that is, is
reckoned from what holds and never stored: a window that is moved takes the moment along, also one that had ended already.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams.models import BEGUN, EXAM, RUNNING, Attempt, Sitting
from lms.exams.release import Release


@dataclass(frozen=True)
class End:
    """When a sitting is over. at: since when it is; else when it will be as things stand, at the earliest while `may_begin`."""

    at: datetime
    is_over: bool
    may_begin: bool


@dataclass(frozen=True)
class Released:
    """rule: what the blueprint allows in the end · end: of the sitting that something waits for; None where nothing does."""

    rule: Release
    end: End | None

    @property
    def shows_items(self) -> bool:
        """Question, own answer and mark."""
        return self.rule.shows_items and not self.keeps_items

    @property
    def shows_key(self) -> bool:
        """The best answer."""
        return self.rule.shows_key and not self.keeps_key

    @property
    def keeps_items(self) -> bool:
        """They come, but not yet."""
        return self.rule.waits and self._goes_on

    @property
    def keeps_key(self) -> bool:
        """It comes, but not yet."""
        return self.rule.shows_key and self._goes_on

    @property
    def days(self) -> int | None:
        """Of the window of appeals, None for no appeals."""
        return self.rule.days

    @property
    def _goes_on(self) -> bool:
        return self.end is not None and not self.end.is_over


def of(session: Session, rule: Release, mode: str, sitting_id: int, closes_at: datetime, *, now: datetime) -> Released:
    """What a rule shows now. mode: of the exam; a rehearsal never ends, and there is nothing to give away to who still sits.

    closes_at: as `closing` has it. One statement at most.
    """
    waits = mode == EXAM and (rule.waits or rule.shows_key)
    return Released(rule, end_of(session, sitting_id, closes_at, now=now) if waits else None)


def closing(sitting: Sitting, *, now: datetime) -> datetime:
    """When the window of a sitting closes as things stand: a room that stands still gets the span back (pausing.py)."""
    since = sitting.paused_at
    if since is None or since >= sitting.closes_at or sitting.opens_at >= now:
        return sitting.closes_at
    return sitting.closes_at + (now - max(since, sitting.opens_at))


def is_over(sitting: Any, now: Any) -> ColumnElement[bool]:
    """The SQL of what `End.is_over` tells of a room that does not stand still. sitting: the table, or an alias of it. now: a moment,
    or the SQL of one."""
    other = aliased(Attempt)
    working = select(1).where(other.sitting_id == sitting.id, other.state.in_(RUNNING)).correlate_except(other)
    return and_(sitting.closes_at <= now, sitting.paused_at.is_(None), ~exists(working))


def end_of(session: Session, sitting_id: int, closes_at: datetime, *, now: datetime) -> End:
    """When a sitting is over, whose window closes at closes_at. One statement, none while somebody may begin."""
    if now < closes_at:
        return End(closes_at, is_over=False, may_begin=True)
    moments = (func.max(Attempt.closed_at), func.max(Attempt.due_at), func.min(Attempt.paused_at))
    rows = select(Attempt.state, *moments).where(Attempt.sitting_id == sitting_id, Attempt.state.in_(BEGUN))
    by_state: dict[str, list[Any]] = {state: rest for state, *rest in session.execute(rows.group_by(Attempt.state))}
    due = [by_state[state][1] for state in RUNNING if state in by_state]
    if not due:
        last = by_state["closed"][0] if "closed" in by_state else closes_at
        return End(max(closes_at, last), is_over=True, may_begin=False)
    if "paused" in by_state:
        due[-1] += now - by_state["paused"][2]  # who stands still gets it back
    return End(max(due), is_over=False, may_begin=False)

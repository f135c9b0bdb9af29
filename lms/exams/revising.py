"""A blueprint settled anew by an organiser: the next number, and with it the exam's own rules.

Papers that were begun keep the blueprint they were drawn from. Those that lie ready are drawn anew when their candidates
open the exam's page (preparing.py), or when the papers of their sitting are prepared (preparing_all.py). What an exam is
rehearsed with follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import blueprints, rehearsing
from lms.exams.after_terms import KEYS
from lms.exams.models import EXAM, Attempt, Blueprint, Exam


@dataclass(frozen=True)
class Times:
    """An exam's own rules: minutes, how often, and hours between two attempts."""

    minutes: int
    attempts: int
    cooldown: int


class Stale(ValueError):
    """Another blueprint came into force since the page was made, or other rules of the exam."""


@dataclass(frozen=True)
class Drawn:
    """How far papers of an exam have come. begun: attempts that somebody began · ready: papers that wait for their candidates."""

    begun: int
    ready: int


def times_of(exam: Exam) -> Times:
    """The rules as they stand."""
    return Times(exam.duration_minutes, exam.max_attempts, exam.cooldown_hours)


def drawn(session: Session, exam_id: int) -> Drawn:
    """One statement."""
    is_ready = Attempt.state == "prepared"
    row = session.execute(
        select(func.count().filter(~is_ready), func.count().filter(is_ready)).where(Attempt.exam_id == exam_id)
    ).one()
    return Drawn(*row)


def revise(
    session: Session,
    exam: Exam,
    content: Mapping[str, Any],
    times: Times,
    *,
    since: int,
    seen: Times | None = None,
    by: int,
    now: datetime,
) -> bool:
    """Append a blueprint unless the one in force says the same, and set the rules; False where nothing changed.

    since: the number that the content was made from, 0 for none · seen: the rules that stood beside it; None = not known.
    A save that comes twice changes nothing the second time.
    Raises Stale.
    """
    blueprints.hold(session, exam.id)
    session.refresh(exam, ["duration_minutes", "max_attempts", "cooldown_hours"])
    last = blueprints.in_force(session, exam.id)
    number, before = (last.number, times_of(exam)) if last else (0, times_of(exam))
    is_same = last is not None and last.content == content
    if is_same and before == times:
        return False
    if number != since or seen not in {None, before}:
        raise Stale
    exam.duration_minutes, exam.max_attempts, exam.cooldown_hours = times.minutes, times.attempts, times.cooldown
    if not is_same:
        blueprints.append(session, exam.id, dict(content), number=number + 1, now=now, by=by)
    if exam.mode == EXAM:
        rehearsing.bring(session, exam, content, by=by, now=now)
    details = {"blueprint": number + (not is_same), "from": vars(before), "to": vars(times)}
    audit.record(session, "exam.blueprint", f"exam:{exam.id}", by=by, now=now, details=details)
    return True


def is_planned_here(session: Session, exam_id: int) -> bool:
    """Whether how papers are drawn and passed was last settled in the product: an import does not replace that."""
    rows = session.scalars(select(Blueprint).where(Blueprint.exam_id == exam_id).order_by(Blueprint.number)).all()
    brought = {_plan(row.content) for row in rows if row.made_by is None}
    return bool(rows) and _plan(rows[-1].content) not in brought


def _plan(content: Mapping[str, Any]) -> str:
    """What names a content without the terms that after_terms.py settles."""
    return blueprints.digest({name: value for name, value in content.items() if name not in KEYS})

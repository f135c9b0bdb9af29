"""The numbered blueprints of an exam: none is ever changed, a later one takes its place. What they say: `blueprint`."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from lms.db import canonical_json
from lms.exams.models import Attempt, Blueprint, Exam, Paper


def hold(session: Session, exam_id: int) -> None:
    """Until the transaction ends nobody else appends a blueprint to the exam: numbers are given by one at a time."""
    session.execute(select(Exam.id).where(Exam.id == exam_id).with_for_update())


def in_force(session: Session, exam_id: int) -> Blueprint | None:
    """The blueprint with the highest number."""
    rows = select(Blueprint).where(Blueprint.exam_id == exam_id).order_by(Blueprint.number.desc()).limit(1)
    return session.scalars(rows).one_or_none()


def is_outdated() -> ColumnElement[bool]:
    """The SQL of "this attempt's paper lies ready, drawn by a blueprint that is no longer in force"."""
    newer = aliased(Blueprint)
    by_newer = (newer.exam_id == Blueprint.exam_id) & (newer.number > Blueprint.number)
    old = select(1).select_from(Paper).join(Blueprint, Blueprint.id == Paper.blueprint_id).join(newer, by_newer)
    return and_(Attempt.state == "prepared", exists(old.where(Paper.id == Attempt.paper_id)))


def groups(session: Session, exam_id: int) -> set[str]:
    """The groups with pass rules of their own in the blueprint that is in force."""
    plan = in_force(session, exam_id)
    return {one["code"] for one in plan.content.get("groups", ())} if plan else set()


def append(
    session: Session, exam_id: int, content: dict[str, Any], *, number: int, now: datetime, by: int | None = None
) -> Blueprint:
    """Add a blueprint. by: who settled its terms here, None for what a package brought."""
    made = Blueprint(exam_id=exam_id, number=number, content=content, hash=digest(content), made_at=now, made_by=by)
    session.add(made)
    return made


def digest(content: Mapping[str, Any]) -> str:
    """What names a content: SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()

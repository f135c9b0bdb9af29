"""Rehearsals of an exam: practice, with feedback after each question and as often as one likes, and the try-out, which is
sat like the real one. Nothing that they come to counts: no course is finished, no evidence, no certificate.

Each is an exam of its own beside the real one, with the same sections. It draws questions for practice alone: those for
exams stay unseen. A blueprint names them (`rehearsals: [practice, tryout]`), or an organiser provides them.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Integer, case, null, select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import blueprints, matching
from lms.exams.blueprint_rows import Candidate, Drawn, Infeasible, Shortfall
from lms.exams.codes import new_code
from lms.exams.models import EXAM, PRACTICE, TRYOUT, Exam, Sitting

REHEARSALS = (PRACTICE, TRYOUT)
#: What the end of a name and the beginning of a title are. Titles are content, and so Indonesian.
_NAMES = {PRACTICE: ("latihan", "Latihan"), TRYOUT: ("uji-coba", "Uji coba")}
#: Reasons not to start (eligibility.Reason) that do not hold.
WAIVED: Mapping[str, frozenset[str]] = {
    PRACTICE: frozenset(("passed", "used_up", "pending", "cooldown", "lessons")),
    TRYOUT: frozenset(("passed",)),
}
#: The course that passing an exam finishes: of a rehearsal none.
FINISHES = case((Exam.mode == EXAM, Exam.course_id), else_=null()).cast(Integer)
#: What of a blueprint says nothing in a rehearsal: questions for practice are neither rationed nor kept back, and nobody appeals.
_LEFT_OUT = ("rehearsals", "live_scores", "release_after", "appeals", "marking", "exposure", "balance", "trial")
#: Practice has no clock; so long an attempt that was left lying stays open. The longest that an exam can take.
PRACTICE_MINUTES = 600
_OPEN_FOR = timedelta(days=3650)


@dataclass(frozen=True)
class Rehearsal:
    """What a course offers to rehearse with."""

    code: str
    title: str
    mode: str
    duration_minutes: int


def of_course(session: Session, course_id: int) -> list[Rehearsal]:
    """The rehearsals of a course, practice first."""
    rows = select(Exam.code, Exam.title, Exam.mode, Exam.duration_minutes)
    rows = rows.where(Exam.course_id == course_id, Exam.mode != EXAM).order_by(Exam.mode, Exam.id)
    return [Rehearsal(*row) for row in session.execute(rows)]


def beside(session: Session, exam: Exam) -> dict[str, Exam]:
    """The rehearsals of an exam by what they are."""
    codes = [_code(exam, mode) for mode in REHEARSALS]
    return {one.mode: one for one in session.scalars(select(Exam).where(Exam.code.in_(codes)))}


def followed(session: Session, rehearsal: Exam) -> Exam | None:
    """The exam that a rehearsal was provided for, and follows; None for a real one, and for one that stands alone."""
    if rehearsal.mode == EXAM:
        return None
    rows = session.scalars(select(Exam).where(Exam.bank_id == rehearsal.bank_id, Exam.mode == EXAM))
    return next((one for one in rows if _uuid(one, rehearsal.mode) == rehearsal.uuid), None)


def bring(session: Session, exam: Exam, content: Mapping[str, Any], *, by: int | None, now: datetime) -> None:
    """Provide what a blueprint's content names, and bring what is there already up to it."""
    there = beside(session, exam)
    for mode in REHEARSALS:
        if mode in content.get("rehearsals", ()) or mode in there:
            provide(session, exam, content, mode, by=by, now=now)


def provide(
    session: Session, exam: Exam, content: Mapping[str, Any], mode: str, *, by: int | None, now: datetime
) -> Exam:
    """A rehearsal of an exam with the sections of a blueprint, open to everyone who may take the course. Twice: one."""
    made = beside(session, exam).get(mode)
    if made is None:
        made = Exam(uuid=_uuid(exam, mode), code=_code(exam, mode), mode=mode)
        made.unit_id, made.course_id, made.bank_id = exam.unit_id, exam.course_id, exam.bank_id
        _set_rules(made, exam)
        session.add(made)
        session.flush()  # its sitting and its blueprint need the key
        window = {"opens_at": now, "closes_at": now + _OPEN_FOR}
        session.add(Sitting(exam_id=made.id, code=new_code(), title=_NAMES[mode][1], **window))
        audit.record(session, "exam.rehearse", f"exam:{exam.id}", by=by, now=now, details={"mode": mode})
    _set_rules(made, exam)
    _follow(session, made, content, now)
    return made


def rename(session: Session, exam: Exam) -> None:
    """Name what an exam is rehearsed with after it."""
    for made in beside(session, exam).values():
        made.title = _title(made.mode, exam)


def some(pool: Sequence[Candidate], content: Mapping[str, Any], *, seed: int) -> list[Drawn]:
    """Questions to practise with: of each section as many as it asks for, or as many as may stand together. Raises Infeasible."""
    chance = Random(seed)  # noqa: S311 - practice; nothing hangs on it
    sections = content["sections"]
    fits = [[one.version for one in pool if _fits(one, section)] for section in sections]
    demands = [min(section["draw"], len(fitting)) for section, fitting in zip(sections, fits, strict=True)]
    enemies = {one.version: one.enemies for one in pool if one.enemies}
    chosen = matching.assign(demands, fits, enemies, chance)
    drawn = [
        Drawn(version, place) for place, row in enumerate(chosen) for version in chance.sample(sorted(row), len(row))
    ]
    if not drawn:
        raise Infeasible([_nothing(section) for section in sections])
    return drawn


def _fits(one: Candidate, section: Mapping[str, Any]) -> bool:
    asked = (section["competency"], section["level"])
    return (one.competency, one.level) == asked and one.tags.issuperset(section.get("tags", ()))


def _nothing(section: Mapping[str, Any]) -> Shortfall:
    return Shortfall(section["title"], section["competency"], section["level"], None, section["draw"], 0)


def _uuid(exam: Exam, mode: str) -> str:
    return str(uuid.uuid5(uuid.UUID(exam.uuid), mode))


def _code(exam: Exam, mode: str) -> str:
    return f"{exam.code[:70]}-{_NAMES[mode][0]}"


def _title(mode: str, exam: Exam) -> str:
    return f"{_NAMES[mode][1]}: {exam.title}"[:200]


def _set_rules(made: Exam, exam: Exam) -> None:
    is_practice = made.mode == PRACTICE
    made.title = _title(made.mode, exam)
    made.duration_minutes = PRACTICE_MINUTES if is_practice else exam.duration_minutes
    made.max_attempts, made.cooldown_hours = exam.max_attempts, exam.cooldown_hours


def _follow(session: Session, made: Exam, content: Mapping[str, Any], now: datetime) -> None:
    """Append a blueprint like the real one's, unless the newest is that."""
    kept = {name: value for name, value in content.items() if name not in _LEFT_OUT} | {"release": "key"}
    # What always stands there is one of the questions for exams.
    kept["sections"] = [{k: v for k, v in section.items() if k != "fixed"} for section in content["sections"]]
    if made.mode == PRACTICE:
        kept.pop("certainty", None)
    last = blueprints.in_force(session, made.id)
    if last is None or last.hash != blueprints.digest(kept):
        blueprints.append(session, made.id, kept, number=last.number + 1 if last else 1, now=now)

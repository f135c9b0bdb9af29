"""What an exam is called and where it belongs, put right after it was made; and an exam made by mistake, removed.

The title may be put right at any time, for it stands nowhere but in the exam. Unit, bank and course settle who sees an
exam, what is asked and what passing finishes: they hold as soon as anything hangs on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from lms import audit
from lms.audit import AuditEvent
from lms.db import Base
from lms.exams import blueprints, rehearsing, sittings
from lms.exams.models import EXAM, Blueprint, Exam, Sitting

#: What hangs on an exam without a table of its own: the package that brought it, and what it is rehearsed with.
PACKAGE, REHEARSAL = "package", "rehearsal"
#: How the audit calls what `correct` and `remove` do.
CORRECTED, REMOVED = "exam.correct", "exam.remove"


@dataclass(frozen=True)
class Particulars:
    """The columns of an exam that can be put right."""

    title: str
    unit_id: int
    bank_id: int
    course_id: int | None


class Hanging(ValueError):
    """What was asked for is not possible any more. `what`: as `hanging` names it."""

    def __init__(self, what: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(what)))
        self.what = what


def of_exam(exam: Exam) -> Particulars:
    """As they stand."""
    return Particulars(exam.title, exam.unit_id, exam.bank_id, exam.course_id)


def hanging(session: Session, exam: Exam) -> frozenset[str]:
    """What makes an exam's particulars hold: names of the tables that point to it, PACKAGE, REHEARSAL. Two statements.

    Its blueprints do not; they go with it.
    """
    brought = exists().where(Blueprint.exam_id == exam.id, Blueprint.made_by.is_(None))
    found = _which(session, _uses([exam.id]) | {PACKAGE: brought})
    if exam.mode == EXAM and rehearsing.beside(session, exam):
        found.add(REHEARSAL)
    return frozenset(found)


def holding(session: Session, exam: Exam) -> frozenset[str]:
    """As `hanging`, but what an exam is rehearsed with holds it only once somebody used that: unused, it goes with it."""
    found = hanging(session, exam)
    if REHEARSAL in found and not _is_used(session, [one.id for one in rehearsing.beside(session, exam).values()]):
        found -= {REHEARSAL}
    return found


def correct(session: Session, exam: Exam, new: Particulars, *, by: int, now: datetime) -> bool:
    """Put them right; what it is rehearsed with is named after it. False where nothing changed. Raises Hanging."""
    blueprints.hold(session, exam.id)
    session.refresh(exam)
    before, after = vars(of_exam(exam)), vars(new)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return False
    if changed != ["title"] and (found := hanging(session, exam)):
        raise Hanging(found)
    for name in changed:
        setattr(exam, name, after[name])
    if exam.mode == EXAM:
        rehearsing.rename(session, exam)
    details = {"from": {name: before[name] for name in changed}, "to": {name: after[name] for name in changed}}
    audit.record(session, CORRECTED, f"exam:{exam.id}", by=by, now=now, details=details)
    return True


def is_titled_here(session: Session, exam_id: int) -> bool:
    """Whether its title was put right here: an import does not replace that. The audit is where it stands."""
    rows = select(AuditEvent).where(AuditEvent.subject == f"exam:{exam_id}").order_by(AuditEvent.id)
    is_so = False
    for act in session.scalars(rows.where(AuditEvent.action.in_((CORRECTED, REMOVED)))):
        # SQLite gives the key of a removed exam to the next one: what is told before that is about another.
        is_so = act.action == CORRECTED and (is_so or "title" in act.details["to"])
    return is_so


def remove(session: Session, exam: Exam, *, by: int, now: datetime) -> None:
    """Remove an exam that nothing holds, with its blueprints and rehearsals; its code is free again. Raises Hanging."""
    blueprints.hold(session, exam.id)  # whoever adds a sitting now waits, and then finds no exam
    if found := holding(session, exam):
        raise Hanging(found)
    for rehearsal in rehearsing.beside(session, exam).values() if exam.mode == EXAM else ():
        for sitting in session.scalars(select(Sitting).where(Sitting.exam_id == rehearsal.id)).all():
            sittings.drop(session, sitting, by=by, now=now)
        _delete(session, rehearsal, by=by, now=now)
    _delete(session, exam, by=by, now=now)


def _delete(session: Session, exam: Exam, *, by: int, now: datetime) -> None:
    session.execute(delete(Blueprint).where(Blueprint.exam_id == exam.id))
    session.execute(delete(Exam).where(Exam.id == exam.id))
    details = {"code": exam.code, "title": exam.title}
    audit.record(session, REMOVED, f"exam:{exam.id}", by=by, now=now, details=details)


def _is_used(session: Session, rehearsals: Sequence[int]) -> bool:
    """Whether more hangs on any of them than what providing it made: a sitting that nobody came to, and its blueprints."""
    uses = _uses(rehearsals)
    uses[Sitting.__tablename__] = exists().where(Sitting.exam_id.in_(rehearsals), ~sittings.is_unused(Sitting.id))
    return bool(_which(session, uses))


def _uses(exam_ids: Sequence[int]) -> dict[str, ColumnElement[bool]]:
    return {name: exists().where(points.in_(exam_ids)) for name, points in _pointing().items()}


def _which(session: Session, asked: Mapping[str, ColumnElement[bool]]) -> set[str]:
    row = session.execute(select(*(one.label(name) for name, one in asked.items()))).one()
    return {name for name, is_there in row._mapping.items() if is_there}


def _pointing() -> dict[str, ColumnElement[int]]:
    """Of every table that points to exams, whatever package it is of, the column that does."""
    return {
        table.name: foreign.parent
        for table in Base.metadata.tables.values()
        for foreign in table.foreign_keys
        if foreign.column.table.name == Exam.__tablename__ and table.name != Blueprint.__tablename__
    }

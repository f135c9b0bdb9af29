"""Dated evidence: appended once for each thing that proves a level, never changed; a correction sets it aside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarResult, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.competencies.models import Evidence
from lms.competencies.profiles import Observation
from lms.db import insert_into
from lms.exams.models import Result
from lms.frameworks.models import Competency


@dataclass(frozen=True)
class CertifiedLevel:
    """What an issued certificate says of its holder. valid_until: its last day, None if it does not end."""

    certificate_id: int
    employee_id: int
    competency_id: int
    level: int
    valid_from: date
    valid_until: date | None


def add(
    session: Session,
    *,
    employee_id: int,
    competency_id: int,
    level: int,
    source: str,
    supervised: bool,
    observed_on: date,
    valid_until: date | None,
    result_id: int | None = None,
    certificate_id: int | None = None,
    note: str = "",
    now: datetime,
) -> Evidence:
    """Append one observation. The same result or certificate proves a competency once: the row that stands is returned.

    Without a reference (an assessment, a manager's view, a self-claim) each call appends.
    """
    row = {
        "employee_id": employee_id,
        "competency_id": competency_id,
        "level": level,
        "source": source,
        "supervised": supervised,
        "observed_on": observed_on,
        "valid_until": valid_until,
        "result_id": result_id,
        "certificate_id": certificate_id,
        "note": note,
        "recorded_at": now,
    }
    made = _insert_once(session, [row]).one_or_none()
    if made is not None:
        return made
    found = select(Evidence).where(Evidence.competency_id == competency_id)
    if certificate_id is not None:
        return session.scalars(found.where(Evidence.certificate_id == certificate_id)).one()
    return session.scalars(found.where(Evidence.source == source, Evidence.result_id == result_id)).one()


def from_result(
    session: Session,
    result: Result,
    *,
    employee_id: int,
    supervised: bool,
    observed_on: date,
    valid_until: date | None,
    now: datetime,
) -> list[Evidence]:
    """What an exam's result proves: for each competency of its blueprint, the highest level whose section was passed.

    A failed exam proves nothing. A later result of the same attempt (a regrade) sets aside what earlier ones proved.
    Returns the rows that were added: none the second time. One statement, two after a regrade.
    """
    if result.number > 1:
        _supersede(session, result, now=now)
    rows = [
        {
            "employee_id": employee_id,
            "competency_id": select(Competency.id).where(Competency.code == code).scalar_subquery(),
            "level": level,
            "source": "exam",
            "supervised": supervised,
            "observed_on": observed_on,
            "valid_until": valid_until,
            "result_id": result.id,
            "note": "",
            "recorded_at": now,
        }
        for code, level in proven_levels(result.sections, passed=result.passed).items()
    ]
    return list(_insert_once(session, rows)) if rows else []


def from_certificates(session: Session, certified: Sequence[CertifiedLevel], *, now: datetime) -> list[Evidence]:
    """That certificates were issued: evidence until each ends. Returns the rows that were added: none the second time."""
    rows = [
        {
            "employee_id": one.employee_id,
            "competency_id": one.competency_id,
            "level": one.level,
            "source": "certificate",
            "supervised": False,
            "observed_on": one.valid_from,
            "valid_until": one.valid_until,
            "certificate_id": one.certificate_id,
            "note": "",
            "recorded_at": now,
        }
        for one in certified
    ]
    return list(_insert_once(session, rows))


def set_aside_certificate(session: Session, certificate_id: int, *, now: datetime) -> None:
    """Evidence of a certificate that was revoked or suspended counts no more. Doing it again changes nothing."""
    _set_aside(session, Evidence.certificate_id, [certificate_id], now=now)


def restore_certificate(session: Session, certificate_id: int) -> None:
    """Evidence of a certificate whose suspension was lifted counts again. Doing it again changes nothing."""
    session.execute(update(Evidence).where(Evidence.certificate_id == certificate_id).values(set_aside_at=None))


def proven_levels(sections: Iterable[dict[str, Any]], *, passed: bool) -> dict[str, int]:
    """Competency code → the highest level of a section that was passed; empty for a failed exam."""
    levels: dict[str, int] = {}
    for section in sections if passed else ():
        if section["passed"]:
            levels[section["competency"]] = max(levels.get(section["competency"], 0), section["level"])
    return levels


def observations_of(session: Session, employee_id: int) -> list[Observation]:
    """All evidence of a person as the rule reads it, oldest first."""
    rows = select(Evidence).where(Evidence.employee_id == employee_id)
    return [observation(row) for row in session.scalars(rows.order_by(Evidence.observed_on, Evidence.id))]


def observation(row: Evidence) -> Observation:
    """A row of evidence as the rule reads it."""
    return Observation(
        id=row.id,
        competency_id=row.competency_id,
        level=row.level,
        source=row.source,
        observed_on=row.observed_on,
        supervised=row.supervised,
        valid_until=row.valid_until,
        set_aside_at=row.set_aside_at,
    )


def _supersede(session: Session, result: Result, *, now: datetime) -> None:
    earlier = select(Result.id).where(Result.attempt_id == result.attempt_id, Result.number < result.number)
    _set_aside(session, Evidence.result_id, earlier.scalar_subquery(), now=now)


def _set_aside(
    session: Session,
    reference: InstrumentedAttribute[int | None],
    keys: Iterable[int] | ColumnElement[int],
    *,
    now: datetime,
) -> None:
    change = update(Evidence).where(reference.in_(keys), Evidence.set_aside_at.is_(None))
    session.execute(change.values(set_aside_at=now))


def _insert_once(session: Session, rows: list[dict[str, Any]]) -> ScalarResult[Evidence]:
    """Insert, leave out what its source has proved before, and return what was added."""
    return session.scalars(insert_into(session, Evidence).values(rows).on_conflict_do_nothing().returning(Evidence))

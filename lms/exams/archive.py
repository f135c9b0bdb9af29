"""A sitting as a sealed archive: all that its results were made of, so that they can be recomputed without the database.

A ZIP of JSON files in UTF-8, written in canonical form:

    manifest.json            {"format": 1, "exam", "sitting", "made_at", "files": {name: SHA-256}}
    blueprints/<n>.json      {"number", "content", "hash"}
    attempts/<code>.json     {"code", "group", "blueprint", "paper": {"items", "hash"}, "journal": [[writer, seq, item, kind,
                             value, device_at, previous, hash]] in the order of arrival, "held": [[the same, then received_at,
                             reason, decision, decided_at, why]], "result": the latest}

Candidates stand in it by the codes of their attempts alone. The seal is the SHA-256 of manifest.json: whoever keeps it
apart from the archive can tell any change. verification.py recomputes everything.
"""

import hashlib
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.db import canonical_json
from lms.exams.journal import Event
from lms.exams.models import AnswerEvent, Attempt, Blueprint, Exam, HeldEvent, Paper, Result, Sitting
from lms.people.models import Employee

FORMAT = 1
MANIFEST = "manifest.json"
RESULT_FIELDS = ("marks", "sections", "passed", "answered", "journal", "problems", "verdict", "cause", "number")
DECIMAL_FIELDS = ("score", "maximum", "percent", "threshold")
#: The same content gives the same archive: entries bear no time of their own.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Archive:
    """data: the ZIP. seal: SHA-256 of its manifest. attempts: how many it holds. open_attempts: not closed, so not in it."""

    data: bytes
    seal: str
    attempts: int
    open_attempts: int


def make(session: Session, sitting: Sitting, *, now: datetime) -> Archive:
    """The archive of a sitting: its closed attempts. Only reads."""
    exam = session.get_one(Exam, sitting.exam_id)
    attempts = _attempts(session, sitting.id)
    files = {f"attempts/{one['code']}.json": canonical_json(one).encode() for one in attempts}
    numbers = {one["blueprint"] for one in attempts}
    for plan in session.scalars(select(Blueprint).where(Blueprint.exam_id == exam.id, Blueprint.number.in_(numbers))):
        content = {"number": plan.number, "content": plan.content, "hash": plan.hash}
        files[f"blueprints/{plan.number}.json"] = canonical_json(content).encode()
    manifest = canonical_json(
        {
            "format": FORMAT,
            "exam": exam.code,
            "sitting": sitting.code,
            "made_at": now.isoformat(),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        }
    ).encode()
    still_open = select(func.count()).where(Attempt.sitting_id == sitting.id, Attempt.state.in_(("open", "paused")))
    return Archive(
        data=pack({MANIFEST: manifest, **files}),
        seal=hashlib.sha256(manifest).hexdigest(),
        attempts=len(attempts),
        open_attempts=session.scalar(still_open) or 0,
    )


def people(session: Session, sitting: Sitting) -> list[tuple[str, str]]:
    """(attempt code, employee code) of the sitting: kept apart from the archive; neither is a name or a NIP."""
    rows = select(Attempt.code, Employee.code).join(Employee, Employee.id == Attempt.employee_id)
    found = session.execute(
        rows.where(Attempt.sitting_id == sitting.id, Attempt.state == "closed").order_by(Attempt.code)
    )
    return [(attempt, employee) for attempt, employee in found]


def pack(files: dict[str, bytes]) -> bytes:
    """A ZIP of files in the order of their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            made.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _attempts(session: Session, sitting_id: int) -> list[dict[str, Any]]:
    latest = select(func.max(Result.number)).where(Result.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    rows = session.execute(
        select(Attempt.id, Attempt.code, Blueprint.number, Paper, Result)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .join(Result, (Result.attempt_id == Attempt.id) & (Result.number == latest))
        .where(Attempt.sitting_id == sitting_id, Attempt.state == "closed")
        .order_by(Attempt.code)
    ).all()
    journals, held = _journals(session, sitting_id), _held(session, sitting_id)
    return [
        {
            "code": row.code,
            "group": _group(row.Result),
            "blueprint": row.number,
            "paper": {"items": row.Paper.items, "hash": row.Paper.hash},
            "journal": journals[row.id],
            "held": held[row.id],
            "result": _result(row.Result),
        }
        for row in rows
    ]


def _group(result: Result) -> str:
    """The group under which the result stands; it may have changed since. Without a verdict no group counted."""
    return str(result.verdict["group"]) if result.verdict else ""


def _journals(session: Session, sitting_id: int) -> defaultdict[int, list[list[Any]]]:
    columns = [getattr(AnswerEvent, field) for field in Event._fields]
    rows = session.execute(
        select(AnswerEvent.attempt_id, AnswerEvent.writer, *columns)
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(AnswerEvent.id)
    )
    found: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for attempt_id, *event in rows:
        found[attempt_id].append(list(event))
    return found


def _held(session: Session, sitting_id: int) -> defaultdict[int, list[list[Any]]]:
    """What was held, and what was decided on it; who decided stands in the log of the sitting alone."""
    columns = [getattr(HeldEvent, field) for field in (*Event._fields, "received_at", "reason", "decision")]
    rows = session.execute(
        select(HeldEvent.attempt_id, HeldEvent.writer, *columns, HeldEvent.decided_at, HeldEvent.why)
        .join(Attempt, Attempt.id == HeldEvent.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(HeldEvent.id)
    )
    found: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for attempt_id, *row in rows:
        found[attempt_id].append([one.isoformat() if isinstance(one, datetime) else one for one in row])
    return found


def _result(result: Result) -> dict[str, Any]:
    decimals = {name: getattr(result, name) for name in DECIMAL_FIELDS}
    return {
        **{name: getattr(result, name) for name in RESULT_FIELDS},
        **{name: None if value is None else str(value) for name, value in decimals.items()},
    }

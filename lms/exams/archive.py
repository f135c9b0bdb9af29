"""A sitting as a sealed archive: all that its results were made of, so that they can be recomputed without the database.

A ZIP of JSON files in UTF-8, written in canonical form:

    manifest.json            {"format": 4, "exam", "sitting", "made_at", "files": {name: SHA-256}}
    blueprints/<n>.json      {"number", "content", "hash"}
    corrections.json         [{"code", "version", "remedy", "contents", "reason", "applied_at"}] in the order in which they were applied
    attempts/<code>.json     {"code", "group", "blueprint", "paper": {"items", "hash"}, "journal": [[writer, seq, item, kind,
                             value, device_at, previous, hash]] in the order of arrival,
                             "held": [[the same, then received_at, reason, decision, decided_at, why]],
                             "markings": [[item, slot, number, marker, points, mark, at, round]] in the order in which they were given,
                             "remarks": [[item, round, regrade, applied_at, first]] of answers that were marked again; first:
                             the number of the first result that the round counts in, null while it has no mark,
                             "result": the latest, "earlier": [the results before it, the first one first]}

Candidates stand in it by the codes of their attempts alone, markers by numbers that hold within one archive.
The seal is the SHA-256 of manifest.json: whoever keeps it apart from the archive can tell any change.
verification.py recomputes everything.
"""

import hashlib
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.db import canonical_json
from lms.exams import corrections, saving
from lms.exams.journal import Event
from lms.exams.marking.models import Marking, Work
from lms.exams.models import RUNNING, AnswerEvent, Attempt, Blueprint, Exam, HeldEvent, Paper, Result, Sitting
from lms.exams.regrading import regrades
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow
from lms.exams.results import group_of
from lms.people.models import Employee

FORMAT = 4
MANIFEST = "manifest.json"
CORRECTIONS = "corrections.json"
RESULT_FIELDS = (
    "marks",
    "sections",
    "passed",
    "answered",
    "journal",
    "problems",
    "verdict",
    "cause",
    "number",
    "corrections",
)
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
    if made := _corrections(session, exam.id):
        files[CORRECTIONS] = canonical_json(made).encode()
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
    still_open = select(func.count()).where(Attempt.sitting_id == sitting.id, Attempt.state.in_(RUNNING))
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
    rows = session.execute(
        select(Attempt.id, Attempt.code, Blueprint.number, Paper)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .where(Attempt.sitting_id == sitting_id, Attempt.state == "closed")
        .order_by(Attempt.code)
    ).all()
    journals, results = _journals(session, sitting_id), _results(session, sitting_id)
    markings, remarks, held = _markings(session, sitting_id), _remarks(session, sitting_id), _held(session, sitting_id)
    return [
        {
            "code": row.code,
            "group": group_of(results[row.id][-1]),
            "blueprint": row.number,
            "paper": {"items": row.Paper.items, "hash": row.Paper.hash},
            "journal": journals[row.id],
            "held": held[row.id],
            "markings": markings[row.id],
            "remarks": remarks[row.id],
            "result": _result(results[row.id][-1]),
            "earlier": [_result(one) for one in results[row.id][:-1]],
        }
        for row in rows
        if row.id in results
    ]


def _results(session: Session, sitting_id: int) -> dict[int, list[Result]]:
    rows = select(Result).join(Attempt, Attempt.id == Result.attempt_id)
    found: dict[int, list[Result]] = {}
    for result in session.scalars(rows.where(Attempt.sitting_id == sitting_id).order_by(Result.number)):
        found.setdefault(result.attempt_id, []).append(result)
    return found


def _markings(session: Session, sitting_id: int) -> defaultdict[int, list[list[Any]]]:
    rows = session.execute(
        select(Work.attempt_id, Work.item, Marking)
        .join(Work, Work.id == Marking.work_id)
        .join(Attempt, Attempt.id == Work.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(Marking.id)
    )
    found: defaultdict[int, list[list[Any]]] = defaultdict(list)
    people: dict[int, int] = {}
    for attempt_id, item, given in rows:
        marker = people.setdefault(given.marker_id, len(people) + 1)
        found[attempt_id].append(
            [
                item,
                given.slot,
                given.number,
                marker,
                given.points,
                str(given.mark),
                given.made_at.isoformat(),
                given.round,
            ]
        )
    return found


def _remarks(session: Session, sitting_id: int) -> defaultdict[int, list[list[Any]]]:
    """Where no result was appended the new mark is the old one: it counts from whichever comes next."""
    old, new = aliased(Result), aliased(Result)
    rows = session.execute(
        select(RegradeRow, Work.item, Regrade, old.number, new.number)
        .join(Regrade, Regrade.id == RegradeRow.regrade_id)
        .join(Attempt, Attempt.id == RegradeRow.attempt_id)
        .join(Work, (Work.attempt_id == Attempt.id) & (Work.version_id == Regrade.version_id))
        .join(old, old.id == RegradeRow.old_result_id)
        .outerjoin(new, new.id == RegradeRow.new_result_id)
        .where(Attempt.sitting_id == sitting_id, RegradeRow.round.is_not(None))
        .order_by(RegradeRow.attempt_id, Work.item, RegradeRow.round)
    )
    found: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for row, item, regrade, before, after in rows:
        first = None if row.state == "planned" else (after or before + 1)
        found[row.attempt_id].append([item, row.round, regrade.code, _moment(regrade.applied_at), first])
    return found


def _corrections(session: Session, exam_id: int) -> list[dict[str, Any]]:
    rows = select(Regrade).where(Regrade.exam_id == exam_id, Regrade.applied_at.is_not(None), Regrade.remedy != REMARK)
    return [
        {**corrections.as_row(regrades.correction_of(one)), "reason": one.reason, "applied_at": _moment(one.applied_at)}
        for one in session.scalars(rows.order_by(Regrade.applied_at, Regrade.id))
    ]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _journals(session: Session, sitting_id: int) -> defaultdict[int, list[list[Any]]]:
    rows = session.execute(
        select(AnswerEvent.attempt_id, AnswerEvent.writer, *saving.EVENT)
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
        "recorded_at": result.recorded_at.isoformat(),
        **{name: None if value is None else str(value) for name, value in decimals.items()},
    }

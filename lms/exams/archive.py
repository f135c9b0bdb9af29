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
from collections.abc import Mapping, Sequence
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
#: Attempts that are held in memory at a time: of 100 questions each, some 100 MB.
AT_ONCE = 200
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
    """The archive of a sitting: its closed attempts, some at a time. Only reads.

    session: sees one state of the database throughout (`Database.snapshot`), or what is graded meanwhile may not fit together.
    """
    exam = session.get_one(Exam, sitting.exam_id)
    keys, markers, numbers = _closed(session, sitting.id), _markers(session, sitting.id), set[int]()
    buffer, hashes = io.BytesIO(), dict[str, str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:

        def put(name: str, content: Any) -> bytes:
            data = canonical_json(content).encode()
            hashes[name] = hashlib.sha256(data).hexdigest()
            _write(made, name, data)
            return data

        for start in range(0, len(keys), AT_ONCE):
            for one in _attempts(session, keys[start : start + AT_ONCE], markers):
                numbers.add(one["blueprint"])
                put(f"attempts/{one['code']}.json", one)
        held = len(hashes)
        plans = select(Blueprint).where(Blueprint.exam_id == exam.id, Blueprint.number.in_(numbers))
        for plan in sorted(session.scalars(plans), key=lambda one: str(one.number)):
            put(f"blueprints/{plan.number}.json", {"number": plan.number, "content": plan.content, "hash": plan.hash})
        if rows := _corrections(session, exam.id):
            put(CORRECTIONS, rows)
        said = {"format": FORMAT, "exam": exam.code, "sitting": sitting.code, "made_at": now.isoformat()}
        manifest = put(MANIFEST, said | {"files": dict(hashes)})
    still_open = select(func.count()).where(Attempt.sitting_id == sitting.id, Attempt.state.in_(RUNNING))
    return Archive(
        data=buffer.getvalue(),
        seal=hashlib.sha256(manifest).hexdigest(),
        attempts=held,
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
            _write(made, name, files[name])
    return buffer.getvalue()


def _write(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    made.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)


def _closed(session: Session, sitting_id: int) -> list[int]:
    """Keys of the closed attempts in the order of their codes, which is that of their files: a database may have another."""
    rows = select(Attempt.code, Attempt.id).where(Attempt.sitting_id == sitting_id, Attempt.state == "closed")
    return [row.id for row in sorted(session.execute(rows), key=lambda row: row.code)]


def _markers(session: Session, sitting_id: int) -> dict[int, int]:
    """Marker → the number that stands for them in this archive, in the order in which they first gave a mark."""
    first = func.min(Marking.id)
    rows = (
        select(Marking.marker_id)
        .join(Work, Work.id == Marking.work_id)
        .join(Attempt, Attempt.id == Work.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .group_by(Marking.marker_id)
        .order_by(first)
    )
    return {marker: number for number, marker in enumerate(session.scalars(rows), 1)}


def _attempts(session: Session, keys: Sequence[int], markers: Mapping[int, int]) -> list[dict[str, Any]]:
    """The attempts of some keys, in the order of their codes."""
    rows = session.execute(
        select(Attempt.id, Attempt.code, Blueprint.number, Paper.items, Paper.hash)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .where(Attempt.id.in_(keys))
    ).all()
    journals, results = _journals(session, keys), _results(session, keys)
    markings, remarks, held = _markings(session, keys, markers), _remarks(session, keys), _held(session, keys)
    return [
        {
            "code": row.code,
            "group": group_of(results[row.id][-1]),
            "blueprint": row.number,
            "paper": {"items": row.items, "hash": row.hash},
            "journal": journals[row.id],
            "held": held[row.id],
            "markings": markings[row.id],
            "remarks": remarks[row.id],
            "result": _result(results[row.id][-1]),
            "earlier": [_result(one) for one in results[row.id][:-1]],
        }
        for row in sorted(rows, key=lambda row: row.code)
        if row.id in results
    ]


def _results(session: Session, keys: Sequence[int]) -> dict[int, list[Result]]:
    found: dict[int, list[Result]] = {}
    for result in session.scalars(select(Result).where(Result.attempt_id.in_(keys)).order_by(Result.number)):
        found.setdefault(result.attempt_id, []).append(result)
    return found


def _markings(session: Session, keys: Sequence[int], markers: Mapping[int, int]) -> defaultdict[int, list[list[Any]]]:
    rows = session.execute(
        select(Work.attempt_id, Work.item, Marking)
        .join(Work, Work.id == Marking.work_id)
        .where(Work.attempt_id.in_(keys))
        .order_by(Marking.id)
    )
    found: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for attempt_id, item, given in rows:
        found[attempt_id].append(
            [
                item,
                given.slot,
                given.number,
                markers[given.marker_id],
                given.points,
                str(given.mark),
                given.made_at.isoformat(),
                given.round,
            ]
        )
    return found


def _remarks(session: Session, keys: Sequence[int]) -> defaultdict[int, list[list[Any]]]:
    """Where no result was appended the new mark is the old one: it counts from whichever comes next."""
    old, new = aliased(Result), aliased(Result)
    rows = session.execute(
        select(RegradeRow, Work.item, Regrade, old.number, new.number)
        .join(Regrade, Regrade.id == RegradeRow.regrade_id)
        .join(Work, (Work.attempt_id == RegradeRow.attempt_id) & (Work.version_id == Regrade.version_id))
        .join(old, old.id == RegradeRow.old_result_id)
        .outerjoin(new, new.id == RegradeRow.new_result_id)
        .where(RegradeRow.attempt_id.in_(keys), RegradeRow.round.is_not(None))
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


def _journals(session: Session, keys: Sequence[int]) -> defaultdict[int, list[list[Any]]]:
    rows = session.execute(
        select(AnswerEvent.attempt_id, AnswerEvent.writer, *saving.EVENT)
        .where(AnswerEvent.attempt_id.in_(keys))
        .order_by(AnswerEvent.id)
    )
    found: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for attempt_id, *event in rows:
        found[attempt_id].append(list(event))
    return found


def _held(session: Session, keys: Sequence[int]) -> defaultdict[int, list[list[Any]]]:
    """What was held, and what was decided on it; who decided stands in the log of the sitting alone."""
    columns = [getattr(HeldEvent, field) for field in (*Event._fields, "received_at", "reason", "decision")]
    rows = session.execute(
        select(HeldEvent.attempt_id, HeldEvent.writer, *columns, HeldEvent.decided_at, HeldEvent.why)
        .where(HeldEvent.attempt_id.in_(keys))
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

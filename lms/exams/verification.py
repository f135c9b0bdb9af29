"""Recomputes every result in a sitting's archive from its papers and journals, without the database.

An archive comes from anywhere: nothing is unpacked to a disk, and names, numbers and sizes are bounded before anything is read.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from lms.db import canonical_json
from lms.exams import corrections, journal, marking_log, papers, pass_rules, recording
from lms.exams.archive import CORRECTIONS, MANIFEST
from lms.exams.corrections import Correction
from lms.exams.grading import grade
from lms.exams.held import WRITER
from lms.exams.journal import Entry, Event
from lms.exams.results import as_row, mark_row
from lms.workbooks import BROKEN

MOST_FILES = 50_000
LARGEST_FILE = 32 * 1024 * 1024
LARGEST = 1024 * 1024 * 1024
#: 1: before there were marks by people and corrections · 2: marks were rounded to four places before they were added ·
#: 3: no answer was marked again.
FORMATS = (1, 2, 3, 4)
EXACT = 3
#: What rows of results say in every format; what was added later is compared where it stands.
_ALWAYS = {"mark": ("item", "version", "mark", "maximum"), "section": ("title", "mark", "maximum", "passed")}
_NAME = re.compile(r"manifest\.json|corrections\.json|blueprints/[0-9]{1,6}\.json|attempts/[A-Za-z0-9-]{1,40}\.json")


class BadArchive(ValueError):
    """The file is no archive that can be looked at."""


@dataclass(frozen=True)
class Discrepancy:
    """What does not agree. file: in the archive. what: a word. stated, found: as the archive says, as recomputed."""

    file: str
    what: str
    stated: Any
    found: Any


@dataclass(frozen=True)
class Report:
    """seal: SHA-256 of the manifest as it is. results: how many were recomputed.

    seal_given: whether the manifest was held against a seal that was kept apart; without one, whoever writes all files anew
    so that they agree with each other is not found out.
    """

    seal: str
    results: int
    discrepancies: tuple[Discrepancy, ...]
    seal_given: bool = False


def verify(data: bytes, *, seal: str = "") -> Report:
    """Check an archive whole. seal: what the manifest must hash to, if it was kept apart. Raises BadArchive."""
    files = _read(data)
    if MANIFEST not in files:
        raise BadArchive("manifest.json tidak ada")
    found = hashlib.sha256(files[MANIFEST]).hexdigest()
    manifest = _json(files[MANIFEST])
    if (
        not isinstance(manifest, dict)
        or type(manifest.get("format")) is not int
        or manifest["format"] not in FORMATS
        or not isinstance(manifest.get("files"), dict)
    ):
        raise BadArchive("manifest.json tidak berbentuk manifest")
    wrong = [Discrepancy(MANIFEST, "seal", seal, found)] if seal and seal != found else []
    wrong += _hashes(manifest["files"], files)
    wrong += [Discrepancy(name, "canonical", None, None) for name, body in files.items() if not _is_canonical(body)]
    plans = {name: _json(body) for name, body in files.items() if name.startswith("blueprints/")}
    wrong += [one for name, plan in plans.items() for one in _checked(name, plan, {}, _blueprint)]
    plans |= {CORRECTIONS: _json(files.get(CORRECTIONS, b"[]"))}
    results, used, until = 0, {CORRECTIONS}, manifest.get("made_at")
    for name in files:
        if name.startswith("attempts/"):  # one at a time: as objects they take many times the room
            attempt = _json(files[name])
            wrong += _checked(
                name, attempt, plans, partial(_attempt, until=until, by_places=manifest["format"] < EXACT)
            )
            results += _results(attempt)
            used.add(f"blueprints/{attempt.get('blueprint') if isinstance(attempt, dict) else None}.json")
    wrong += [Discrepancy(name, "unused", None, None) for name in plans if name not in used]
    return Report(found, results, tuple(wrong), bool(seal))


def _results(attempt: Any) -> int:
    earlier = attempt.get("earlier", []) if isinstance(attempt, dict) else []
    return 1 + (len(earlier) if isinstance(earlier, list) else 0)


def _read(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            entries = opened.infolist()
            names = [entry.filename for entry in entries]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                raise BadArchive("arsip terlalu besar")
            if len(set(names)) < len(names):
                raise BadArchive("ada nama berkas yang sama dua kali")
            if strange := next((name for name in names if not _NAME.fullmatch(name)), None):
                raise BadArchive(f"nama berkas tidak dikenal: {strange[:60]!r}")
            return {entry.filename: _body(opened, entry) for entry in entries}
    except (*BROKEN, zipfile.LargeZipFile) as error:
        if isinstance(error, BadArchive):
            raise
        raise BadArchive(f"ZIP tidak dapat dibaca: {error}") from error


def _body(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > LARGEST_FILE:
        raise BadArchive(f"{entry.filename} terlalu besar")
    with opened.open(entry) as stream:
        body = stream.read(LARGEST_FILE + 1)
    if len(body) > LARGEST_FILE:
        raise BadArchive(f"{entry.filename} terlalu besar")
    return body


def _json(body: bytes) -> Any:
    """None for what is no JSON: whoever looks at it finds that it has no shape."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_canonical(body: bytes) -> bool:
    """Whether a file says each thing once, in the one way of writing it: so that every reader reads the same."""
    try:
        return canonical_json(json.loads(body)).encode() == body
    except (ValueError, RecursionError):
        return False


def _hashes(stated: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Discrepancy]:
    found = {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != MANIFEST}
    names = sorted(set(stated) | set(found))
    return [
        Discrepancy(name, "sha256", stated.get(name), found.get(name))
        for name in names
        if stated.get(name) != found.get(name)
    ]


def _checked(name: str, body: Any, plans: Mapping[str, Any], check: Any) -> list[Discrepancy]:
    """What a check finds; a file without the shape it should have is one discrepancy."""
    try:
        return [Discrepancy(name, *one) for one in check(name, body, plans)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError) as error:
        return [Discrepancy(name, "shape", None, type(error).__name__)]


def _blueprint(name: str, plan: Any, _plans: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    digest = hashlib.sha256(canonical_json(plan["content"]).encode()).hexdigest()
    stated = {"hash": plan["hash"], "file": name}
    return _differences(stated, {"hash": digest, "file": f"blueprints/{plan['number']}.json"})


def _attempt(
    name: str, attempt: Any, plans: Mapping[str, Any], *, until: Any, by_places: bool
) -> list[tuple[str, Any, Any]]:
    """Every result of an attempt. One that stands before others is named by its number. until: when the archive was made.
    by_places: as grading says.

    Of results before answers were admitted, or before the attempt was reopened, the journal was shorter: they are not checked.
    """
    plan = plans[f"blueprints/{attempt['blueprint']}.json"]
    made = [corrections.of_row(row) for row in plans[CORRECTIONS]]
    items = papers.items_of(attempt["paper"]["items"])
    entries = [Entry(row[0], Event(*row[1:])) for row in attempt["journal"]]
    log = marking_log.read(attempt.get("markings", []), attempt.get("remarks", []))
    breaks = journal.as_rows(journal.verify(attempt["code"], entries))
    last = attempt["result"]
    wrong = _differences(
        {
            "file": name,
            "paper": attempt["paper"]["hash"],
            "chain": [],
            "problems": last["problems"],
            "group": attempt["group"],
        },
        {
            "file": f"attempts/{attempt['code']}.json",
            "paper": papers.digest(plan["hash"], papers.written(items)),
            "chain": breaks,
            "problems": breaks,
            "group": last["verdict"]["group"] if last["verdict"] else "",
        },
    )
    wrong += [
        (f"event {writer}/{event.seq}", *said) for writer, event in entries for said in _astray(event, len(items))
    ]
    wrong += marking_log.wrong(log, items)
    wrong += _held(attempt["code"], attempt.get("held", []), entries)
    paper = _Paper(items, plan["content"], attempt["group"], entries, log, made, by_places)
    wrong += _result(paper, attempt["result"])
    earlier = attempt.get("earlier", [])
    wrong += recording.wrong([*earlier, attempt["result"]], attempt, plans[CORRECTIONS], until=until)
    of_whole = [n for n, one in enumerate([*earlier, attempt["result"]]) if one["cause"] in ("admitted", "closed")]
    for stated in earlier[max(of_whole, default=0) :]:
        wrong += [(f"result {stated['number']}: {what}", one, two) for what, one, two in _result(paper, stated)]
    return wrong


def _astray(event: Event, items: int) -> list[tuple[Any, Any]]:
    """What no journal takes in: (as stated, as it can be)."""
    found: list[tuple[Any, Any]] = [] if 1 <= event.item <= items else [(event.item, f"1–{items}")]
    return found if journal.is_time(event.device_at) else [*found, (event.device_at, None)]


@dataclass(frozen=True)
class _Paper:
    """What all results of one attempt were made of."""

    items: Sequence[papers.Item]
    blueprint: Mapping[str, Any]
    group: str
    entries: Sequence[Entry]
    log: marking_log.Log
    corrections: Sequence[Correction]
    by_places: bool


def _result(paper: _Paper, stated: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """One result, from the marks that people had given when it was recorded and the corrections that it names."""
    state = journal.fold(paper.entries)
    answers = {item: latest.answer for item, latest in state.items()}
    named = stated.get("corrections") or []
    held = corrections.in_force([one for one in paper.corrections if one.code in named])
    by_hand = marking_log.standing(paper.log, stated, paper.items, paper.blueprint)
    graded = grade(
        paper.items, paper.blueprint, answers, by_hand, group=paper.group, corrections=held, by_places=paper.by_places
    )
    wrong = _differences(
        {"corrections": sorted(named), **_stated(stated)},
        {
            "corrections": corrections.used(held, [item.version for item in paper.items]),
            "journal": journal.digest(paper.entries),
            "answered": sum(latest.is_answered for latest in state.values()),
            "passed": graded.passed,
            "verdict": pass_rules.as_row(graded.verdict),
            "score": graded.score,
            "maximum": graded.maximum,
            "percent": graded.percent,
            "threshold": graded.threshold,
        },
    )
    wrong += _rows("mark", stated["marks"], [mark_row(mark) for mark in graded.marks])
    return wrong + _rows("section", stated["sections"], [as_row(section) for section in graded.sections])


def _held(code: str, rows: list[Any], entries: list[Entry]) -> list[tuple[str, Any, Any]]:
    """What was held is as its device wrote it, and just what was admitted of it stands in the journal as the server's."""
    kept = [(row[0], Event(*row[1:8]), row[10]) for row in rows]
    altered = [event.seq for writer, event, _said in kept if journal.event_hash(code, writer, event) != event.hash]
    admitted = sorted(_content(event) for _writer, event, said in kept if said == "admitted")
    counted = sorted(_content(event) for writer, event in entries if writer == WRITER)
    return _differences({"held": [], "admitted": admitted}, {"held": altered, "admitted": counted})


def _content(event: Event) -> tuple[int, str, str, str]:
    return event.item, event.kind, event.value, event.device_at


def _stated(result: Mapping[str, Any]) -> dict[str, Any]:
    decimals = {name: result[name] for name in ("score", "maximum", "percent", "threshold")}
    return {
        **{name: result[name] for name in ("journal", "answered", "passed", "verdict")},
        **{name: None if value is None else Decimal(value) for name, value in decimals.items()},
    }


def _differences(stated: Mapping[str, Any], found: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """A word and a number that Python takes for the same, as 1 and true, are not."""
    return [
        (name, _shown(stated[name]), _shown(found[name]))
        for name in stated
        if stated[name] != found[name] or type(stated[name]) is not type(found[name])
    ]


def _rows(what: str, stated: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    """Rows by place, numbers by value: "1" and "1.0" are the same mark. What older results do not say is not compared."""
    if len(stated) != len(found):
        return [(f"{what}s", len(stated), len(found))]
    return [
        (f"{what} {n}: {field}", row.get(field), other.get(field))
        for n, (row, other) in enumerate(zip(stated, found, strict=True), 1)
        for field in {**dict.fromkeys(_ALWAYS[what]), **row}
        if _value(row.get(field)) != _value(other.get(field))
    ]


def _value(value: Any) -> Any:
    is_number = isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", value)
    return Decimal(value) if is_number else value


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value

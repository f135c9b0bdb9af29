"""Competency standards from a YAML text: all of it, or a report of every line that is wrong.

standards:
  - position: kembangan-sekcam
    effective_from: 2026-01-01
    source: Keputusan Wali Kota Nomor 12 Tahun 2026
    defaults: true          # begin with the default levels of the post's tier; the lines below override
    requirements:
      - {competency: TEK.KI, level: 2, mandatory: true}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.competencies.models import PositionStandard, Requirement
from lms.competencies.standards import default_requirements
from lms.frameworks.models import Competency
from lms.people.models import Position

_LINE = "line of the file"
_FIELDS = {"position", "effective_from", "source", "requirements"}


@dataclass(frozen=True)
class RowError:
    """What is wrong in one line, in words for the person who wrote the file."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"Baris {self.line}, {self.field}: {self.message}"


class StandardsRejected(ValueError):
    """The file was not taken in; nothing of it was written."""

    def __init__(self, errors: list[RowError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


@dataclass(frozen=True)
class _Entry:
    line: int
    position: Position
    effective_from: date
    source: str
    asked: Mapping[str, tuple[int, bool]]


@dataclass(frozen=True)
class _Known:
    """What a file may refer to."""

    positions: Mapping[str, Position]
    competencies: Mapping[str, int]
    standards: Mapping[tuple[int, date], Mapping[int, tuple[int, bool]]]


def import_standards(session: Session, text: str, *, by: int | None, now: datetime) -> int:
    """Add the standards of a file and return how many were new; one that stands already as written is left alone.

    Raises StandardsRejected with every error of every line; then nothing was written.
    """
    known = _known(session)
    errors: list[RowError] = []
    entries = [entry for item in _items(text) if (entry := _entry(item, known, errors))]
    new = [entry for entry in entries if not _stands(entry, known, errors)]
    if errors:
        raise StandardsRejected(sorted(errors, key=lambda error: error.line))
    for entry in new:
        _write(session, entry, known, by=by, now=now)
    return len(new)


def _known(session: Session) -> _Known:
    standards: dict[tuple[int, date], dict[int, tuple[int, bool]]] = {}
    rows = select(PositionStandard, Requirement).outerjoin(Requirement, Requirement.standard_id == PositionStandard.id)
    for standard, asks in session.execute(rows):
        asked = standards.setdefault((standard.position_id, standard.effective_from), {})
        if asks is not None:
            asked[asks.competency_id] = (asks.level, asks.mandatory)
    return _Known(
        positions={position.code: position for position in session.scalars(select(Position))},
        competencies=dict(session.execute(select(Competency.code, Competency.id)).all()),
        standards=standards,
    )


def _items(text: str) -> list[dict[str, Any]]:
    try:
        document = yaml.load(text, Loader=_Numbered)  # noqa: S506 - a SafeLoader that notes lines
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise StandardsRejected([RowError(line, "berkas", f"bukan YAML yang utuh: {error.problem}.")]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # letters, dates or numbers that are none; too deep
        raise StandardsRejected([RowError(1, "berkas", "bukan YAML yang dapat dibaca.")]) from error
    items = document.get("standards") if isinstance(document, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise StandardsRejected([RowError(1, "standards", "harus berupa daftar standar jabatan.")])
    return items


def _entry(item: dict[str, Any], known: _Known, errors: list[RowError]) -> _Entry | None:
    line: int = item[_LINE]
    before = len(errors)
    position = known.positions.get(str(item.get("position")))
    errors += [RowError(line, field, "belum diisi.") for field in sorted(_FIELDS) if not item.get(field)]
    if item.get("position") and position is None:
        errors.append(RowError(line, "position", f"jabatan “{item['position']}” tidak dikenal."))
    if item.get("effective_from") and type(item["effective_from"]) is not date:
        errors.append(RowError(line, "effective_from", "tulis tanggal sebagai 2026-01-01."))
    asked = dict(_asked(item.get("requirements") or [], line, known, errors))
    if len(errors) > before or position is None:
        return None
    starts: date = item["effective_from"]
    if item.get("defaults"):
        levels = default_requirements(position.tier, on=starts)
        asked = {code: (level, False) for code, level in levels.items() if code in known.competencies} | asked
    return _Entry(line, position, starts, str(item["source"]), asked)


def _asked(
    rows: list[Any], above: int, known: _Known, errors: list[RowError]
) -> Iterator[tuple[str, tuple[int, bool]]]:
    seen: set[str] = set()
    for row in rows:
        if not isinstance(row, dict):
            errors.append(RowError(above, "requirements", f"“{row}” bukan baris syarat."))
            continue
        code, level, line = str(row.get("competency")), row.get("level"), row[_LINE]
        if code not in known.competencies:
            errors.append(RowError(line, "competency", f"kompetensi “{code}” tidak dikenal."))
        if code in seen:
            errors.append(RowError(line, "competency", f"kompetensi “{code}” tertulis dua kali."))
        if type(level) is not int or not 1 <= level <= 5:
            errors.append(RowError(line, "level", f"tingkat “{level}” tidak ada; isi 1 sampai 5."))
            continue
        seen.add(code)
        yield code, (level, row.get("mandatory") is True)


def _stands(entry: _Entry, known: _Known, errors: list[RowError]) -> bool:
    """Whether the standard is there already. Another one of the same day is an error: a standard is never rewritten."""
    stands = known.standards.get((entry.position.id, entry.effective_from))
    if stands is None:
        return False
    if stands != {known.competencies[code]: asks for code, asks in entry.asked.items()}:
        said = "sudah ada standar lain mulai tanggal itu; pakai tanggal berlaku yang baru."
        errors.append(RowError(entry.line, "effective_from", said))
    return True


def _write(session: Session, entry: _Entry, known: _Known, *, by: int | None, now: datetime) -> None:
    requirements = [
        Requirement(competency_id=known.competencies[code], level=level, mandatory=mandatory)
        for code, (level, mandatory) in entry.asked.items()
    ]
    standard = PositionStandard(
        position_id=entry.position.id,
        effective_from=entry.effective_from,
        source=entry.source,
        requirements=requirements,
    )
    session.add(standard)
    session.flush()  # the audit row names the standard by its key
    audit.record(session, "standard.import", f"position_standard:{standard.id}", by=by, now=now)


class _Numbered(yaml.SafeLoader):
    """Notes in each mapping the line on which it begins."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=True)
        mapping[_LINE] = node.start_mark.line + 1
        return mapping

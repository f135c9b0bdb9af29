"""Schemes from files: read, looked at one by one, and taken into the database once, since agencies change them there.

A file says what earns the certificate; who issues it (unit, pattern of numbers, official) is said by the file or, for all that
do not, by whoever loads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course
from lms.certificates.models import Scheme
from lms.certificates.schemes import GRADES, KINDS, rank_order
from lms.exams.models import Exam
from lms.frameworks.models import Competency
from lms.people import nip
from lms.people.models import OrgUnit

#: What an official's entry says.
OFFICIAL = ("office", "name", "nip", "place")
#: Findings that keep no file out.
WARNINGS = ("kept", "course_unknown")


@dataclass(frozen=True)
class Issuing:
    """Who issues what files do not say otherwise of. unit: its code. official: by OFFICIAL."""

    unit: str = ""
    number_pattern: str = ""
    official: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Remark:
    """What is to be said of a file. problem: a key, for the edge's words. value: what it is about."""

    problem: str
    value: str = ""


@dataclass(frozen=True)
class Row:
    """One file. scheme: what would be, or was, made of it; None where it is there already or cannot be."""

    name: str
    code: str
    title: str
    findings: tuple[Remark, ...] = ()
    scheme: Scheme | None = None

    @property
    def state(self) -> str:
        """ready, warning or error."""
        if any(one.problem not in WARNINGS for one in self.findings):
            return "error"
        return "warning" if self.findings else "ready"


@dataclass(frozen=True)
class _Known:
    """What files refer to, by code."""

    units: Mapping[str, int]
    exams: Mapping[str, tuple[int, bool]]  # key, whether another scheme awards at once for it
    courses: Mapping[str, int]
    with_exam: frozenset[int]
    attended: frozenset[int]
    competencies: Mapping[str, int]
    schemes: Mapping[str, Scheme]


def look(session: Session, paths: Sequence[Path], issuing: Issuing, *, designs: Path) -> list[Row]:
    """Every file with what is to be said of it; nothing is written. designs: the folder of certificate designs."""
    known, rows = _known(session), []
    taken: dict[tuple[str, object], str] = {}
    for path in paths:
        row = _row(path, issuing, known, designs)
        for key in _claims(row):
            if taken.setdefault(key, path.name) != path.name:
                row = replace(row, findings=(*row.findings, Remark(f"twice_{key[0]}", taken[key])))
        rows.append(row)
    return rows


def _claims(row: Row) -> list[tuple[str, object]]:
    """What a file takes for itself alone: its code, and the exam or course for which it awards at once."""
    claims: list[tuple[str, object]] = [("code", row.code)] if row.code else []
    if row.scheme is not None and not row.scheme.position:
        claims.append(("exam", row.scheme.exam_id) if row.scheme.exam_id else ("course", row.scheme.course_id))
    return claims


def add(session: Session, rows: Sequence[Row]) -> int:
    """Take in what was looked at and is not there yet. Returns how many. Nothing may be an error."""
    assert all(row.state != "error" for row in rows), "look first"
    made = [row.scheme for row in rows if row.scheme is not None]
    session.add_all(made)
    session.flush()
    return len(made)


def _row(path: Path, issuing: Issuing, known: _Known, designs: Path) -> Row:
    try:
        given = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):  # ValueError: a date or a number that is none
        return Row(path.name, "", "", (Remark("unreadable"),))
    if not isinstance(given, dict):
        return Row(path.name, "", "", (Remark("unreadable"),))
    code, title = str(given.get("code", "")), str(given.get("title", ""))
    findings = [*_shape(given), *_who(given, issuing, known)]
    if not findings:
        findings = [*_refers(given, known), *_design(given, designs)]
    standing = known.schemes.get(code)
    if standing is not None:
        findings = [one for one in findings if one.problem not in {"exam_taken", "course_taken"}]
    if any(one.problem not in WARNINGS for one in findings):
        return Row(path.name, code, title, tuple(findings))
    made = _made(given, issuing, known)
    if standing is None:
        return Row(path.name, code, title, tuple(findings), made)
    if not _same(standing, made):
        findings.append(Remark("kept"))
    return Row(path.name, code, title, tuple(findings))


def _shape(given: Mapping[str, Any]) -> list[Remark]:
    """Whether the file says what it must, in the words it must."""
    found = [Remark("missing", entry) for entry in ("code", "title", "design") if not given.get(entry)]
    if bool(given.get("exam")) == bool(given.get("course")):
        return [*found, Remark("exam_or_course")]
    if given.get("exam"):
        found += [Remark("missing", entry) for entry in ("level", "validity_months", "renewal") if entry not in given]
        if not given.get("position") and not given.get("competency"):
            found.append(Remark("missing", "position / competency"))
        if given.get("level") not in (1, 2, 3, 4, 5):
            found.append(Remark("level", str(given.get("level"))))
    months = given.get("validity_months", 1)
    if not isinstance(months, int) or months <= 0:
        found.append(Remark("months", str(months)))
    renewal = given.get("renewal") or {}
    if renewal and not _is_renewal(renewal):
        found.append(Remark("renewal", str(renewal)))
    return found + [Remark("requirement", str(one)) for one in given.get("requires") or () if not _is_requirement(one)]


def _is_renewal(given: Any) -> bool:
    if not isinstance(given, dict) or given.get("by") not in {"exam", "hours"}:
        return False
    days = [given.get("window_days"), given.get("grace_days")]
    hours = given.get("hours", 0 if given["by"] == "hours" else 1)
    return all(isinstance(one, int) and one >= 0 for one in days) and isinstance(hours, int) and hours > 0


def _is_requirement(given: Any) -> bool:
    if not isinstance(given, dict) or given.get("kind") not in KINDS or given.get("grade") not in GRADES:
        return False
    match given["kind"]:
        case "level":
            return bool(given.get("competency")) and given.get("level") in (1, 2, 3, 4, 5)
        case "rank":
            return rank_order(str(given.get("least", ""))) is not None
        case "tier":
            return isinstance(given.get("tiers"), list) and bool(given["tiers"])
        case "training":
            return bool(given.get("name"))
        case kind:
            return bool(given.get(kind))


def _who(given: Mapping[str, Any], issuing: Issuing, known: _Known) -> list[Remark]:
    """Unit, numbers and official: of the file, else of whoever loads it."""
    unit, pattern, official = _issued_by(given, issuing)
    found = [] if unit in known.units else [Remark("unit", unit)]
    try:
        if "{n}" not in pattern or "{year}" not in pattern or len(pattern.format(n=1, month="XII", year=2026)) > 80:
            found.append(Remark("pattern", pattern))
    except (KeyError, IndexError, ValueError):
        found.append(Remark("pattern", pattern))
    found += [Remark("official", entry) for entry in OFFICIAL if not str(official.get(entry, "")).strip()]
    try:
        nip.normalise(str(official.get("nip", "")))
    except nip.BadNip:
        found.append(Remark("nip"))
    return found


def _refers(given: Mapping[str, Any], known: _Known) -> list[Remark]:
    """Whether what the file names is there."""
    found = []
    if exam := given.get("exam"):
        if exam not in known.exams:
            found.append(Remark("exam_unknown", exam))
        elif not given.get("position") and known.exams[exam][1]:
            found.append(Remark("exam_taken", exam))
    elif given["course"] not in known.courses:
        found.append(Remark("course_missing", given["course"]))
    elif known.courses[given["course"]] in known.with_exam:
        found.append(Remark("course_with_exam", given["course"]))
    elif known.courses[given["course"]] in known.attended:
        found.append(Remark("course_taken", given["course"]))
    requires = given.get("requires") or ()
    named = {given.get("competency"), *(one.get("competency") for one in requires)} - {None}
    found += [Remark("competency_unknown", code) for code in sorted(named - known.competencies.keys())]
    exams = {one["exam"] for one in requires if one["kind"] == "exam"}
    found += [Remark("exam_unknown", code) for code in sorted(exams - known.exams.keys() - {given.get("exam")})]
    courses = {one["course"] for one in requires if one["kind"] == "course"}
    return found + [Remark("course_unknown", slug) for slug in sorted(courses - known.courses.keys())]


def _design(given: Mapping[str, Any], designs: Path) -> list[Remark]:
    name = str(given["design"])
    is_there = name.replace("-", "_").isidentifier() and (designs / name / "design.yaml").is_file()
    return [] if is_there else [Remark("design", name)]


def _made(given: Mapping[str, Any], issuing: Issuing, known: _Known) -> Scheme:
    unit, pattern, official = _issued_by(given, issuing)
    requires = given.get("requires") or []
    levels = sorted(one["competency"] for one in requires if one["kind"] == "level")
    subject = given.get("competency") or next(iter(levels), None)
    renewal = given.get("renewal") or {"by": "exam", "window_days": 0, "grace_days": 0}
    return Scheme(
        code=given["code"],
        title=given["title"],
        unit_id=known.units[unit],
        exam_id=known.exams[given["exam"]][0] if given.get("exam") else None,
        course_id=known.courses[given["course"]] if given.get("course") else None,
        competency_id=known.competencies[subject] if subject and given.get("exam") else None,
        level=given["level"] if given.get("exam") else None,
        design=given["design"],
        validity_months=given.get("validity_months"),
        number_pattern=pattern,
        official={entry: str(official[entry]).strip() for entry in OFFICIAL},
        position=given.get("position", ""),
        requires=requires,
        renewal_by=renewal["by"],
        renewal_hours=renewal.get("hours"),
        window_days=renewal["window_days"],
        grace_days=renewal["grace_days"],
    )


def _issued_by(given: Mapping[str, Any], issuing: Issuing) -> tuple[str, str, Mapping[str, Any]]:
    official = given.get("official")
    return (
        str(given.get("unit") or issuing.unit),
        str(given.get("number_pattern") or issuing.number_pattern),
        official if isinstance(official, dict) else issuing.official,
    )


def _same(standing: Scheme, made: Scheme) -> bool:
    compared = [column.key for column in Scheme.__table__.columns if column.key != "id"]
    return all(getattr(standing, name) == getattr(made, name) for name in compared)


def _known(session: Session) -> _Known:
    schemes = list(session.scalars(select(Scheme)))
    at_once = {one.exam_id for one in schemes if not one.position}
    exams = session.execute(select(Exam.code, Exam.id, Exam.course_id)).all()
    return _Known(
        units={code: key for code, key in session.execute(select(OrgUnit.code, OrgUnit.id))},  # noqa: C416
        exams={code: (key, key in at_once) for code, key, _course in exams},
        courses={slug: key for slug, key in session.execute(select(Course.slug, Course.id))},  # noqa: C416
        with_exam=frozenset(course for _code, _key, course in exams if course is not None),
        attended=frozenset(one.course_id for one in schemes if one.course_id is not None),
        competencies={code: key for code, key in session.execute(select(Competency.code, Competency.id))},  # noqa: C416
        schemes={one.code: one for one in schemes},
    )

"""The dictionaries that come with the product: read from text, added where they are missing.

What stands in the database is never overwritten: an agency may have put its own words there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.frameworks.models import Competency, Framework, Level

#: libyaml where it was built in: the dictionaries are read in a tenth of the time.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = Path(__file__).parent / "reference"


@dataclass(frozen=True)
class ReferenceLevel:
    """What one level means, and the behaviour that shows it."""

    description: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class ReferenceCompetency:
    """One entry; its levels are 1 to 5 in order."""

    code: str
    kind: str
    name: str
    description: str
    levels: tuple[ReferenceLevel, ...]


@dataclass(frozen=True)
class ReferenceFramework:
    """One dictionary as it stands in a file."""

    code: str
    title: str
    source: str
    valid_from: date
    level_names: tuple[str, ...]
    competencies: tuple[ReferenceCompetency, ...]


def load(session: Session, *, now: datetime) -> int:
    """Add the frameworks and competencies that are missing. Returns how many competencies were added."""
    standing = set(session.scalars(select(Competency.code)))
    frameworks = {framework.code: framework for framework in session.scalars(select(Framework))}
    added = 0
    for given in read():
        framework = frameworks.get(given.code) or _add_framework(session, given)
        for position, entry in enumerate(given.competencies, start=1):
            if entry.code not in standing:
                _add_competency(session, framework, entry, position)
                added += 1
    if added:
        audit.record(session, "framework.load", "competency:*", by=None, now=now, details={"added": added})
    return added


def read(folder: Path = FOLDER) -> tuple[ReferenceFramework, ...]:
    """The dictionaries in `folder`, in the order of their file names."""
    files = sorted(folder.glob("*.yaml"))
    return tuple(_framework(yaml.load(file.read_text(encoding="utf-8"), Loader)) for file in files)  # noqa: S506 - a SafeLoader


def _framework(raw: dict[str, Any]) -> ReferenceFramework:
    entries = tuple(_competency(entry) for entry in raw["competencies"])
    names = tuple(raw["level_names"])
    return ReferenceFramework(raw["code"], raw["title"], raw["source"], raw["valid_from"], names, entries)


def _competency(raw: dict[str, Any]) -> ReferenceCompetency:
    levels = tuple(_level(level) for level in raw["levels"])
    return ReferenceCompetency(raw["code"], raw["kind"], raw["name"], raw["description"], levels)


def _level(raw: str | dict[str, Any]) -> ReferenceLevel:
    """A level is a sentence, or a sentence with its indicators."""
    if isinstance(raw, str):
        return ReferenceLevel(raw, ())
    return ReferenceLevel(raw["text"], tuple(raw["indicators"]))


def _add_framework(session: Session, given: ReferenceFramework) -> Framework:
    framework = Framework(
        code=given.code,
        title=given.title,
        source=given.source,
        valid_from=given.valid_from,
        level_names=list(given.level_names),
    )
    session.add(framework)
    session.flush()  # its competencies need the key
    return framework


def _add_competency(session: Session, framework: Framework, entry: ReferenceCompetency, position: int) -> None:
    session.add(
        Competency(
            code=entry.code,
            framework_id=framework.id,
            kind=entry.kind,
            position=position,
            name=entry.name,
            description=entry.description,
            levels=[
                Level(number=number, description=level.description, indicators=list(level.indicators))
                for number, level in enumerate(entry.levels, start=1)
            ],
        )
    )

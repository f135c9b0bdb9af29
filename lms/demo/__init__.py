"""The demo: an invented organisation, its people, the shipped course with its exam, and some history.

Dates are relative to the day it is loaded. Demo accounts are marked as such, and production refuses them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.clock import local
from lms.competencies.models import Evidence, PositionStandard, Requirement
from lms.competencies.standards import default_requirements
from lms.config import ROOT
from lms.demo import certificates, essays, room
from lms.exams.models import EXAM, Candidate, Exam, Sitting
from lms.frameworks import reference
from lms.frameworks.models import Competency
from lms.packages.importing import import_
from lms.packages.reading import read
from lms.people.models import Appointment, Employee, OrgUnit, Position, RoleGrant, User
from lms.people.passwords import hash_password

HERE = Path(__file__).parent
PASSWORD = "belajar-lalu-teruji"  # noqa: S105 - printed for everyone; demo accounts alone have it
COURSE = ROOT / "courses" / "keamanan-informasi"


@dataclass(frozen=True)
class Account:
    """A demo sign-in: what it is for, its NIP, and whether a second factor follows."""

    part: str
    name: str
    nip: str
    second_factor: bool


def load(session: Session, *, now: datetime, today: date, public_url: str) -> None:
    """Write the whole demo into an empty database. public_url: the address that its certificates name."""
    reference.load(session, now=now)
    units = _units(session)
    posts = _posts(session, units)
    people = _people(session, units, posts, today)
    _standards(session, posts, today)
    _history(session, people, now, today)
    _course(session, units, now)
    _sittings(session, people, now)
    essays.load(session, units["dki-bpsdm"], people, now=now)
    certificates.load(session, people, units["dki-bpsdm"], now=now, public_url=public_url)


def is_loaded(session: Session) -> bool:
    """Whether demo accounts exist."""
    return session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


def accounts() -> list[Account]:
    """The accounts one can sign in with, in the order of the story."""
    return [
        Account(person["sign_in"], person["name"], person["nip"], "role" in person)
        for person in _read("people")["people"]
        if "sign_in" in person
    ]


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


def _units(session: Session) -> dict[str, OrgUnit]:
    units: dict[str, OrgUnit] = {}
    for code, name, kind, parent in _read("people")["units"]:
        above = units.get(parent)
        unit = OrgUnit(code=code, name=name, kind=kind, parent_id=above.id if above else None, path=code)
        session.add(unit)
        session.flush()  # the path holds the key
        unit.path = f"{above.path if above else '/'}{unit.id}/"
        units[code] = unit
    return units


def _posts(session: Session, units: dict[str, OrgUnit]) -> dict[str, Position]:
    posts = {
        code: Position(
            code=code, title=title, tier=tier, unit_id=units[unit].id, is_head=is_head, is_strategic=is_strategic
        )
        for code, title, tier, unit, is_head, is_strategic in _read("people")["posts"]
    }
    session.add_all(posts.values())
    session.flush()  # appointments need the keys
    return posts


def _people(
    session: Session, units: dict[str, OrgUnit], posts: dict[str, Position], today: date
) -> dict[str, Employee]:
    password_hash = hash_password(PASSWORD)
    people: dict[str, Employee] = {}
    for given in _read("people")["people"]:
        employee = Employee(
            code=given["code"],
            nip=given["nip"],
            name=given["name"],
            grade=given["grade"],
            employment=given.get("employment", "pns"),
        )
        session.add(employee)
        session.flush()  # its appointment and account need the key
        people[given["code"]] = employee
        since = today - timedelta(days=900)
        session.add(Appointment(employee_id=employee.id, position_id=posts[given["post"]].id, since=since))
        if "sign_in" in given or "role" in given:
            _account(session, employee, given.get("role", {}), units, password_hash, since)
    return people


def _account(
    session: Session,
    employee: Employee,
    roles: dict[str, str],
    units: dict[str, OrgUnit],
    password_hash: str,
    since: date,
) -> None:
    secret = pyotp.random_base32() if roles else None
    user = User(employee_id=employee.id, password_hash=password_hash, totp_secret=secret, is_demo=True)
    session.add(user)
    session.flush()  # its grants need the key
    for role, unit in roles.items():
        session.add(RoleGrant(user_id=user.id, role=role, unit_id=units[unit].id, since=since))


def _standards(session: Session, posts: dict[str, Position], today: date) -> None:
    keys = _competencies(session)
    extra: dict[str, dict[str, Any]] = _read("standards")
    in_force = date(today.year, 1, 1)
    for code, post in posts.items():
        standard = PositionStandard(
            position_id=post.id, effective_from=in_force, source=f"Standar Kompetensi Jabatan {post.title} (contoh)"
        )
        session.add(standard)
        session.flush()  # its requirements need the key
        levels: dict[str, Any] = default_requirements(post.tier, on=in_force) | extra.get(code, {})
        for competency, level in levels.items():
            said = str(level)
            session.add(
                Requirement(
                    standard_id=standard.id,
                    competency_id=keys[competency],
                    level=int(said.rstrip("!")),
                    mandatory=said.endswith("!"),
                )
            )


def _history(session: Session, people: dict[str, Employee], now: datetime, today: date) -> None:
    keys = _competencies(session)
    for code, rows in _read("evidence").items():
        for competency, level, source, days_ago, days_valid in rows:
            observed = today - timedelta(days=days_ago)
            session.add(
                Evidence(
                    employee_id=people[code].id,
                    competency_id=keys[competency],
                    level=level,
                    source=source,
                    observed_on=observed,
                    valid_until=observed + timedelta(days=days_valid) if days_valid else None,
                    recorded_at=now,
                )
            )


def _course(session: Session, units: dict[str, OrgUnit], now: datetime) -> None:
    owner = units["dki-bpsdm"]
    import_(session, read(COURSE), unit=owner, by=None, now=now)
    exam = session.scalars(select(Exam).where(Exam.unit_id == owner.id, Exam.mode == EXAM)).one()
    session.add(
        Sitting(
            exam_id=exam.id,
            code="DARING-1",
            title="Sesi daring mandiri",
            opens_at=now - timedelta(days=7),
            closes_at=now + timedelta(days=90),
        )
    )


def _sittings(session: Session, people: dict[str, Employee], now: datetime) -> None:
    """Two supervised sittings with a list and a PIN: one that is open, with people at work, one tomorrow."""
    exam = session.scalars(select(Exam).where(Exam.code == "uk-keamanan-informasi")).one()
    for given in _read("sittings"):
        opens_at = _moment(given["from"], now)
        sitting = Sitting(
            exam_id=exam.id,
            code=given["code"],
            title=given["title"],
            room=given["room"],
            opens_at=opens_at,
            closes_at=opens_at + timedelta(hours=given["hours"]),
            supervised=True,
            audience="listed",
            capacity=30,
            pin_round=1,
            device_move=given["device_move"],
        )
        session.add(sitting)
        session.flush()  # its candidates need the key
        for code, minutes in given["candidates"].items():
            session.add(
                Candidate(
                    sitting_id=sitting.id,
                    employee_id=people[code].id,
                    extra_minutes=minutes,
                    accommodation="Memakai pembaca layar" if minutes else "",
                    added_at=now,
                    seat=given.get("seats", {}).get(code, ""),
                )
            )
        _room(session, sitting, given, people, now)


def _room(
    session: Session, sitting: Sitting, given: dict[str, Any], people: dict[str, Employee], now: datetime
) -> None:
    """Who watches, who can sit at once, and who is at work there."""
    session.flush()  # the attempts look at the list
    for code in given.get("proctors", ()):
        room.watch(session, sitting, people[code], now=now)
        room.note_incident(session, sitting, people[code], now=now)
    for code in given.get("read", ()):
        room.finish_lessons(session, sitting, people[code], now=now)
    for code, (ago, answered, silent, unsent) in given.get("working", {}).items():
        room.begin(session, sitting, people[code], ago=ago, answered=answered, silent=silent, unsent=unsent, now=now)


def _moment(said: int | dict[str, int], now: datetime) -> datetime:
    """Some hours from now, or a day from today at an hour of the wall clock."""
    if isinstance(said, int):
        return now + timedelta(hours=said)
    day = local(now, "Asia/Jakarta") + timedelta(days=said["day"])
    return day.replace(hour=said["hour"], minute=0, second=0, microsecond=0)


def _competencies(session: Session) -> dict[str, int]:
    return {row.code: row.id for row in session.execute(select(Competency.code, Competency.id))}

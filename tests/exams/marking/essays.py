"""An exam of six essays in two sections, handed in by several people, and who marks it."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.db import canonical_json
from lms.exams.models import Blueprint
from lms.people.models import RoleGrant
from tests.cast import Cast, Person
from tests.exams import factory
from tests.exams.factory import Hall
from tests.exams.sitting import sit

#: One question of each level for people, one for machines: four items.
BANK = ("essay", "single_choice")
ANSWERS: dict[str, Any] = {"essay": "Karena data pribadi harus dilindungi.", "single_choice": "0"}


def plan(**marking: Any) -> dict[str, Any]:
    """A blueprint of two questions a level; marking: its rule, where it has one."""
    sections = [
        {"title": title, "competency": "TEK.KI", "level": level, "draw": 2, "pass": 60}
        for title, level in (("Dasar", 1), ("Penerapan", 2))
    ]
    said = {"marking": marking} if marking else {}
    return {"pass_total": 70, "sections": sections, **said}


def build(
    session: Session,
    cast: Cast,
    *,
    people: tuple[Person, ...],
    content: dict[str, Any] | None = None,
    bank: tuple[str, ...] = BANK,
) -> Hall:
    """The exam, sat by `people`; the colleague and the manager may mark, and so may the trainer. HR organises."""
    hall = factory.build(session, cast, content=content or plan(), bank_of=bank)
    digest = hashlib.sha256(canonical_json(content or plan()).encode()).hexdigest()
    session.execute(update(Blueprint).values(hash=digest))
    session.commit()
    for who in people:
        sit(session, who, ANSWERS)
    for who, role in ((cast.colleague, "marker"), (cast.manager, "marker"), (cast.hr, "organiser")):
        grant(session, who, role, cast.jakarta)
    session.commit()
    return hall


def grant(session: Session, who: Person, role: str, unit_id: int) -> None:
    """Give a person a role."""
    session.add(RoleGrant(user_id=who.user_id, role=role, unit_id=unit_id, since=date(2020, 1, 1)))


def points(*given: int) -> list[Decimal]:
    """Points for the rubric of the factory's essay: content of 6, language of 2."""
    return [Decimal(one) for one in given]
